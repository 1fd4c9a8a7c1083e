import pytest

from benchmarks import peers


def test_packages_that_are_not_installed_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "DATATROVE_NEEDS", ("pyarrow", "no-such-package"))
    assert peers.missing_packages() == ["no-such-package"]
