import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translate.masking import (
    MASKED,
    _unspellable,
    has_words,
    mask,
    mask_pattern,
    restore,
    surrogate_difference,
)

PATTERN = mask_pattern()
ASCII_ONLY = mask_pattern("^\\s!-~")

PIECES = st.sampled_from(
    [
        "see ",
        "https://a.org/b?c=1",
        "`code`",
        "<b>",
        "</b>",
        "$x^2$",
        "a@b.org",
        "{name}",
        "%s",
        "--flag",
        "/usr/bin",
        "XPH11",
        " ",
        ". ",
        "word",
        "foo_bar",
        "ls(1)",
        "Müller",
        "&amp;",
        "\\alpha",
        "-",
        "->",
        "::",
        "a1",
        "1.2.3",
        "SPDX-License-Identifier: MIT",
        "www.d.org",
        "@joe",
    ]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=20).map("".join))
def test_an_echoed_answer_restores_the_text(text: str) -> None:
    for pattern in (PATTERN, ASCII_ONLY):
        masked = mask(text, pattern)
        assert surrogate_difference(masked, masked.text) == 0
        assert restore(masked, masked.text) == text


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("See https://example.org/a?b=1, or mail a.b@c.org.", ["https://example.org/a?b=1", "a.b@c.org"]),
        ("Call `f(x)` with $x^2$ or \\(y\\).", ["`f(x)`", "$x^2$", "\\(y\\)"]),
        ("Costs $5 and $6 today.", []),
        ("Press <kbd>Enter</kbd> &amp; go.", ["<kbd>", "</kbd> &amp;"]),
        ("Set {name} to %(value)s in ${HOME}.", ["{name}", "%(value)s", "${HOME}"]),
        ("Use --all on /etc/fstab, see ls(1).", ["--all", "/etc/fstab", "ls(1)"]),
        ("On the 20th of May, e.g. at 5 pm.", []),
        ("XPH11 is a name.", ["XPH11"]),
        ("Dist::Zilla::App is a module.", ["Dist::Zilla::App"]),
        ('Call print("hello") for the file(s).', ['print("hello")']),
        ("In https://a.org/b_(c), said www.d.org/e.", ["https://a.org/b_(c)", "www.d.org/e"]),
        ("见https://a.org/b。然后", ["https://a.org/b"]),
        ("Copied %1$s of %-5.2f to %5d; 50% of it, 100% free.", ["%1$s", "%-5.2f", "%5d"]),
        ("Use {0:d}, then {name!r}.", ["{0:d}", "{name!r}"]),
        ("Read \\cite[p.~3]{knuth} about \\frac{a}{b_{1}}.", ["\\cite[p.~3]{knuth}", "\\frac{a}{b_{1}}"]),
        ('An <a href="x>y">anchor</a> of $x$.', ['<a href="x>y">', "</a>", "$x$"]),
        ("In C:\\Users\\joe\\a.txt or ../x/y is $HOME.", ["C:\\Users\\joe\\a.txt", "../x/y", "$HOME"]),
        (
            "See [our sponsors](a/b_(c) 'T'), [this][x] or ![it](i.png).",
            ["[", "](a/b_(c) 'T'), [", "][x]", "![", "](i.png)"],
        ),
        ("[![CI](https://a/b.svg)](https://c/d) and more", ["[![CI](https://a/b.svg)](https://c/d)"]),
        ("See :ref:`here` and `the page <http://x.org>`_.", [":ref:`here`", "`", " <http://x.org>`_"]),
        ("In drivers/hid/ and doc/process/a-b.rst, and/or w/o it.", ["drivers/hid/", "doc/process/a-b.rst"]),
        ("SPDX-License-Identifier: GPL-2.0 WITH a-note", ["SPDX-License-Identifier: GPL-2.0 WITH a-note"]),
        ("Ask @joe about #topic, not C# or me@home.", ["@joe", "#topic"]),
        ("That was the end.Then came java.lang.String 1.2.3.", ["java.lang.String 1.2.3"]),
    ],
)
def test_what_is_masked(text: str, spans: list[str]) -> None:
    assert [span.text for span in mask(text, PATTERN).spans] == spans


def test_words_that_an_engine_cannot_spell_are_masked_whole() -> None:
    assert [span.text for span in mask("Dr. Müller (Köln) is in.", ASCII_ONLY).spans] == ["Müller", "Köln"]
    assert [span.text for span in mask("From a→b to ¿what?", ASCII_ONLY).spans] == ["a→b", "¿"]


def test_surrogates_may_change_places() -> None:
    masked = mask("from /a/b to /c/d", PATTERN)
    assert restore(masked, "para XPH12 de XPH11") == "para /c/d de /a/b"


def test_spaces_put_in_beside_tags_are_taken_out() -> None:
    masked = mask("a <b>bold</b> word", PATTERN)
    assert masked.text == "a XPH11 bold XPH12 word"
    assert restore(masked, "uma palavra XPH11 forte XPH12") == "uma palavra <b>forte</b>"


@pytest.mark.parametrize("answer", ["nada", "XPH11 XPH11", "XPH11 XPH12", "XPH111", "xph11"])
def test_lost_repeated_and_invented_surrogates_are_refused(answer: str) -> None:
    masked = mask("see /a/b", PATTERN)
    assert surrogate_difference(masked, answer) > 0
    with pytest.raises(ValueError, match="surrogate"):
        restore(masked, answer)


def test_a_text_of_masked_spans_has_no_words() -> None:
    assert not has_words(mask("https://a.org/b (ls(1)): 12", PATTERN))
    assert has_words(mask("see https://a.org/b", PATTERN))


# All signs that what is masked is told by, and a little between.
SIGNS = st.text(st.sampled_from("ab1XPHw_-./:@#%&$`{}()[]<>\\\"' \u0661é"), max_size=30)
EVERYTHING = re.compile("|".join(pattern for _, pattern in MASKED))


@given(st.lists(PIECES | SIGNS, max_size=8).map("".join))
def test_a_text_without_a_sign_holds_nothing_that_the_sign_is_part_of(text: str) -> None:
    assert mask(text, PATTERN) == mask(text, EVERYTHING)
    every_word = re.compile("|".join(pattern for _, pattern in (*MASKED, *_unspellable("^\\s!-~"))))
    assert mask(text, ASCII_ONLY) == mask(text, every_word)


def test_a_long_word_that_an_engine_can_spell_is_soon_read() -> None:
    blob = "QUJD" * 15_000  # searched for letters outside the vocabulary from each place on, it would take minutes
    assert mask(f"{blob} is here", mask_pattern("^\\s!-~")).text == f"{blob} is here"
