from pathlib import Path

import pytest

from tests.translate.comet.test_checkpoint import lay_down
from translate.engines import EngineSpec, engine_identity
from translate.judges import comet


def test_the_identity_says_what_computes_and_what_surrounds_it_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comet, "_version", lambda: "2.2.7")
    spec = EngineSpec("comet", str(lay_down(tmp_path / "kiwi")))
    found = engine_identity(spec)
    assert (found.name, found.version, found.model) == ("comet", "2.2.7+1", "kiwi")
    monkeypatch.setattr(comet, "_ADAPTER_VERSION", 2)
    assert engine_identity(spec).version == "2.2.7+2"
