import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from datacards.manifest import LicenceFinding, Manifest, Rule, Source
from datacards.page import page
from tests.datacards.example import CELLS, EMPTY, MANIFEST, cell

VOID = {"meta", "br", "hr", "img", "link", "input"}


class _Page(HTMLParser):
    """Follows a page's elements, and notes what it links, loads and runs."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def loaded(self) -> list[str | None]:
        return [
            value
            for tag, name, value in self.attributes
            if name in ("src", "srcset") or (tag, name) == ("link", "href")
        ]


def _policy(text: str) -> dict[str, list[str]]:
    policy = text.split('Content-Security-Policy" content="')[1].split('"', maxsplit=1)[0]
    return {directive.split()[0]: directive.split()[1:] for directive in policy.split("; ")}


@pytest.mark.parametrize("manifest", [MANIFEST, EMPTY])
def test_the_page_is_whole_and_needs_nothing_else(manifest: Manifest) -> None:
    parsed = _Page(page(manifest))
    assert parsed.open == []
    assert "script" not in parsed.tags
    assert parsed.loaded() == ["data:,"]  # no icon, where browsers would ask the server for one
    links = [value for tag, name, value in parsed.attributes if (tag, name) == ("a", "href")]
    anchors = {value for _, name, value in parsed.attributes if name == "id"}
    for link in links:
        assert link is not None
        assert link.startswith("https://spdx.org/") or link.removeprefix("#") in anchors
    ids = [value for _, name, value in parsed.attributes if name == "id"]
    assert len(ids) == len(set(ids))


def test_the_page_says_what_the_readme_says() -> None:
    words = " ".join(_Page(page(MANIFEST)).words)
    for expected in ("1,552", "French", "word_count >= 50 OR lang = 'a|b'", "no licence is declared", "31,040"):
        assert expected in words


def test_hostile_names_stay_text() -> None:
    hostile = "\"><script>alert(1)</script><img src=x onerror=alert(1)>' javascript:alert(1)"
    text = page(
        replace(
            MANIFEST,
            title=hostile,
            recipe=hostile,
            cells=(*CELLS, cell(hostile, hostile, source=hostile), cell(rule=hostile)),
            sources=(Source(hostile, hostile, hostile, hostile, (hostile,)),),
            rules=(Rule(hostile, hostile, is_sql=True),),
            findings=(LicenceFinding(hostile, hostile, (hostile,), hostile, 1, 1, (hostile,)),),
        )
    )
    parsed = _Page(text)
    assert "script" not in parsed.tags
    assert "img" not in parsed.tags
    assert not [name for _, name, _ in parsed.attributes if name.startswith("on")]
    assert "default-src 'none'" in text


def test_with_the_explorer_it_loads_what_lies_beside_it_and_nothing_else() -> None:
    parsed = _Page(page(MANIFEST, explorer=True))
    assert parsed.open == []
    assert parsed.loaded() == ["data:,", "explorer/explorer.css", "explorer/main.js"]
    anchors = {value for _, name, value in parsed.attributes if name == "id"}
    assert {"explore", "thresholds", "charts", "sql"} <= anchors
    labelled = {
        value for tag, name, value in parsed.attributes if name in ("for", "aria-labelledby", "aria-describedby")
    }
    assert {name for value in labelled for name in str(value).split()} <= anchors
    assert "needs npm" not in page(MANIFEST, explorer=True)
    assert "needs npm" in page(MANIFEST)


@pytest.mark.parametrize("explorer", [False, True])
def test_the_policy_admits_no_inline_script_or_style(explorer: bool) -> None:
    text = page(MANIFEST, explorer=explorer)
    policy = _policy(text)
    assert policy["default-src"] == ["'none'"]
    assert "'unsafe-inline'" not in text
    assert "'unsafe-eval'" not in text
    assert policy.get("script-src", []) == (["'self'", "'wasm-unsafe-eval'"] if explorer else [])
    styles = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    hashes = {base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() for style in styles}
    assert {f"'sha256-{digest}'" for digest in hashes} <= set(policy["style-src"])
    assert not [name for _, name, _ in _Page(text).attributes if name == "style"]


def test_tables_have_headings_for_rows_and_columns() -> None:
    parsed = _Page(page(MANIFEST))
    scopes = {value for tag, name, value in parsed.attributes if (tag, name) == ("th", "scope")}
    assert scopes == {"row", "col"}
