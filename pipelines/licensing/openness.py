"""How open a release is: computed from the licences in it, never stated by hand."""

from collections.abc import Iterable

from pipelines.licensing.decide import decide
from pipelines.licensing.profiles import Operation, load_profile
from pipelines.licensing.statuses import ALLOWED

OPENLY_LICENSED = "openly-licensed"
OPEN_ACCESS = "open-access"


def openness(licenses: Iterable[str]) -> str:
    """Return `openly-licensed` where the profile `open` lets every licence be redistributed, else `open-access`.

    >>> openness(["MIT", "CC-BY-SA-4.0"]), openness(["MIT", "NOASSERTION"]), openness(["CC-BY-NC-4.0"])
    ('openly-licensed', 'open-access', 'open-access')
    """
    profile = load_profile("open")
    allowed = (decide(license_, Operation.REDISTRIBUTE, profile).status in ALLOWED for license_ in licenses)
    return OPENLY_LICENSED if all(allowed) else OPEN_ACCESS
