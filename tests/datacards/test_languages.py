import doctest

import pytest

import datacards.blocks
import datacards.huggingface
import datacards.languages
import datacards.licences
from datacards.languages import hub_language, hub_language_codes, language_name


@pytest.mark.parametrize(
    ("label", "code", "name"),
    [
        ("fra_Latn", "fr", "French"),
        ("zho_Hans", "zh", "Chinese"),
        ("arb_Arab", "arb", "Standard Arabic"),
        ("nob_Latn", "nb", "Norwegian Bokmål"),
        ("srp_Cyrl", "sr", "Serbian"),
        ("und_Zyyy", None, "Undetermined"),
        ("xxx_Latn", None, "xxx"),
    ],
)
def test_codes_and_names(label: str, code: str | None, name: str) -> None:
    assert hub_language(label) == code
    assert language_name(label) == name


def test_every_code_is_short_and_special_codes_are_left_out() -> None:
    assert all(len(code) in (2, 3) for code in hub_language_codes())
    assert len(hub_language_codes()) > 7000
    assert not hub_language_codes() & {"und", "mul", "zxx", "mis", "fra", "roa", ""}


@pytest.mark.parametrize("module", [datacards.blocks, datacards.huggingface, datacards.languages, datacards.licences])
def test_the_examples_in_docstrings_hold(module: object) -> None:
    result = doctest.testmod(module)  # type: ignore[arg-type]
    assert result.attempted > 0
    assert result.failed == 0
