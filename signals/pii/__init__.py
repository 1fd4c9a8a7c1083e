"""The signals of group `pii`: personal data counted, and masked by spans."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

    from signals.arrow import Texts

MASKS_VERSION = 3  # raised whenever the same text would be masked, and so counted, in another way

__all__ = ["MASKS_VERSION", "masks"]


def masks(texts: "Texts") -> "pa.Table":
    """Find personal data in texts, and what takes its place.

    The same text always gives the same masks: they depend on nothing else. Masked text has no personal data left to
    find, so masking twice changes nothing.

    Args:
        texts: Any Arrow string array; null has nothing to mask.

    Returns:
        Spans in the order of their places, none of which overlaps another: `row` of the text, `start` and `end` in
        characters, `replacement` and the name of the `rule`.

    Raises:
        TypeError: `texts` holds no strings.
    """
    from signals.pii.masking import find_masks  # noqa: PLC0415  Numba is slow to import

    return find_masks(texts)
