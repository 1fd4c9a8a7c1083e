"""Tokens a word as a picture: a row a language, a mark of its own colour and shape for each tokenizer, in SVG."""

from collections.abc import Mapping
from xml.sax.saxutils import escape

WIDTH = 860

_MARGIN, _LABELS, _HEAD, _ROW = 18, 120, 34, 20
_MARK = 5
# Okabe and Ito's colours, told apart by people who are blind to red, green or blue; shapes for those who see none.
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
_SHAPES: tuple[tuple[tuple[float, float], ...] | None, ...] = (
    None,  # a circle
    ((-1, -1), (1, -1), (1, 1), (-1, 1)),
    ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
    ((0, -1.2), (1.2, 1), (-1.2, 1)),
)

_STYLE = """
.ground{fill:#fff}.text{fill:#1c1c1c}.line{stroke:#c4c7cb}
@media(prefers-color-scheme:dark){.ground{fill:#14171a}.text{fill:#e8eaed}.line{stroke:#3c4043}}
text{font:13px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif;dominant-baseline:central}
.label{text-anchor:end}.tick{text-anchor:middle}
"""


def fertility_picture(points: Mapping[str, Mapping[str, float]]) -> str:
    """Return tokens a word by language and tokenizer as an SVG picture; languages from least to most.

    Args:
        points: Tokens a word of each tokenizer, by language; every language has the same tokenizers.
    """
    languages = sorted(points, key=lambda lang: (max(points[lang].values(), default=0.0), lang))
    names = list(next(iter(points.values()), {}))
    highest = max((value for row in points.values() for value in row.values()), default=1.0) or 1.0
    height = 2 * _MARGIN + _HEAD + _ROW * len(languages)
    scale = (WIDTH - _MARGIN - _LABELS - 3 * _MARK) / highest
    said = "; ".join(
        f"{lang}: " + ", ".join(f"{name} {points[lang][name]:.2f}" for name in names) for lang in languages
    )
    rows = [
        _row(lang, points[lang], names, scale, _MARGIN + _HEAD + _ROW * (number + 0.5))
        for number, lang in enumerate(languages)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        'role="img" aria-labelledby="fertility-title fertility-description">\n'
        '<title id="fertility-title">Tokens a word, by language</title>\n'
        f'<desc id="fertility-description">{escape(said)}</desc>\n<style>{_STYLE}</style>\n'
        f'<rect class="ground" width="{WIDTH}" height="{height}" rx="8"/>\n'
        f"{_legend(names)}{_ticks(highest, scale, height)}{''.join(rows)}</svg>\n"
    )


def _row(lang: str, values: Mapping[str, float], names: list[str], scale: float, y: float) -> str:
    marks = [_mark(number, _LABELS + scale * values[name], y) for number, name in enumerate(names)]
    first, last = (_LABELS + scale * bound for bound in (min(values.values()), max(values.values())))
    return (
        f'<text class="text label" x="{_LABELS - 10}" y="{y:g}">{escape(lang)}</text>'
        f'<line class="line" x1="{first:.1f}" y1="{y:g}" x2="{last:.1f}" y2="{y:g}"/>{"".join(reversed(marks))}\n'
    )


def _legend(names: list[str]) -> str:
    parts, x = [], _LABELS
    for number, name in enumerate(names):
        parts.append(
            f'{_mark(number, x, _MARGIN)}<text class="text" x="{x + 12}" y="{_MARGIN}">{escape(name)}</text>\n'
        )
        x += 40 + 8 * len(name)
    return "".join(parts)


def _ticks(highest: float, scale: float, height: int) -> str:
    step = next(step for step in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 10**9) if highest / step <= 12)  # noqa: PLR2004
    parts = []
    for number in range(int(highest / step) + 1):
        x = _LABELS + scale * step * number
        parts.append(
            f'<line class="line" stroke-width="0.5" x1="{x:.1f}" y1="{_MARGIN + _HEAD}" x2="{x:.1f}" '
            f'y2="{height - _MARGIN}"/>'
            f'<text class="text tick" x="{x:.1f}" y="{_MARGIN + 22}">{step * number:g}</text>\n'
        )
    return "".join(parts)


def _mark(number: int, x: float, y: float) -> str:
    colour = _COLOURS[number % len(_COLOURS)]
    shape = _SHAPES[number % len(_SHAPES)]
    if shape is None:
        return f'<circle cx="{x:.1f}" cy="{y:g}" r="{_MARK}" fill="{colour}"/>'
    corners = " ".join(f"{x + dx * _MARK:.1f},{y + dy * _MARK:.1f}" for dx, dy in shape)
    return f'<polygon points="{corners}" fill="{colour}"/>'
