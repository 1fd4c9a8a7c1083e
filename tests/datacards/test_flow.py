import re
import xml.etree.ElementTree as ET
from dataclasses import replace

from datacards.flow import Step, flow_steps, in_asking_order, records_left_out
from datacards.waterfall import MOST_BARS, describe, fold_small_drops, waterfall
from tests.datacards.example import EMPTY, MANIFEST

STEPS = flow_steps(MANIFEST)


def _parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 -- rendered here


def _levels_hold(steps: list[Step]) -> bool:
    level = steps[0].records
    for step in steps[1:]:
        if step.kind == "level" and step.records != level:
            return False
        level = (
            step.records if step.kind == "level" else level + (step.records if step.kind == "add" else -step.records)
        )
    return True


def test_steps_add_up_from_raw_to_published() -> None:
    assert [(step.label, step.kind, step.records) for step in STEPS] == [
        ("records read", "level", 2150),
        ("bad_utf8", "drop", 5),
        ("no_text", "drop", 2),
        ("documents", "level", 2143),
        ("duplicate", "drop", 30),
        ("license:no_license", "drop", 500),
        ("enough_words", "drop", 70),
        ("enough_words:null", "drop", 3),
        ("originals kept", "level", 1540),
        ("translations kept", "add", 12),
        ("published", "level", 1552),
    ]
    assert _levels_hold(list(STEPS))


def test_reasons_follow_the_rules() -> None:
    assert in_asking_order(MANIFEST, ["zzz", "enough_words:null", "license:b", "enough_words", "license:a"]) == [
        "license:a",
        "license:b",
        "enough_words",
        "enough_words:null",
        "zzz",
    ]


def test_records_left_out_are_counted_by_reason() -> None:
    assert records_left_out(MANIFEST) == {"bad_utf8": 5, "no_text": 2}
    assert records_left_out(EMPTY) == {}


def test_the_picture_is_sound_xml_and_always_the_same() -> None:
    text = waterfall(STEPS)
    root = _parsed(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("role") == "img"
    words = "".join(root.itertext())
    for word in ("1,552", "license:no_license", "\N{MINUS SIGN}500", "+12"):
        assert word in words
    assert "href" not in text
    assert waterfall(tuple(STEPS)) == text


def test_bars_are_in_scale_and_inside_the_picture() -> None:
    bars = re.findall(r'<rect class="(\w+)" x="([\d.]+)" y="\d+" width="([\d.]+)"', waterfall(STEPS))
    widths = [float(width) for _, _, width in bars]
    assert widths[0] == max(widths)
    assert abs(widths[-1] / widths[0] - 1552 / 2150) < 0.001
    assert min(widths) >= 1.5
    assert all(float(x) + float(width) <= 960 for _, x, width in bars)


def test_labels_cannot_break_out_of_the_picture() -> None:
    text = waterfall([Step('</text><script>"&', "level", "ingest", 3), Step("x" * 99, "drop", "select", 1)])
    _parsed(text)
    assert "<script>" not in text


def test_nothing_at_all_still_gives_a_picture() -> None:
    _parsed(waterfall(flow_steps(EMPTY)))
    _parsed(waterfall([]))


def test_many_small_drops_are_put_together() -> None:
    drops = [Step(f"r{number:02}", "drop", "select", number + 1) for number in range(60)]
    steps = [Step("records read", "level", "ingest", 5000), *drops, Step("published", "level", "publish", 5000 - 1830)]
    folded = fold_small_drops(steps, MOST_BARS)
    assert len(folded) <= MOST_BARS
    assert _levels_hold(folded)
    assert any("smaller reasons" in step.label for step in folded)
    assert describe(folded).startswith("records read: 5,000; r")
    assert fold_small_drops(steps[:5], MOST_BARS) == steps[:5]


def test_the_example_is_conserved_when_a_cell_is_taken_away() -> None:
    fewer = flow_steps(replace(MANIFEST, cells=MANIFEST.cells[1:]))
    assert not _levels_hold(list(fewer))
