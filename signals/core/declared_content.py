"""Declarations: signals of what a text is made of: kinds of characters, markup, links, code."""

import pyarrow as pa

from signals.signal import Signal

_CHARACTERS = "0 to 1; null for empty text"
_LINES = "0 to 1; null without lines"
_UNICODE = "Loam; Unicode Standard Annex 44, general categories"
_LINE = "Lines hold more than white space."


def _signal(name: str, *, unit: str, bounds: str, definition: str, source: str = "Loam") -> Signal:
    return Signal(name, "core", pa.float64(), unit, bounds, definition, source)


def _of_characters(name: str, definition: str, source: str = _UNICODE) -> Signal:
    return _signal(
        f"{name}_fraction", unit="fraction of characters", bounds=_CHARACTERS, definition=definition, source=source
    )


CONTENT: tuple[Signal, ...] = (
    _of_characters("digit", "Decimal digits of any script (category Nd)."),
    _of_characters(
        "letter",
        "Letters and the marks on them (categories L and M), in every script: vowel signs of Indic scripts and accents "
        "on their own count; Hangul fillers do not.",
    ),
    _signal(
        "uppercase_fraction",
        unit="fraction of letters",
        bounds="0 to 1; 0 without letters; null for empty text",
        definition="Upper-case and title-case letters (categories Lu and Lt) over letters (category L), those of "
        "scripts without case too.",
        source=_UNICODE,
    ),
    _of_characters(
        "whitespace",
        "White space (property White_Space), line feeds too; and a zero-width space behind a letter or mark of a "
        "script whose words it parts (Khmer, Lao, Thai, Burmese and others).",
        "Loam; Unicode Standard Annex 44",
    ),
    _of_characters("punctuation", "Punctuation of any script (category P)."),
    _of_characters(
        "symbol",
        "Symbols (category S) other than emoji and U+FFFD, numbers that are no decimal digits (Nl, No), and the number "
        "signs that Arabic and Kaithi put before digits.",
    ),
    _of_characters(
        "emoji",
        "Characters shown as a picture by default (property Emoji_Presentation), symbols that U+FE0F behind them makes "
        "one, and the variation selectors and joiners behind both.",
        "Loam; Unicode Technical Standard 51",
    ),
    _of_characters(
        "invisible",
        "Characters that nobody sees: controls, format controls, private use (categories Cc, Cf, Co) and all that is "
        "ignored by default (zero-width spaces, bidirectional controls, soft hyphens, tags, fillers, variation "
        "selectors), white space apart. Joiners and variation selectors count with the character before them where "
        "that is an emoji, or a letter or mark beyond ASCII, as Persian and Indic scripts need them; zero-width spaces "
        "as whitespace_fraction says.",
        "Loam; Unicode Standard Annex 44, Default_Ignorable_Code_Point",
    ),
    _of_characters(
        "mojibake",
        "U+FFFD, and sequences that are one character's UTF-8, read as windows-1252 or Latin-1 (Ã©, â€™, Ð¿). The "
        "character meant must be of a widely written script or a symbol (MISREAD_RANGES of "  # a list of 17 ranges
        "signals.kernels.content_spans); and after letters other than Â Ã Î Ï Ð Ñ, one of the sequence must be none of "
        "no-break space, · « » „ ‘ ’ “ ” – — …, which good text has behind letters.",  # noqa: RUF001
        "Loam; WHATWG Encoding Standard, windows-1252",
    ),
    Signal(
        "url_count",
        "core",
        pa.int64(),
        "URLs",
        "0 or more",
        'Parts that begin with a scheme and "://", or with "www." where no letter, digit or + . - stands before, and '
        "go on with characters of URLs (RFC 3986 without brackets, and letters of scripts with spaces), punctuation "
        "at the end apart.",
        "Loam; RFC 3986",
    ),
    _of_characters("url", "Characters of the URLs that url_count counts.", "Loam; RFC 3986"),
    _of_characters(
        "markup",
        "Characters in tags, declarations and comments of HTML and XML, and in their entities and character "
        "references: < and a name, or ! or ?, up to >, without another < and with at most 1,000 characters behind the "
        "name; <!-- up to -->; & and a name or number up to ;.",
        "Loam; HTML Living Standard, section 13.1",
    ),
    _signal(
        "code_line_fraction",
        unit="fraction of lines",
        bounds=_LINES,
        definition=r"Lines that look like code, in whatever language: they end with { or }; or with ; and have another "
        "of the marks {}[]=;&$\\ in them, a quote before the semicolon, or a bracket right behind a name; or have "
        f"three marks that are a tenth of their visible characters, and do not begin with =. {_LINE}",
    ),
    _signal(
        "list_line_fraction",
        unit="fraction of lines",
        bounds=_LINES,
        definition="Lines that are items of a list: those of bullet_line_fraction; and those that begin with up to "
        "three digits of any script and . before white space, or 、 ． or a closing bracket; or with a Latin letter "  # noqa: RUF001
        f"and a closing bracket; a bracket may stand before; (c) apart. {_LINE}",
    ),
    _signal(
        "compression_ratio",
        unit="bytes per byte",
        bounds="about 0.5 to 255; null for empty text",
        definition="Bytes of the text over those of its LZ4 block, as a coder of our own writes it: greedy, with "
        "copies of eight bytes or more, from the last place of the same hash; it never changes with a library. 1 is "
        "incompressible, about 1.2 usual for prose, over 3 repetitive; letters of more bytes compress better.",
        source="Loam; LZ4 block format (github.com/lz4/lz4)",
    ),
    Signal(
        "scripts",
        "core",
        pa.map_(pa.string(), pa.float64()),
        "fraction of letters",
        "0 to 1 each, 1 together; empty without letters",
        "The share of each script (ISO 15924) in the letters and marks that have one, in the order of their names. A "
        "script that is not there gives null: write coalesce(scripts['Latn'], 0) > 0.5.",
        "Loam; Unicode Standard Annex 24, Script",
    ),
)
