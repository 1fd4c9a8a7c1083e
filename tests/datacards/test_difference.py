"""What changed between two releases."""

from dataclasses import replace

from datacards.blocks import Listing, Section, Table
from datacards.cells import totals
from datacards.content import card
from datacards.difference import difference
from datacards.manifest import Manifest, Rule
from datacards.readme import markdown
from tests.datacards.example import CELLS, MANIFEST, cell


def _tables(section: Section) -> dict[str, list[tuple[str, ...]]]:
    return {
        block.caption: [tuple(str(getattr(value, "text", value)) for value in row) for row in block.rows]
        for block in section.blocks
        if isinstance(block, Table)
    }


def _later() -> Manifest:
    cells = (*(old for old in CELLS if old.language != "ast_Latn"), cell("deu_Latn", "CC0-1.0", documents=5))
    rules = (*MANIFEST.rules[:2], Rule("enough_words", "word_count >= 80", is_sql=True), *MANIFEST.rules[3:])
    recipe = MANIFEST.recipe + "seed: 7\n"
    return replace(MANIFEST, cells=cells, rules=rules, recipe=recipe, build_date="2026-12-01")


def test_the_same_release_differs_in_nothing() -> None:
    section = difference(MANIFEST, MANIFEST)
    assert _tables(section) == {}
    assert "Nothing else changed" in markdown(card(MANIFEST, MANIFEST))


def test_what_came_and_went_adds_up() -> None:
    later = _later()
    section = difference(MANIFEST, later)
    tables = _tables(section)
    languages = tables["Languages whose published text changed"]
    assert languages == [
        ("ast_Latn", "40", "0", "-40", "-4.00 kB", "-800"),
        ("deu_Latn", "0", "5", "+5", "+500 B", "+100"),
    ]
    assert totals(later.published).documents - totals(MANIFEST.published).documents == -35
    assert [row[0] for row in tables["Licences whose published text changed"]] == ["MIT", "CC0-1.0"]
    assert tables["Rules that changed"] == [("enough_words", "word_count >= 50 OR lang = 'a|b'", "word_count >= 80")]
    assert section.title == "Changes since the build of 2026-11-24"
    listing = next(block for block in section.blocks if isinstance(block, Listing))
    assert "+seed: 7" in listing.text.splitlines()
    assert listing.summary == "The recipe: 1 line changed"


def test_the_card_tells_of_the_release_before() -> None:
    assert "Changes since the build of 2026-11-24" in markdown(card(_later(), MANIFEST))
    assert "Changes since" not in markdown(card(_later()))
