"""What tells pages that hold something from those that do not never overlooks one."""

import html as markup
from html.entities import codepoint2name

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from resiliparse.parse.html import HTMLTree

from pipelines.licensing import names
from pipelines.licensing.collectors import page_lines, preferences, web_page
from pipelines.licensing.collectors.page_hints import (
    IN_TAGS,
    LINK_WORDS,
    TEXT,
    Hints,
    hints_in,
    needles_by_hint,
    telling_lines,
)
from pipelines.licensing.collectors.page_places import elements
from pipelines.licensing.collectors.page_text import line_statements
from pipelines.licensing.collectors.parsed_page import ParsedPage, parsed_page
from pipelines.licensing.collectors.preferences import page_preferences
from pipelines.licensing.collectors.web_page import page_evidence
from pipelines.licensing.kernels.needles import SHORTEST_NEEDLE
from pipelines.licensing.reservations import phrases, reservation_in

URL = "https://example.org/page"
BY = "https://creativecommons.org/licenses/by/4.0/"

HEADS = (
    f'<link rel="License" href="{BY}">',
    f'<link property="cc:license" href="{BY}">',
    '<link rel="canonical" href="/page">',
    '<link rel="license" type="application/rsl+xml" href="/rsl.xml">',
    f'<meta name="DC.Rights.License" content="{BY}">',
    '<meta property="og:licence" content="CC BY-SA">',
    '<meta name=copyright content="All rights reserved">',
    '<meta name=GoogleBot content="noai">',
    "<meta name=robots>",
    '<meta name="tdm-reservation" content="1">',
    '<meta name="description" content="licensed under MIT">',
    f'<script type="application/LD+json">{{"@type": "Article", "license": "{BY}"}}</script>',
    '<script type="application/ld+json">{"isAccessibleForFree": false}</script>',
    '<script type="application/ld+json">{"@type": "Article", "\\u006cicense": "MIT"}</script>',
    '<script type="application/rsl+xml"><permits type="usage">ai-train</permits></script>',
    "<script>// Released under the MIT license</script>",
)
BODIES = (
    f'<a href="{BY}">CC&nbsp;BY</a>',
    '<a href="HTTP://WWW.GNU.ORG/Copyleft/gpl.html">GPL</a>',
    '<a rel="license" href="/terms">terms</a>',
    '<a rel="Terms-of-Service" href="/terms">terms</a>',
    '<a rel="license">nowhere</a>',
    '<area href="https://opensource.org/licenses/MIT">',
    '<img src="https://i.creativecommons.org/l/by/4.0/88x31.png">',
    f'<div itemscope itemtype="https://schema.org/Article"><a itemprop="license" href="{BY}">x</a></div>',
    "<p>Released\n      under <b>the</b> MIT license.</p>",
    "<p>Available</i> under&nbsp;CC BY-SA 3.0</p>",
    "<p>published&nbsp;under the GPL</p>",
    "<p>It was shared <i>under</i> Apache-2.0</p>",
    "<p>CC<b> BY-NC</b> or CC0</p>",
    "<p>&copy; All\nRights&nbsp;Reserved</p>",
    "<p><span>A</span>ll r<b>ights</b> reserved</p>",
    "<p>Tous droits r&eacute;serv&eacute;s</p>",
    "<p>Все права <b>ЗАЩИЩЕНЫ</b>.</p>",
    "<p>No part of this book may be\ncopied.</p>",
    "<p>This page may not be <i>published</i> elsewhere.</p>",
    "<p>This page may not be redistributed.</p>",
    "<table><tr><td>Licence<td>CC BY 4.0<td>Released under MIT</table>",
    "<p>He lived under a licence to publish.</p>",
    "<script>if (a<b && c>d) { note('All rights reserved') }</script>",
    "<script type=text/javascript><!-- -->var words = 'Released under MIT';</script>",
    "<style>.license { content: 'CC BY 4.0' }</style>",
    "<!-- <script> --><p>All rights reserved</p>",
    '<p title="<script>">All rights reserved</p>',
    '<p title="1 > 0 and All rights reserved">',
    f'<a title="1 > 0" href="{BY}">terms</a>',
    "<p>1 <2 and CC BY-SA 4.0</p>",
    "<p>This page may <i class='x'>not be</i> reproduced.</p>",
    f'<p>It is available <a href="/{"x" * 300}">under the MIT licence</a></p>',
    "<footer>",
    "<p>plain</p>",
)
LONG = "x " * 2000
FILLINGS = (
    f"<p>{LONG}</p>",
    f"<script>if (a<b && c>d) {{ note('{LONG}', 'All rights reserved') }}</script>",
    f"<!-- {LONG} <p>All rights reserved</p> {LONG} -->",
    f"<div title='{LONG}'>",
    f"<noscript>{LONG}<p>All rights reserved</p></noscript>",
    f"<table><tr><td>{LONG}<td>It is licensed under MIT<td>{LONG}</table>",
    f"<p>{LONG}--></p>",
    f"<pre>{LONG}\nAll rights reserved\n{LONG}</pre>",
    f"<p>All {LONG}",
    f"rights reserved {LONG}</p>",
)


def _exhaustive(html: str) -> ParsedPage:
    tree = HTMLTree.parse(html)
    marks = elements(tree, "meta, a, area, img, link, script")
    return ParsedPage(html.encode(), tree, Hints(IN_TAGS | TEXT, None), marks)


@example([], ["<p>published&nbsp;under the GPL</p>"], 0)
@example([], ["<p>It is now released&#160;under MIT</p>"], 0)
@given(st.lists(st.sampled_from(HEADS)), st.lists(st.sampled_from(BODIES)), st.integers(0, 3))
def test_what_is_left_out_says_nothing(head: list[str], body: list[str], shift: int) -> None:
    html = f"<html><head>{' ' * shift}{''.join(head)}</head><body>{''.join(body)}</body></html>"
    evidence, preferences = page_evidence(html, URL), page_preferences({}, html)
    assert evidence == page_evidence(_exhaustive(html), URL) == page_evidence(parsed_page(html), URL)
    assert preferences == page_preferences({}, _exhaustive(html)) == page_preferences({}, parsed_page(html))


@example([f"<p>All {LONG}", f"<noscript>{LONG}<p>All rights reserved</p></noscript>", "<p>plain</p>"])
@settings(max_examples=40)
@given(st.lists(st.one_of(st.sampled_from(BODIES), st.sampled_from(FILLINGS)), min_size=3))
def test_lines_read_for_themselves_say_what_they_say_on_their_page(body: list[str]) -> None:
    html = f"<html><body>{''.join(body)}</body></html>"
    assert page_evidence(html, URL) == page_evidence(_exhaustive(html), URL)


def test_a_long_page_is_not_laid_out_for_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    laid_out = list[int]()

    def remembered(page: HTMLTree | str) -> str:
        laid_out.append(len(page) if isinstance(page, str) else len(page.document.html))
        return lay_out(page)

    lay_out = page_lines._laid_out
    monkeypatch.setattr(page_lines, "_laid_out", remembered)
    found = page_evidence(
        f"<p>{LONG}</p>" * 9 + "<p>All rights reserved</p><p>It may not be</p>" + f"<p>{LONG}</p>", URL
    )
    assert [entry["value"] for entry in found] == ["All rights reserved"]
    assert max(laid_out) < len(LONG)


@given(st.lists(st.sampled_from([*(markup.unescape(body) for body in BODIES), "\n", "\u2028", "x "])).map("".join))
def test_lines_that_are_left_out_say_nothing(text: str) -> None:
    assert line_statements(telling_lines(text)) == line_statements(text.splitlines())


def _written(text: str) -> list[str]:
    """Return a text as pages write it."""
    return [
        text,
        "".join(f"&{codepoint2name[ord(c)]};" if not c.isascii() and ord(c) in codepoint2name else c for c in text),
        "".join(c if c.isascii() else f"&#{ord(c)};" for c in text),
        "".join(c if c.isascii() else f"&#x{ord(c):x};" for c in text),
        text.replace(" ", "\n    "),
    ]


@pytest.mark.parametrize("phrase", phrases())
def test_every_reservation_is_found_in_every_case_and_spelling(phrase: str) -> None:
    for cased in (phrase, phrase.upper(), phrase.capitalize()):
        for written in _written(cased) if reservation_in(cased) else ():
            for shift in range(4):
                found = page_evidence(f"<body>{'x' * shift}<p>{written}</p>", URL)
                assert [entry["kind"] for entry in found] == ["html_reservation"], written


def test_every_address_of_a_licence_is_seen() -> None:
    addresses = [name for name, _ in names.read_aliases() if name.startswith("https://")]
    known = [address for address in addresses if web_page._names_a_license(address)]
    assert len(known) > 20
    assert all(any(word in address.casefold() for word in LINK_WORDS) for address in known)


@pytest.mark.parametrize("terms", sorted(preferences._TERMS_RELATIONS))
@pytest.mark.parametrize("written", ['"{}"', "'{}'", "{}", '"nofollow {} x"', '"{}\n"', '"{}&#32;x"', "{}\tid=x"])
def test_every_relation_to_terms_is_seen(terms: str, written: str) -> None:
    for cased in (terms, terms.upper()):
        for tag in (f"<a rel={written.format(cased)} href=/x>", f"<link href=/x rel={written.format(cased)}>"):
            assert "access_terms" in page_preferences({}, tag)


def test_needles_are_long_enough_to_be_seen() -> None:
    assert min(len(needle) for needles in needles_by_hint().values() for needle in needles) >= SHORTEST_NEEDLE


@pytest.mark.parametrize(
    "html",
    [
        "<p>It stood under pressure, and nothing was published.</p>",
        "<script>var license = 'All rights reserved, CC BY 4.0, released under MIT'</script>",
        "<p title='All rights reserved'>x</p>",
        "<p>It was copied and reproduced.</p>",
        "<pre>x = 'CCBY'</pre>",
    ],
)
def test_what_can_say_nothing_is_no_hint(html: str) -> None:
    assert hints_in(html.encode()).kinds & TEXT == 0


def test_a_plain_page_has_no_hint() -> None:
    assert hints_in(b"<html><body><p>A page about understanding robots, and nothing else.</p></body></html>") == (0, ())
