from pathlib import Path

import pytest

from translate.engines.model_license import output_license, stated_license


@pytest.mark.parametrize(
    ("card", "license_"),
    [
        ("---\nlicense: apache-2.0\nlanguage:\n- fr\n---\n# Model\n", "apache-2.0"),
        ("---\nlicense: other\nlicense_name: gemma\n---\n", "gemma"),
        ("---\nlicense: other\n---\n", None),
        ("---\nlicense: [a, b]\n---\n", None),
        ("---\n- a list\n---\n", None),
        ("---\nlicense: {broken\n---\n", None),
        ("# Model\n\n---\nlicense: mit\n---\n", None),
        ("---\nlicense: mit\n", None),
        ("", None),
    ],
)
def test_the_front_matter_of_a_card_states_the_licence(tmp_path: Path, card: str, license_: str | None) -> None:
    (tmp_path / "README.md").write_text(card, encoding="utf-8")
    assert stated_license(tmp_path) == license_


def test_a_model_without_a_card_states_none(tmp_path: Path) -> None:
    assert stated_license(tmp_path) is None


@pytest.mark.parametrize(
    ("name", "spdx", "restricts"),
    [
        ("apache-2.0", "Apache-2.0", False),
        ("MIT", "MIT", False),
        ("cc-by-sa-4.0", "CC-BY-SA-4.0", False),
        ("cc-by-nc-4.0", "CC-BY-NC-4.0", True),
        ("llama3.1", "LicenseRef-llama3.1", True),
        ("LicenseRef-Mine", "LicenseRef-Mine", True),
    ],
)
def test_what_is_not_known_to_leave_translations_free_is_taken_to_reach_them(
    name: str, spdx: str, restricts: bool
) -> None:
    found = output_license(name, None, "card")
    assert (found.model_license, found.restricts_outputs, found.evidence) == (spdx, restricts, ("card",))


def test_a_recipe_may_say_what_the_terms_say() -> None:
    assert not output_license("gemma", restricts_outputs=False, evidence="recipe").restricts_outputs
    assert output_license("mit", restricts_outputs=True, evidence="recipe").restricts_outputs


def test_no_licence_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"folder/README\.md: states no licence"):
        output_license(None, None, "folder/README.md")
