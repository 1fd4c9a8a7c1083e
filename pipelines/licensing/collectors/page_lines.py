"""What lines of a page's visible text say about its licence, read around the words that may say it.

To lay out a page's text anew costs a tenth of finding its main text and more. So only the markup around such words is
parsed once more and laid out, as far as their lines reach; where that does not tell what the lines are, the page is.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import HTMLTree

from pipelines.licensing.collectors.page_hints import telling_lines
from pipelines.licensing.collectors.page_text import MOST_STATEMENTS, line_statements

_REACHES = (1000, 8000)  # bytes of markup on either side; the second for lines that go beyond the first
_WORD, _EDGE = "\U0010fffd", "\U0010fffc"  # private-use characters, put before words and where the markup is cut
_UNSEEN = (
    (b"<!--", b"-->"),
    *((f"<{tag}".encode(), f"</{tag}".encode()) for tag in ("script", "style", "noscript", "textarea")),
)
_LONGEST_COMMENT = 2**16
_CELL_TAGS = (b"<td", b"</td", b"<th", b"</th")
_IN_TABLES = "<table><tr><td>" * 3  # keeps cells apart whose tables begin further up

_Statements = list[tuple[str, str]]


def text_statements(html: bytes, tree: HTMLTree, places: Sequence[int] | None) -> _Statements:
    """Return the licence statements of a page's running text, as (kind, words as found).

    Args:
        html: The page in UTF-8.
        tree: The same, parsed.
        places: Where in it words begin that may be of a statement, in their order; None to read the whole page: where
            they are too many, or text is shaped like its markup (`pre`), whose lines cannot be told from within.
    """
    if tree.body is None:
        return []
    found = None if places is None else _statements_around(html, places)
    return line_statements(telling_lines(_laid_out(tree))) if found is None else found


def _laid_out(page: HTMLTree | str) -> str:
    text: str = extract_plain_text(page, preserve_formatting=True, alt_texts=False, links=False, form_fields=False)
    return text


def _statements_around(html: bytes, places: Sequence[int]) -> _Statements | None:
    """Return what the lines say in which these places stand; None where that cannot be told."""
    said: dict[tuple[str, str], None] = {}
    for near in _gathered(places):
        lines = next((lines for reach in _REACHES if (lines := _lines_around(html, near, reach)) is not None), None)
        if lines is None:
            return None
        found = line_statements(lines)
        if found and _behind_closer(html[near[-1] : near[-1] + _LONGEST_COMMENT], *_UNSEEN[0]):
            return None
        said |= dict.fromkeys(found)
    return list(said)[:MOST_STATEMENTS]


def _gathered(places: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield places that are near to each other together."""
    begin = 0
    for index in range(1, len(places) + 1):
        if index == len(places) or places[index] - places[index - 1] > _REACHES[0]:
            yield places[begin:index]
            begin = index


def _lines_around(html: bytes, places: Sequence[int], reach: int) -> list[str] | None:
    """Return the lines in which places stand; None where one may go on, or be out of sight, beyond what is in reach."""
    begin, end = max(0, places[0] - reach), min(len(html), places[-1] + reach)
    lowered = html[begin:end].lower()
    first = _sound_begin(lowered, places[0] - begin) if begin > 0 else 0
    last = _sound_end(lowered) if end < len(html) else len(lowered)
    if begin + first > places[0] or begin + last <= places[-1]:
        return None
    if any(_is_in_noscript(lowered, place - begin) for place in places):
        return None
    cuts = [begin + first, *places, begin + last]
    around = _WORD.join(html[one:other].decode("utf-8", "ignore") for one, other in pairwise(cuts))
    if begin > 0:
        around = f"{_IN_TABLES if any(tag in lowered for tag in _CELL_TAGS) else ''}{_EDGE}{around}"
    if end < len(html):
        around += _EDGE
    lines = [line for line in _laid_out(around).splitlines() if _WORD in line]
    return None if any(_EDGE in line for line in lines) else [line.replace(_WORD, "") for line in lines]


def _is_in_noscript(lowered: bytes, place: int) -> bool:
    """Tell whether a place may be in a `noscript`, which is unseen unless what is open around it ends it early."""
    return lowered.rfind(b"<noscript", 0, place) > lowered.rfind(b"</noscript", 0, place)


def _sound_begin(lowered: bytes, place: int) -> int:
    """Return where markup that was cut somewhere begins anew: behind a tag, and behind what ends out of sight."""
    opener = lowered.find(b"<", 0, place)
    begin = opener if opener >= 0 else lowered.rfind(b">", 0, place) + 1
    return max(begin, *(_behind_closer(lowered, *pair) for pair in _UNSEEN))


def _behind_closer(lowered: bytes, opener: bytes, closer: bytes) -> int:
    """Return where a closing tag ends that none before it opens; 0 where there is none."""
    place = lowered.find(closer)
    if place < 0 or opener in lowered[:place]:
        return 0
    return lowered.find(b">", place) + 1 or len(lowered)


def _sound_end(lowered: bytes) -> int:
    """Return where markup that is cut somewhere ends before a tag, and before what ends out of sight."""
    tag = lowered.rfind(b"<")
    end = len(lowered) if tag < 0 or b">" in lowered[tag:] else tag
    for opener, closer in _UNSEEN:
        if opener in lowered and (place := lowered.rfind(opener)) > lowered.rfind(closer):
            end = min(end, place)
    return end
