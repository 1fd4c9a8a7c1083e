from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.licensing.collectors.preferences import page_preferences
from pipelines.licensing.collectors.rsl import rsl_terms


def _axes(headers: dict[str, str] | None = None, html: str = "") -> tuple[Any, Any]:
    found = page_preferences(headers or {}, html)
    return found.get("train_ai"), found.get("tdm_reserved")


def test_nothing_said_is_nothing_recorded() -> None:
    assert page_preferences({"Content-Type": "text/html"}, "<html><body>noai</body></html>") == {}


@pytest.mark.parametrize(
    ("headers", "axes"),
    [
        ({"X-Robots-Tag": "noai"}, ("n", "unknown")),
        ({"x-robots-tag": "noindex, NoAI, noimageai"}, ("n", "unknown")),
        ({"X-Robots-Tag": "somebot: noml"}, ("n", "unknown")),
        ({"X-Robots-Tag": "noindex, noimageai"}, ("unknown", "unknown")),
        ({"Content-Usage": "train-ai=n"}, ("n", "unknown")),
        ({"Content-Usage": "search=n, train-ai=y"}, ("y", "unknown")),
        ({"Content-Usage": "train-ai=n, train-ai=y"}, ("y", "unknown")),  # of equal keys the last counts
        ({"Content-Usage": "train-ai=n;reason=x"}, ("n", "unknown")),
        ({"Content-Usage": "train-ai=maybe"}, ("unknown", "unknown")),
        ({"Content-Usage": "train-cats=n"}, ("unknown", "unknown")),
        ({"Content-Signal": "search=yes, ai-train=no"}, ("n", "unknown")),
        ({"TDM-Reservation": "1"}, ("unknown", "1")),
        ({"tdm-reservation": "0"}, ("unknown", "0")),
        ({"tdm-reservation": "perhaps"}, ("unknown", "unknown")),
        # statements that contradict each other: the refusal counts
        ({"Content-Usage": "train-ai=y", "X-Robots-Tag": "noai"}, ("n", "unknown")),
    ],
)
def test_headers(headers: dict[str, str], axes: tuple[str, str]) -> None:
    assert _axes(headers) == axes


@pytest.mark.parametrize(
    ("head", "axes"),
    [
        ('<meta name="robots" content="index,noai">', ("n", "unknown")),
        ('<meta name="Robots" content="noindex">', ("unknown", "unknown")),
        ('<meta name="GPTBot" content="noai">', ("n", "unknown")),
        ('<meta name="tdm-reservation" content="1">', ("unknown", "1")),
        (
            '<script type="application/rsl+xml"><license><prohibits type="usage">ai-all</prohibits></license></script>',
            ("n", "unknown"),
        ),
    ],
)
def test_pages(head: str, axes: tuple[str, str]) -> None:
    assert _axes(html=f"<html><head>{head}</head><body></body></html>") == axes


def test_every_reservation_outweighs_a_permission() -> None:
    assert _axes({"TDM-Reservation": "0"}, '<meta name="tdm-reservation" content="1">') == ("unknown", "1")


def test_signals_are_kept_as_found() -> None:
    found = page_preferences({"X-Robots-Tag": "NoAI"}, '<meta name="robots" content="noarchive">')
    assert found["raw"] == [
        {"signal": "x-robots-tag", "value": "NoAI", "locator": "header x-robots-tag"},
        {"signal": "robots", "value": "noarchive", "locator": "meta robots"},
    ]


@pytest.mark.parametrize(
    ("headers", "html", "terms"),
    [
        (
            {"Link": '<https://e.org/rsl.xml>; rel="license"; type="application/rsl+xml"'},
            "",
            ("rsl", "https://e.org/rsl.xml"),
        ),
        ({}, '<link rel="license" type="application/rsl+xml" href="/rsl.xml">', ("rsl", "/rsl.xml")),
        ({"TDM-Policy": "https://e.org/p.json"}, "", ("tdm_policy", "https://e.org/p.json")),
        ({}, '<a rel="terms-of-service" href="/terms">Terms</a>', ("terms_of_service", "/terms")),
        (
            {},
            '<script type="application/ld+json">{"isAccessibleForFree": false}</script>',
            ("paywall", "isAccessibleForFree: false"),
        ),
    ],
)
def test_terms_of_access_are_an_axis_of_their_own(headers: dict[str, str], html: str, terms: tuple[str, str]) -> None:
    found = page_preferences(headers, html)
    assert [(entry["kind"], entry["value"]) for entry in found["access_terms"]] == [terms]
    assert (found["train_ai"], found["tdm_reserved"]) == ("unknown", "unknown")


@pytest.mark.parametrize(
    ("xml", "trains", "paid"),
    [
        ('<permits type="usage">ai-train</permits>', True, False),
        ('<permits type="usage">train-ai</permits><payment type="subscription"/>', True, True),
        ('<permits type="usage">all</permits><payment type="free"/>', True, False),
        ('<permits type="usage">search</permits>', False, False),
        ('<permits type="usage">all</permits><prohibits type="usage">ai-train search</prohibits>', False, False),
        ('<rsl:prohibits type="usage">ai-all</rsl:prohibits>', False, False),
        ('<permits type="geo">US</permits>', None, False),
        ("", None, False),
    ],
)
def test_rsl(xml: str, trains: bool | None, paid: bool) -> None:
    assert (rsl_terms(xml).trains, rsl_terms(xml).paid) == (trains, paid)


@given(
    st.dictionaries(st.sampled_from(["Content-Usage", "X-Robots-Tag", "TDM-Reservation", "Link"]), st.text()), st.text()
)
def test_no_response_is_an_error(headers: dict[str, str], html: str) -> None:
    found = page_preferences(headers, html)
    assert found == {} or found["train_ai"] in {"y", "n", "unknown"}
