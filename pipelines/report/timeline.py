"""Which worker did what when, as SVG made of nothing but text."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from pipelines.report.units import UnitTaken, busy_stretches, stage_of

WIDTH = 960
MOST_LANES = 48  # workers that are shown

_LEFT, _RIGHT, _TOP, _LANE, _GAP = 12, 12, 44, 16, 5
_BREAK = 14  # pixels at most in the place of a stretch in which nothing ran
_SHORTEST_BREAK = 0.03  # of the time at work: shorter pauses are shown as they were
_NARROW = 1.0  # pixels
_MINUTE, _HOUR = 60, 3600

# Okabe and Ito's colours for all kinds of sight, and two greys, in the order of the way.
_COLOURS = {
    "ingest": "#0072b2",
    "annotate": "#e69f00",
    "dedup": "#009e73",
    "license": "#cc79a7",
    "select": "#d55e00",
    "translate": "#f0e442",
    "tokenize": "#56b4e9",
    "mix": "#999999",
    "publish": "#7b5ea7",
}
_STYLE = """
.ground{fill:#fff}.lane{fill:#f0eeea}.text{fill:#1c1c1c}.quiet{fill:#5f6368}.break{stroke:#5f6368}
@media(prefers-color-scheme:dark){.ground{fill:#1b1f23}.lane{fill:#262b30}.text{fill:#e8eaed}.quiet{fill:#a0a6ad}
.break{stroke:#a0a6ad}}
text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
.end{text-anchor:end}
""" + "".join(f".s-{stage}{{fill:{colour}}}\n" for stage, colour in _COLOURS.items())


@dataclass(frozen=True)
class _Scale:
    """Time to place: stretches in which something ran, with breaks between them."""

    stretches: Sequence[tuple[float, float]]
    pixels_a_second: float
    pixels_a_break: float

    def place(self, moment: float) -> float:
        """Return the place of a moment within a stretch, in pixels."""
        x = float(_LEFT)
        for begin, end in self.stretches:
            if moment <= end:
                return x + max(0.0, moment - begin) * self.pixels_a_second
            x += (end - begin) * self.pixels_a_second + self.pixels_a_break
        return x - self.pixels_a_break

    def breaks(self) -> list[float]:
        """Return the middles of the breaks, in pixels."""
        return [self.place(end) + self.pixels_a_break / 2 for _, end in self.stretches[:-1]]


def timeline(units: Sequence[UnitTaken]) -> str:
    """Return a picture with a lane for each worker and a bar for each unit; empty where no unit noted when it began."""
    timed = [unit for unit in units if unit.span is not None]
    if not timed:
        return ""
    scale = _scale_of(timed)
    by_worker: dict[tuple[str, int] | None, list[UnitTaken]] = {}
    for unit in sorted(timed, key=lambda unit: unit.span or (0.0, 0.0)):
        by_worker.setdefault(unit.worker, []).append(unit)
    lanes = list(by_worker.values())[:MOST_LANES]
    height = _TOP + len(lanes) * (_LANE + _GAP) + 26
    parts = [_legend(timed)]
    for number, some in enumerate(lanes):
        y = _TOP + number * (_LANE + _GAP)
        parts.append(f'<rect class="lane" x="{_LEFT}" y="{y}" width="{WIDTH - _LEFT - _RIGHT}" height="{_LANE}"/>')
        parts += [_drawn(bar, y) for bar in _bars(some, scale)]
    for x in scale.breaks():
        parts.append(
            f'<line class="break" x1="{x:.1f}" y1="{_TOP - 4}" x2="{x:.1f}" y2="{height - 22}" stroke-dasharray="3 3"/>'
        )
    ran = duration(sum(end - begin for begin, end in scale.stretches))
    hidden = len(by_worker) - len(lanes)
    more = f"; {hidden:,} more processes are not shown" if hidden else ""
    said = f"{ran} from left to right, a lane for each process{'; dashed: nothing ran' if scale.breaks() else ''}{more}"
    parts.append(f'<text class="quiet" x="{_LEFT}" y="{height - 8}">{said}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-labelledby="timeline-title">\n<title id="timeline-title">Which worker did what when</title>\n'
        f'<style>{_STYLE}</style>\n<rect class="ground" width="{WIDTH}" height="{height}"/>\n{"".join(parts)}</svg>\n'
    )


def duration(seconds: float) -> str:
    """Return a time as people say it.

    >>> duration(0.5), duration(75), duration(8000)
    ('0.50 s', '1.2 min', '2.2 h')
    """
    if seconds < _MINUTE:
        return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.1f} s"  # noqa: PLR2004 -- three figures
    return f"{seconds / _MINUTE:.1f} min" if seconds < _HOUR else f"{seconds / _HOUR:,.1f} h"


def _scale_of(units: Sequence[UnitTaken]) -> _Scale:
    stretches = busy_stretches(units)
    worked = sum(end - begin for begin, end in stretches)
    merged = [stretches[0]]
    for begin, end in stretches[1:]:
        if begin - merged[-1][1] < worked * _SHORTEST_BREAK:
            merged[-1] = merged[-1][0], end
        else:
            merged.append((begin, end))
    shown = sum(end - begin for begin, end in merged)
    breaks, pixels = len(merged) - 1, WIDTH - _LEFT - _RIGHT
    pixels_a_break = min(_BREAK, pixels / 2 / max(breaks, 1))  # half of the picture is left for work
    return _Scale(merged, (pixels - pixels_a_break * breaks) / max(shown, 1e-3), pixels_a_break)


@dataclass
class _Bar:
    """Units of one stage, one behind the other, whose bars touch."""

    stage: str
    begin: float
    end: float
    first: UnitTaken
    units: int = 1


def _bars(units: Sequence[UnitTaken], scale: _Scale) -> list[_Bar]:
    """Return the bars of a lane; what is narrower than a pixel is drawn together."""
    bars: list[_Bar] = []
    for unit in units:
        begin, end = map(scale.place, unit.span or (0.0, 0.0))
        stage = stage_of(unit)
        narrow = end - begin < _NARROW
        if bars and narrow and bars[-1].stage == stage and begin - bars[-1].end < _NARROW:
            bars[-1].end = max(bars[-1].end, end)
            bars[-1].units += 1
        else:
            bars.append(_Bar(stage, begin, max(end, begin + _NARROW / 2), unit))
    return bars


def _drawn(bar: _Bar, y: int) -> str:
    name = f"{bar.first.receipt.stage} {bar.first.receipt.name}"
    title = f"{name}: {duration(bar.first.wall_seconds)}" if bar.units == 1 else f"{bar.units:,} units from {name} on"
    return (
        f'<rect class="s-{bar.stage}" x="{bar.begin:.1f}" y="{y}" width="{bar.end - bar.begin:.1f}" height="{_LANE}">'
        f"<title>{escape(title)}</title></rect>"
    )


def _legend(units: Sequence[UnitTaken]) -> str:
    parts, x = [], _LEFT
    for stage in dict.fromkeys(map(stage_of, units)):
        parts.append(f'<rect class="s-{stage}" x="{x}" y="14" width="11" height="11" rx="2"/>')
        parts.append(f'<text class="text" x="{x + 16}" y="24">{stage}</text>')
        x += 34 + 7 * len(stage)
    return "".join(parts)
