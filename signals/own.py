"""Signals that users declare in Python files of their own, as this package declares its own.

A file holds `SIGNALS`, a tuple of `Signal`, and `compute(inputs, names)`, a function from `Inputs` and names of its
signals to a table of one column a name.
"""

import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from signals.group import Inputs, Resources
from signals.resources import sha256
from signals.signal import Signal

OWN = "own"


@dataclass(frozen=True)
class _OwnFile:
    signals: tuple[Signal, ...]
    compute: Callable[[Inputs, Sequence[str]], object]  # a table, if its author is right


def declare_own(resources: Resources) -> tuple[Signal, ...]:
    """Return the signals of all of a user's files, in the order of the files' names.

    Raises:
        ValueError: A file is no Python, or lacks `SIGNALS` or `compute`.
    """
    return tuple(signal for file in _files(resources).values() for signal in file.signals)


def compute_own(inputs: Inputs, names: Sequence[str], resources: Resources) -> pa.Table:
    """Compute the named signals of a user's files; see `signals.compute`.

    Raises:
        ValueError: A file failed, or returned other columns, types or rows than it declares.
    """
    columns: dict[str, pa.ChunkedArray[Any]] = {}
    for path, file in _files(resources).items():
        types = {signal.name: signal.type for signal in file.signals}
        wanted = [name for name in names if name in types]
        if not wanted:
            continue
        try:
            table = file.compute(inputs, wanted)
        except Exception as error:
            raise ValueError(f"{path}: compute() failed: {type(error).__name__}: {error}") from error
        if not isinstance(table, pa.Table):
            told = f"{path}: compute() returned a {type(table).__name__}, expected a pyarrow.Table"
            raise ValueError(told)  # noqa: TRY004  all that is wrong with a file is one error
        if set(wanted) - set(table.column_names):
            raise ValueError(f"{path}: compute() returned {table.column_names}, expected {wanted}")
        if table.num_rows != len(inputs.texts):
            raise ValueError(f"{path}: compute() returned {table.num_rows} rows for {len(inputs.texts)} documents")
        columns |= {name: _cast(table[name], types[name], f"{path}: {name}") for name in wanted}
    return pa.table([columns[name] for name in names], names=list(names))


def _cast(column: "pa.ChunkedArray[Any]", kind: pa.DataType, name: str) -> "pa.ChunkedArray[Any]":
    try:
        return column.cast(kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise ValueError(f"{name}: compute() returned {column.type}, which gives no {kind} ({error})") from error


def _files(resources: Resources) -> dict[str, _OwnFile]:
    return {
        str(path): _load(path, sha256(path)) for name, path in sorted(resources.items()) if name.startswith(f"{OWN}/")
    }


@lru_cache(maxsize=16)
def _load(path: Path, digest: str) -> _OwnFile:
    spec = importlib.util.spec_from_file_location(f"loam_own_{digest[:16]}", path)
    if spec is None or spec.loader is None:
        raise ValueError(f"{path}: no Python file; signals of your own stand in a file that ends with .py")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise ValueError(f"{path}: {type(error).__name__}: {error}") from error
    declared, compute = getattr(module, "SIGNALS", None), getattr(module, "compute", None)
    if not isinstance(declared, tuple) or not all(isinstance(signal, Signal) for signal in declared):
        raise ValueError(f"{path}: SIGNALS is missing, or is no tuple of signals.Signal")
    if compute is None:
        raise ValueError(f"{path}: compute(inputs, names) is missing")
    return _OwnFile(tuple(replace(signal, group=OWN) for signal in declared), compute)
