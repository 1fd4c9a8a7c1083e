"""The seven slices of RedPajama-V1 as published: JSON Lines of `text` and `meta`, for Common Crawl of scores.

Source: togethercomputer/RedPajama-Data, branch rp_v1, and the dataset card of RedPajama-Data-1T.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from pipelines.sources import jsonl
from pipelines.sources.described import NotDescribedError, Record, described
from pipelines.sources.literals import LiteralTextError, read_object
from pipelines.sources.options import Options
from pipelines.sources.record import (
    Batch,
    Part,
    Reader,
    declared_language,
    evidence_list,
    json_text,
    meta_of,
    text_of,
)
from pipelines.sources.stackexchange import LICENSE_POLICY, POLICY_LICENSES, is_network_host
from pipelines.sources.wikipedia import TERMS_OF_USE, site_license

_WIKIPEDIA_DUMP = "20230320"
_URL = re.compile(r"https?://\S+", re.IGNORECASE)


def read(part: Part, columns: Mapping[str, str], options: Options) -> Iterator[Batch]:
    """Yield the documents of a slice; what `meta` says is put where it belongs, the rest stays there."""
    return described(jsonl.READER.read(part, columns, options), _describe)


def _describe(record: Record, others: dict[str, Any]) -> Record:
    meta = {**others, **_own_meta(others.pop("meta", None))}
    meta.pop("meta", None)
    label = meta.pop("language") if isinstance(meta.get("language"), str) else None
    url = record["url"] or _url(meta)
    stated = record["license_declared"] or text_of(meta.pop("license", None))
    license_, found = (stated, [("E2", "record_field", stated, "meta.license")]) if stated else _policy(url, meta)
    title = record["title"] or text_of(meta.pop("title", None)) or text_of(meta.get("short_book_title"))
    creator = text_of(meta.get("repo_name"))
    attribution = {"title": title, "creators": [creator] if creator else [], "source_url": url}
    return {
        # Of Common Crawl's slice, where a page stood in CCNet's output is all that tells it.
        "key": record["key"] or (text_of(meta.get("source")) if "wiki_prob" in meta else None),
        "lang": record["lang"] or declared_language(label),
        "url": url,
        "title": title,
        "created": record["created"] or _time(meta),
        "license_declared": license_,
        "license_evidence": record["license_evidence"] or (evidence_list(found) if found else None),
        "attribution": record["attribution"] or (json_text(attribution) if title or url else None),
        "meta": meta_of(meta, label),
    }


def _own_meta(given: object) -> dict[str, Any]:
    """Return `meta`, which some copies hold as text: JSON, or what Python's `str` makes of a dictionary."""
    if given is None or isinstance(given, dict):
        return given or {}
    try:
        return read_object(given if isinstance(given, str) else json_text(given))
    except LiteralTextError as error:
        raise NotDescribedError("bad_meta", f"field 'meta': {error}") from None


def _url(meta: dict[str, Any]) -> str | None:
    url = text_of(meta.pop("url", None))
    if url is None and meta.get("repo_name") and meta.get("path"):
        branch = str(meta.get("ref") or "HEAD").removeprefix("refs/heads/")
        url = f"https://github.com/{meta['repo_name']}/blob/{quote(branch)}/{quote(str(meta['path']))}"
    return url


def _time(meta: dict[str, Any]) -> str | None:
    """Return the record's time: slices have milliseconds since 1970, ISO 8601, days without dashes, or years."""
    stamp = meta.pop("timestamp", None)
    if stamp is None:
        return text_of(meta.get("publication_date"))
    if isinstance(stamp, int | float) and not isinstance(stamp, bool):
        try:
            return dt.datetime.fromtimestamp(stamp / 1000, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        except (ValueError, OverflowError, OSError):
            return str(stamp)
    day = re.fullmatch(r"(\d{4})(\d\d)(\d\d)", str(stamp))
    return "-".join(day.groups()) if day else text_of(stamp)


def _policy(url: str | None, meta: Mapping[str, Any]) -> tuple[str | None, list[tuple[str, str, str, str]]]:
    """Return the licence of a site that has one for all its text."""
    try:
        host = urlsplit(url).hostname if url and _URL.fullmatch(url) else None
    except ValueError:
        return None, []
    if host and is_network_host(host):
        # Which post is of which time is lost: every version of the licence may apply.
        joint = " AND ".join(POLICY_LICENSES)
        return joint, [("E3", "site_policy", joint, LICENSE_POLICY)]
    stamp = meta.get("timestamp")
    dump = re.sub(r"\D", "", stamp)[:8] if isinstance(stamp, str) else ""
    license_ = site_license(host, None, dump or _WIKIPEDIA_DUMP)
    return license_, [("E3", "site_policy", license_, TERMS_OF_USE)] if license_ else []


READER = Reader(jsonl.READER.parts, read, jsonl.READER.rows_before)
