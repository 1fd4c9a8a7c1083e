"""Declarations of the groups of MinHash signatures: a group a shingling, as each is wanted by itself."""

import pyarrow as pa

from signals.minhash.shinglings import (
    LOAM,
    PERMUTATIONS,
    REDPAJAMA_V2,
    SHINGLINGS,
    SIGNATURE_BYTES,
    SLIMPAJAMA,
    Shingling,
)
from signals.signal import Signal

_NULL = "any bytes; null where the text gives no shingle"
_FAMILY = (
    f"the least of a x + b modulo 2**32 over all shingles x, for each of {PERMUTATIONS} pairs (a, b), as unsigned "
    "32-bit numbers, least significant byte first"
)
_LOAM = (
    "MinHash signature of the 5-grams of normalised words, where a character of a script without spaces counts as a "
    f"word, and a shorter text is one shingle: {_FAMILY}."
)
_REDPAJAMA_V2 = (
    "RedPajama-V2's MinHash signature of 13-grams of normalised words: the least of ((a h + b) modulo 2**64 modulo "
    "2**61 - 1) modulo 2**32 over all of them, h being the first four bytes of an n-gram's SHA-1, for each of "
    f"{PERMUTATIONS} pairs (a, b), as unsigned 32-bit numbers, least significant byte first."
)
_SLIMPAJAMA = (
    "MinHash signature of the 13-grams of characters of normalised text, as SlimPajama chose them; a shorter text is "
    f"one shingle: {_FAMILY}."
)
_DEFINITIONS = {
    LOAM: (_LOAM, "Broder 1997, On the resemblance and containment of documents"),
    REDPAJAMA_V2: (
        _REDPAJAMA_V2,
        "RedPajama-V2 (arXiv 2411.12372; togethercomputer/RedPajama-Data at 6d2cee9, app/src/dedupe/minhash.py)",
    ),
    SLIMPAJAMA: (_SLIMPAJAMA, "SlimPajama (Cerebras 2023), with a hash function of this project"),
}


def declare_minhash(shingling: Shingling) -> tuple[Signal, ...]:
    """Return the one signal of a shingling's group."""
    definition, source = _DEFINITIONS[shingling]
    kind = pa.binary(SIGNATURE_BYTES)
    return (Signal(shingling.signal, shingling.signal, kind, "bytes", _NULL, definition, source),)


MINHASH: tuple[Signal, ...] = tuple(signal for shingling in SHINGLINGS for signal in declare_minhash(shingling))
