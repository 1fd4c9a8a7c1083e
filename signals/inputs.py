"""What callers pass, made the columns and files that groups read."""

from collections.abc import Iterable

import pyarrow as pa

from signals.arrow import Texts
from signals.catalogue import GROUPS
from signals.group import Columns, Inputs, References, Resources
from signals.resources import resolve
from signals.segmentation import identify


def as_columns(inputs: Inputs) -> Columns:
    """Return inputs as groups read them: strings, none of them dictionaries or views of others, and equally long.

    Raises:
        TypeError: A column holds no strings, or the texts are no Arrow array.
        ValueError: A column is not as long as the texts, or see `signals.segmentation.identify`.
    """
    if not isinstance(inputs.texts, pa.Array | pa.ChunkedArray):
        raise TypeError(f"texts must be an Arrow array, as pyarrow.array(texts) makes one, not {_a(inputs.texts)}")
    columns = {"texts": _strings(inputs.texts, "texts")}
    for name, given in (("languages", inputs.languages), ("urls", inputs.urls), ("metas", inputs.metas)):
        if given is None:
            continue
        columns[name] = _strings(_array(given, name), name)
        if len(columns[name]) != len(inputs.texts):
            raise ValueError(f"{len(columns[name])} {name} were given for {len(inputs.texts)} texts")
    return Columns(**columns, segmentation=identify(inputs.segmentation))


def as_files(resources: References) -> Resources:
    """Return where the files of resources lie.

    Args:
        resources: Paths, or references as `signals.resources.resolve` takes them, by name.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: No group reads a resource of a name.
    """
    for name in resources:
        if not any(group.reads(name) for group in GROUPS):
            known = sorted({known for group in GROUPS for known in group.resources})
            raise ValueError(f"no group reads a resource named {name!r}; there are {', '.join(known)}")
    return {name: resolve(str(reference)) for name, reference in resources.items()}


def _array(given: object, name: str) -> Texts:
    if isinstance(given, pa.Array | pa.ChunkedArray):
        return given
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise TypeError(f"{name} must be one a text, not {_a(given)}")
    try:
        return pa.array(list(given), pa.string(), from_pandas=True)  # NaN, as pandas has it, is null
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise TypeError(f"{name} must be strings ({error})") from None


def _strings(column: Texts, name: str) -> Texts:
    kind: pa.DataType = column.type
    values: pa.DataType = kind.value_type if isinstance(kind, pa.DictionaryType) else kind
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return column
    if pa.types.is_null(kind):
        return column.cast(pa.string())
    if not (pa.types.is_string_view(kind) or pa.types.is_string(values) or pa.types.is_large_string(values)):
        raise TypeError(f"{name} must be an Arrow array of strings, not of {kind}")
    return column.cast(pa.large_string())


def _a(given: object) -> str:
    return f"a {type(given).__name__}"
