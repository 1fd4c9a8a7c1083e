"""What a text is made of, of one text: kinds of characters, URLs, markup, misread bytes."""

from collections import Counter

import regex

from signals.character_breaks import UNSPACED_PATTERN
from signals.character_kinds import (
    CAPITAL,
    DIGIT,
    EMOJI,
    INVISIBLE,
    JOIN_CONTROL,
    LETTER,
    MARK,
    PICTOGRAPH,
    PUNCTUATION,
    REPLACEMENT,
    SELECTOR,
    SYMBOL,
    WHITE_SPACE,
    ZERO_WIDTH_SPACE,
    kind_of,
)
from signals.characters import SCRIPTS
from signals.core.line_marks import BULLETS, SPACED_BULLETS
from signals.kernels.content import ZERO_WIDTH_SPACED
from signals.kernels.content_lines import CHARACTERS_PER_MARK, FEWEST_MARKS, LONGEST_NUMBER
from signals.kernels.content_spans import AMBIGUOUS, LONGEST_TAG, MISREAD_RANGES, UNAMBIGUOUS_FIRST
from signals.kernels.line_characters import MARKS_OF_CODE
from signals.reference.compression import compress

_LETTERS = (LETTER, CAPITAL, MARK)
_EMOJI_STYLE, _ZERO_WIDTH_JOINER = "\ufe0f", "\u200d"

_ZERO_WIDTH_SPACED = regex.compile("[" + "".join(rf"\p{{Script={name}}}" for name in ZERO_WIDTH_SPACED) + "]")
_FOREIGN = rf"[\w--[\p{{ASCII}}{UNSPACED_PATTERN}]]"
_ANY = rf"[A-Za-z0-9!#$%&'()*+,\-./:;=?@_~{_FOREIGN}]"
_LAST = rf"[A-Za-z0-9#$%&+\-/=@_~{_FOREIGN}]"
_URL = regex.compile(
    rf"(?:[A-Za-z][A-Za-z0-9+.\-]*://|(?<![A-Za-z0-9+.\-])[Ww][Ww][Ww]\.){_ANY}*{_LAST}", regex.VERSION1
)
_MARKUP = regex.compile(
    rf"""<!--.*?-->
    | <[!?][A-Za-z][^<>]{{0,{LONGEST_TAG}}}>
    | </?[A-Za-z][A-Za-z0-9:._-]*(?:/|[ \t\n\r\f][^<>]{{0,{LONGEST_TAG}}})?>
    | &(?:[A-Za-z][A-Za-z0-9]{{1,31}}|\#[0-9]{{1,7}}|\#[Xx][0-9A-Fa-f]{{1,6}});""",
    regex.DOTALL | regex.VERBOSE,
)
_NUMBERED = regex.compile(
    rf"(?!\([Cc]\))\(?(?:\p{{Nd}}{{1,{LONGEST_NUMBER}}}[)\uff09]|[A-Za-z]\))"
    rf"|\p{{Nd}}{{1,{LONGEST_NUMBER}}}(?:[\u3001\uff0e]|\.[\s\x1c-\x1f])"
)


def count_kinds(text: str) -> Counter[int]:
    """Count the characters of each kind; some count with the character before them."""
    kinds = [kind_of(character) for character in text]
    counts = Counter(kinds)
    for k, kind in enumerate(kinds):
        if kind in (SELECTOR, JOIN_CONTROL, ZERO_WIDTH_SPACE):
            before = text[k - 1] if k else ""
            counts[_kind_in_context(text[k], before)] += 1
            if text[k] == _EMOJI_STYLE and before and kinds[k - 1] == PICTOGRAPH:
                counts[PICTOGRAPH] -= 1
                counts[EMOJI] += 1
    del counts[SELECTOR], counts[JOIN_CONTROL], counts[ZERO_WIDTH_SPACE]
    return +counts


def _kind_in_context(character: str, before: str) -> int:
    if before.isascii():
        return INVISIBLE
    kind = kind_of(before)
    if character == "\u200b":
        return WHITE_SPACE if kind in _LETTERS and _ZERO_WIDTH_SPACED.match(before) else INVISIBLE
    if kind == PICTOGRAPH and character not in (_EMOJI_STYLE, _ZERO_WIDTH_JOINER):
        return SYMBOL
    if kind in (EMOJI, PICTOGRAPH) or (character == _ZERO_WIDTH_JOINER and before == _EMOJI_STYLE):
        return EMOJI
    return MARK if kind in _LETTERS else INVISIBLE


def script_shares(text: str) -> list[tuple[str, float]]:
    """Return the share of each script in the letters and marks that have one, in the order of their names."""
    letters = [character for character in text if kind_of(character) in _LETTERS]
    names = [name for name in SCRIPTS if name != "Zyyy"]
    counts = {name: len(regex.findall(rf"\p{{Script={name}}}", "".join(letters))) for name in names}
    return [(name, round(count / sum(counts.values()), 8)) for name, count in counts.items() if count]


def urls(text: str) -> list[str]:
    """Return the URLs of a text.

    They begin with a scheme and "://", or with "www.", and end where a character stands that a URL does not have, or
    that parts sentences: what is behind the last character that is not of ``.,:;!?'()*``. Letters beyond ASCII belong
    to a URL unless their script has no spaces.
    """
    return _URL.findall(text)


def markup(text: str) -> list[str]:
    """Return tags, declarations, comments, entities and character references, as HTML and XML have them."""
    return _MARKUP.findall(text)


def misread_sequences(text: str) -> list[str]:
    """Return what looks like one character in UTF-8 that was read as windows-1252 or Latin-1."""
    found, position = [], 0
    while position < len(text):
        length = _misread_length(text, position)
        if length:
            found.append(text[position : position + length])
        position += max(length, 1)
    return found


def _misread_length(text: str, start: int) -> int:
    for length in (2, 3, 4):
        sequence = text[start : start + length]
        characters = [_windows_1252_byte(character) for character in sequence]
        if len(sequence) < length or None in characters:
            return 0
        try:
            meant = bytes(byte for byte in characters if byte is not None).decode()
        except UnicodeDecodeError:
            continue
        if len(meant) != 1:
            return 0
        certain = ord(sequence[0]) in UNAMBIGUOUS_FIRST or any(ord(behind) not in AMBIGUOUS for behind in sequence[1:])
        return length if certain and any(first <= ord(meant) <= last for first, last in MISREAD_RANGES) else 0
    return 0


def _windows_1252_byte(character: str) -> int | None:
    if ord(character) < 0x100:  # noqa: PLR2004  the bytes of Latin-1
        return ord(character)
    encoded = character.encode("cp1252", "ignore")
    return encoded[0] if encoded else None


def lines_of(text: str) -> list[str]:
    """Return the lines that hold more than white space, without the white space at their ends."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def is_code(line: str) -> bool:
    r"""Tell whether a line looks like code in whatever language.

    It ends with a curly bracket; or with a semicolon, and has another of ``{}[]=;&$\``, a quote before the semicolon
    or a bracket right behind a name; or a tenth of its visible characters, and three, are of these marks (lines that
    begin with "=" are headings and rulers).
    """
    marks = sum(map(line.count, MARKS_OF_CODE))
    if line.endswith(("{", "}")):
        return True
    if line.endswith(";") and (marks > 1 or line.endswith(('";', "';")) or regex.search(r"[A-Za-z0-9_]\(", line)):
        return True
    visible = sum(character > " " for character in line)
    return marks >= FEWEST_MARKS and marks * CHARACTERS_PER_MARK >= visible and not line.startswith("=")


def is_item(line: str) -> bool:
    """Tell whether a line is an item of a list: it begins with a bullet, a number, or a letter and a bracket.

    "(c)" is taken for a copyright sign.
    """
    return _begins_with_bullet(line) or bool(_NUMBERED.match(line))


def _begins_with_bullet(line: str) -> bool:
    return line[0] in BULLETS or (line[0] in SPACED_BULLETS and (len(line) == 1 or line[1].isspace()))


def document_signals(text: str) -> dict[str, object]:
    """Return the signals of one text."""
    kinds, lines, size = count_kinds(text), lines_of(text), len(text.encode())
    misread = kinds[REPLACEMENT] + sum(map(len, misread_sequences(text)))
    letters = kinds[LETTER] + kinds[CAPITAL]
    return {
        "digit_fraction": _share(kinds[DIGIT], len(text)),
        "letter_fraction": _share(letters + kinds[MARK], len(text)),
        "uppercase_fraction": _share(kinds[CAPITAL], letters) or 0.0 if text else None,
        "whitespace_fraction": _share(kinds[WHITE_SPACE], len(text)),
        "punctuation_fraction": _share(kinds[PUNCTUATION], len(text)),
        "symbol_fraction": _share(kinds[SYMBOL] + kinds[PICTOGRAPH], len(text)),
        "emoji_fraction": _share(kinds[EMOJI], len(text)),
        "invisible_fraction": _share(kinds[INVISIBLE], len(text)),
        "mojibake_fraction": _share(misread, len(text)),
        "url_count": len(urls(text)),
        "url_fraction": _share(sum(map(len, urls(text))), len(text)),
        "markup_fraction": _share(sum(map(len, markup(text))), len(text)),
        "code_line_fraction": _share(sum(map(is_code, lines)), len(lines)),
        "list_line_fraction": _share(sum(map(is_item, lines)), len(lines)),
        "compression_ratio": _share(size, len(compress(text.encode()))) if text else None,
        "scripts": script_shares(text),
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 8) if whole else None
