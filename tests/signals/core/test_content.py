"""What a text is made of: each signal against its definition in plain Python, and on texts that show what it means."""

from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings

import signals
from signals.character_kinds import (
    CAPITAL,
    DIGIT,
    EMOJI,
    INVISIBLE,
    KINDS,
    LETTER,
    MARK,
    PICTOGRAPH,
    PUNCTUATION,
    REPLACEMENT,
    SYMBOL,
    UNKNOWN,
    WHITE_SPACE,
    kind_of,
)
from signals.characters import SCRIPTS, character_tables
from signals.core.declared_content import CONTENT
from signals.kernels import PADDING
from signals.kernels.classify import place_in_table
from signals.kernels.content import count_kinds
from signals.reference.compression import compress
from signals.reference.content import document_signals
from tests.signals.core.content_texts import TEXTS

NAMES = [signal.name for signal in CONTENT]


def value(name: str, text: str) -> object:
    return signals.compute(pa.array([text]), names=[name]).column(0)[0].as_py()


@settings(max_examples=400, deadline=None)
@given(TEXTS)
@example("\u200d☺\ufe0f")
@example("a" * 400 + "ab" * 200)
@example("&x;" * 2)
@example("\u00c0\u180b\u1820\u180b")
def test_signals_equal_the_reference(text: str) -> None:
    assert signals.compute(pa.array([text, "x"]), names=NAMES).to_pylist()[0] == document_signals(text)


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_the_size_counted_is_that_of_a_block_that_lz4_reads(text: str) -> None:
    encoded = text.encode()
    repeated = encoded * 3 if encoded else b"empty"
    block = compress(repeated)
    assert pa.Codec("lz4_raw").decompress(block, len(repeated)).to_pybytes() == repeated
    if encoded:
        assert value("compression_ratio", text * 3) == round(len(repeated) / len(block), 8)


def test_kinds_in_the_table_are_those_of_the_definitions() -> None:
    tables = character_tables()
    codes = [*range(0x3100), *range(0xFE00, 0x10000), *range(0x1F000, 0x1FB00), *range(0xE0000, 0x10FFFF, 97)]
    in_table = [int(tables.kind[place_in_table(tables.pages, code)]) for code in codes]
    assert in_table == [kind_of(chr(code)) for code in codes]
    assert max(in_table) < KINDS


@pytest.mark.parametrize("code", [*range(0x80), 0x80, 0xE9])
def test_characters_of_ascii_are_counted_as_the_table_has_them(code: int) -> None:
    """The kernel tells their kinds without the table: in blocks of which this is a part, and in ones full of them."""
    tables = character_tables()
    text = "é" + 300 * chr(code)
    data = np.frombuffer(text.encode() + bytes(PADDING), np.uint8).copy()
    offsets = np.array([0, len(data) - PADDING])
    scripts, letters = np.empty(len(data), np.uint8), np.empty(len(data), np.int64)
    (counts,), _ = count_kinds(data, offsets, tables.pages, tables.kind, tables.script, scripts, letters)
    expected = Counter({LETTER: 1}) + Counter({kind_of(chr(code)): 300})
    assert {kind: int(count) for kind, count in enumerate(counts) if count} == expected


def test_scripts_are_numbered_by_name() -> None:
    assert list(SCRIPTS[1:]) == sorted(SCRIPTS[1:])


@pytest.mark.parametrize(
    ("characters", "kind"),
    [
        ("azßжω漢かไअªǆ", LETTER),
        ("AÉЖǅ", CAPITAL),
        ("\u0301\u093f\u0e31\u064b", MARK),
        ("09٣५", DIGIT),
        (" \t\n\r\u00a0\u3000\u2028\x85", WHITE_SPACE),
        (".,«»—。¿_", PUNCTUATION),
        ("+$<€½²Ⅷ\u0600", SYMBOL),
        ("😀🏽🇫⌚", EMOJI),
        ("☺❤©™", PICTOGRAPH),
        ("\x00\x1c\u00ad\u2060\u202e\u2066\ufeff\ue000\U000e0067\u3164", INVISIBLE),
        ("\ufffd", REPLACEMENT),
        ("\u0378\uffff", UNKNOWN),
    ],
)
def test_kinds(characters: str, kind: int) -> None:
    assert [kind_of(character) for character in characters] == [kind] * len(characters)


@pytest.mark.parametrize(
    ("name", "text", "fraction"),
    [
        ("letter_fraction", "हिन्दी", 1.0),
        ("letter_fraction", "e\u0301t\u00e9", 1.0),
        ("uppercase_fraction", "ÀÉi 漢", 0.5),
        ("uppercase_fraction", "123", 0.0),
        ("digit_fraction", "٣9ab", 0.5),
        ("symbol_fraction", "½ €", 2 / 3),
        ("emoji_fraction", "❤\ufe0f\u200d🔥", 1.0),
        ("emoji_fraction", "❤ \ufe0e", 0.0),
        ("symbol_fraction", "❤\ufe0e", 1.0),
        ("invisible_fraction", "می\u200cخواهم क्\u200dष", 0.0),
        ("invisible_fraction", "ភាសា\u200bខ្មែរ", 0.0),
        ("whitespace_fraction", "ภาษา\u200bไทย", 1 / 8),
        ("invisible_fraction", "ภาษา\u200b\u200bไทย漢\u200b", 2 / 11),
        ("invisible_fraction", "pass\u200dword\u200b", 2 / 10),
        ("invisible_fraction", "🔥\ufe0f\ufe01\ufe02", 0.5),
        ("markup_fraction", "<b>a</b>", 7 / 8),
        ("markup_fraction", "1 < 2 and 3 > 2", 0.0),
        ("markup_fraction", "<joe@example.org> <http://a.b>", 0.0),
        ("markup_fraction", "a &amp; b &nosuch entity;", 5 / 25),
        ("markup_fraction", "<!-- a > b -->", 1.0),
        ("markup_fraction", "<!-- no end", 0.0),
        ("markup_fraction", "<p " + "x" * 1001 + ">", 0.0),
        ("url_fraction", "https://a.org/b.", 15 / 16),
        ("url_fraction", "见http://a.b。", 10 / 12),
        ("url_fraction", "(www.a.org/б), c", 11 / 16),
        ("url_fraction", "awww.a.org http:// x://", 0.0),
    ],
)
def test_fractions(name: str, text: str, fraction: float) -> None:
    assert value(name, text) == round(fraction, 8)


@pytest.mark.parametrize(
    "text", ["Ã©tÃ©", "donâ€™t", "ÐŸÑ€Ð¸Ð²ÐµÑ‚", "æ—¥æœ¬", "ä¸\u00adæ–‡", "Å‚", "ï»¿", "ðŸ˜€", "\ufffd", "à¤•", "áº¿"]
)
def test_misread_bytes_are_found(text: str) -> None:
    assert value("mojibake_fraction", text) != 0.0


@pytest.mark.parametrize(
    "text",
    [
        "« été…\u00a0»",
        "« à la volée\u00a0»",
        "„Spaß“, sagte er",
        "está…”",
        "3\u00a0×\u00a04",
        "PIÙ… VIRTÙ»",
        "TÄMÄ”",
        "Ætti að Øl",
        "Ça va bien, où es-tu, Noël ?",
        "señal",
    ],
)
def test_good_text_is_not_misread(text: str) -> None:
    assert value("mojibake_fraction", text) == 0.0


@pytest.mark.parametrize(
    "text",
    ["été à Noël", "Привет, как дела", "日本語の文", "हिन्दी में", "“don’t” – œuvre…", "zażółć gęślą", "ἀρχῇ", "😀"],
)
def test_text_read_as_windows_1252_is_mojibake(text: str) -> None:
    misread = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in text.encode())
    assert value("mojibake_fraction", text) == 0.0
    assert isinstance(fraction := value("mojibake_fraction", misread), float)
    assert fraction > 0.4


@pytest.mark.parametrize(
    "line",
    [
        "}",
        "int main() {",
        "return a[i];",
        "free(p);",
        'print "x";',
        "x = y[0] = {1: 2}",
        "#define A &b[c]",
        "\\relative {",
    ],
)
def test_lines_of_code(line: str) -> None:
    assert value("code_line_fraction", f"\n  {line}\t\nA sentence.") == 0.5


@pytest.mark.parametrize(
    "line",
    [
        "Eine Liste (mit Klammern);",
        "== Heading ==",
        "===============",
        "stty(1), tput(1), tty(4)",
        "costs $5 & more, in total less than last year",
        "see [1] for a longer explanation of the matter",
        "ein Satz; noch einer",
    ],
)
def test_lines_that_are_no_code(line: str) -> None:
    assert value("code_line_fraction", line) == 0.0


@pytest.mark.parametrize(
    "line", ["- a", "* a", "• a", "•a", "· a", "– a", "1. a", "12) a", "(3) a", "a) b", "١. ب", "1、中", "１．あ", "Z)"]
)
def test_items_of_lists(line: str) -> None:
    assert value("list_line_fraction", f"{line}\n\nother") == 0.5


@pytest.mark.parametrize("line", ["-a", "3.14 is pi", "1984 was", "2024. aasta", "(c) 2020", "(C) 2020", "(1. x", "1"])
def test_lines_that_are_no_items(line: str) -> None:
    assert value("list_line_fraction", line) == 0.0


def test_compression_tells_repetition() -> None:
    assert value("compression_ratio", "x") == 0.5
    prose = value("compression_ratio", "The quick brown fox jumps over the lazy dog and runs far away into the woods.")
    repeated = value("compression_ratio", "buy now and save! " * 100)
    assert isinstance(prose, float)
    assert isinstance(repeated, float)
    assert prose < 1.1
    assert repeated > 20


def test_scripts_are_a_map_that_is_sorted_and_adds_up_to_one() -> None:
    assert value("scripts", "Слово word 漢字 123!") == [
        ("Cyrl", 0.45454545),
        ("Hani", 0.18181818),
        ("Latn", 0.36363636),
    ]
    assert value("scripts", "123 ...") == []


def test_empty_text_and_null() -> None:
    empty, null = signals.compute(pa.array(["", None], pa.string()), names=NAMES).to_pylist()
    assert set(null.values()) == {None}
    assert {name: empty[name] for name in ("url_count", "scripts")} == {"url_count": 0, "scripts": []}
    assert {empty[name] for name in NAMES if name not in ("url_count", "scripts")} == {None}


def test_values_do_not_depend_on_neighbours() -> None:
    texts = ["www", ".a.b)", "Ã", "©", "<b", ">", "abcdefghijkl" * 3, "abcdefghijkl" * 3, "a", ") x", "=", "; [ ]"]
    alone = [signals.compute(pa.array([text]), names=NAMES).to_pylist()[0] for text in texts]
    assert signals.compute(pa.array(texts), names=NAMES).to_pylist() == alone


def test_fractions_of_kinds_add_up_to_one_on_real_documents(shared: Path) -> None:
    texts = pq.read_table(shared / "data" / "debian_docs.parquet", columns=["text"])["text"].slice(0, 2000)
    kinds = ("digit", "letter", "whitespace", "punctuation", "symbol", "emoji", "invisible")
    table = signals.compute(texts, names=[f"{kind}_fraction" for kind in kinds])
    replaced = [str(text).count("\ufffd") / len(str(text)) for text in texts.to_pylist()]
    sums = [sum(row.values()) + rest for row, rest in zip(table.to_pylist(), replaced, strict=True)]
    assert min(sums) > 0.99  # Odia texts have unassigned characters
    assert max(sums) < 1.000001
