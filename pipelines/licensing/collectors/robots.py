"""What a site's robots.txt says of training on a page: its groups (RFC 9309), AIPREF and Cloudflare's signals, RSL.

A page is refused where its rules shut out a crawler that gathers for training (`data/ai_crawlers.txt`), by name or with
all others; where `Content-Usage` (draft-ietf-aipref-attach-05) or `Content-Signal` refuse it, whole or by path. Of a
group's rules about one page the longest counts, as among Allow and Disallow; of equal ones the refusal.
"""

import functools
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files

from protego import Protego

from pipelines.licensing.collectors.preferences import content_usage

ROBOTS = "robots.txt"
MAX_BYTES = 500 * 2**10  # that RFC 9309, section 2.5, asks crawlers to read at least

_LINE = re.compile(r"\s*(?P<key>[A-Za-z][A-Za-z -]*?)\s*:\s*(?P<value>[^#]*)")
_PRODUCT = re.compile(r"[A-Za-z_-]+|\*")
_PREFERENCES = frozenset({"content-usage", "content-signal"})
_ANY_OTHER = "#"  # a crawler that no group names, nor the beginning of it, which Protego takes for the name


@dataclass
class SiteStatements:
    """What the files of a site say of one page.

    Attributes:
        trains: Each statement on training: whether it permits it.
        reserved: Each statement on text and data mining: whether it reserves it.
        raw: Each signal as found: `signal`, `value`, `locator`.
        terms: Each contract that access is bound to: `kind`, `value`, `locator`.
    """

    trains: list[bool] = field(default_factory=list)
    reserved: list[bool] = field(default_factory=list)
    raw: list[dict[str, str]] = field(default_factory=list)
    terms: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Robots:
    """A robots.txt, read.

    Attributes:
        access: Its Allow and Disallow.
        refusals: Its preferences against training, as Disallow, and those for it, as Allow; None where it has none.
        permissions: The other way round.
        crawlers: Crawlers for training that it names.
        licenses: Addresses of RSL documents.
    """

    access: Protego
    refusals: Protego | None
    permissions: Protego | None
    crawlers: tuple[str, ...]
    licenses: tuple[str, ...]

    def add_to(self, said: SiteStatements, url: str, locator: str) -> None:
        """Add what it says of a page.

        Args:
            said: What the files of the site say.
            url: The page.
            locator: Where the robots.txt stands.
        """
        shut_out = self._refused(self.access, url)
        if shut_out:
            said.raw.append({"signal": ROBOTS, "value": f"disallows {', '.join(shut_out)}", "locator": locator})
            said.trains.append(False)
        for stated, permits in ((self.refusals, False), (self.permissions, True)):
            named = [] if stated is None else self._refused(stated, url)
            if named:
                value = f"train-ai={'y' if permits else 'n'} for {', '.join(named)}"
                said.raw.append({"signal": "content-usage", "value": value, "locator": locator})
                said.trains.append(permits)
        said.terms += [{"kind": "rsl", "value": address, "locator": locator} for address in self.licenses]

    def _refused(self, rules: Protego, url: str) -> list[str]:
        """Return the crawlers for training that rules refuse a page; `*` stands for those that have no group."""
        named = [name for name in self.crawlers if not rules.can_fetch(url, name)]
        return named if rules.can_fetch(url, _ANY_OTHER) else [*named, "*"]


@dataclass
class _Group:
    """Rules for some crawlers.

    Attributes:
        crawlers: Their product tokens.
        access: Allow and Disallow with their paths.
        usage: Whether training is permitted, with the path that this is said of.
        is_open: Whether more crawlers may follow: no rule has stood there.
    """

    crawlers: list[str] = field(default_factory=list)
    access: list[tuple[str, str]] = field(default_factory=list)
    usage: list[tuple[bool, str]] = field(default_factory=list)
    is_open: bool = True


def within_limit(content: bytes) -> bytes:
    """Return the whole lines of a robots.txt that stand in its first `MAX_BYTES`: a part of a rule is another rule."""
    if len(content) <= MAX_BYTES:
        return content
    return content[: 1 + max(content.rfind(end, 0, MAX_BYTES) for end in (b"\n", b"\r"))]


def read_robots(text: str) -> Robots | None:
    """Read a robots.txt; None where nothing in it can concern a page or training."""
    groups, licenses = _groups(text)
    states = any(group.usage for group in groups)
    if not (licenses or states or any(key == "disallow" for group in groups for key, _ in group.access)):
        return None
    joined = _joined(groups)
    return Robots(
        _parsed({crawler: group.access for crawler, group in joined.items()}),
        _parsed({crawler: _as_access(g.usage, refused=False) for crawler, g in joined.items()}) if states else None,
        _parsed({crawler: _as_access(g.usage, refused=True) for crawler, g in joined.items()}) if states else None,
        tuple(name for name in _training_crawlers() if name.casefold() in joined),
        tuple(dict.fromkeys(licenses)),
    )


def _joined(groups: list[_Group]) -> dict[str, _Group]:
    """Return for each crawler the rules of all groups that name it (RFC 9309, section 2.2.1)."""
    found: defaultdict[str, _Group] = defaultdict(_Group)
    for group in groups:
        for crawler in dict.fromkeys(name.casefold() for name in group.crawlers):
            found[crawler].access += group.access
            found[crawler].usage += group.usage
    return found


def _groups(text: str) -> tuple[list[_Group], list[str]]:
    """Return the groups of a robots.txt, and the addresses of its licences."""
    groups, licenses = [_Group(is_open=False)], list[str]()  # rules before the first group are nobody's
    for line in text.removeprefix("\ufeff").splitlines():
        match = _LINE.match(line)
        if match is None:
            continue
        key, value = match["key"].lower(), match["value"].strip()
        group = groups[-1]
        if key == "user-agent":
            if not group.is_open:
                group = _Group()
                groups.append(group)
            product = _PRODUCT.match(value)
            group.crawlers.append(product[0] if product else value)
        elif key in ("allow", "disallow"):
            # An empty one is no rule, and ends the list of crawlers like any.
            group.is_open = False
            group.access += [(key, value)] if value else []
        elif key in _PREFERENCES:
            group.is_open = False
            path, _, stated = value.partition(" ") if value.startswith("/") else ("/", "", value)
            group.usage += [(permits, path) for permits in content_usage(stated)]
        elif key == "license" and value:
            licenses.append(value)
    return groups[1:], licenses


def _as_access(usage: list[tuple[bool, str]], *, refused: bool) -> list[tuple[str, str]]:
    """Return statements as Disallow where they say one thing and Allow where they say the other.

    Args:
        usage: Whether training is permitted, with the path that this is said of.
        refused: What is said where a page may not be fetched: that training is permitted, or that it is not.
    """
    against = {path for permits, path in usage if not permits}
    stated = [(permits, path) for permits, path in usage if not permits or path not in against]
    return [("disallow" if permits == refused else "allow", path) for permits, path in stated]


def _parsed(rules: Mapping[str, list[tuple[str, str]]]) -> Protego:
    lines = []
    for crawler, access in rules.items():
        lines.append(f"user-agent: {crawler}")
        lines += [f"{key}: {path}" for key, path in access or [("allow", "/")]]
    return Protego.parse("\n".join(lines))


@functools.cache
def _training_crawlers() -> tuple[str, ...]:
    text = files("pipelines.licensing").joinpath("data/ai_crawlers.txt").read_text(encoding="utf-8")
    return tuple(text.split())
