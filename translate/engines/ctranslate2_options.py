"""How a model of CTranslate2 is named in a recipe: the arguments of the engine, and what identifies its answers."""

import importlib.metadata
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import NonNegativeInt, PositiveInt

from translate.engines.base import EngineIdentity, Json, OutputLicense
from translate.engines.ctranslate2_families import Family
from translate.engines.ctranslate2_model import read_model
from translate.engines.model_files import model_directory
from translate.engines.spec import EngineSpec, read_options

NAME = "ctranslate2"

# An answer may be so much longer than its source. Limits go by steps, so that those of a batch agree and none depends
# on its company.
LENGTH_FACTOR, LENGTH_EXTRA, LENGTH_STEP = 2, 16, 32
# How the search changes from attempt to attempt.
ATTEMPTS: tuple[Mapping[str, Json], ...] = (
    {},
    {"no_repeat_ngram_size": 4, "repetition_penalty": 1.1},
    {"beam_size": 1, "sampling_topk": 10, "sampling_temperature": 0.8},
)

# For every token of a batch, and every beam, so much of the size of the weights is held while it is computed. Measured
# with random weights and answers of the greatest length: 0.0007 at a width of 512; models are twice as wide.
_SHARE_A_TOKEN = 0.0003

# Raised when what is done around the model changes.
_ADAPTER_VERSION = 1


@dataclass(frozen=True)
class Options:
    """Arguments of the engine.

    Attributes:
        device: Where it computes.
        device_index: GPUs, a copy of the model on each.
        compute_type: Number format of the computation, as CTranslate2 names it.
        inter_threads: Batches computed side by side on a CPU.
        intra_threads: Threads of each of them; 0 goes by the cores.
        beam_size: Width of the search.
        batch_tokens: Most tokens of a batch, padding and all.
        max_segment_tokens: Longer sentences are not given to it. NMT models are trained on sentences.
        sources: Languages that it translates from, where the model does not name them (OPUS-MT).
        targets: The same of those it translates into.
        license: SPDX expression of the model's licence, where it is not its family's.
        license_restricts_outputs: Whether that licence reaches the translations.
    """

    device: Literal["cpu", "cuda"] = "cpu"
    device_index: tuple[int, ...] = (0,)
    compute_type: str = "default"
    inter_threads: PositiveInt = 1
    intra_threads: NonNegativeInt = 0
    beam_size: PositiveInt = 4
    batch_tokens: PositiveInt = 2048
    max_segment_tokens: PositiveInt = 200
    sources: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    license: str | None = None
    license_restricts_outputs: bool = False


def identity(spec: EngineSpec) -> EngineIdentity:
    """Return the engine's identity; hashes the model's files.

    Raises:
        ModuleNotFoundError: `ctranslate2` is not installed.
        OSError: The directory is no model's.
        ValueError: It does not say which languages it translates, and neither do the arguments.
    """
    if importlib.util.find_spec("ctranslate2") is None:
        raise ModuleNotFoundError(
            "the engine ctranslate2 needs the package of that name: install loam-curation[ctranslate2]",
            name="ctranslate2",
        )
    options = read_options(spec, Options)
    model = read_model(model_directory(NAME, spec.model))
    pairs = model.pairs(options.sources, options.targets)
    return EngineIdentity(
        name=NAME,
        version=f"{importlib.metadata.version('ctranslate2')}+{_ADAPTER_VERSION}",
        model=model.directory.name,
        model_sha256=model.sha256(),
        unit="sentence",
        max_segment_tokens=options.max_segment_tokens,
        output_license=_license(options, model.family),
        pairs=pairs,
        languages=None if pairs else frozenset(model.marks),
        unspellable=model.unspellable(),
        sampling={
            "family": model.family.name,
            "compute_type": options.compute_type,
            "beam_size": options.beam_size,
            "attempts": ATTEMPTS,
            "length": [LENGTH_FACTOR, LENGTH_EXTRA, LENGTH_STEP],
        },
        attempts=len(ATTEMPTS),
        deterministic=False,  # the sums of a batch depend on its shape, and attempts sample
    )


def gpus(spec: EngineSpec) -> int:
    """Return how many GPUs an engine uses."""
    options = read_options(spec, Options)
    return len(options.device_index) if options.device == "cuda" else 0


def memory(spec: EngineSpec) -> int:
    """Return the memory that weights and the batches computed side by side take; on GPUs it is theirs."""
    options = read_options(spec, Options)
    if options.device == "cuda":
        return 0
    weights = (model_directory(NAME, spec.model) / "model.bin").stat().st_size
    tokens = options.inter_threads * options.batch_tokens * options.beam_size
    return round(weights * (1 + _SHARE_A_TOKEN * tokens))


def _license(options: Options, family: Family) -> OutputLicense:
    if options.license is None:
        return family.license
    return OutputLicense(options.license, options.license_restricts_outputs, ("the recipe",))
