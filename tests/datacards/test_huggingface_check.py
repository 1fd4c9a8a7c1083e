from collections.abc import Mapping

import pytest

from datacards.huggingface import front_matter
from datacards.huggingface_check import check, check_readme
from datacards.readme import readme
from tests.datacards.example import EMPTY, FILES, MANIFEST

GOOD = front_matter(MANIFEST)


def _problems(changes: Mapping[str, object], files: Mapping[str, int] = FILES) -> str:
    fields = {key: value for key, value in {**GOOD, **changes}.items() if value != "gone"}
    return "\n".join(map(str, check(fields, files)))


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"license": "agpl-3.0-or-later"}, "license: 'agpl-3.0-or-later' is no licence id"),
        ({"license": "CC-BY-SA-4.0"}, "is no licence id"),
        ({"license": "mit OR isc"}, "is no licence id"),
        ({"license": "gone"}, "license: missing"),
        ({"license": []}, "license: empty"),
        ({"license": "other"}, "license_name: `license: other` needs a name"),
        ({"license": "other", "license_name": "My Licence", "license_link": "LICENSE.md"}, "license_name"),
        ({"license": "other", "license_name": "mine", "license_link": "license-report.md"}, "license_link"),
        ({"license": ["other", "mit"], "license_name": "m", "license_link": "LICENSE"}, "beside other ids"),
        ({"license_name": "mine"}, "stands without"),
        ({"language": ["fra"]}, "language: 'fra' is neither"),
        ({"language": ["fra_Latn"]}, "language: 'fra_Latn' is neither"),
        ({"language": ["und"]}, "language: 'und' is neither"),
        ({"language": [False]}, "language: False is no text"),
        ({"language": ["fr", "fr"]}, "language: 'fr' stands twice"),
        ({"size_categories": ["n<1K"]}, "1552 rows are"),
        ({"size_categories": "gone"}, "size_categories: None"),
        ({"configs": "gone"}, "configs: missing"),
        ({"configs": [{"config_name": "a", "data_files": "data/xxx/*.parquet"}]}, "matches no published file"),
        ({"configs": [{"config_name": "a", "data_files": "data/fra_Latn/*.parquet"}]}, "in no configuration"),
        ({"configs": [{"config_name": "a"}]}, "no data_files"),
        ({"configs": [{"config_name": "a", "data_files": "data/**"}] * 2}, "'a' stands twice"),
        ({"configs": "data/*"}, "expected a list of fields"),
        ({"pretty_name": "gone"}, "pretty_name: expected"),
        ({"pretty_name": "[More Information Needed]"}, "placeholder"),
        ({"tags": ["TODO"]}, "placeholder text 'TODO'"),
        ({"task_categories": ["text-classification-of-cats"]}, "is no task"),
        ({"tags": []}, "tags: empty"),
    ],
)
def test_each_fault_is_found(changes: Mapping[str, object], complaint: str) -> None:
    assert complaint in _problems(changes)


def test_sound_variants_pass() -> None:
    everything = [{"config_name": "all", "data_files": [{"split": "train", "path": "data/**/*.parquet"}]}]
    assert _problems({"configs": everything}) == ""
    assert _problems({"configs": [{"config_name": "all", "data_files": ["data/**"]}]}) == ""
    assert _problems({"pretty_name": "Todo el mundo"}) == ""
    other = {"license": "other", "license_name": "mine", "license_link": "https://example.org/licence"}
    assert _problems(other) == ""


def test_a_star_does_not_cross_folders() -> None:
    assert "matches no published file" in _problems({"configs": [{"config_name": "a", "data_files": "data/*.parquet"}]})


def test_the_rendered_readmes_pass() -> None:
    assert check_readme(readme(MANIFEST), FILES) == []
    assert check_readme(readme(EMPTY), {}) == []


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("---\npretty", "pretty", "front matter: missing"),
        ("pretty_name: An example", "pretty_name: An: example: [", "no valid YAML"),
        ("This corpus is text", "{{ text }}", "placeholder text '{{'"),
        ("## Uses\n", "## Empty\n\n## Uses\n", "section 'Empty' is empty"),
    ],
)
def test_faults_of_a_readme_are_found(old: str, new: str, complaint: str) -> None:
    text = readme(MANIFEST)
    assert old in text
    problems = "\n".join(map(str, check_readme(text.replace(old, new, 1), FILES)))
    assert complaint in problems


def test_front_matter_that_is_no_mapping_is_reported() -> None:
    assert "expected fields" in str(check_readme("---\n- a\n---\n# T\n\nx\n", {})[0])
