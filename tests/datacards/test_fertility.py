"""The picture of tokens a word."""

from xml.etree import ElementTree as ET

from datacards.fertility import fertility_picture

POINTS = {"fra_Latn": {"corpus": 1.5, "<other>": 2.5}, "khm_Khmr": {"corpus": 6.0, "<other>": 4.0}}


def test_each_language_is_a_row_with_a_mark_for_each_tokenizer() -> None:
    root = ET.fromstring(fertility_picture(POINTS))  # noqa: S314 -- what was just written
    texts = [element.text for element in root.iter() if element.tag.endswith("text")]
    assert "fra_Latn" in texts
    assert texts.index("fra_Latn") < texts.index("khm_Khmr")
    assert "<other>" in texts
    marks = [element for element in root.iter() if element.tag.endswith(("circle", "polygon"))]
    assert len(marks) == 2 * len(POINTS) + 2  # and two in the legend
    (description,) = [element.text for element in root.iter() if element.tag.endswith("desc")]
    assert description == "fra_Latn: corpus 1.50, <other> 2.50; khm_Khmr: corpus 6.00, <other> 4.00"


def test_nothing_measured_is_an_empty_picture() -> None:
    ET.fromstring(fertility_picture({}))  # noqa: S314 -- what was just written
