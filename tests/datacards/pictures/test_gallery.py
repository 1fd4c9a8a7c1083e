import functools
import itertools
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import replace

import pytest

from datacards.blocks import Picture
from datacards.manifest import Manifest, TranslatedSegments
from datacards.measures import ClusterSizes, Fertility, LanguagePair, Measures, PerplexityBin, Spread
from datacards.page import page
from datacards.pictures import theme
from datacards.pictures.gallery import figures, pictures, sketches
from datacards.pictures.sketch import TALL
from datacards.readme import readme
from tests.datacards.example import CELLS, EMPTY, MANIFEST, cell

pytest.importorskip("altair", reason="needs the extra `cards`")
pytest.importorskip("vl_convert", reason="needs the extra `cards`")

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(1)>' <b>&amp;"
LENGTH = Spread(None, "byte_count", None, None, (1.0, 10.0, 100.0), (3, 0), (1, 2), 0, is_logarithmic=True)
WORDS = Spread(
    "enough_words", "word_count", ">=", (20.0, 50.0), (0.0, 40.0, 80.0), (0, 9), (7, 1), 4, is_logarithmic=False
)
BEYOND = replace(WORDS, rule="few_words", operator="<=", thresholds=(900.0, 900.0))
MEASURES = Measures(
    spreads=(LENGTH, WORDS, BEYOND),
    clusters=(ClusterSizes(2, 2, 40, 80), ClusterSizes(3, 4, 5, 17)),
    languages=(LanguagePair("fra_Latn", "fra_Latn", 90), LanguagePair("frp_Latn", "fra_Latn", 10)),
    perplexity="perplexity_ccnet",
    perplexities=(PerplexityBin("fra_Latn", 19, 6), PerplexityBin("fra_Latn", 22, 4), PerplexityBin("por_Latn", 20, 1)),
    fertility=(Fertility("fra_Latn", 300, 200), Fertility("por_Latn", 90, 30)),
)
SEGMENTS = (
    TranslatedSegments("por_Latn", "whole", None, 80),
    TranslatedSegments("por_Latn", "untouched", None, 1000),
    TranslatedSegments("por_Latn", "again", "length", 15),
    TranslatedSegments("por_Latn", "rejected", "numbers", 5),
)
FULL = replace(MANIFEST, measures=MEASURES, translated_segments=SEGMENTS)


@functools.cache
def drawn_in_full() -> Mapping[str, Picture]:
    return pictures(FULL)


def _with_languages(count: int) -> Manifest:
    languages = [f"l{number:02}_Latn" for number in range(count)]
    spread = [cell(language, documents=count - number) for number, language in enumerate(languages)]
    return replace(MANIFEST, cells=tuple(spread))


def _labels(svg: str) -> list[str]:
    return [text.text or "" for text in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314 -- made here


def test_each_picture_is_drawn_when_there_are_numbers_for_it() -> None:
    everything = [
        "composition",
        "languages",
        "spreads",
        "perplexity",
        "clusters",
        "translation",
        "fertility",
    ]
    assert [sketch.name for sketch in sketches(FULL)] == everything
    assert [sketch.name for sketch in sketches(MANIFEST)] == ["composition"]
    assert list(sketches(EMPTY)) == []


def test_they_say_what_they_show() -> None:
    said = {sketch.name: sketch.description for sketch in sketches(FULL)}
    assert said["composition"].startswith("1,552 documents in 4 languages, from 3 sources, under 2 licences.")
    assert "In 90.0 % of 100 documents with a declared language" in said["languages"]
    assert "Arpitan read as French 10" in said["languages"]
    assert "100 segments: passed at once 80.0 %, asked again 15.0 %, rejected 5.0 %" in said["translation"]
    assert "1.70 tokens a word over 2 languages, from French 1.50 to Portuguese 3.00" in said["fertility"]
    assert "2 documents: 40 clusters; 3 to 4 documents: 5 clusters" in said["clusters"]
    assert "enough_words (word_count >= 20 to 50, by language): half of 17 documents below 80" in said["spreads"]
    assert "11 documents in 2 languages. French: half below 316" in said["perplexity"]


@pytest.mark.parametrize("name", [sketch.name for sketch in sketches(FULL)])
def test_a_picture_needs_nothing_else_and_reads_in_light_and_dark(name: str) -> None:
    svg = drawn_in_full()[name].svg
    root = ET.fromstring(svg)  # noqa: S314 -- made here
    assert root.get("role") == "img"
    described = {part.get("id"): part.text for part in root if part.tag in (f"{SVG}title", f"{SVG}desc")}
    assert set(described) == set(str(root.get("aria-labelledby")).split()) == {f"{name}-title", f"{name}-description"}
    assert all(described.values())
    attributes = [(key, value) for part in root.iter() for key, value in part.attrib.items()]
    assert not [pair for pair in attributes if pair[0] in ("style", "href", "font-family") or pair[0].startswith("on")]
    assert "url(" not in svg
    colours = {value for key, value in attributes if key in ("fill", "stroke")} - {"none"}
    assert colours <= theme._DARK.keys(), "a colour that would not change where it is dark"
    assert float(root.get("width", "0")) >= theme.WIDTH


def test_the_same_numbers_give_the_same_bytes() -> None:
    assert drawn_in_full() == pictures(Manifest.from_json(FULL.to_json()))


def _luminance(colour: str) -> float:
    """Relative luminance, WCAG 2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_colours_are_told_apart_by_lightness_alone(dark: bool) -> None:
    def shown(colour: str) -> str:
        return theme._DARK[colour] if dark else colour

    assert _contrast(shown(theme.TEXT), shown(theme.GROUND)) > 7
    assert _contrast(shown(theme.QUIET), shown(theme.GROUND)) > 4.5
    assert _contrast(shown(theme.KEPT), shown(theme.DROPPED)) > 1.3
    steps = [_contrast(shown(step), shown(theme.GROUND)) for step in theme.STEPS]
    assert steps == sorted(steps)
    assert min(after / before for before, after in itertools.pairwise(steps)) > 1.2


def test_132_languages_each_have_a_row_and_more_are_put_together() -> None:
    drawn = pictures(_with_languages(132))["composition"]
    assert drawn.folded is not None
    labels = _labels(drawn.svg)
    assert [label for label in labels if label.endswith("_Latn")] == [
        f"l{number:02}  l{number:02}_Latn" for number in range(132)
    ]
    more = _labels(pictures(_with_languages(300))["composition"].svg)
    assert "160 other languages" in more
    assert "l139  l139_Latn" in more
    assert "l140  l140_Latn" not in more


def test_many_sources_and_licences_are_put_together_and_none_is_lost() -> None:
    cells = [
        cell("fra_Latn", f"L-{licence}", documents=100 * source + licence + 1, source=f"s{source}")
        for source in range(30)
        for licence in range(4)
    ]
    labels = _labels(pictures(replace(MANIFEST, cells=tuple(cells)))["composition"].svg)
    columns = [label for label in labels if ": " in label or label.endswith("sources")]
    assert "s29: L-3" in columns
    assert len(columns) <= 36 + 12 + 1
    assert any(label.endswith("other sources") for label in columns)


def test_hostile_names_stay_text() -> None:
    cells = (*CELLS, cell(HOSTILE, HOSTILE, source=HOSTILE))
    spread = replace(WORDS, rule=HOSTILE, value=HOSTILE)
    measures = replace(MEASURES, spreads=(spread,), languages=(LanguagePair(HOSTILE, HOSTILE, 3),))
    hostile = replace(FULL, cells=cells, measures=measures)
    drawn = pictures(hostile)
    for picture in drawn.values():
        tags = {part.tag for part in ET.fromstring(picture.svg).iter()}  # noqa: S314 -- made here
        assert not tags & {f"{SVG}script", f"{SVG}img", f"{SVG}b", f"{SVG}foreignObject"}
    assert "<script>" not in page(hostile, None, drawn)


def test_page_and_readme_show_them_tall_ones_folded() -> None:
    drawn = pictures(_with_languages(TALL + 2))
    text = readme(FULL, None, {**drawn_in_full(), **drawn})
    for path in ("languages", "spreads", "perplexity", "clusters", "translation", "fertility"):
        assert re.search(rf"^!\[[^\n]+\]\(pictures/{path}\.svg\)$", text, re.MULTILINE), path
    summary = f"<summary>{drawn['composition'].folded}</summary>\n\n![Published documents by language"
    assert summary in text
    assert "tables alone" not in text
    shown = page(FULL, None, drawn)
    assert f"<details><summary>{drawn['composition'].folded}</summary>" in shown
    ids = re.findall(r' id="([^"]+)"', page(FULL, None, drawn_in_full()))
    assert len(ids) == len(set(ids))


def test_without_pictures_the_card_says_so_and_has_the_numbers() -> None:
    text = readme(FULL)
    assert "tables alone" in text
    assert "pictures/" not in text
    for number in ("| 3 to 4 | 5 | 17 |", "| `fra_Latn` | French | 300 | 200 | 1.50 |", "| Arpitan (frp\\_Latn) |"):
        assert number in text, number


def test_undrawn_pictures_read_the_same_in_a_readme() -> None:
    assert readme(FULL, None, drawn_in_full()) == readme(FULL, None, pictures(FULL, draw=False))


def test_the_page_draws_the_same_pictures_from_the_same_numbers() -> None:
    told = json.loads(figures(FULL))
    assert list(told) == ["flow", *drawn_in_full()]
    assert {name: one["description"] for name, one in told.items() if name != "flow"} == {
        sketch.name: sketch.description for sketch in sketches(FULL)
    }
    assert told["languages"]["tiles"] == [[0, 0, 6, 90], [1, 0, 6, 10]]
    assert [told["languages"][side][0] for side in ("rows", "columns")] == ["French  fra_Latn  (90)", "fra_Latn"]
    assert sum(tile[3] for tile in told["perplexity"]["tiles"]) == 11
    (clusters,) = told["clusters"]["charts"]
    assert (clusters["names"], clusters["counts"]) == (["2", "3 to 4"], [[40], [5]])
    every_segment, failed = told["translation"]["charts"]
    assert every_segment["counts"] == [[80, 15, 0, 0, 5]]
    assert dict(zip(failed["names"], failed["counts"], strict=True)) == {
        "length": [0, 15, 0, 0, 0],
        "numbers": [0, 0, 0, 0, 5],
    }
    assert told["fertility"]["numbers"] == [1.5, 3.0]
    assert [one["thresholds"] for one in told["spreads"]["histograms"]] == [[], [20.0, 50.0], [900.0]]
    assert [one["records"] for one in told["flow"]["steps"] if one["kind"] == "level"][-1] == 1552
    for name, picture in drawn_in_full().items():
        if told[name]["kind"] == "heat map":
            labels = set(_labels(picture.svg))
            assert labels >= set(told[name]["columns"]) | set(told[name]["steps"]), name


def test_a_page_without_drawn_pictures_has_their_words_until_the_explorer_draws_them() -> None:
    shown = page(FULL, None, pictures(FULL, draw=False), explorer=True)
    places = re.findall(r'<figure tabindex="0" data-picture="([a-z]+)"><p>([^<]+)</p></figure>', shown)
    assert [name for name, _ in places] == [
        name for name in re.findall(r'data-picture="([a-z]+)"', shown) if name != "flow"
    ]
    assert "In 90.0 % of 100 documents with a declared language" in dict(places)["languages"]
