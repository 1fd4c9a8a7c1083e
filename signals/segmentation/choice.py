"""By what words are told apart in scripts written without spaces."""

from importlib.util import find_spec

BUILTIN = "builtin"
ICU = "icu"
SEGMENTATIONS = (BUILTIN, ICU)

_ICU_RULES = 2  # raised whenever words by the same ICU change


def identify(segmentation: str) -> str:
    """Return what identifies the words that a segmentation gives: its name, the version of ICU, and that of our rules.

    Args:
        segmentation: ``builtin``, ``icu``, or what this function returned before, such as ``icu 78.3/2``.

    Raises:
        ValueError: There is none of that name, or the version of ICU that it names is not installed.
    """
    name = segmentation.partition(" ")[0]
    if segmentation == BUILTIN:
        return BUILTIN
    if name != ICU:
        raise ValueError(f"no segmentation is named {segmentation!r}; there are {' and '.join(SEGMENTATIONS)}")
    if find_spec("icu4py") is None:
        raise ValueError("segmentation icu needs icu4py: pip install 'loam-curation[segment]'")
    import icu4py  # noqa: PLC0415  an extra

    found = f"{ICU} {icu4py.icu_version}/{_ICU_RULES}"
    if segmentation not in {ICU, found}:
        raise ValueError(f"segmentation {segmentation} is asked for, but {found} is installed")
    return found
