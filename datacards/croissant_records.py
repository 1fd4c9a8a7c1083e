"""The tables of a release as Croissant describes them: its files, sets of them, and what a record holds."""

import re
from dataclasses import dataclass
from typing import Any, TypeAlias

from datacards.manifest import Manifest
from datacards.published import SIGNALS, Column, PublishedFile

Node: TypeAlias = dict[str, Any]

DOCUMENTS = "documents"
PARQUET = "application/x-parquet"  # as the clients of Croissant know it

_DATA_TYPES = {
    "string": "sc:Text",
    "large_string": "sc:Text",
    "bool": "sc:Boolean",
    "double": "sc:Float",
    "float": "sc:Float",
}
_MEANINGS = {
    "id": "sc:identifier",
    "text": "sc:text",
    "lang": "sc:inLanguage",
    "license": "sc:license",
    "url": "sc:url",
}


@dataclass(frozen=True)
class _Records:
    """Tables of one kind: the name of their records, that of the set of their files, and what both are."""

    name: str
    description: str
    tables: str
    tables_description: str
    includes: str
    columns: tuple[Column, ...]
    files: tuple[PublishedFile, ...]
    unit: str
    key_of: str | None


def described_records(manifest: Manifest) -> Node:
    """Return the properties `distribution` and `recordSet` of a release."""
    kinds = _kinds(manifest)
    files = [_file(file, kind.unit) for kind in kinds for file in kind.files]
    return {
        "distribution": [*files, *map(_tables, kinds)],
        "recordSet": [_record_set(kind) for kind in kinds],
    }


def record_columns(manifest: Manifest) -> dict[str, dict[str, str]]:
    """Return the Croissant type of each column, of lists that of their items, by record set."""
    return {kind.name: column_types(kind.columns) for kind in _kinds(manifest)}


def column_types(columns: tuple[Column, ...]) -> dict[str, str]:
    """Return the Croissant type of each column, of lists that of their items."""
    return {column.name: data_type(_item_type(column.type) or column.type) for column in columns}


def data_type(arrow: str) -> str:
    """Return the Croissant type of a column, by the name of its Arrow type.

    Raises:
        ValueError: Croissant has no such type.

    >>> data_type("large_string"), data_type("int8")
    ('sc:Text', 'sc:Integer')
    """
    if re.fullmatch(r"u?int\d+", arrow):
        return "sc:Integer"
    if arrow not in _DATA_TYPES:
        raise ValueError(f"no Croissant type for {arrow}")
    return _DATA_TYPES[arrow]


def _kinds(manifest: Manifest) -> list[_Records]:
    """Return the kinds of tables that a release has files of."""
    documents = _Records(
        name=DOCUMENTS,
        description="One record for each document.",
        tables="tables",
        tables_description="All tables of the release, a folder for each language.",
        includes="data/*/*.parquet",
        columns=manifest.columns,
        files=manifest.files,
        unit="documents",
        key_of=None,
    )
    signals = _Records(
        name=SIGNALS,
        description="What was measured of each document, published or not, and what was decided.",
        tables="signal-tables",
        tables_description="All tables of signals.",
        includes=f"{SIGNALS}/*.parquet",
        columns=manifest.signal_columns,
        files=manifest.signal_files,
        unit="documents measured",
        # A signal is of a document that may not be published: it refers to one only where there are some.
        key_of=DOCUMENTS if manifest.files else None,
    )
    return [kind for kind in (documents, signals) if kind.files]


def _file(file: PublishedFile, unit: str) -> Node:
    return {
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path,
        "description": f"{file.rows:,} {unit}",
        "contentUrl": file.path,
        "contentSize": f"{file.bytes} B",
        "encodingFormat": PARQUET,
        "sha256": file.sha256,
    }


def _tables(kind: _Records) -> Node:
    return {
        "@type": "cr:FileSet",
        "@id": kind.tables,
        "name": kind.tables,
        "description": kind.tables_description,
        "encodingFormat": PARQUET,
        "includes": kind.includes,
    }


def _record_set(kind: _Records) -> Node:
    return {
        "@type": "cr:RecordSet",
        "@id": kind.name,
        "name": kind.name,
        "description": kind.description,
        "key": {"@id": f"{kind.name}/id"},
        "field": [_field(kind, column) for column in kind.columns],
    }


def _field(kind: _Records, column: Column) -> Node:
    item = _item_type(column.type)
    meaning = _MEANINGS.get(column.name)
    refers = column.name == "id" and kind.key_of is not None
    return {
        "@type": "cr:Field",
        "@id": f"{kind.name}/{column.name}",
        "name": column.name,
        "description": column.description,
        "dataType": data_type(item or column.type),
        **({"isArray": True, "arrayShape": "-1"} if item else {}),
        **({"equivalentProperty": meaning} if meaning else {}),
        **({"references": {"field": {"@id": f"{kind.key_of}/id"}}} if refers else {}),
        "source": {"fileSet": {"@id": kind.tables}, "extract": {"column": column.name}},
    }


def _item_type(arrow: str) -> str | None:
    match = re.fullmatch(r"(?:large_)?list<(.+)>", arrow)
    return match[1] if match else None
