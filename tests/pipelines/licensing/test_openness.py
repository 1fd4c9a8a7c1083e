import pytest

from pipelines.licensing.openness import openness


@pytest.mark.parametrize(
    ("licenses", "tier"),
    [
        (["MIT", "CC-BY-SA-4.0"], "openly-licensed"),
        ([], "openly-licensed"),
        (["MIT", "NOASSERTION"], "open-access"),
        (["CC-BY-NC-4.0"], "open-access"),
        (["CC-BY-ND-4.0"], "open-access"),
        (["LicenseRef-x"], "open-access"),
    ],
)
def test_one_licence_that_is_not_open_makes_a_release_open_access(licenses: list[str], tier: str) -> None:
    assert openness(licenses) == tier
