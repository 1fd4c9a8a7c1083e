"""Figures of packs by language: as published, and as columns that rules read."""

import csv
import functools
import hashlib
import io
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import pyarrow as pa

from pipelines.corpus.schemas import ANY_LANGUAGE, THRESHOLDS
from pipelines.rules.packs.pack import load_pack
from signals.languages import to_flores

_HAN = {"Hani": ("Hans", "Hant")}  # one code for both forms of the script, where FLORES tells them apart


def threshold_table(pack: str) -> str:
    """Return the name of the table with a pack's figures."""
    return f"{THRESHOLDS}/{pack}"


def threshold_schemas(packs: Sequence[str]) -> dict[str, pa.Schema]:
    """Return the columns of the tables of figures that some packs read, by table."""
    names = {pack: load_pack(pack).thresholds for pack in packs}
    return {
        threshold_table(pack): pa.schema([(name, pa.float64()) for name in found])
        for pack, found in names.items()
        if found
    }


def published_digest(pack: str) -> str:
    """Return the SHA-256 of a pack's published figures, in hexadecimal."""
    return hashlib.sha256(_content(pack).encode()).hexdigest()


@functools.cache
def published_thresholds(pack: str) -> pa.Table:
    """Return a pack's published figures: `language` in FLORES's form or `*` for any other, then one column each.

    Where the publisher has two codes for what is one language to FLORES, the figures under FLORES's own count.
    """
    rows = {row.pop("language"): row for row in csv.DictReader(io.StringIO(_content(pack)))}
    figures: dict[str, Mapping[str, str]] = {ANY_LANGUAGE: rows.pop(ANY_LANGUAGE)}
    figures |= {code: row for code, row in rows.items() if code in _flores_codes(code)}
    for code, row in rows.items():
        for flores in _flores_codes(code):
            figures.setdefault(flores, row)
    names = list(load_pack(pack).thresholds)
    columns: dict[str, Any] = {"language": list(figures)}
    columns |= {name: [float(row[name]) for row in figures.values()] for name in names}
    return pa.table(columns)


def _flores_codes(code: str) -> tuple[str, ...]:
    language, script = to_flores(code).split("_")
    return tuple(f"{language}_{form}" for form in _HAN.get(script, (script,)))


def _content(pack: str) -> str:
    return (files(__package__ or "") / f"{pack}.csv").read_text("utf-8")
