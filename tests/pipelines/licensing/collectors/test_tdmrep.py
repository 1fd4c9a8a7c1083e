import json

import pytest

from pipelines.licensing.collectors.robots import SiteStatements
from pipelines.licensing.collectors.tdmrep import read_tdmrep

RULES = [
    {"location": "/", "tdm-reservation": 0},
    {"location": "/news/*", "tdm-reservation": 1, "tdm-policy": "https://e.org/policy.json"},
    {"location": "/news/free/", "tdm-reservation": 0},
    {"location": "*.pdf$", "tdm-reservation": "1"},
    {"location": "/same", "tdm-reservation": 0},
    {"location": "/same", "tdm-reservation": 1},
    {"location": 3, "tdm-reservation": 1},
    {"location": "/", "tdm-reservation": "yes"},
]


def said_of(text: str, url: str) -> SiteStatements:
    said, found = SiteStatements(), read_tdmrep(text)
    if found is not None:
        found.add_to(said, url, "https://e.org/.well-known/tdmrep.json")
    return said


@pytest.mark.parametrize(
    ("url", "reserved", "policies"),
    [
        ("https://e.org", False, 0),
        ("https://e.org/a", False, 0),
        ("https://e.org/news/a", True, 1),
        ("https://e.org/news/free/a", False, 0),
        ("https://e.org/a.pdf", True, 0),
        ("https://e.org/a.pdf?b", False, 0),
        ("https://e.org/same", True, 0),
    ],
)
def test_the_longest_location_counts(url: str, reserved: bool, policies: int) -> None:
    said = said_of(json.dumps(RULES), url)
    assert said.reserved == [reserved]
    assert len(said.terms) == policies
    assert said.raw[0]["locator"] == "https://e.org/.well-known/tdmrep.json"


def test_one_rule_may_stand_without_a_list() -> None:
    assert said_of('{"location": "/", "tdm-reservation": 1}', "https://e.org/a").reserved == [True]
    assert said_of('[{"location": "/b", "tdm-reservation": 1}]', "https://e.org/a").reserved == []


@pytest.mark.parametrize("text", ["", "\ufeff [] ", "[3]", "null", '{"location": "/"}'])
def test_what_is_no_list_of_rules_says_nothing(text: str) -> None:
    assert said_of(text, "https://e.org/a").reserved == []


@pytest.mark.parametrize("text", ["[", "[" * 10_000, "tdm-reservation: 1"], ids=len)
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"line 1|without end"):
        read_tdmrep(text)
