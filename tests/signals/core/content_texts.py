"""Texts for tests of content signals: what their rules look at, in any order."""

from hypothesis import strategies as st

CHARACTERS = (
    "aZ09 \t\n.,;:!?()[]{}<>=&#/\\\"'*+-_$%@`|~^•·–—éßÄжΩ漢かไन्ू"
    "\u00a0\u00adខำ\u200b\u200c\u200d\u202e\u3164\ufe0e\ufe0f\ufeff\ufffd\x00\x1c\x85\u0600\u180b"
    "☺❤😀🏽🇫🏴\U000e0067\U000e0101½²Ⅷ①٣\ue000\U0010ffff\u0378Â×ðâ€™œ\u0080\u009f"
)
FRAGMENTS = (
    *("http://", "https://", "www.", "WWW.", "://", "ftp://a", "a.b/c?d=e", "example.org", "wwww.", "1http:"),
    *("<b>", "</p>", "<br/>", "<!--", "-->", "<!DOCTYPE html>", "<?xml ", "?>", '<a href="', "<a:b ", "<e@x>", "</"),
    *("&amp;", "&#12;", "&#xaF;", "&x;", "&#;", "&#x;", "&", "&abcdefghijklmnopqrstuvwxyzabcdefg;"),
    *("Ã©", "â€™", "Ð¿Ñ€", "æ—¥", "ðŸ˜€", "ï»¿", "é…", "é\u00a0»", "ß“", "Å‚", "Ä…", "à¤•", "×ª", "Ã\x83", "áº¿"),
    *("☺\ufe0f", "❤\ufe0f\u200d🔥", "☺\ufe0e", "क्\u200dष", "می\u200cخواهم", "🏴\U000e0067", "1\ufe0f\u20e3"),
    *("- ", "* ", "1. ", "12) ", "(a) ", "• ", "    ", "\r\n", "\n", "\n\n", "\u3000"),
    *("if (x == 1) {", "}", "return a[i];", "def f(x):", "$ ls -l", "#include <a.h>", "word", "Two words."),
)
TEXTS = st.one_of(
    st.text(),
    st.text(alphabet=CHARACTERS, max_size=60),
    st.lists(st.sampled_from((*FRAGMENTS, *CHARACTERS)), max_size=25).map("".join),
)
