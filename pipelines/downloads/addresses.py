"""Which addresses may be asked: public ones by https, unless the recipe allows more.

A list of URLs is data, and may name what only this machine can reach. So a host's address is looked up, judged, and
then connected to as it was judged, for each request and each redirect anew.
"""

import http.client
import ipaddress
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

from pipelines.downloads.kept import DownloadError

SECONDS = 60
OFF = "LOAM_NO_DOWNLOADS"  # set to anything, nothing is asked for


@dataclass(frozen=True)
class Allowed:
    """What may be asked.

    Attributes:
        http: Whether without encryption too.
        private: Whether hosts that are not on the public network too.
        hosts: `HOST` or `HOST:PORT` of servers that may be asked however they are reached.
        http_by: What would allow it without encryption, for messages.
        private_by: What would allow other hosts, for messages.
    """

    http: bool = False
    private: bool = False
    hosts: frozenset[str] = frozenset()
    http_by: str = "`allow_http: true`"
    private_by: str = "`allow_private: true`"


def shown(url: str) -> str:
    """Return a URL as it may be told: without its query, which may hold a key, and without a user.

    >>> shown("https://user:word@example.org/a.jsonl?X-Amz-Signature=0123")
    'https://example.org/a.jsonl'
    """
    scheme, separator, rest = url.partition("?")[0].partition("#")[0].partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{separator}{host.rpartition('@')[2]}{slash}{path}"


def split_url(url: str) -> SplitResult:
    """Return the parts of a URL.

    Raises:
        DownloadError: It is none.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port  # which is read when it is asked for
    except ValueError as error:
        raise DownloadError(f"{shown(url)}: no URL ({error})") from None
    return parts


def joined_url(url: str, reference: str) -> str:
    """Return the URL that a reference names where a URL stands.

    Raises:
        DownloadError: It names none.
    """
    try:
        return urljoin(url, reference)
    except ValueError as error:
        raise DownloadError(f"{shown(url)} leads to {shown(reference)}: no URL ({error})") from None


def checked_url(url: str, allowed: Allowed) -> SplitResult:
    """Return the parts of a URL that may be asked.

    Raises:
        DownloadError: It is none, or of a scheme that is not allowed.
    """
    parts = split_url(url)
    schemes = ("https", "http") if allowed.http or parts.netloc in allowed.hosts else ("https",)
    if parts.scheme not in schemes:
        hint = f"; {allowed.http_by} allows it" if parts.scheme == "http" else ""
        raise DownloadError(f"{shown(url)}: expected {' or '.join(schemes)}{hint}")
    if not parts.hostname or parts.username or parts.password or parts.port == 0:
        raise DownloadError(f"{shown(url)}: expected a host, and no user in the address")
    if any(ord(character) <= ord(" ") or ord(character) > ord("~") for character in url):
        raise DownloadError(f"{shown(url)!r}: white space and other characters have to be escaped")
    return parts


def open_connection(parts: SplitResult, allowed: Allowed) -> http.client.HTTPConnection:
    """Return a connection to the host of a URL, at an address that was judged.

    Raises:
        DownloadError: It has no address that may be asked.
        OSError: It does not answer.
    """
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = _judged(host, port, allowed, private=allowed.private or parts.netloc in allowed.hosts)
    if parts.scheme == "https":
        return _Secure(host, port, address)
    return _Plain(host, port, address)


def _judged(host: str, port: int, allowed: Allowed, *, private: bool) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise OSError(f"{host}: {error}") from None
    addresses = [str(entry[4][0]) for entry in found]
    for address in addresses:
        if not private and not is_public(address):
            raise DownloadError(
                f"{host} is {address}, which is not on the public network; {allowed.private_by} allows such hosts"
            )
    return addresses[0]


def is_public(address: str) -> bool:
    """Tell whether an IP address belongs to the public network, and to a single host.

    >>> [is_public(one) for one in ("1.1.1.1", "127.0.0.1", "10.0.0.1", "169.254.169.254", "::ffff:10.0.0.1")]
    [True, False, False, False, False]
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is not None:
            return is_public(str(inner))
        if found not in _UNICAST or found in _DOCUMENTATION:
            return False
    return found.is_global and not found.is_multicast


# All that is given out to hosts so far (IANA, "IPv6 Address Space"); outside of it are the translated, compatible and
# site-local addresses by which hosts inside are reached, too.
_UNICAST = ipaddress.ip_network("2000::/3")
_DOCUMENTATION = ipaddress.ip_network("3fff::/20")  # RFC 9637, which Python does not know yet


class _Plain(http.client.HTTPConnection):
    def __init__(self, host: str, port: int, address: str) -> None:
        super().__init__(host, port, timeout=SECONDS)
        self._address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)


class _Secure(http.client.HTTPSConnection):
    def __init__(self, host: str, port: int, address: str) -> None:
        context = ssl.create_default_context()
        super().__init__(host, port, timeout=SECONDS, context=context)
        self._address, self._tls = address, context

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)
