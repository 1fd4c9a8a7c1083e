"""The picture of a spread shows what is removed, in words as well."""

import xml.etree.ElementTree as ET

from datacards.histogram import histogram

EDGES = (0.0, 1.0, 2.0, 3.0, 4.0)


def kinds(picture: str) -> list[str]:
    root = ET.fromstring(picture)  # noqa: S314 -- our own text
    found = [rect.get("class", "") for rect in root.iter("{http://www.w3.org/2000/svg}rect")]
    return [kind for kind in found if kind in ("kept", "gone")]


def test_what_lies_beyond_the_threshold_is_marked() -> None:
    below = histogram(EDGES, (1, 2, 3, 4), (2.0, 2.0), is_minimum=True, title="x", name="n")
    above = histogram(EDGES, (1, 2, 3, 4), (1.0, 2.0), is_minimum=False, title="x", name="n")
    assert kinds(below) == ["gone", "gone", "kept", "kept"]
    assert kinds(above) == ["kept", "kept", "gone", "gone"]
    assert "10 documents; threshold 2" in below
    assert "threshold 1 to 2" in above


def test_words_are_escaped_and_empty_counts_drawn() -> None:
    picture = histogram(EDGES, (0, 0, 0, 0), (9.0, 9.0), is_minimum=True, title="a < b & <script>", name="n")
    assert "<script>" not in picture
    assert ET.fromstring(picture) is not None  # noqa: S314 -- our own text
