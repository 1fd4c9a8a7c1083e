import re

import pytest

from pipelines.errors import RecipeError
from pipelines.sources.options import Option, OptionValue, resolved_options

DECLARED = {
    "extractor": Option(str, "plain", "who reads pages", choices=("plain", "fancy")),
    "languages": Option(tuple, (), "which languages"),
    "least_score": Option(float, 0.5, "which score a page must have", least=0),
    "links": Option(bool, default=True, meaning="whether links are counted"),
}


def resolve(**given: OptionValue) -> dict[str, OptionValue]:
    return resolved_options("web", "pages", DECLARED, given)


def test_defaults_stand_for_what_is_not_set() -> None:
    assert resolve(links=False) == {"extractor": "plain", "languages": (), "least_score": 0.5, "links": False}


def test_a_word_stands_for_a_list_and_a_whole_number_for_a_fraction() -> None:
    found = resolve(languages="fr", least_score=1)
    assert found["languages"] == ("fr",)
    assert isinstance(found["least_score"], float)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"extracter": "plain"}, "options: kind pages takes no `extracter`; did you mean `extractor`?"),
        ({"zzz": 1}, "options: kind pages takes no `zzz`; known are extractor, languages, least_score, links"),
        ({"extractor": "other"}, "options.extractor: expected one of plain, fancy, got 'other'"),
        ({"extractor": True}, "options.extractor: expected text, got True"),
        ({"links": 1}, "options.links: expected true or false, got 1"),
        ({"least_score": -1}, "options.least_score: expected at least 0, got -1"),
        ({"languages": 3}, "options.languages: expected a list of words, got 3"),
    ],
)
def test_what_a_kind_does_not_take_is_refused(given: dict[str, OptionValue], message: str) -> None:
    with pytest.raises(RecipeError, match=re.escape(f"source web: {message}")):
        resolve(**given)


def test_a_kind_without_options_says_so() -> None:
    with pytest.raises(RecipeError, match="kind jsonl takes none; leave `links` out"):
        resolved_options("docs", "jsonl", {}, {"links": True})
