"""URLs in one spelling, so that two addresses of one page are the same string."""

from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

Column: TypeAlias = "pa.Array[Any] | pa.ChunkedArray[Any]"

VERSION = 1  # raise it when the same URL would be spelled otherwise

# Parameters that tell how a reader came and not what is shown (their documentation: Google Analytics and Ads, Meta,
# Microsoft, Mailchimp, Yandex, Matomo, HubSpot, Instagram).
TRACKING_PARAMETERS = (
    *("utm_[^=&]*", "mtm_[^=&]*", "pk_[^=&]*", "hsa_[^=&]*", "_hs[^=&]*"),
    *("gclid", "gclsrc", "dclid", "gbraid", "wbraid", "fbclid", "msclkid", "yclid", "twclid", "igshid", "igsh"),
    *("mc_cid", "mc_eid", "_ga", "_gl"),
)

_PARTS = (
    r"^(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?:[^/?#@]*@)?(?P<host>\[[^\]]*\]|[^/?#:]*)(?P<port>(?::[0-9]*)?)"
    r"(?P<path>[^?#]*)(?P<query>(?:\?[^#]*)?)(?:#.*)?$"
)
_TRACKING = f"([?&])(?i:{'|'.join(TRACKING_PARAMETERS)})(?:=[^&]*)?($|&)"


def canonical_urls(urls: Column) -> Column:
    """Return each URL in one spelling; null stays null.

    White space around it, the user's name, the fragment, tracking parameters, the port that the scheme implies and
    slashes at the end of the path are left out, scheme and host written in lower case without a final dot, and `https`
    counts as `http`. The order of parameters, the case of the path and `www.` stay: they may mean another page. What
    is no URL stays as it is.

    >>> import pyarrow as pa
    >>> canonical_urls(pa.array(["HTTPS://Example.ORG:443/a/?utm_source=x&id=7#top"])).to_pylist()
    ['http://example.org/a?id=7']
    """
    trimmed = pc.utf8_trim_whitespace(urls)
    parts = pc.extract_regex(trimmed, pattern=_PARTS)
    scheme, host, port, path, query = (
        pc.struct_field(parts, name) for name in ("scheme", "host", "port", "path", "query")
    )
    scheme = pc.utf8_lower(scheme)
    implied = pc.or_(
        pc.and_(pc.equal(scheme, pa.scalar("http")), pc.is_in(port, value_set=pa.array([":80", ":"]))),
        pc.and_(pc.equal(scheme, pa.scalar("https")), pc.is_in(port, value_set=pa.array([":443", ":"]))),
    )
    port = pc.if_else(implied, "", port)
    scheme = pc.if_else(pc.equal(scheme, pa.scalar("https")), "http", scheme)
    host = pc.utf8_rtrim(pc.utf8_lower(host), characters=".")
    path = pc.utf8_rtrim(path, characters="/")
    spelled = pc.binary_join_element_wise(scheme, "://", host, port, path, _without_tracking(query), "")
    whole: Column = pc.coalesce(spelled, trimmed)
    return whole


def _without_tracking(query: Column) -> Column:
    """Return a query without tracking parameters, empty where none is left."""
    while pc.any(pc.match_substring_regex(query, pattern=_TRACKING)).as_py():  # next to each other, one hides the next
        query = pc.replace_substring_regex(query, pattern=_TRACKING, replacement=r"\1")
    left: Column = pc.replace_substring_regex(query, pattern=r"[?&]+$", replacement="")
    return left
