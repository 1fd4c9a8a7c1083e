import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.licensing.collectors.web_page import page_evidence
from pipelines.licensing.conclude import EVIDENCE_CLASSES

URL = "https://www.example.org/post/"
BY_SA = "https://creativecommons.org/licenses/by-sa/4.0/"
BY_NC = "https://creativecommons.org/licenses/by-nc/2.0/"


def _page(head: str = "", body: str = "") -> str:
    return f"<!doctype html><html><head><title>t</title>{head}</head><body>{body}</body></html>"


def _found(html: str, url: str | None = URL) -> list[tuple[str, str, str, str | None]]:
    return [(e["class"], e["kind"], e["value"], e.get("about")) for e in page_evidence(html, url)]


def _graph(text: str) -> str:
    return _page(f'<script type="application/ld+json">{text}</script>')


@pytest.mark.parametrize(
    ("head", "statement"),
    [
        (f'<link rel="license" href="{BY_SA}">', ("E1", "html_head_link", BY_SA)),
        (f'<link rel="nofollow License" href=" {BY_SA} ">', ("E1", "html_head_link", BY_SA)),
        (f'<meta name="dcterms.license" content="{BY_SA}">', ("E1", "html_meta", BY_SA)),
        (f'<meta name="DC.rights" content="{BY_SA}">', ("E1", "html_meta", BY_SA)),
        ('<meta name="citation_license" content="CC BY">', ("E1", "html_meta", "CC BY")),
        (f'<meta property="og:license" content="{BY_SA}">', ("E1", "html_meta", BY_SA)),
        (
            '<meta name="copyright" content="© A. All rights reserved.">',
            ("E1", "html_meta", "© A. All rights reserved."),
        ),
    ],
)
def test_metadata_of_the_page_is_strong(head: str, statement: tuple[str, str, str]) -> None:
    assert _found(_page(head)) == [(*statement, None)]


@pytest.mark.parametrize(
    "head",
    [
        '<link rel="license" type="application/rsl+xml" href="/rsl.xml">',
        '<link rel="stylesheet" href="https://creativecommons.org/licenses/by/4.0/">',
        '<meta name="copyright" content="© 2020 Somebody">',
        '<meta name="description" content="licensed under nothing at all">',
    ],
)
def test_what_is_no_licence_is_no_evidence(head: str) -> None:
    assert _found(_page(head, "<p>Driving under a licence.</p>")) == []


@pytest.mark.parametrize(
    ("body", "statement"),
    [
        (f'<footer><a rel="license" href="{BY_SA}">x</a></footer>', ("E4", "html_footer_rel_license", None)),
        (
            f'<div id="site-footer"><p><a rel="license" href="{BY_SA}">x</a></p></div>',
            ("E4", "html_footer_rel_license", None),
        ),
        (f'<header><a rel="license" href="{BY_SA}">x</a></header>', ("E4", "html_header_rel_license", None)),
        (f'<main><a rel="license" href="{BY_SA}">x</a></main>', ("E4", "html_body_rel_license", None)),
        (f'<footer><a href="{BY_SA}">x</a></footer>', ("E4", "html_footer_link", None)),
        (f'<p><a href="{BY_SA}">x</a></p>', ("E5", "html_body_link", None)),
        (f'<a rel="license" about="/cat.jpg" href="{BY_SA}">x</a>', ("E5", "html_body_rel_license", "other")),
        (f'<figure><a rel="license" href="{BY_SA}">x</a></figure>', ("E5", "html_body_rel_license", "image")),
        (f'<p class="wp-caption"><a href="{BY_SA}">x</a></p>', ("E5", "html_body_link", "image")),
        (f'<div id="comments"><a href="{BY_SA}">x</a></div>', ("E5", "html_body_link", "comment")),
        (f'<blockquote><a href="{BY_SA}">x</a></blockquote>', ("E5", "html_body_link", "quotation")),
        (
            f'<p itemscope itemtype="http://schema.org/BlogPosting"><a itemprop="license" href="{BY_SA}">x</a></p>',
            ("E1", "html_body_rel_license", None),
        ),
        (
            f'<p itemscope itemtype="http://schema.org/ImageObject"><a itemprop="license" href="{BY_SA}">x</a></p>',
            ("E5", "html_body_rel_license", "ImageObject"),
        ),
    ],
)
def test_links_are_told_apart_by_where_they_stand(body: str, statement: tuple[str, str, str | None]) -> None:
    evidence_class, kind, about = statement
    assert _found(_page(body=body)) == [(evidence_class, kind, BY_SA, about)]


def test_a_class_of_the_whole_page_makes_no_part_of_it() -> None:
    html = f'<html><body class="comments footer"><p><a rel="license" href="{BY_SA}">x</a></p></body></html>'
    assert _found(html) == [("E4", "html_body_rel_license", BY_SA, None)]


def test_a_label_that_says_otherwise_is_kept() -> None:
    html = _page(body=f'<footer><a rel="license" href="{BY_SA}">CC  BY-NC\n4.0</a></footer>')
    assert _found(html)[:2] == [
        ("E4", "html_footer_rel_license", BY_SA, None),
        ("E4", "html_footer_rel_license_label", "CC BY-NC 4.0", None),
    ]


def test_a_badge_of_another_licence_is_kept() -> None:
    badge = "https://i.creativecommons.org/l/by-nc/2.0/88x31.png"
    html = _page(body=f'<footer><a rel="license" href="{BY_SA}"><img src="{badge}"></a></footer>')
    assert ("E4", "html_badge", badge, None) in _found(html)


@pytest.mark.parametrize(
    ("graph", "about"),
    [
        (f'{{"@type": "Article", "license": "{BY_SA}"}}', None),
        (f'{{"@type": "https://schema.org/BlogPosting", "url": "{URL}", "license": "{BY_SA}"}}', None),
        (f'{{"@graph": [{{"@type": ["WebPage", "FAQPage"], "@id": "{URL}#webpage", "license": "{BY_SA}"}}]}}', None),
        (
            f'{{"@type": "Article", "mainEntityOfPage": {{"@id": "http://example.org/post"}}, "license": "{BY_SA}"}}',
            None,
        ),
        (f'{{"@type": "Article", "license": {{"@type": "CreativeWork", "url": "{BY_SA}"}}}}', None),
        (
            f'[{{"@type": "Article", "license": {{"@id": "#l"}}}}, {{"@id": "#l", "url": "{BY_SA}"}}]',
            None,
        ),
        (
            f"""[{{"@type": "WebPage", "@id": "{URL}", "mainEntity": {{"@id": "x:a"}}}},
                 {{"@type": "Article", "@id": "x:a", "url": "https://elsewhere.org/a", "license": "{BY_SA}"}}]""",
            None,
        ),
        (f'{{"@type": "Article", "license": "{BY_SA.replace("/", chr(92) + "/")}"}}', None),
        (f'{{"@type": "Article", "url": "https://example.org/another", "license": "{BY_SA}"}}', "article"),
        (f'{{"@type": "ImageObject", "license": "{BY_SA}"}}', "imageobject"),
        (f'{{"@type": "Article", "image": {{"@type": "ImageObject", "license": "{BY_SA}"}}}}', "imageobject"),
        (f'{{"@type": "Article", "comment": [{{"@type": "Comment", "license": "{BY_SA}"}}]}}', "comment"),
        (f'{{"@type": "Dataset", "license": "{BY_SA}"}}', "dataset"),
        (f'{{"license": "{BY_SA}"}}', "untyped"),
    ],
)
def test_only_the_main_entity_of_a_graph_speaks_for_the_page(graph: str, about: str | None) -> None:
    assert _found(_graph(graph)) == [("E5" if about else "E1", "json_ld", BY_SA, about)]


def test_a_graph_may_speak_of_the_site() -> None:
    assert _found(_graph(f'{{"@type": "WebSite", "license": "{BY_SA}"}}')) == [("E4", "json_ld_site", BY_SA, None)]


def test_a_canonical_address_is_one_of_the_page() -> None:
    graph = f'{{"@type": "Article", "url": "https://example.org/canonical", "license": "{BY_SA}"}}'
    head = '<link rel="canonical" href="/canonical"><script type="application/ld+json">' + graph + "</script>"
    assert _found(_page(head)) == [("E1", "json_ld", BY_SA, None)]


def test_a_graph_that_is_no_json_is_weak() -> None:
    assert _found(_graph(f'{{"@type": "Article", "license": "{BY_SA}",,}}')) == [
        ("E5", "json_ld_unreadable", BY_SA, None)
    ]


@pytest.mark.parametrize(
    ("words", "kind", "value"),
    [
        (
            "This work is licensed under a Creative Commons Attribution-ShareAlike 3.0 Unported License, if not noted.",
            "html_text",
            "Creative Commons Attribution-ShareAlike 3.0 Unported License",
        ),
        ("Text: CC BY-NC-ND 4.0, pictures by me.", "html_text", "CC BY-NC-ND 4.0"),
        ("© 2020 A. Todos los derechos reservados.", "html_reservation", "Todos los derechos reservados"),
        ("No part of this book may be reproduced.", "html_reservation", "No part of this book may be reproduced"),
    ],
)
def test_words_are_weak(words: str, kind: str, value: str) -> None:
    assert _found(_page(body=f"<p>{words}</p><script>var x = 'All rights reserved'</script>")) == [
        ("E5", kind, value, None)
    ]


def test_contradictions_are_all_kept_from_strong_to_weak() -> None:
    html = _page(
        f'<link rel="license" href="{BY_SA}">',
        f'<p><a href="{BY_NC}">x</a></p><footer><a rel="license" href="{BY_NC}">y</a> All rights reserved</footer>',
    )
    found = _found(html)
    assert [evidence_class for evidence_class, *_ in found] == ["E1", "E4", "E5", "E5"]
    assert {value for _, _, value, _ in found} == {BY_SA, BY_NC, "All rights reserved"}


def test_a_statement_says_where_it_stands_and_in_what() -> None:
    html = _page(body=f'<p>x</p><p><a rel="license" href="{BY_SA}">y</a> All rights reserved</p>')
    link, words = page_evidence(html, URL)
    assert link["locator"] == f"{URL}#xpath(/html[1]/body[1]/p[2]/a[1])/@href"
    assert words["locator"] == f"{URL}#:~:text=All%20rights%20reserved"
    assert link["sha256"] == hashlib.sha256(html.encode()).hexdigest()


def test_a_page_without_address_has_evidence() -> None:
    graph = f'{{"@type": "Article", "url": "https://elsewhere.org/", "license": "{BY_SA}"}}'
    assert _found(_graph(graph), None) == [("E1", "json_ld", BY_SA, None)]


@given(
    st.text() | st.text(alphabet='<>"/=&; ahrefliclinkmetascriptjson{}[]@:').map(lambda text: f"<a rel=license {text}")
)
def test_no_page_is_an_error(html: str) -> None:
    assert all(entry["class"] in EVIDENCE_CLASSES for entry in page_evidence(html, URL))
