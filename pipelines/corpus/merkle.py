"""One hash for all that a stage wrote: change one file, and no one can show the same hash.

Merkle tree of RFC 6962 §2.1: leaves and inner nodes are told apart by a first byte, so that neither can stand for the
other.
"""

import hashlib
from collections.abc import Iterable, Sequence

from pipelines.corpus.receipts import Receipt
from pipelines.corpus.units import Json, canonical_json

_LEAF, _NODE = b"\x00", b"\x01"


def stage_root(receipts: Iterable[Receipt]) -> str:
    """Return the SHA-256 (hexadecimal) at the root over what the units of a stage wrote, by name."""
    ordered = sorted(receipts, key=lambda receipt: (receipt.generation, receipt.name))
    return merkle_root([_content(receipt) for receipt in ordered]).hex()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """Return the root of some leaves; the hash of nothing where there are none.

    >>> merkle_root([]).hex()[:8], merkle_root([b""]).hex()[:8]
    ('e3b0c442', '6e340b9c')
    """
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return hashlib.sha256(_LEAF + leaves[0]).digest()
    left = 1 << (len(leaves) - 1).bit_length() - 1  # the largest power of two below their number
    return hashlib.sha256(_NODE + merkle_root(leaves[:left]) + merkle_root(leaves[left:])).digest()


def _content(receipt: Receipt) -> bytes:
    outputs: Json = {path: output.sha256 for path, output in receipt.outputs.items()}
    return canonical_json([receipt.name, receipt.generation, outputs]).encode()
