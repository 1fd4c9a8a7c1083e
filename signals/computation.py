"""From names of signals to a table of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from signals.catalogue import GROUPS, group_named
from signals.group import Group, Inputs, References, Resources
from signals.inputs import as_columns, as_files
from signals.resources import resolve
from signals.signal import schema_of


def compute_names(inputs: Inputs, names: Sequence[str] | None, resources: References) -> pa.Table:
    """Compute signals of any groups by name; see `signals.compute`."""
    if isinstance(names, str):
        raise TypeError(f"names must be a list of names, not {names!r}")
    inputs, files = as_columns(inputs), as_files(resources)
    every = [(signal, group) for group in GROUPS for signal in group.declare(files)]
    for name, count in Counter(signal.name for signal, _ in every).items():
        if count > 1:
            raise ValueError(f"signal {name!r} is declared twice; give one of them another name")
    declared = {signal.name: (signal, group) for signal, group in every}
    chosen = [signal.name for signal in group_named("core").declare(files)] if names is None else list(names)
    for name in chosen:
        if name not in declared:
            raise ValueError(f"no signal is named {name!r}; signals.declared_signals() lists them")
        if chosen.count(name) > 1:
            raise ValueError(f"signal {name!r} is asked for twice")
    columns: dict[str, pa.ChunkedArray[Any]] = {}
    for group in GROUPS:
        # Groups that compute with one function share a pass over the texts.
        wanted = [name for name in chosen if declared[name][1].compute is group.compute and name not in columns]
        if wanted:
            given = _with_defaults(group, files)
            group.check(given)
            table = group.compute(inputs, wanted, given)
            columns.update(zip(wanted, table.columns, strict=True))
    return pa.table([columns[name] for name in chosen], schema=schema_of(declared[name][0] for name in chosen))


def compute_whole_group(name: str, inputs: Inputs, resources: References) -> pa.Table:
    """Compute all signals of a group; see `signals.compute_group`."""
    inputs = as_columns(inputs)
    group = group_named(name)
    given = _with_defaults(group, as_files(resources))
    group.check(given)
    declared = group.declare(given)
    table = group.compute(inputs, [signal.name for signal in declared], given)
    return pa.table(table.columns, schema=schema_of(declared))


def _with_defaults(group: Group, resources: Resources) -> Resources:
    """Return the given resources that a group reads, and its defaults for those that are not given."""
    given = {name: path for name, path in resources.items() if group.reads(name)}
    defaults: Mapping[str, str] = group.defaults or {}
    return {name: resolve(reference) for name, reference in defaults.items() if name not in given} | given
