"""The engines of this process, by key: loading one takes longer than translating a shard."""

from collections.abc import Sequence

from pipelines.errors import LoamError
from translate.engines import Engine, EngineSpec, open_engine

_OPEN: dict[str, Engine] = {}


def opened(keys: Sequence[str]) -> list[Engine]:
    """Return engines, each opened once in a process; those of other units are closed first, for two may not fit.

    Raises:
        LoamError: An engine cannot be opened.
    """
    for key in _OPEN.keys() - set(keys):
        _OPEN.pop(key).close()
    for key in keys:
        if key not in _OPEN:
            try:
                _OPEN[key] = open_engine(EngineSpec.of_key(key))
            except (OSError, ValueError, ModuleNotFoundError) as error:
                raise LoamError(f"translate.engine: {error}") from error
    return [_OPEN[key] for key in keys]


def use_engine(spec: EngineSpec, engine: Engine) -> None:
    """Have a spec answered by an engine that is open already: one of the caller's own."""
    _OPEN[spec.key()] = engine


def close_engines() -> None:
    """Close all engines of this process."""
    while _OPEN:
        _OPEN.popitem()[1].close()
