"""Documents that no one would write, made quickly: fragments of every kind, drawn and joined at random."""

import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

BATCH = 20_000

_WORDS = """
the and a I don't naïve Élève straße ΟΔΥΣΣΕΥΣ ΐ ﬁ Ǆ İstanbul ı Привет ё שלום اَلْعَرَبِيَّة हिन्दी क्षि தமிழ் ภาษาไทย
ลาว ខ្មែរ မြန်မာ བོད་ རྫོང་ཁ། 日本語 カタカナ ひらがな 中文 漢字 한국어 ᄒ ᅡ ᆫ 가 ꯃꯩꯇꯩ 𐍈 𝔘𝔫𝔦 ½ ² Ⅷ ٣ ၃ 4EVER A1 lorem ipsum
javascript
"""
_MARKS = """
. .. ... … ! ? ” “ " ' ’ ( ) [ ] { } # ## • ‣ - – — * · : ; , / | @ & % $ € ° © 。 ！ ？ । ؟ ។ ༎ ¿ ¡ 、 「 」
"""
_SPACES = (
    " ",
    "  ",
    "\n",
    "\n\n",
    "\n\n\n",
    "\t",
    "\r\n",
    "\r",
    "\x0b",
    "\x0c",
    "\x1c",
    "\x85",
    "\u00a0",
    "\u2028",
    "\u3000",
)
_ODD = (
    "\x00",
    "\x7f",
    "\u200b",
    "\u200d",
    "\u200e",
    "\u202e",
    "\ufeff",
    "\ufffd",
    "\ufffe",
    "\U000e0041",
    "\ue000",
    "\U0010ffff",
    "\u0301",
    "\u0301" * 40,
    "\u0323\u0301",
    "\u0f71\u0f72",
    "\U0001f600",
    "👩\u200d👩\u200d👧",
    "🇪🇺",
    "☎\ufe0f",
    "Ã©",
    "â€™",
    "Ð¿Ñ€",
)
_THINGS = (
    "https://example.org/a?b=c#d", "www.x.y", "mail@example.org", "192.168.1.1", "2001:db8::1", "+49 30 1234567",
    "DE89370400440532013000", "4111 1111 1111 1111", "-----BEGIN RSA PRIVATE KEY-----", "AKIAIOSFODNN7EXAMPLE", "@user",
    "<p>", "</div>", "&amp;", "<script>", "if (x) { return; }", "def f(x):", "3.14", "1,000", "e.g.", "Mr.", "U.S.A.",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "x" * 300, "0123456789" * 9, "- item", "* item", "1. item",
)  # fmt: skip
_LANGUAGES = ("en", "fr", "zho_Hans", "jpn_Jpan", "tha_Thai", "arb_Arab", "bod_Tibt", "und", "junk!", None)


@dataclass(frozen=True)
class Fuzzed:
    """A batch of documents: text, a language that may be none, an address that may be none."""

    texts: "pa.Array[Any]"
    languages: "pa.Array[Any]"
    urls: "pa.Array[Any]"


def fuzzed_documents(documents: int, seed: int) -> Iterator[Fuzzed]:
    """Yield so many documents in batches; the same seed gives the same ones."""
    draw = np.random.default_rng(seed)
    fragments = pa.array(_fragments(seed), pa.string())
    for first in range(0, documents, BATCH):
        count = min(BATCH, documents - first)
        lengths = np.minimum(draw.geometric(draw.choice([0.05, 0.1, 0.5]), count) - 1, 400)
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        # A third of a document's fragments come from a few, so that words, lines and spans repeat.
        among_few = draw.random(offsets[-1]) < draw.random()
        chosen = np.where(among_few, draw.integers(0, 12, offsets[-1]), draw.integers(0, len(fragments), offsets[-1]))
        parts: Any = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), fragments.take(pa.array(chosen)))
        texts = pc.binary_join(parts, "")
        languages = pa.array(_LANGUAGES).take(pa.array(draw.integers(0, len(_LANGUAGES), count)))
        urls = pa.array([*_THINGS, None]).take(pa.array(draw.integers(0, len(_THINGS) + 1, count)))
        yield Fuzzed(pc.if_else(pa.array(draw.random(count) < 0.01), None, texts), languages, urls)


def _fragments(seed: int) -> list[str]:
    draw = random.Random(seed)  # noqa: S311 -- no secret
    anything = [chr(draw.randrange(0x110000)) for _ in range(2000)]
    assigned = [c for c in anything if unicodedata.category(c) != "Cs"]
    words = [*_WORDS.split(), *_MARKS.split(), *_THINGS] * 4
    draw.shuffle(words)
    return [*words, *(_SPACES * 40), *_ODD, *assigned]
