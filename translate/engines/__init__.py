"""Engines: what turns segments of one language into another. Each is a file here; `open_engine` knows them by name."""

import difflib
import importlib

from translate.engines.base import (
    Engine,
    EngineDiedError,
    EngineIdentity,
    Json,
    OutputLicense,
    Reply,
    Request,
    Vocabulary,
)
from translate.engines.spec import EngineKind, EngineSpec, read_options

__all__ = [
    "ENGINE_NAMES",
    "Engine",
    "EngineDiedError",
    "EngineIdentity",
    "EngineSpec",
    "Json",
    "OutputLicense",
    "Reply",
    "Request",
    "Vocabulary",
    "check_spec",
    "engine_gpus",
    "engine_identity",
    "engine_memory",
    "engine_vocabulary",
    "open_engine",
    "unknown_engine",
]

# The module of each kind; imported when it is asked for, so that no engine's package is needed for another.
_MODULES = {
    "fxtranslate": "translate.engines.firefox",
    "ctranslate2": "translate.engines.ctranslate2",
    "apertium": "translate.engines.apertium",
    "openai": "translate.engines.openai",
    "vllm": "translate.engines.vllm",
}
# Those of models that are asked in the same way for a number (`translate.judges`).
_JUDGES = {"similarity": "translate.judges.similarity", "comet": "translate.judges.comet"}

ENGINE_NAMES = tuple(_MODULES)


def open_engine(spec: EngineSpec) -> Engine:
    """Load an engine and its model.

    Raises:
        ValueError: The spec names no engine, or arguments that it does not take.
        ModuleNotFoundError: A package that it needs is not installed; the message names the extra.
        OSError: The model cannot be read.
    """
    return check_spec(spec).open(spec)


def engine_identity(spec: EngineSpec) -> EngineIdentity:
    """Return what an engine's answers depend on, without loading its model.

    Raises:
        ValueError: The spec names no engine, or arguments that it does not take.
        ModuleNotFoundError: A package that it needs is not installed; the message names the extra.
        OSError: The model's files cannot be read.
    """
    return check_spec(spec).identity(spec)


def engine_vocabulary(spec: EngineSpec) -> Vocabulary:
    """Return what spells an engine's texts and counts their tokens, without loading its model.

    Raises:
        ValueError: The spec names no engine, or arguments that it does not take.
        ModuleNotFoundError: A package that it needs is not installed; the message names the extra.
        OSError: The vocabulary cannot be read.
    """
    return check_spec(spec).vocabulary(spec)


def engine_gpus(spec: EngineSpec) -> int:
    """Return how many GPUs one engine uses.

    Raises:
        ValueError: The spec names no engine, or arguments that it does not take.
    """
    return check_spec(spec).gpus(spec)


def engine_memory(spec: EngineSpec) -> int:
    """Return how many bytes one engine holds in the memory of the process that opens it, about.

    Raises:
        ValueError: The spec names no engine, or arguments that it does not take.
        OSError: The model's files cannot be read.
    """
    return check_spec(spec).memory(spec)


def unknown_engine(kind: str) -> str:
    """Return what is said of a name that is no engine's."""
    close = difflib.get_close_matches(kind, ENGINE_NAMES, 1)
    known = f"did you mean {close[0]}?" if close else f"expected one of {', '.join(ENGINE_NAMES)}"
    return f"no translation engine {kind!r}: {known}"


def check_spec(spec: EngineSpec) -> EngineKind:
    """Return the kind of a spec whose arguments are all known and of their types.

    Raises:
        ValueError: The spec names no engine, or arguments that it does not take.
    """
    module = {**_MODULES, **_JUDGES}.get(spec.kind)
    if module is None:
        raise ValueError(unknown_engine(spec.kind))
    kind: EngineKind = importlib.import_module(module).KIND
    if kind.needs_model and spec.model is None:
        raise ValueError(f"engine {spec.kind} needs a model: {{kind: {spec.kind}, model: …}}")
    if not kind.needs_model and spec.model is not None:
        raise ValueError(f"engine {spec.kind} takes no model: it has its own")
    read_options(spec, kind.options)
    return kind
