"""What a site's `/.well-known/tdmrep.json` says of a page (W3C TDM Reservation Protocol, final report of 2024).

It is a list of rules, each with a `location`: a path with the wildcards of robots.txt. Of those that match a page the
longest counts, and of equally long ones the one that reserves.
"""

import json
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from pipelines.licensing.collectors.robots import SiteStatements

TDMREP = "tdmrep.json"
MOST_WILDCARDS = 8


@dataclass(frozen=True)
class TdmRule:
    """One rule.

    Attributes:
        location: The path that it is about, as written.
        pattern: The same, to be matched from the beginning of a page's path.
        reserved: Whether it reserves the pages.
        policy: Address of the terms on which mining is licensed; None without.
    """

    location: str
    pattern: re.Pattern[str]
    reserved: bool
    policy: str | None


@dataclass(frozen=True)
class TdmRep:
    """The rules of a site."""

    rules: tuple[TdmRule, ...]

    def add_to(self, said: SiteStatements, url: str, locator: str) -> None:
        """Add what they say of a page.

        Args:
            said: What the files of the site say.
            url: The page.
            locator: Where the file stands.
        """
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        matching = [rule for rule in self.rules if rule.pattern.match(path)]
        if not matching:
            return
        rule = max(matching, key=lambda rule: (len(rule.location), rule.reserved))
        value = f"{rule.location}: tdm-reservation {int(rule.reserved)}"
        said.raw.append({"signal": TDMREP, "value": value, "locator": locator})
        said.reserved.append(rule.reserved)
        if rule.policy is not None:
            said.terms.append({"kind": "tdm_policy", "value": rule.policy, "locator": locator})


def read_tdmrep(text: str) -> TdmRep | None:
    """Read a tdmrep.json; None where it says nothing of any page.

    A rule without a location of its own form, or whose reservation is neither 0 nor 1, says nothing.

    Raises:
        ValueError: It is no JSON.
    """
    text = text.removeprefix("\ufeff").strip()
    try:
        stated = json.loads(text or "[]")
    except RecursionError:
        raise ValueError("lists within lists without end") from None
    entries = stated if isinstance(stated, list) else [stated]
    rules = [rule for entry in entries if isinstance(entry, dict) and (rule := _rule(entry)) is not None]
    return TdmRep(tuple(rules)) if rules else None


def _rule(entry: dict[str, object]) -> TdmRule | None:
    location, reservation, policy = (entry.get(key) for key in ("location", "tdm-reservation", "tdm-policy"))
    if not isinstance(location, str) or not location.startswith(("/", "*")) or str(reservation) not in ("0", "1"):
        return None
    parts = location.removesuffix("$").split("*")
    ends = location.endswith("$") and len(parts) <= MOST_WILDCARDS
    parts = parts[:MOST_WILDCARDS]  # what is cut off would match no more than this does
    pattern = re.compile(".*".join(map(re.escape, parts)) + (r"\Z" if ends else ""), re.DOTALL)
    return TdmRule(location, pattern, str(reservation) == "1", policy if isinstance(policy, str) else None)
