"""The option `site_rules`: what robots.txt and tdmrep.json of a page's site say of it joins its `preferences`.

A site of whose file it is not known what it says counts as one that refuses (RFC 9309, section 2.3.1.4), unless another
record of it can be read. Of a site that does not stand in the files at all, nothing is said.
"""

import functools
import posixpath
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.errors import RecipeError
from pipelines.licensing.collectors.preferences import preferences_of
from pipelines.licensing.collectors.robots import ROBOTS, SiteStatements
from pipelines.sources.options import Option, Options
from pipelines.sources.pending import PendingRecords
from pipelines.sources.record import (
    BATCH_TEXT_BYTES,
    Batch,
    Part,
    Reader,
    json_text,
    nothing_before,
    unreadable,
    whole_file,
)
from pipelines.sources.site_files import READ, Rules, SiteFile, host_and_path, site_files
from pipelines.sources.stored import file_at

NAME = READ
OPTION = Option(
    tuple,
    None,
    "robots.txt and tdmrep.json of the pages' sites: archives that hold them, or files named HOST.robots.txt",
    files=True,
)

_MOST_MOVES = 5  # that a crawler should follow at least (RFC 9309, section 2.3.1.2)
_BATCH_RECORDS = 256
_HOST = r"^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?(?P<host>[^/?#:]+)"


@dataclass(frozen=True)
class Unread:
    """A file of which it is not known what it says: it refuses every page.

    Attributes:
        kind: Which file.
        reason: Why it is not known.
    """

    kind: str
    reason: str

    def add_to(self, said: SiteStatements, _url: str, locator: str) -> None:
        """Add the refusal."""
        said.raw.append({"signal": self.kind, "value": f"not readable: {self.reason}", "locator": locator})
        if self.kind == ROBOTS:
            said.trains.append(False)
        else:
            said.reserved.append(True)


@dataclass(frozen=True)
class SiteRules:
    """The files of some sites.

    Attributes:
        by_host: Where each file stands, and what it says, by host in lower case; a host may have several.
    """

    by_host: Mapping[str, Sequence[tuple[str, Rules]]]

    def joined(self, url: str, preferences: str | None) -> str | None:
        """Return the preferences of a page with those of its site: of both the refusal counts.

        What a page itself says of text and data mining outweighs its site's tdmrep.json, as that protocol has it.
        """
        said = SiteStatements()
        for locator, rules in self.by_host.get(host_and_path(url)[0], ()):
            rules.add_to(said, url, locator)
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
        RecipeError: A file is none of these, or not there.
    """
    found: defaultdict[tuple[str, str], list[SiteFile]] = defaultdict(list)
    for path in paths:
        file = file_at(path, posixpath.basename(path))
        if file is None:
            raise RecipeError(f"options.{NAME}: {path}: there is no such file")
        for one in site_files(file):
            if one.file is not None:
                found[one.file.host, one.file.kind].append(one.file)
    by_host: defaultdict[str, list[tuple[str, Rules]]] = defaultdict(list)
    for host, kind in found:
        by_host[host] += _rules(found, host, kind)
    return SiteRules({host: rules for host, rules in by_host.items() if rules})


def _rules(found: Mapping[tuple[str, str], Sequence[SiteFile]], host: str, kind: str) -> list[tuple[str, Rules]]:
    """Return what counts for a site: what was read; else, that something was not; else, what it is redirected to."""
    hosts = [host]
    for _ in range(1 + _MOST_MOVES):
        files = [file for host in hosts for file in found.get((host, kind), ())]
        read = [file for file in files if file.unread is None and file.moved_to is None]
        if read:
            return [(file.locator, file.rules) for file in read if file.rules is not None]
        for file in files:
            if file.unread is not None:
                return [(file.locator, Unread(kind, file.unread))]
        hosts = list(dict.fromkeys(file.moved_to for file in files if file.moved_to is not None))
    return []


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 -- preferences that a source brings have any form
    return value if isinstance(value, list) else [] if value is None else [value]


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


def _accounted(part: Part, _columns: Mapping[str, str], _options: Options) -> Iterator[Batch]:
    """Yield no document, but what became of each record of a file of rules."""
    rows = PendingRecords(_BATCH_RECORDS, BATCH_TEXT_BYTES, numbered=False)
    for found in site_files(part.file):
        rows.next_row()
        if found.fault is None:
            rows.drop(found.reason)
        else:
            rows.fault(found.reason, found.fault.detail, found.fault.raw, found.fault.offset)
        if rows.is_full():
            yield rows.batch()
    yield rows.batch() if rows.row else unreadable("empty_file", "no record")


READER = Reader(whole_file, _accounted, nothing_before, has_columns=False)
