"""The option `site_rules`: what robots.txt and tdmrep.json of a page's site say of it joins its `preferences`.

The files are crawl archives that hold such files, as Common Crawl publishes (`…/robotstxt/….warc.gz`), or the files
themselves under the names `HOST.robots.txt` and `HOST.tdmrep.json`. Only answers that are no errors count: a site whose
robots.txt could not be fetched said nothing.
"""

import functools
import posixpath
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol
from urllib.parse import urlsplit

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.errors import RecipeError
from pipelines.licensing.collectors.preferences import preferences_of
from pipelines.licensing.collectors.robots import ROBOTS, SiteStatements, read_robots
from pipelines.licensing.collectors.tdmrep import TDMREP, read_tdmrep
from pipelines.sources.options import Option, Options
from pipelines.sources.record import Batch, InputFile, Part, Reader, json_text
from pipelines.sources.stored import file_at, open_binary
from pipelines.sources.web.cutter import Damage
from pipelines.sources.web.payload import PayloadError, decoded_body
from pipelines.sources.web.records import stored_records

NAME = "site_rules"
OPTION = Option(
    tuple,
    None,
    "robots.txt and tdmrep.json of the pages' sites: archives that hold them, or files named HOST.robots.txt",
    files=True,
)

_OK = 200
_PATHS = {f"/{ROBOTS}": ROBOTS, f"/.well-known/{TDMREP}": TDMREP}
_ARCHIVES = (".warc", ".warc.gz", ".warc.zst")
_HOST = r"^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?(?P<host>[^/?#:]+)"
_READERS = {ROBOTS: read_robots, TDMREP: read_tdmrep}


class SiteFile(Protocol):
    """A file of a site that says something of its pages."""

    def add_to(self, said: SiteStatements, url: str, locator: str) -> None:
        """Add what it says of a page."""


@dataclass(frozen=True)
class SiteRules:
    """The files of some sites.

    Attributes:
        by_host: Where each file stands, and what it says, by host in lower case; a host may have several.
    """

    by_host: Mapping[str, Sequence[tuple[str, SiteFile]]]

    def joined(self, url: str, preferences: str | None) -> str | None:
        """Return the preferences of a page with those of its site: of both the refusal counts.

        What a page itself says of text and data mining outweighs its site's tdmrep.json, as that protocol has it.
        """
        said = SiteStatements()
        for locator, file in self.by_host.get(_host_and_path(url)[0], ()):
            file.add_to(said, url, locator)
        stated: dict[str, Any] = orjson.loads(preferences) if preferences else {}
        own = str(stated.get("tdm_reserved"))
        reserved = [own == "1"] if own in ("0", "1") else said.reserved
        own_training = {"y": [True], "n": [False]}.get(str(stated.get("train_ai")), [])
        found = preferences_of(
            [*own_training, *said.trains],
            reserved,
            [*_listed(stated.get("raw")), *said.raw],
            [*_listed(stated.get("access_terms")), *said.terms],
        )
        return json_text({**stated, **found}) if stated or found else None


def with_site_rules(reader: Reader) -> Reader:
    """Return a reader that takes the option `site_rules` beside its own."""

    def read(part: Part, columns: Mapping[str, str], options: Options) -> Iterator[Batch]:
        named = options.get(NAME)
        batches = reader.read(part, columns, options)
        if not isinstance(named, tuple):
            yield from batches
            return
        rules = read_site_rules(named)
        for batch in batches:
            yield replace(batch, records=_joined(batch.records, rules))

    return replace(reader, read=read, options={**reader.options, NAME: OPTION})


@functools.lru_cache(maxsize=2)
def read_site_rules(paths: tuple[str, ...]) -> SiteRules:
    """Read the files of sites; of each is kept only what can concern a page or training.

    Args:
        paths: Archives, and files named after their host.

    Raises:
        RecipeError: A file is none of these.
    """
    found: defaultdict[str, list[tuple[str, SiteFile]]] = defaultdict(list)
    for path in paths:
        for host, locator, kind, content in _contents(path):
            read: SiteFile | None = _READERS[kind](content.decode("utf-8", "replace"))
            if read is not None:
                found[host].append((locator, read))
    return SiteRules(dict(found))


def _contents(path: str) -> Iterator[tuple[str, str, str, bytes]]:
    """Yield host, address, kind and content of each file of a site."""
    name = posixpath.basename(path)
    file = file_at(path, name)
    if file is None:
        raise RecipeError(f"options.{NAME}: {path}: there is no such file")
    if name.endswith(_ARCHIVES):
        yield from _archived(file)
        return
    for kind in _READERS:
        if name.endswith(f".{kind}"):
            with open_binary(file) as stored:
                yield name.removesuffix(f".{kind}").lower(), name, kind, stored.read()
            return
    raise RecipeError(f"options.{NAME}: {path}: expected an archive (.warc, .warc.gz) or a file HOST.{ROBOTS}")


def _archived(file: InputFile) -> Iterator[tuple[str, str, str, bytes]]:
    for found in stored_records(Part(file)):
        if isinstance(found, Damage) or found.payload is None or found.record.http_headers is None:
            continue  # what is damaged says nothing that could be known
        address = found.address or ""
        host, path = _host_and_path(address)
        kind = _PATHS.get(path)
        if kind is None or found.record.http_headers.status_code != _OK:
            continue
        headers = {name.lower(): value for name, value in found.record.http_headers.items()}
        try:
            yield host, address, kind, decoded_body(headers, found.payload)
        except PayloadError:
            continue


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 -- preferences that a source brings have any form
    return value if isinstance(value, list) else [] if value is None else [value]


def _host_and_path(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
        return (parts.hostname or "").lower(), parts.path
    except ValueError:
        return "", ""  # no address at all, such as `http://[`


def _joined(records: pa.RecordBatch, rules: SiteRules) -> pa.RecordBatch:
    urls, preferences = records.column("url"), records.column("preferences")
    hosts = pc.utf8_lower(pc.struct_field(pc.extract_regex(urls, _HOST), "host"))
    known = pc.is_in(hosts, value_set=pa.array(list(rules.by_host), pa.string()))
    rows = np.flatnonzero(known.to_numpy(zero_copy_only=False))
    if not len(rows):
        return records
    values = preferences.to_pylist()
    for row in rows.tolist():
        values[row] = rules.joined(urls[row].as_py(), values[row])
    place = records.schema.get_field_index("preferences")
    return records.set_column(place, records.schema.field(place), pa.array(values, pa.string()))
