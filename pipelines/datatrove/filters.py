"""Filters of datatrove as columns of a corpus: what each says of every document."""

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Any

import pyarrow as pa

from pipelines.datatrove.classes import class_named
from pipelines.errors import RecipeError

GROUP = "datatrove"
PREFIX = f"{GROUP}_"
FILTERS = "datatrove.pipeline.filters"
DROPPED = "dropped"  # the reason of a filter that gives none

_BASE = f"{FILTERS}.base_filter.BaseFilter"
_LANGUAGE = "language"


def column_of(name: str) -> str:
    """Return the column that holds what a filter of the recipe says."""
    return f"{PREFIX}{name}"


def filters_schema(filters: Mapping[str, str]) -> pa.Schema:
    """Return the columns of filters.

    Args:
        filters: The class of each, by its name in the recipe.
    """
    return pa.schema(
        [
            pa.field(
                column_of(name),
                pa.string(),
                metadata={
                    "description": f"Why datatrove's {class_name} would drop the document; null where it keeps it.",
                    "unit": "",
                    "range": "",
                    "source": "datatrove",
                    "version": "1",
                },
            )
            for name, class_name in filters.items()
        ]
    )


def open_filter(name: str, class_name: str, args: Mapping[str, Any]) -> Any:  # noqa: ANN401 -- of datatrove
    """Return a filter.

    Args:
        name: Its name in the recipe.
        class_name: A class in `datatrove.pipeline.filters`, or the dotted path of another.
        args: Its arguments.

    Raises:
        RecipeError: There is no such filter, it cannot be made with these arguments, or lacks a package.
    """
    place = f"annotate.datatrove.{name}"
    found = class_named(class_name, FILTERS, _BASE, place)
    try:
        return found(**args)
    except (TypeError, ValueError, ImportError) as error:
        raise RecipeError(f"{place}: {error}") from None


def datatrove_version() -> str:
    """Return the version of datatrove: another one may say other things of the same document."""
    return version("datatrove")


def verdicts(chosen: Any, batch: pa.RecordBatch, languages: Sequence[str | None]) -> "pa.Array[Any]":  # noqa: ANN401
    """Return why a filter would drop each document of a batch, null where it keeps it.

    A filter that changes texts, as some do beside judging them, changes copies: text is immutable here.

    Args:
        chosen: From `open_filter`.
        batch: Columns `id`, `text` and `url`.
        languages: The concluded language of each.
    """
    documents = list(_documents(batch, languages))
    results: Sequence[Any] = chosen.filter_batch(documents)
    return pa.array([_reason(result) for result in results], pa.string())


def _reason(result: Any) -> str | None:  # noqa: ANN401 -- bool, or bool and a reason
    kept, reason = result if isinstance(result, tuple) else (result, None)
    return None if kept else str(reason or DROPPED)


def _documents(batch: pa.RecordBatch, languages: Sequence[str | None]) -> Iterator[Any]:
    from datatrove.data import Document  # noqa: PLC0415 -- of the extra `datatrove`

    rows = zip(*(batch[name].to_pylist() for name in ("id", "text", "url")), languages, strict=True)
    for identity, text, url, language in rows:
        metadata = {key: value for key, value in (("url", url), (_LANGUAGE, language)) if value is not None}
        yield Document(text=text, id=identity, metadata=metadata)
