"""Whatever a reader of datatrove (extra `datatrove`) reads: `options: {reader: JsonlReader, args: [text_key=body]}`."""

import contextlib
import posixpath
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from pipelines.datatrove.classes import class_named
from pipelines.datatrove.documents import KEYS, key_of
from pipelines.errors import RecipeError
from pipelines.sources.fields import take_fields
from pipelines.sources.options import Option, Options
from pipelines.sources.pending import PendingRecords
from pipelines.sources.record import (
    BATCH_ROWS,
    BATCH_TEXT_BYTES,
    Batch,
    Part,
    Reader,
    nothing_before,
    unreadable,
    whole_file,
)
from pipelines.sources.stored import on_disk

OPTIONS = {
    "reader": Option(str, "JsonlReader", "class in datatrove.pipeline.readers, or the dotted path of another"),
    "args": Option(tuple, (), "further arguments of the reader, each as NAME=VALUE"),
}

READERS = "datatrove.pipeline.readers"

_BASE = f"{READERS}.base.BaseDiskReader"
_GIVEN_HERE = frozenset({"data_folder", "paths_file", "glob_pattern", "recursive", "limit", "skip", "add_file_path"})


def read(part: Part, _columns: Mapping[str, str], options: Options) -> Iterator[Batch]:
    """Yield the documents of a file. Records without text, which datatrove passes over, are counted."""
    if part.file.size == 0:
        yield unreadable("empty_file", "0 bytes")
        return
    args = options["args"]
    rows = PendingRecords(BATCH_ROWS, BATCH_TEXT_BYTES)
    with on_disk(part.file) as path:
        reader = _reader(str(options["reader"]), args if isinstance(args, tuple) else (), path)
        dropped = _count_empty(reader)
        with _warnings() as said:
            yield from _take(reader.run(rank=0, world_size=1), rows, part)
        for message in said:
            rows.next_row()
            rows.fault("reader_warning", message.replace(path, part.file.relative))
    for _ in range(dropped.pop("empty_text", 0)):
        rows.next_row()
        rows.drop("empty_text")
    yield rows.batch()


def _take(documents: Iterator[Any], rows: PendingRecords, part: Part) -> Iterator[Batch]:
    """Take a reader's documents in, and yield full batches of them."""
    while True:
        try:
            document = next(documents, None)
        except Exception as error:  # noqa: BLE001 -- its readers raise what the libraries below them raise
            rows.next_row()
            rows.fault("reader_failed", f"{type(error).__name__}: {error}")
            break
        if document is None:
            break
        rows.next_row()
        take_fields(rows, _fields(document, posixpath.basename(part.file.path)), part.file.relative)
        if rows.is_full():
            yield rows.batch()


@contextlib.contextmanager
def _warnings() -> Iterator[list[str]]:
    """Gather what readers warn of: they pass over records that they cannot read, and say so in the log alone."""
    from loguru import logger  # noqa: PLC0415 -- of the extra `datatrove`

    said: list[str] = []

    def gather(message: Any) -> None:  # noqa: ANN401 -- a message of loguru
        text = message.record["message"]
        if "without text" not in text:  # these are counted
            said.append(" ".join(text.split())[:500])

    sink = logger.add(gather, level="WARNING")
    try:
        yield said
    finally:
        logger.remove(sink)


def _reader(name: str, args: tuple[str, ...], path: str) -> Any:  # noqa: ANN401 -- a class of datatrove
    found = class_named(name, READERS, _BASE, "options.reader")
    folder, name_in_folder = posixpath.split(path)
    given = dict(_argument(argument) for argument in args)
    try:
        return found(data_folder=folder, glob_pattern=_literal(name_in_folder), recursive=False, **given)
    except TypeError as error:
        raise RecipeError(f"options.args: {error}") from None


def _argument(argument: str) -> tuple[str, Any]:
    name, equals, value = argument.partition("=")
    if not equals or not name.isidentifier() or name in _GIVEN_HERE:
        raise RecipeError(
            f"options.args: {argument!r}: expected NAME=VALUE, and none of {', '.join(sorted(_GIVEN_HERE))}"
        )
    return name, yaml.safe_load(value)


def _literal(name: str) -> str:
    """Return a glob that matches one name alone."""
    return "".join(f"[{character}]" if character in "*?[" else character for character in name)


def _count_empty(reader: Any) -> Counter[str]:  # noqa: ANN401 -- a reader of datatrove
    """Count the records that a reader will pass over."""
    counted: Counter[str] = Counter()
    made = reader.get_document_from_dict

    def counting(*arguments: object) -> object:
        document = made(*arguments)
        counted["empty_text"] += document is None
        return document

    reader.get_document_from_dict = counting
    return counted


def _fields(document: Any, name: str) -> dict[str, Any]:  # noqa: ANN401 -- a document of datatrove
    metadata = dict(document.metadata)
    metadata.pop("file_path", None)  # where a file lies is no property of a document
    found: dict[str, Any] = {}
    for field in KEYS:
        key = key_of(metadata, field)
        found[field] = None if key is None else metadata.pop(key)
    # Where a record has no id, datatrove makes one of the file and the position, which another file would change.
    own_id = None if str(document.id).startswith(f"{name}/") else document.id
    media = [{key: value for key, value in vars(item).items() if value is not None} for item in document.media]
    return {**metadata, **({"media": media} if media else {}), **found, "id": own_id, "text": document.text}


READER = Reader(whole_file, read, nothing_before, has_columns=False, options=OPTIONS)
