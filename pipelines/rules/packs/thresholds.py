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
from pipelines.rules.packs.pack import Figures, load_pack, used_packs
from signals.languages import to_flores

_HAN = ("Hans", "Hant")  # the forms of the script, which FLORES tells apart


def threshold_table(pack: str) -> str:
    """Return the name of the table with a pack's figures."""
    return f"{THRESHOLDS}/{pack}"


def threshold_schemas(packs: Sequence[str]) -> dict[str, pa.Schema]:
    """Return the columns of the tables of figures that some packs read, by table."""
    names = {pack.name: pack.thresholds for pack in used_packs(packs, "select.use")}
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
    rows = {row["language"]: row for row in csv.DictReader(io.StringIO(_content(pack)))}
    figures: dict[str, Mapping[str, str]] = {ANY_LANGUAGE: rows.pop(ANY_LANGUAGE)}
    figures |= {code: row for code, row in rows.items() if code in _flores_codes(code)}
    for code, row in rows.items():
        for flores in _flores_codes(code):
            figures.setdefault(flores, row)
    prefix = _figures(pack).prefix
    columns: dict[str, Any] = {"language": list(figures)}
    for name in load_pack(pack).thresholds:
        columns[name] = [float(row[name.removeprefix(prefix)]) for row in figures.values()]
    return pa.table(columns)


def _flores_codes(code: str) -> tuple[str, ...]:
    """Return the codes that FLORES has for a publisher's: of Chinese, both forms of the script."""
    flores = to_flores(code)
    language, script = flores.split("_")
    return tuple(f"{language}_{form}" for form in _HAN) if script == "Hani" or code == "zh" else (flores,)


def _content(pack: str) -> str:
    return (files(_figures(pack).package) / _figures(pack).file).read_text("utf-8")


def _figures(pack: str) -> Figures:
    figures = load_pack(pack).figures
    if figures is None:
        raise ValueError(f"rule pack {pack} has no figures by language")
    return figures
