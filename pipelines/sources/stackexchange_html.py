"""Bodies of Stack Exchange posts: from HTML to text, all posts of a thread at once."""

import re
from collections.abc import Sequence

from resiliparse.extract.html2text import extract_plain_text

# What the network's editor lets through, tables apart. Closed or not, none of it reaches beyond the element around it.
_CONTAINED = (
    r"p|a|b|i|em|strong|code|pre|ul|ol|li|blockquote|br|hr|h[1-6]|img|sub|sup|s|strike|del|kbd|dl|dt|dd|div|span"
)
_NOT_CONTAINED = re.compile(rf"<(?!/?(?:{_CONTAINED})[\s/>])(?=[a-zA-Z/!?])", re.IGNORECASE)
_BETWEEN = "\ue000"  # a private-use character: no post means anything by it

_SHORT_EXPONENT = re.compile(r"(?<=\w)<sup>([-+\u2212]?\w{1,4})</sup>")


def texts_of(bodies: Sequence[str]) -> list[str]:
    """Return the text of each body: paragraphs apart, list items marked, code as it stands, pictures left out.

    To parse many small documents costs twice as much as to parse one, so they are parsed as parts of one document
    wherever nothing in them could reach into the next.
    """
    if any("<sup>" in body for body in bodies):
        bodies = [_SHORT_EXPONENT.sub(r"^\1", body) for body in bodies]
    if len(bodies) > 1:
        joined = f"</div>{_BETWEEN}<div>".join(bodies)
        if _NOT_CONTAINED.search(joined) is None:
            texts = _text(f"<div>{joined}</div>").split(_BETWEEN)
            if len(texts) == len(bodies):
                return [text.strip("\n") for text in texts]
    return [_text(body).strip("\n") for body in bodies]


def _text(html: str) -> str:
    text: str = extract_plain_text(
        html, preserve_formatting=True, list_bullets=True, links=False, alt_texts=False, form_fields=False
    )
    return text
