"""Rules for addresses on networks: e-mail, IPv4, IPv6, and names of users."""

import ipaddress
from bisect import bisect_right
from functools import lru_cache
from importlib.resources import files

import regex

from signals.kernels.pii import EMAIL_SIGN, IPV4_ADDRESS, IPV6_ADDRESS, USER_SIGN, WIDE_EMAIL_SIGN
from signals.pii.kinds import EMAIL, IPV4, IPV6, USER_NAME
from signals.pii.rule import FOUND, NOT_BEFORE_WORD, NOT_BEHIND_WORD, Match, Rule, Span

# Addresses in Latin letters stand in text of any script, often with no space between: there other letters end them.
# Where only ASCII stands between white space, both patterns find the same; the kernel says where that is not so.
_LATIN = r"[\p{Latin}\p{M}0-9]"
_OTHER = r"[\p{L}\p{M}\p{N}--[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]]"


def _host(letter: str) -> str:
    label = rf"{letter}(?:(?:{letter}|-){{0,61}}+(?<!-))?"
    return rf"(?:{label}\.){{1,10}}(?P<last>xn--[a-z0-9-]{{2,59}}+|(?:(?![0-9]){letter}){{2,63}}+)"


def _email_pattern(letter: str) -> "regex.Pattern[str]":
    return regex.compile(
        rf"(?<=(?<!{letter}|[.%+@-]|://|://[^\s/@]{{1,64}}:)(?P<local>{letter}(?:{letter}|[_.%+-]){{0,63}}))(?<![.%])@"
        rf"(?P<host>{_host(letter)})(?!_*{letter}|[@(-]|:[\w~/])",
        regex.V1,
    )


_HOST = _host(_LATIN)

_RESERVED_HOSTS = regex.compile(  # RFC 2606, RFC 6761
    r"(?:.*\.)?(?:example\.(?:com|net|org|edu)|example|test|invalid|localhost|local|localdomain)"
)

# IANA's registries of special-purpose addresses (RFC 6890), and multicast.
SPECIAL_NETWORKS = (
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
    *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24"),
    *("192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
    *("224.0.0.0/4", "240.0.0.0/4", "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48"),
    *("3fff::/20",),
)
_LEAST_IN_ADDRESS = 32  # numbers of versions and sections are smaller,
_LEAST_AT_FIRST = 10  # and so are their first ones, and those of object identifiers
_OCTETS = frozenset(map(str, range(256)))  # no leading zeros: they were octal to some, decimal to others
_RETIRED_DOMAINS = frozenset({"an", "cs", "tp", "yu", "zr"})  # of countries that were; old texts have them


@lru_cache(maxsize=1)
def _top_level_domains() -> frozenset[str]:
    """Return all top-level domains, in Unicode and in ASCII (IANA's root zone of October 2026)."""
    content = files("signals.pii").joinpath("data/top_level_domains.txt").read_text(encoding="utf-8")
    return frozenset(content.split()) | _RETIRED_DOMAINS


def _email(match: Match) -> Span | None:
    start, end = match.start("local"), match.end("host")
    host = match["host"]
    if match["last"][0].isupper() and not match["last"].isupper() and host.count(".") > 1:
        end -= len(match["last"]) + 1  # the next sentence, glued to the address
        host = host.rpartition(".")[0]
    host = host.lower()
    if host.rpartition(".")[2] not in _top_level_domains() or _RESERVED_HOSTS.fullmatch(host):
        return None
    return start, end


def _ipv4(match: Match) -> Span | None:
    numbers = match[FOUND].split(".")
    first, second, third, last = map(int, numbers)
    large = sum(number >= _LEAST_IN_ADDRESS for number in (first, second, third, last))
    is_called_so = match["cue"] is not None or match["port"] is not None
    if not is_called_so and large < (2 if first >= _LEAST_AT_FIRST else 3):
        return None
    if last == 0 or any(number not in _OCTETS for number in numbers):
        return None
    return None if is_special(4, (first << 24) + (second << 16) + (third << 8) + last) else match.span(FOUND)


def _ipv6(match: Match) -> Span | None:
    try:
        address = ipaddress.IPv6Address(match[FOUND])
    except ValueError:
        return None
    return None if is_special(6, int(address)) else match.span(FOUND)


def is_special(version: int, address: int) -> bool:
    """Tell whether an address of a version of IP is one of those that no host on the Internet has."""
    firsts, lasts = _special_ranges()[version]
    place = bisect_right(firsts, address)
    return place > 0 and address <= lasts[place - 1]


@lru_cache(maxsize=1)
def _special_ranges() -> dict[int, tuple[list[int], list[int]]]:
    """Return the first and the last address of each special network by version, in their order; none overlap."""
    networks = sorted(map(ipaddress.ip_network, SPECIAL_NETWORKS), key=lambda network: int(network.network_address))
    return {
        version: (
            [int(network.network_address) for network in networks if network.version == version],
            [int(network.broadcast_address) for network in networks if network.version == version],
        )
        for version in (4, 6)
    }


def _handle_at_server(match: Match) -> Span | None:
    domain = match["last"].lower()
    return match.span(FOUND) if domain in _top_level_domains() else None


# What says that four numbers are an address, and no version or section.
_IPV4_CUES = (
    r"(?:\b(?:IP|IPv4|ip|inet|addr|address|adresse|Adresse|dirección|endereço|indirizzo|адрес|host|server|nameserver|"
    r"DNS|ping|gateway)|地址|アドレス|주소)(?: (?:IP|is|est|es|ist|address|addr))?(?: ?[:\uff1a=]|は|是|为|為)? ?"
)
_PART_OF_NAME = r"\p{Lu}[\p{L}.'\u2019-]"
_NAME = r"[A-Za-z0-9_][A-Za-z0-9_.-]{1,28}(?<![.-])"
_PLAIN_NAME = r"[A-Za-z0-9_][A-Za-z0-9_-]{1,28}(?<!-)"
_NETWORKS = "twitter|instagram|telegram|mastodon|tiktok|facebook|threads|bluesky|github|youtube|snapchat|weibo|vk"
_GREETINGS = (
    "follow|thanks|thank you|thx|cc|hat tip|hi|hey|hello|merci|gracias|danke|obrigad[oa]|grazie|спасибо|suivez|sigue|"
    "síguenos|segui|seguici|folge|folgt"
)

NETWORK_RULES = (
    Rule("email", EMAIL, EMAIL_SIGN, _email_pattern(_LATIN), _email),
    Rule("email", EMAIL, WIDE_EMAIL_SIGN, _email_pattern(_OTHER), _email),
    Rule(
        "ipv4",
        IPV4,
        IPV4_ADDRESS,
        regex.compile(
            rf"(?<![\p{{L}}\p{{N}}_--[\p{{Han}}\p{{Hiragana}}\p{{Katakana}}\p{{Thai}}]]|[.+~]|[\p{{L}}_]-|\w/|"
            rf"[vV]\.? |[vV]ersion |[vV]ersions )(?:(?<=(?P<cue>{_IPV4_CUES}))|)"
            rf"(?P<{FOUND}>(?:[0-9]{{1,3}}\.){{3}}[0-9]{{1,3}})(?P<port>:[0-9]{{2,5}}\b)?"
            rf"(?![A-Za-z0-9_]|\.[0-9]|[-+~][\p{{L}}])",
            regex.V1,
        ),
        _ipv4,
    ),
    Rule(
        "ipv6",
        IPV6,
        IPV6_ADDRESS,
        regex.compile(
            rf"{NOT_BEHIND_WORD}(?<![:.])(?P<{FOUND}>[23][0-9A-Fa-f]{{3}}(?::[0-9A-Fa-f]{{0,4}}){{2,7}}+"
            rf"(?:(?<=[0-9A-Fa-f])|(?<=::)(?=/))){NOT_BEFORE_WORD}",
            regex.V1,
        ),
        _ipv6,
    ),
    Rule(
        "user_name",
        USER_NAME,
        USER_SIGN,
        regex.compile(rf"(?<![\w.@/])(?P<{FOUND}>@{_NAME}@{_HOST}){NOT_BEFORE_WORD}", regex.V1),
        _handle_at_server,
    ),
    Rule(
        "user_name",
        USER_NAME,
        USER_SIGN,
        regex.compile(
            rf"(?<={_PART_OF_NAME}{{1,30}} {_PART_OF_NAME}{{0,30}} \(|\bRT )(?P<{FOUND}>@{_PLAIN_NAME})(?=[):])",
            regex.V1,
        ),
    ),
    Rule(
        "user_name",
        USER_NAME,
        USER_SIGN,
        regex.compile(
            rf"(?<=(?<![\w./-])(?i:{_GREETINGS})(?: (?:to|us|me|on|à|a|bei))? )(?P<{FOUND}>@{_PLAIN_NAME})"
            rf"{NOT_BEFORE_WORD}(?![@(/])|(?P<{FOUND}>(?<![\w.@/])@{_PLAIN_NAME})"
            rf"(?= (?:wrote|said|says|tweeted|posted|replied)\b)",
            regex.V1,
        ),
    ),
    Rule(
        "user_name",
        USER_NAME,
        USER_SIGN,
        regex.compile(
            rf"(?<=(?<![\w./-])(?i:{_NETWORKS})(?![\w./-])[^\n@<>0-9]{{0,40}}[ \t:(])(?P<{FOUND}>@{_NAME})"
            rf"{NOT_BEFORE_WORD}(?![@(/])",
            regex.V1,
        ),
    ),
)
