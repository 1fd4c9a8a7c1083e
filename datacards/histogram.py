"""A histogram with a threshold on it, as SVG made of nothing but text."""

import itertools
from collections.abc import Sequence
from xml.sax.saxutils import escape

WIDTH = 960
HEIGHT = 220

_LEFT, _RIGHT, _TOP, _BOTTOM = 18, 18, 34, 34

_STYLE = """
.ground{fill:#fff}.text{fill:#1c1c1c}.quiet{fill:#5f6368}.kept{fill:#0072b2}.gone{fill:#e69f00}.mark{stroke:#1c1c1c}
.hatch{stroke:#7a4a00}
@media(prefers-color-scheme:dark){.ground{fill:#14171a}.text{fill:#e8eaed}.quiet{fill:#9aa0a6}.kept{fill:#56b4e9}
.gone{fill:#e69f00}.mark{stroke:#e8eaed}.hatch{stroke:#5c3a00}}
text{font:13px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
.end{text-anchor:end}.middle{text-anchor:middle}
"""


def histogram(
    edges: Sequence[float],
    counts: Sequence[int],
    threshold: tuple[float, float],
    *,
    is_minimum: bool,
    title: str,
    name: str,
) -> str:
    """Return a histogram as an SVG picture; bins that the threshold removes are hatched.

    Args:
        edges: The bins' edges, one more than bins, ascending; the picture spaces them evenly.
        counts: Documents in each bin.
        threshold: The least and the greatest threshold: they differ where languages have their own.
        is_minimum: Whether values below the threshold fail, not those above.
        title: What the values are, in words.
        name: Tells the picture from others on a page.
    """
    highest = max(counts, default=0) or 1
    width = (WIDTH - _LEFT - _RIGHT) / len(counts)
    ground = HEIGHT - _BOTTOM
    parts = []
    for number, count in enumerate(counts):
        height = (ground - _TOP) * count / highest
        middle = (edges[number] + edges[number + 1]) / 2
        gone = middle < threshold[0] if is_minimum else middle > threshold[1]
        kind = "gone" if gone else "kept"
        place = (
            f'x="{_LEFT + number * width:.1f}" y="{ground - height:.1f}" width="{width - 1:.1f}" height="{height:.1f}"'
        )
        parts.append(
            f'<rect class="{kind}" {place}><title>{_number(edges[number])} to {_number(edges[number + 1])}: '
            f"{count:,}</title></rect>"
        )
        if gone and height > 0:
            parts.append(f'<rect {place} fill="url(#hatch-{name})"/>')
    for value in dict.fromkeys(threshold):
        x = _LEFT + width * _position(edges, value)
        parts.append(
            f'<line class="mark" x1="{x:.1f}" y1="{_TOP - 10}" x2="{x:.1f}" y2="{ground}" stroke-dasharray="4 3"/>'
        )
        parts.append(
            f'<text class="text middle" x="{min(max(x, 40), WIDTH - 40):.1f}" y="{_TOP - 15}">{_number(value)}</text>'
        )
    axis = f'<text class="quiet" x="{_LEFT}" y="{HEIGHT - 12}">{_number(edges[0])}</text>'
    axis += f'<text class="quiet end" x="{WIDTH - _RIGHT}" y="{HEIGHT - 12}">{_number(edges[-1])}</text>'
    axis += f'<text class="quiet middle" x="{WIDTH / 2:.0f}" y="{HEIGHT - 12}">{escape(title)}</text>'
    described = (
        f"{sum(counts):,} documents; threshold {' to '.join(_number(value) for value in dict.fromkeys(threshold))}"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img" aria-labelledby="{name}-title {name}-description">\n'
        f'<title id="{name}-title">{escape(title)}</title>\n<desc id="{name}-description">{escape(described)}</desc>\n'
        f'<style>{_STYLE}</style>\n<defs><pattern id="hatch-{name}" width="6" height="6" '
        'patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<line class="hatch" x1="0" y1="0" x2="0" y2="6" stroke-width="1.5"/></pattern></defs>\n'
        f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}" rx="8"/>\n{"".join(parts)}{axis}</svg>\n'
    )


def _position(edges: Sequence[float], value: float) -> float:
    """Return where a value stands, in bins from the left."""
    for number, (low, high) in enumerate(itertools.pairwise(edges)):
        if value < high:
            return number + max((value - low) / (high - low), 0.0)
    return len(edges) - 1.0


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"  # noqa: PLR2004 -- digits that fit below a bin
