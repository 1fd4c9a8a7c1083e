"""From names of signals to a table of them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from signals import models as model_files
from signals.arrow import Languages, Texts
from signals.core import compute_core
from signals.declarations import declared_signals, field, signals_of
from signals.language_id import MODEL, compute_language


def compute_names(texts: Texts, languages: Languages, names: Sequence[str] | None) -> pa.Table:
    """Compute signals of any groups by name; see `signals.compute`."""
    chosen = [signal.name for signal in signals_of("core")] if names is None else list(names)
    declared = {signal.name: signal for signal in declared_signals()}
    for name in chosen:
        if name not in declared:
            raise ValueError(f"no signal is named {name!r}; signals.declared_signals() lists them")
    core = [name for name in chosen if declared[name].group == "core"]
    language = [name for name in chosen if declared[name].group == "language"]
    columns: dict[str, pa.ChunkedArray[Any]] = {}
    if core:
        table = compute_core(texts, languages, core)
        columns.update(zip(core, table.columns, strict=True))
    if language:
        table = compute_language(texts, languages, model_files.resolve(model_files.LANGUAGE_MODEL))
        columns.update((name, table[name]) for name in language)
    fields = [field(declared[name]) for name in chosen]
    return pa.table([columns[name] for name in chosen], schema=pa.schema(fields))


def compute_whole_group(group: str, texts: Texts, languages: Languages, models: Mapping[str, Path]) -> pa.Table:
    """Compute all signals of a group; see `signals.compute_group`."""
    names = [signal.name for signal in signals_of(group)]
    if group == "core":
        return compute_names(texts, languages, names)
    if MODEL not in models:
        raise ValueError(f"group {group!r} needs the model {MODEL!r}, as {model_files.LANGUAGE_MODEL} resolves to it")
    return compute_language(texts, languages, models[MODEL])
