"""Which answers get a second look: a sample by hash, and those that passed a check narrowly."""

import hashlib
import math
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from translate.checks import Finding

_HASH_BYTES = 8
_HASHES = float(1 << 8 * _HASH_BYTES)
_SALT = b"second-look"

# What lies between these and a check's own bounds is suspicious: one in 40 of 644 human translations from English into
# Portuguese.
_NEAR: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "length_ratio": (-2.0, 2.5),
        "copied": (-math.inf, 0.1),
        "repetition": (-math.inf, 0.1),
        "compression": (-math.inf, 1.2),
        "omission": (-math.inf, 0.0),  # even odds, and what is too short to tell
    }
)


def is_sampled(text: str, share: float) -> bool:
    """Tell whether a text is in the sample: always the same texts, and those of a smaller share are in a greater one.

    Args:
        text: A masked source segment.
        share: Of all texts, 0 to 1.
    """
    digest = hashlib.blake2b(text.encode(), digest_size=_HASH_BYTES, person=_SALT).digest()
    return int.from_bytes(digest, "big") < share * _HASHES


def is_suspicious(findings: Iterable[Finding]) -> bool:
    """Tell whether one of the values measured is near what its check rejects."""
    for finding in findings:
        least, most = _NEAR.get(finding.reason, (-math.inf, math.inf))
        if not least <= finding.value <= most:
            return True
    return False
