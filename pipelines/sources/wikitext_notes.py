"""Notes in wikitext, which are no part of the running text: half of an article's markup stands in them."""

import re

# What a note cannot begin in, and notes themselves: MediaWiki cuts these out before it reads anything else.
_OPENING = re.compile(r"<(?:(!--)|(nowiki|pre|math|source|syntaxhighlight|ref)\b)", re.IGNORECASE)
_REST_OF_TAG = re.compile(r"[^<>]*>")
_COMMENT, _NOTE = "!--", "ref"
_CLOSING = {
    _COMMENT: re.compile("-->"),
    **{
        name: re.compile(rf"</{name}\s*>", re.IGNORECASE)
        for name in ("nowiki", "pre", "math", "source", "syntaxhighlight", _NOTE)
    },
}
_NESTED = re.compile(r"<ref\b", re.IGNORECASE)


def without_notes(text: str) -> str:
    """Return wikitext without the notes that are written in it; of those in each other the inner ones alone are.

    An element ends with the first tag that closes it, whatever stands before. (MediaWiki,
    includes/parser/Preprocessor_Hash.php, `buildDomTreeArrayFromText`.)

    >>> without_notes("It is so.<ref name=a>See {{cite web}}</ref><ref name='b' /> <nowiki><ref></nowiki>")
    'It is so. <nowiki><ref></nowiki>'
    """
    kept: list[str] = []
    ends: dict[str, re.Match[str] | None] = {}  # the next end of each kind of element; None where none is left
    taken = place = 0
    while opening := _OPENING.search(text, place):
        place = opening.end()
        name = (opening[1] or opening[2]).lower()
        if name != _COMMENT:
            tag = _REST_OF_TAG.match(text, place)
            if tag is None:
                continue
            place = tag.end()
        if name == _COMMENT or not text.endswith("/>", 0, place):
            closing = ends.get(name, opening)
            if closing is not None and closing.start() < place:
                closing = ends[name] = _CLOSING[name].search(text, place)
            if closing is None or (name == _NOTE and _NESTED.search(text, place, closing.start())):
                continue  # what has no end is no element
            place = closing.end()
        if name == _NOTE:
            kept.append(text[taken : opening.start()])
            taken = place
    return "".join([*kept, text[taken:]])
