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
]

# The module of each kind; imported when it is asked for, so that no engine's package is needed for another.
_MODULES = {
    "fxtranslate": "firefox",
    "ctranslate2": "ctranslate2",
    "apertium": "apertium",
    "openai": "openai",
    "vllm": "vllm",
}

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


def check_spec(spec: EngineSpec) -> EngineKind:
    """Return the kind of a spec whose arguments are all known and of their types.

    Raises:
        ValueError: The spec names no engine, or arguments that it does not take.
    """
    if spec.kind not in _MODULES:
        close = difflib.get_close_matches(spec.kind, ENGINE_NAMES, 1)
        known = f"did you mean {close[0]}?" if close else f"expected one of {', '.join(ENGINE_NAMES)}"
        raise ValueError(f"no translation engine {spec.kind!r}: {known}")
    kind: EngineKind = importlib.import_module(f"translate.engines.{_MODULES[spec.kind]}").KIND
    if kind.needs_model and spec.model is None:
        raise ValueError(f"engine {spec.kind} needs a model: {{kind: {spec.kind}, model: …}}")
    if not kind.needs_model and spec.model is not None:
        raise ValueError(f"engine {spec.kind} takes no model: it has its own")
    read_options(spec, kind.options)
    return kind
