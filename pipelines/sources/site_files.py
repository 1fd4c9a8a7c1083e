"""Files in which sites say what may be done with their pages, robots.txt and tdmrep.json, and what became of each.

They lie in crawl archives, as Common Crawl publishes them (`…/robotstxt/….warc.gz`), or under the names
`HOST.robots.txt` and `HOST.tdmrep.json`. Whether an answer counts follows RFC 9309, section 2.3.1: a client's error
means that there is no such file; of a file that could not be had, be it for an error of the server or for damage here,
it is not known what it says.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import urljoin, urlsplit

from pipelines.errors import RecipeError
from pipelines.licensing.collectors.robots import MAX_BYTES, ROBOTS, SiteStatements, read_robots, within_limit
from pipelines.licensing.collectors.tdmrep import TDMREP, read_tdmrep
from pipelines.sources.record import MAX_RAW_BYTES, InputFile, Part
from pipelines.sources.stored import open_binary
from pipelines.sources.web.cutter import Damage
from pipelines.sources.web.payload import PayloadError, decoded_beginning, decoded_body
from pipelines.sources.web.records import stored_records
from pipelines.sources.web.stored_record import VERSION, StoredRecord

READ = "site_rules"  # what records whose file was read are counted as

_PATHS = {f"/{ROBOTS}": ROBOTS, f"/.well-known/{TDMREP}": TDMREP}
_ARCHIVES = (".warc", ".warc.gz", ".warc.zst", ".warc.lz4")
_ANSWERS = ("response", "resource", "revisit")
_TYPE = re.compile(rb"^WARC-Type[ \t]*:[ \t]*(\w+)", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(rb"^WARC-Target-URI[ \t]*:[ \t]*<?([^\s>]+)", re.IGNORECASE | re.MULTILINE)
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")
_SUCCESS, _ELSEWHERE, _NO_SUCH_FILE = range(200, 300), range(300, 400), range(400, 500)
_TOO_MANY_REQUESTS = 429  # says nothing of the file


class Rules(Protocol):
    """What a file of a site says of its pages."""

    def add_to(self, said: SiteStatements, url: str, locator: str) -> None:
        """Add what it says of a page."""


@dataclass(frozen=True)
class SiteFile:
    """A file of a site.

    Attributes:
        host: The site, in lower case.
        kind: Which file.
        locator: Where it stood.
        rules: What it says; None where that is nothing.
        unread: Why it is not known what it says; None where it is.
        moved_to: The site whose file counts in its place.
    """

    host: str
    kind: str
    locator: str
    rules: Rules | None = None
    unread: str | None = None
    moved_to: str | None = None


@dataclass(frozen=True)
class Found:
    """What became of a record of an archive, or of a file.

    Attributes:
        reason: What it is counted as.
        fault: What is wrong with it; None where it is sound.
        file: What it tells of a site, if anything.
    """

    reason: str
    fault: Damage | None = None
    file: SiteFile | None = None


def site_files(file: InputFile) -> Iterator[Found]:
    """Yield what became of each record of an archive, or of a file that is named after its host.

    Raises:
        RecipeError: It is neither.
    """
    if file.relative.endswith(_ARCHIVES):
        for record in stored_records(Part(file)):
            yield _of_damage(record) if isinstance(record, Damage) else _of_record(record)
        return
    for kind in _PATHS.values():
        if file.relative.endswith(f".{kind}"):
            name = file.relative.rpartition("/")[2]
            with open_binary(file) as stored:
                yield _read(SiteFile(name.removesuffix(f".{kind}").lower(), kind, name), 0, stored.read())
            return
    named = " or ".join(f"HOST.{kind}" for kind in _PATHS.values())
    raise RecipeError(f"options.{READ}: {file.path}: expected an archive (.warc, .warc.gz) or a file {named}")


def host_and_path(url: str) -> tuple[str, str]:
    """Return the host of an address in lower case, and its path; both empty where it is none, such as `http://[`."""
    try:
        parts = urlsplit(url)
        return (parts.hostname or "").lower(), parts.path
    except ValueError:
        return "", ""


def _site_file(address: str) -> SiteFile | None:
    host, path = host_and_path(address)
    kind = _PATHS.get(path)
    return None if kind is None or not host else SiteFile(host, kind, address)


def _of_damage(damage: Damage) -> Found:
    """Return what damage tells: where it has a record's header, of which site; another record's is of no concern."""
    another = VERSION.search(damage.raw, 1)
    head = damage.raw if another is None else damage.raw[: another.start()]
    kind, address = _TYPE.search(head), _ADDRESS.search(head)
    if kind is None or address is None or kind[1].lower().decode() not in _ANSWERS:
        return Found(damage.reason, damage)
    file = _site_file(address[1].decode("utf-8", "replace"))
    return Found(damage.reason, damage, None if file is None else _unread(file, damage.reason))


def _of_record(record: StoredRecord) -> Found:
    kind = str(record.record.record_type)
    if kind not in _ANSWERS:
        return Found(f"record_{kind}")
    file = _site_file(record.address or "")
    if file is None:
        return Found("no_site_file")
    answer = record.record.http_headers
    if answer is not None and answer.status_code not in _SUCCESS:
        return _of_status(answer.status_code, file, record.http_headers.get("location"))
    if kind == "revisit":
        return Found(kind, file=_unread(file, kind))  # the file stands in another record, maybe of another archive
    if record.payload is None:
        return _faulty(file, record.offset, "too_large", "longer than any page may be")
    return _of_success(record, file, record.payload)


def _of_success(record: StoredRecord, file: SiteFile, payload: bytes) -> Found:
    try:
        body = (decoded_beginning if file.kind == ROBOTS else decoded_body)(record.http_headers, payload)
    except PayloadError as error:
        reason, detail = error.args
        return _faulty(file, record.offset, reason, detail, payload)
    truncated = record.headers.get("warc-truncated")
    if truncated and (file.kind != ROBOTS or len(body) < MAX_BYTES):
        reason = f"truncated_{truncated.strip().lower():.20}"
        return Found(reason, file=_unread(file, reason))
    return _read(file, record.offset, body)


def _of_status(status: int | None, file: SiteFile, location: str | None) -> Found:
    """Return what an answer tells that is no success."""
    reason = f"http_status_{status or 'none'}"
    if status in _NO_SUCH_FILE and status != _TOO_MANY_REQUESTS:
        return Found(reason)
    if status in _ELSEWHERE and location is not None:
        target = _target(file, location)
        return Found(reason, file=None if target is None else replace(file, moved_to=target.host))
    return Found(reason, file=_unread(file, reason))


def _target(file: SiteFile, location: str) -> SiteFile | None:
    """Return the file of the same kind to which one is redirected, if it is one."""
    try:
        target = _site_file(urljoin(file.locator, location))
    except ValueError:
        return None
    return target if target is not None and target.kind == file.kind else None


def _read(file: SiteFile, offset: int, content: bytes) -> Found:
    """Return what a file says; of one that is too long, what its beginning says.

    A page in its place, under a status that does not say so, is no file, unless lines of it are rules: a crawler must
    use what it can parse of a robots.txt (RFC 9309, section 2.3.1.5).
    """
    if file.kind == ROBOTS:
        within = within_limit(content)
        rules = read_robots(within.decode("utf-8", "replace"))
        if rules is None and _MARKUP.match(content):
            return Found("no_site_file")
        read = replace(file, rules=rules)
        if len(within) == len(content):
            return Found(READ, file=read)
        detail = f"{file.locator}: more than {MAX_BYTES:,} bytes; the rules in the first {len(within):,} are read"
        return Found("rules_cut_off", Damage(offset, "rules_cut_off", detail, content[:MAX_RAW_BYTES]), read)
    if _MARKUP.match(content):
        return Found("no_site_file")
    try:
        return Found(READ, file=replace(file, rules=read_tdmrep(content.decode())))
    except ValueError as error:
        return _faulty(file, offset, "not_json", str(error), content)


def _faulty(file: SiteFile, offset: int, reason: str, detail: str, content: bytes = b"") -> Found:
    fault = Damage(offset, reason, f"{file.locator}: {detail}", content[:MAX_RAW_BYTES])
    return Found(reason, fault, _unread(file, reason))


def _unread(file: SiteFile, reason: str) -> SiteFile:
    return replace(file, unread=reason)
