"""Really Simple Licensing (RSL 1.0): what its XML permits and prohibits of uses by AI systems.

Source: rslstandard.org/rsl (recommendation of 2025-11; its drafts wrote `train-ai` where it now writes `ai-train`).
"""

import re
from dataclasses import dataclass

_ELEMENT = re.compile(r"<(?:\w+:)?(?P<name>permits|prohibits)\b(?P<attributes>[^>]*)>(?P<uses>[^<]*)</", re.IGNORECASE)
_USAGE = re.compile(r"""\btype\s*=\s*["']usage["']""", re.IGNORECASE)
_PAYMENT = re.compile(r"""<(?:\w+:)?payment\b[^>]*\btype\s*=\s*["'](?P<type>[^"']*)["']""", re.IGNORECASE)
_UNPAID = frozenset({"free", "attribution"})
_TRAINING = frozenset({"all", "ai-all", "ai-train", "train-ai", "ai"})


@dataclass(frozen=True)
class RslTerms:
    """What one RSL document says of training.

    Attributes:
        trains: Whether training is permitted; None when nothing is said.
        paid: Whether some use asks for a payment.
    """

    trains: bool | None
    paid: bool


def rsl_terms(xml: str) -> RslTerms:
    """Return what an RSL document says; a prohibition outweighs a permission, and permits name all that is permitted.

    Args:
        xml: The document, or the part of it that concerns a page. It is read element by element, for documents on the
            web are often not well formed.
    """
    permitted: set[str] = set()
    prohibited: set[str] = set()
    lists_uses = False
    for match in _ELEMENT.finditer(xml):
        if _USAGE.search(match["attributes"]):
            uses = set(re.split(r"[\s,]+", match["uses"].strip().casefold()))
            permits = match["name"].casefold() == "permits"
            lists_uses = lists_uses or permits
            (permitted if permits else prohibited).update(uses)
    trains: bool | None = None
    if not prohibited.isdisjoint(_TRAINING) or (lists_uses and permitted.isdisjoint(_TRAINING)):
        trains = False
    elif lists_uses:
        trains = True
    return RslTerms(trains, any(match["type"].casefold() not in _UNPAID for match in _PAYMENT.finditer(xml)))
