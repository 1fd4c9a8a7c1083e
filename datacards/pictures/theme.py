"""How a card's pictures look: colours that also people tell apart who are blind to some, in light and in dark.

Vega-Lite writes every colour as an attribute. The style of a picture puts others in their place where the reader's
system is dark; a reader that knows no styles sees the light ones.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import altair as alt

Chart: TypeAlias = "alt.Chart | alt.LayerChart | alt.ConcatChart | alt.VConcatChart"

WIDTH = 960  # of every picture, at least: a page shows all of them at one scale
CLASS = "picture"

GROUND, TEXT, QUIET, LINE = "#ffffff", "#1c1c1c", "#5f6368", "#d5d8dc"
# Okabe and Ito's palette ("Color Universal Design", 2008), but for their yellow, which white swallows.
KEPT, DROPPED, GREEN, SKY, PINK = "#0072b2", "#e69f00", "#009e73", "#56b4e9", "#cc79a7"
# From few to many: one hue, told apart by lightness alone.
STEPS = ("#cfe3f1", "#a6cbe5", "#74aed7", "#438fc4", "#2270a9", "#105087", "#082e57")

_DARK: Mapping[str, str] = {
    GROUND: "#14171a",
    TEXT: "#e8eaed",
    QUIET: "#a3a9af",
    LINE: "#3a3f45",
    KEPT: "#3f9fd8",
    DROPPED: "#e69f00",
    GREEN: "#2fc79b",
    SKY: "#a5d8f5",
    PINK: "#dd9cc0",
    **dict(zip(STEPS, ("#17324a", "#1b4a70", "#20659a", "#3384bf", "#5fa6d8", "#98cbea", "#dcf0fc"), strict=True)),
}
_FONT = "Liberation Sans"  # comes with vl-convert: texts are measured alike on every machine …
_SHOWN_FONT = '"Liberation Sans",Arial,Helvetica,"Noto Sans",sans-serif'  # … and shown in letters as wide
_MARGIN = 18
_SVG = "http://www.w3.org/2000/svg"
_DROPPED_ATTRIBUTES = ("role", "pointer-events", "style", "class", "font-family", "version")
_DECIMALS = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?")


def few_to_many(count: int) -> list[str]:
    """Return as many colours, from few to many, at most `len(STEPS)` different ones."""
    if count == 1:
        return [STEPS[3]]
    return [STEPS[round(number * (len(STEPS) - 1) / (count - 1))] for number in range(count)]


def config() -> dict[str, object]:
    """Return Vega-Lite's configuration for a picture."""
    text = {
        "labelFont": _FONT,
        "titleFont": _FONT,
        "labelColor": TEXT,
        "titleColor": QUIET,
        "titleFontWeight": "normal",
    }
    return {
        "background": GROUND,
        "padding": _MARGIN,
        "font": _FONT,
        "aria": False,
        "view": {"stroke": None},
        "axis": {
            **text,
            "labelFontSize": 11,
            "labelPadding": 4,
            "titleFontSize": 12,
            "gridColor": LINE,
            "domainColor": QUIET,
            "tickColor": QUIET,
            "gridWidth": 0.6,
        },
        "legend": {
            **text,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleLimit": 600,
            "orient": "top",
            "symbolType": "square",
        },
        "title": {
            "font": _FONT,
            "subtitleFont": _FONT,
            "color": TEXT,
            "subtitleColor": QUIET,
            "fontSize": 13,
            "subtitleFontSize": 11,
            "anchor": "start",
            "frame": "group",
        },
        "text": {"font": _FONT, "fontSize": 11, "color": TEXT},
    }


def style() -> str:
    """Return the style of all pictures."""
    dark = "".join(
        f'.{CLASS} [{attribute}="{light}"]{{{attribute}:{colour}}}'
        for attribute in ("fill", "stroke")
        for light, colour in _DARK.items()
        if light != colour
    )
    return f".{CLASS} text{{font-family:{_SHOWN_FONT}}}\n@media(prefers-color-scheme:dark){{{dark}}}\n"


def drawn(chart: "Chart", name: str, title: str, description: str) -> str:
    """Return a chart as SVG: the same chart gives the same text.

    Args:
        chart: The chart, without a configuration.
        name: Tells the picture from others on a page.
        title: What it shows.
        description: What it says, in words.
    """
    import vl_convert  # noqa: PLC0415 -- an extra

    specification = chart.to_dict()
    specification["config"] = config()
    svg = vl_convert.vegalite_to_svg(specification, allowed_base_urls=[])
    return _finished(svg, name, title, description)


def _finished(svg: str, name: str, title: str, description: str) -> str:
    """Leave out what Vega writes for no reader, and add title, description and style."""
    root = ET.fromstring(svg)  # noqa: S314 -- written by this process
    for part in root.iter():
        for key in list(part.attrib):
            if key in _DROPPED_ATTRIBUTES or key.startswith("aria-"):
                del part.attrib[key]
            else:
                part.set(key, _DECIMALS.sub(_rounded, part.attrib[key]))
    _leave_out_invisible(root)
    width, height = (float(size) for size in root.attrib["viewBox"].split()[2:])
    width = max(width, WIDTH)
    attributes = {
        "class": CLASS,
        "viewBox": f"0 0 {width:g} {height:g}",
        "width": f"{width:g}",
        "height": f"{height:g}",
        "role": "img",
        "aria-labelledby": f"{name}-title {name}-description",
    }
    root.attrib.clear()
    root.attrib.update(attributes)
    ground = root.find(f"{{{_SVG}}}rect")
    if ground is not None:
        ground.set("width", f"{width:g}")
    head = _elements(("title", f"{name}-title", title), ("desc", f"{name}-description", description))
    sheet = ET.Element(f"{{{_SVG}}}style")
    sheet.text = style()
    root[:0] = [*head, sheet]
    ET.register_namespace("", _SVG)
    return ET.tostring(root, encoding="unicode") + "\n"


def _elements(*parts: tuple[str, str, str]) -> Sequence[ET.Element]:
    made = []
    for tag, id_, text in parts:
        made.append(ET.Element(f"{{{_SVG}}}{tag}", {"id": id_}))
        made[-1].text = text
    return made


def _leave_out_invisible(root: ET.Element) -> None:
    for parent in list(root.iter()):
        for child in list(parent):
            empty = child.tag == f"{{{_SVG}}}text" and not child.text and not len(child)
            if empty or child.get("display") == "none":
                parent.remove(child)


def _rounded(match: re.Match[str]) -> str:
    return f"{float(match[0]):.2f}".rstrip("0").rstrip(".")
