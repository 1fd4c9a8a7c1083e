"""The engines of this process, by key: loading one takes longer than translating a shard, and is put off until then."""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence

from pipelines.errors import LoamError, WorkerLostError
from pipelines.stages.stopping import asked_to_stop
from pipelines.stages.translation_engines import ENGINE
from translate.answers import StoppedError
from translate.engines import (
    Engine,
    EngineDiedError,
    EngineIdentity,
    EngineSpec,
    Reply,
    Request,
    engine_identity,
    engine_vocabulary,
    open_engine,
)

_OPEN: dict[str, Engine] = {}


class EngineOnDemand:
    """An engine that is opened when it is asked for the first time: what the journal answers needs no model.

    Args:
        key: The engine's key.
        beside: The keys of the engines that may stay open beside it; all others are closed first.
        where: The key of the recipe that names it.

    Raises:
        LoamError: Its vocabulary cannot be read.
    """

    def __init__(self, key: str, beside: Sequence[str], where: str) -> None:
        self._key = key
        self._beside = beside
        self._where = where
        spec = EngineSpec.of_key(key)
        try:
            self._identity = engine_identity(spec)
            self._vocabulary = engine_vocabulary(spec)
        except (OSError, ValueError, ModuleNotFoundError) as error:
            raise LoamError(f"{where}: {error}") from error

    @property
    def identity(self) -> EngineIdentity:
        """What its answers depend on."""
        return self._identity

    def spell(self, text: str) -> str:
        """Return a text as the engine's vocabulary writes it."""
        return self._vocabulary.spell(text)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of each text."""
        return self._vocabulary.count_tokens(texts)

    def translate(self, requests: Iterable[Request], source: str, target: str) -> Iterator[tuple[int, Reply]]:
        """Open the engine, and translate.

        Raises:
            LoamError: It cannot be opened.
        """
        return opened(self._key, self._beside, self._where).translate(requests, source, target)

    def close(self) -> None:
        """Close the engine, if it is open."""
        if self._key in _OPEN:
            _OPEN.pop(self._key).close()


def engines_of(keys: Sequence[str], places: Sequence[str] = (ENGINE,)) -> list[Engine]:
    """Return the engines of a unit: those that are open, and the others to be opened on demand.

    Args:
        keys: Their keys.
        places: The key of the recipe that names each.

    Raises:
        LoamError: The vocabulary of one cannot be read.
    """
    return [
        _OPEN[key] if key in _OPEN else EngineOnDemand(key, keys, where)
        for key, where in zip(keys, places, strict=True)
    ]


def opened(key: str, beside: Sequence[str] = (), where: str = ENGINE) -> Engine:
    """Return an engine, opened once in a process; those of other units are closed first, for two may not fit.

    Args:
        key: Its key.
        beside: The keys of the engines that stay open.
        where: The key of the recipe that names it.

    Raises:
        LoamError: It cannot be opened.
    """
    if key not in _OPEN:
        for other in _OPEN.keys() - set(beside):
            _OPEN.pop(other).close()
        try:
            _OPEN[key] = open_engine(EngineSpec.of_key(key))
        except (OSError, ValueError, ModuleNotFoundError) as error:
            raise LoamError(f"{where}: {error}") from error
    return _OPEN[key]


@contextlib.contextmanager
def engines_at_work(unit: str) -> Iterator[Callable[[], bool]]:
    """Take the death of an engine, and being told to stop, for the loss of a worker; others may do the unit.

    The context is a function that tells whether the process is to stop.

    Args:
        unit: The unit's name.

    Raises:
        WorkerLostError: An engine died, or the process was told to stop.
    """
    with asked_to_stop() as stopping:
        try:
            yield stopping
        except EngineDiedError as error:
            close_engines()
            raise WorkerLostError(f"{unit}: {error}; run again: answers so far are in the journal") from error
        except StoppedError as error:
            raise WorkerLostError(f"{unit}: {error}; run again to go on from there") from None


def use_engine(spec: EngineSpec, engine: Engine) -> None:
    """Have a spec answered by an engine that is open already: one of the caller's own."""
    _OPEN[spec.key()] = engine


def close_engines() -> None:
    """Close all engines of this process."""
    while _OPEN:
        _OPEN.popitem()[1].close()
