"""The flow as a picture: a waterfall of horizontal bars, in SVG, from nothing but text.

The colours are Okabe and Ito's, told apart by people who are blind to red, green or blue; drops are hatched as well, so
that the picture reads in grey. It brings its own ground, light or dark as the reader's system asks.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from xml.sax.saxutils import escape

from datacards.blocks import percent
from datacards.flow import Step

FLOW = "flow"
TITLE = "From raw to published"
WIDTH = 960
MOST_BARS = 28
MINUS = "\N{MINUS SIGN}"

_MARGIN = 18
_LABELS = 236  # where bars begin
_BARS = 510  # width of the longest bar
_HEAD = 24
_ROW = 28
_BAR = 18
_THINNEST = 1.5  # a drop of one document among millions is still seen
_LONGEST_LABEL = 27
_NUMBERS = WIDTH - _MARGIN - 100  # right edges of the columns of numbers
_SHARES = WIDTH - _MARGIN

_STYLE = """
.flow .ground{fill:#fff}.flow .text{fill:#1c1c1c}.flow .quiet{fill:#5f6368}.flow .level{fill:#0072b2}
.flow .drop{fill:#e69f00}.flow .add{fill:#009e73}.flow .line{stroke:#9aa0a6}.flow .hatch{stroke:#7a4a00}
@media(prefers-color-scheme:dark){
.flow .ground{fill:#14171a}.flow .text{fill:#e8eaed}.flow .quiet{fill:#9aa0a6}.flow .level{fill:#56b4e9}
.flow .drop{fill:#e69f00}.flow .add{fill:#2fc79b}.flow .line{stroke:#5f6368}.flow .hatch{stroke:#5c3a00}}
.flow text{font:14px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif;
dominant-baseline:central}
.flow .number{text-anchor:end;font-variant-numeric:tabular-nums}.flow .label{text-anchor:end}
.flow .strong{font-weight:600}
"""


def waterfall(steps: Sequence[Step]) -> str:
    """Return the steps as an SVG picture; the same steps give the same text."""
    bars = fold_small_drops(steps, MOST_BARS)
    highest = max((step.records for step in bars if step.kind == "level"), default=0)
    scale = _BARS / highest if highest else 0.0
    rows: list[str] = []
    level = 0
    for number, step in enumerate(bars):
        before, level = level, _level_after(level, step)
        rows.append(_row(step, (before, level), scale, number, is_last=number == len(bars) - 1))
    height = 2 * _MARGIN + _HEAD + _ROW * len(bars)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'class="flow" role="img" aria-labelledby="flow-title flow-description">\n'
        f'<title id="flow-title">{TITLE}</title>\n'
        f'<desc id="flow-description">{escape(describe(bars))}</desc>\n'
        f"<style>{_STYLE}</style>\n"
        '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<line class="hatch" x1="0" y1="0" x2="0" y2="6" stroke-width="1.5"/></pattern></defs>\n'
        f'<rect class="ground" width="{WIDTH}" height="{height}" rx="8"/>\n'
        f"{_head()}{''.join(rows)}</svg>\n"
    )


def describe(steps: Sequence[Step]) -> str:
    """Return the steps in words, for those who do not see the picture."""
    signs = {"level": "", "drop": MINUS, "add": "+"}
    return "; ".join(f"{step.label}: {signs[step.kind]}{step.records:,}" for step in steps) + "."


def fold_small_drops(steps: Sequence[Step], most: int) -> list[Step]:
    """Return at most about `most` steps: of each stage's drops the smallest are put together."""
    excess = len(steps) - most
    if excess <= 0:
        return list(steps)
    folded: list[Step] = []
    drops = sorted((step for step in steps if step.kind == "drop"), key=lambda step: (step.records, step.label))
    small = set(drops[: excess + 2])  # two more, for the two bars that stand for them
    for is_small, group in groupby(_small_last(steps, small), key=lambda step: step in small):
        members = list(group)
        if is_small and len(members) > 1:
            total = sum(step.records for step in members)
            folded.append(replace(members[0], label=f"{len(members)} smaller reasons", records=total))
        else:
            folded += members
    return folded


def _small_last(steps: Sequence[Step], small: set[Step]) -> list[Step]:
    """Within each run of drops, move the small ones behind the others; between levels their order is free."""
    ordered: list[Step] = []
    for _, group in groupby(steps, key=lambda step: (step.kind, step.stage)):
        ordered += sorted(group, key=lambda step: step in small)
    return ordered


def _head() -> str:
    columns = ((_NUMBERS, "documents"), (_SHARES, "of those left"))
    cells = (f'<text class="quiet number" x="{at}" y="{_MARGIN + 8}">{name}</text>' for at, name in columns)
    return "".join(cells) + "\n"


def _level_after(level: int, step: Step) -> int:
    if step.kind == "level":
        return step.records
    return level - step.records if step.kind == "drop" else level + step.records


def _row(step: Step, levels: tuple[int, int], scale: float, number: int, *, is_last: bool) -> str:
    before, after = levels
    low, high = (0, after) if step.kind == "level" else sorted(levels)
    top = _MARGIN + _HEAD + number * _ROW + (_ROW - _BAR) / 2
    middle = top + _BAR / 2
    width = max((high - low) * scale, _THINNEST if step.records else 0)
    left = min(_LABELS + low * scale, _LABELS + _BARS - width)
    bar = f'x="{left:.1f}" y="{top:.0f}" width="{width:.1f}" height="{_BAR}" rx="1.5"'
    parts = [f"<g><title>{escape(step.label)}: {step.records:,}</title>"]
    strong = " strong" if step.kind == "level" else ""
    label = step.label if len(step.label) <= _LONGEST_LABEL else step.label[: _LONGEST_LABEL - 1] + "…"
    parts.append(f'<text class="text label{strong}" x="{_LABELS - 12}" y="{middle:.0f}">{escape(label)}</text>')
    parts.append(f'<rect class="{step.kind}" {bar}/>')
    if step.kind == "drop":
        parts.append(f'<rect {bar} fill="url(#hatch)"/>')
    sign, share = "", ""
    if step.kind != "level":
        sign = MINUS if step.kind == "drop" else "+"
        share = percent(step.records / before) if step.kind == "drop" and before else ""
    parts.append(f'<text class="text number{strong}" x="{_NUMBERS}" y="{middle:.0f}">{sign}{step.records:,}</text>')
    if share:
        parts.append(f'<text class="quiet label" x="{_SHARES}" y="{middle:.0f}">{escape(share)}</text>')
    if not is_last:
        at = _LABELS + after * scale
        bottom = top + _BAR
        parts.append(
            f'<line class="line" x1="{at:.1f}" y1="{bottom:.0f}" x2="{at:.1f}" y2="{bottom + _ROW - _BAR:.0f}"/>'
        )
    return "".join(parts) + "</g>\n"
