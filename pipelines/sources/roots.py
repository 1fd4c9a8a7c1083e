"""Datasets in the form of ROOTS: `text` and `meta`, JSON Lines or Parquet, with the catalogue's entry about them.

Source: bigscience-workshop/data-preparation at 9d05884; names of datasets as on the hub (`lm_indic-bn_wikipedia`,
`roots_fr_wikisource`, `lm_es_pseudocrawl-filtered_341_es_cointelegraph_com`). `meta` is what Python's `str` made of a
dictionary, which ROOTS read with `eval`; here nothing of it is run.
"""

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipelines.sources import jsonl, parquet
from pipelines.sources.described import NotDescribedError, Record, described
from pipelines.sources.literals import LiteralTextError, read_object
from pipelines.sources.options import Option, Options
from pipelines.sources.record import (
    Batch,
    InputFile,
    Part,
    Reader,
    declared_language,
    evidence_list,
    json_text,
    meta_of,
    text_of,
)
from pipelines.sources.roots_catalogue import Entry, load_entry

OPTIONS = {
    "dataset": Option(str, None, "name of the dataset, such as lm_fr_wikipedia; taken from the path where left out"),
    "catalogue": Option(tuple, None, "files of the BigScience catalogue, as globs of JSON", files=True),
    "entry": Option(str, None, "the catalogue's entry about the dataset, by its uid"),
}

_DATASET = re.compile(r"(?:lm|roots)_[A-Za-z-]+_[^/]+")
_LANGUAGE = re.compile(r"(?:lm|roots)_([^_]+)_")
_GROUP = re.compile(r"(?:indic|nigercongo)-")
_CHINESE = {
    **dict.fromkeys(("zh", "zhs", "zh-cn"), "zho_Hans"),
    **dict.fromkeys(("zht", "zh-tw"), "zho_Hant"),
}

# Where datasets keep what has a place of its own here; the first that says something counts.
_KEYS: Mapping[str, tuple[str, ...]] = {
    "key": ("id", "doc_id", "docid"),
    "url": ("url", "source_url", "URL", "uri"),
    "title": ("title", "html_title"),
    "created": ("created", "date", "timestamp", "published", "fetch_time"),
    "license": ("license", "licence"),
    "lang": ("lang", "language", "language_code"),
}


def parts(file: InputFile) -> Sequence[Part]:
    """Split a file as the reader of its format does."""
    return _format(file).parts(file)


def rows_before(part: Part) -> int:
    """Return how many records come before a part."""
    return _format(part.file).rows_before(part)


def read(part: Part, columns: Mapping[str, str], options: Options) -> Iterator[Batch]:
    """Yield a part's records, described by their own `meta`, the dataset's name and the catalogue."""
    relative = part.file.relative
    named = _DATASET.search(relative)
    dataset = options["dataset"] or (named[0] if named else None)
    catalogue, uid = options["catalogue"], options["entry"]
    entry = load_entry(catalogue, uid if isinstance(uid, str) else None) if isinstance(catalogue, tuple) else None
    describe = functools.partial(_describe, _Dataset(str(dataset) if dataset else None, entry, relative))
    return described(_format(part.file).read(part, columns, {}), describe)


def _format(file: InputFile) -> Reader:
    return parquet.READER if file.relative.endswith(".parquet") else jsonl.READER


def language_of(dataset: str) -> str | None:
    """Return the language that a dataset's name tells, as a code of FLORES; None for code and for no such name.

    >>> [language_of(f"lm_{code}_wikipedia") for code in ("fr", "indic-bn", "nigercongo-sw", "zht", "code")]
    ['fra_Latn', 'ben_Beng', 'swh_Latn', 'zho_Hant', None]
    """
    match = _LANGUAGE.match(dataset)
    code = _GROUP.sub("", match[1]) if match else ""
    return None if code == "code" else declared_language(_CHINESE.get(code, code))


class _Dataset:
    """What is known of all records of a dataset."""

    def __init__(self, name: str | None, entry: Entry | None, relative: str) -> None:
        self.name = name
        self.entry = entry
        self.relative = relative
        self.lang = language_of(name) if name else None


def _describe(dataset: _Dataset, record: Record, others: dict[str, Any]) -> Record:
    meta = {**others, **_own_meta(others.pop("meta", None))}
    meta.pop("meta", None)
    found = {
        field: record[field] or _first(meta, keys) for field, keys in _KEYS.items() if field not in ("license", "lang")
    }
    label = _first(meta, _KEYS["lang"])
    stated = record["license_declared"] or _first(meta, _KEYS["license"])
    entry = dataset.entry
    if dataset.name is not None:
        meta.setdefault("source_dataset", dataset.name)
    if entry is not None:
        meta["catalogue"] = entry.governance
    return {
        **found,
        "lang": record["lang"] or declared_language(label) or dataset.lang or _crawled_language(meta),
        "license_declared": stated or (entry.license if entry is not None else None),
        "license_evidence": record["license_evidence"] or _evidence(stated, entry, dataset.relative),
        "attribution": record["attribution"] or (json_text(entry.attribution) if entry is not None else None),
        "preferences": record["preferences"] or (json_text(entry.preferences) if entry and entry.preferences else None),
        "meta": meta_of(meta, None),
    }


def _own_meta(given: object) -> dict[str, Any]:
    if given is None or given == "":
        return {}
    if isinstance(given, dict):
        return given
    try:
        return read_object(given if isinstance(given, str) else json_text(given))
    except LiteralTextError as error:
        raise NotDescribedError("bad_meta", f"column 'meta': {error}") from None


def _first(meta: Mapping[str, Any], keys: Sequence[str]) -> str | None:
    return next((found for key in keys if (found := text_of(meta.get(key))) is not None), None)


def _crawled_language(meta: Mapping[str, Any]) -> str | None:
    """Return the language that a crawl found in most of a page: the first of `content_languages`."""
    languages = meta.get("content_languages")
    return declared_language(languages.partition(",")[0].strip()) if isinstance(languages, str) else None


def _evidence(stated: str | None, entry: Entry | None, relative: str) -> str | None:
    found = [] if stated is None else [("E2", "record_field", stated, f"{relative}:meta.license")]
    found += [] if entry is None else list(entry.statements)
    return evidence_list(found) if found else None


READER = Reader(parts, read, rows_before, options=OPTIONS)
