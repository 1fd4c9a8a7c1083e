import pytest

from pipelines.licensing.collectors.dataset_card import card_evidence
from pipelines.licensing.collectors.jats import jats_evidence, jats_root

BY = "http://creativecommons.org/licenses/by/3.0/"
NC = "http://creativecommons.org/licenses/by-nc/4.0/"
ARTICLE = """<article xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:ali="http://www.niso.org/schemas/ali/1.0/">
<front><permissions>{permissions}</permissions></front><body>{body}</body></article>"""


def _jats(permissions: str, body: str = "") -> list[tuple[str, str, str, str | None]]:
    root = jats_root(ARTICLE.format(permissions=permissions, body=body), "PMC1.xml")
    found = jats_evidence(root, "PMC1.xml", "0" * 64)
    return [(entry["class"], entry["kind"], entry["value"], entry.get("about")) for entry in found]


@pytest.mark.parametrize(
    ("permissions", "kind", "value"),
    [
        (f'<license xlink:href="{BY}"><license-p>Open access.</license-p></license>', "jats_license", BY),
        (f"<license><ali:license_ref>{BY}</ali:license_ref></license>", "jats_license_ref", BY),
        (
            f'<license><license-p><ext-link xlink:href="{BY}">it</ext-link></license-p></license>',
            "jats_license",
            BY,
        ),
        ("<license><license-p>CC BY\n 4.0</license-p></license>", "jats_license", "CC BY 4.0"),
    ],
)
def test_an_article_states_its_licence(permissions: str, kind: str, value: str) -> None:
    assert _jats(permissions) == [("E1", kind, value, None)]


def test_a_figure_speaks_for_itself_alone() -> None:
    figure = f'<fig><permissions><license xlink:href="{NC}"/></permissions></fig>'
    assert _jats(f'<license xlink:href="{BY}"/>', figure) == [
        ("E1", "jats_license", BY, None),
        ("E5", "jats_license", NC, "fig"),
    ]


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        ("\u00a9 2021 Elsevier B.V. All rights reserved.", ["All rights reserved"]),
        ("Copyright \u00a9 2010 Cancer Research UK", []),
        (
            "This is an article distributed under the terms of the <i>Creative Commons\nBY</i>, which permits",
            ["Creative Commons BY"],
        ),
        (f'\u00a9 Doe, see <ext-link xlink:href="{BY}">it</ext-link>', [BY]),
        ('\u00a9 Doe, see <ext-link xlink:href="https://e.org/us">us</ext-link>', []),
    ],
)
def test_a_copyright_statement_counts_where_no_licence_is_stated(statement: str, values: list[str]) -> None:
    copyright_ = f"<copyright-statement>{statement}</copyright-statement>"
    found = [("E1", "jats_copyright", value, None) for value in values]
    figure = f'<fig><permissions>{copyright_}<license xlink:href="{NC}"/></permissions></fig>'
    assert _jats(copyright_) == found
    assert _jats(copyright_, figure) == [*found, ("E5", "jats_license", NC, "fig")]
    assert _jats(f'{copyright_}<license xlink:href="{BY}"/>') == [("E1", "jats_license", BY, None)]


@pytest.mark.parametrize("xml", ["<article>", "", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_what_is_no_article_is_said(xml: str) -> None:
    with pytest.raises(ValueError, match=r"PMC1\.xml: "):
        jats_root(xml, "PMC1.xml")


@pytest.mark.parametrize(
    ("front", "values"),
    [
        ("license: odc-by", ["odc-by"]),
        ("license: [mit, cc-by-4.0]", ["mit", "cc-by-4.0"]),
        ("license: other\nlicense_name: our-terms\nlicense_link: https://e.org/t", ["our-terms", "https://e.org/t"]),
        ("license: other", ["other"]),
        ("language: de", []),
        ("license: [", []),
        ("- a list", []),
    ],
)
def test_a_dataset_card_is_a_third_partys_label(front: str, values: list[str]) -> None:
    found = card_evidence(f"---\n{front}\n---\n# Title\nlicense: mit\n", "hf:a/b")
    assert [entry["value"] for entry in found] == values
    assert {entry["class"] for entry in found} <= {"E6"}
    assert card_evidence(f"# No front matter\n{front}", "hf:a/b") == []
