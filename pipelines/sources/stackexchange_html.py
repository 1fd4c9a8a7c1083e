"""Bodies of Stack Exchange posts: from HTML to text, many at once."""

import re
from collections.abc import Sequence
from itertools import accumulate, groupby

from resiliparse.extract.html2text import extract_plain_text

# What the network's editor lets through and writes in small letters, tables apart. Closed or not, none of it reaches
# beyond the element around it.
_CONTAINED = (
    r"p|a|b|i|em|strong|code|pre|ul|ol|li|blockquote|br|hr|h[1-6]|img|sub|sup|s|strike|del|kbd|dl|dt|dd|div|span"
)
_NOT_CONTAINED = rf"<(?!/?(?:{_CONTAINED})[\s/>])(?=[a-zA-Z/!?])"
_UNUSUAL = re.compile(rf"<sup>|{_NOT_CONTAINED}")
_BETWEEN = "\ue000"  # a private-use character: no post means anything by it
_PARSED_TOGETHER = 2**15  # characters
_LINE_BETWEEN = f"\n{_BETWEEN}\n"

_SHORT_EXPONENT = re.compile(r"(?<=\w)<sup>([-+\u2212]?\w{1,4})</sup>")


def texts_of(bodies: Sequence[str]) -> list[str]:
    """Return the text of each body: paragraphs apart, list items marked, code as it stands, pictures left out.

    To parse many small documents costs twice as much as to parse one, so they are parsed as parts of one document
    wherever nothing in them could reach into the next.
    """
    ends = accumulate(len(body) for body in bodies)
    together = groupby(zip(bodies, ends, strict=True), key=lambda body_and_end: body_and_end[1] // _PARSED_TOGETHER)
    return [text for _, group in together for text in _texts_together([body for body, _ in group])]


def _texts_together(bodies: Sequence[str]) -> list[str]:
    joined = "".join(["<div>", f"</div>{_BETWEEN}<div>".join(bodies), "</div>"])
    is_contained = True
    if _UNUSUAL.search(joined) is not None:  # most bodies are looked through once
        joined = _SHORT_EXPONENT.sub(r"^\1", joined)
        bodies = [_SHORT_EXPONENT.sub(r"^\1", body) for body in bodies]
        is_contained = re.search(_NOT_CONTAINED, joined) is None
    if is_contained and len(bodies) > 1:
        texts = _text(joined).split(_LINE_BETWEEN)
        if len(texts) == len(bodies):
            return [text.strip("\n") for text in texts]
    return [_text(body).strip("\n") for body in bodies]


def _text(html: str) -> str:
    text: str = extract_plain_text(
        html, preserve_formatting=True, list_bullets=True, links=False, alt_texts=False, form_fields=False
    )
    return text
