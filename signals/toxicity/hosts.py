"""Host names in other alphabets, as the domain name system has them."""

import re

import pyarrow as pa
import pyarrow.compute as pc

from signals.arrow import Column

_HOST = re.compile(r"^((?:[A-Za-z][A-Za-z0-9+.-]*:)?//)?([^/?#\\]*)")
_FOREIGN_HOST = r"^(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?://)?[^/?#\\]*[^\x00-\x7f]"


def ascii_host(address: str) -> str:
    """Return an address with its host in ASCII (IDNA, RFC 3490), or as it is where that cannot be.

    Examples:
        >>> ascii_host("http://www.köln.de/ä"), ascii_host("公司.cn")
        ('http://www.xn--kln-sna.de/ä', 'xn--55qx5d.cn')
    """
    match = _HOST.match(address)
    if match is None or match[2].isascii():
        return address
    try:
        host = match[2].encode("idna").decode()
    except UnicodeError:
        return address
    return (match[1] or "") + host + address[match.end() :]


def ascii_hosts(addresses: Column) -> Column:
    """Return a column of addresses (large_string) with their hosts in ASCII; see `ascii_host`."""
    foreign: Column = pc.match_substring_regex(addresses, _FOREIGN_HOST).fill_null(False)
    changed = [ascii_host(str(address)) for address in addresses.filter(foreign)]
    replaced: Column = pc.replace_with_mask(addresses, foreign, pa.array(changed, addresses.type))
    return replaced if changed else addresses
