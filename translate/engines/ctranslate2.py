"""CTranslate2: dedicated translation models (NLLB-200, M2M-100, MADLAD-400, OPUS-MT) by the directory of a conversion.

A directory holds `model.bin`, `config.json`, the vocabulary and the SentencePiece models, as CTranslate2's converters
write them (`ct2-transformers-converter … --copy_files …`). Nothing is truncated: the length of the input is not
limited by the engine but by `max_segment_tokens`, and an answer that does not end by itself says so.
"""

import importlib.metadata
import importlib.util
import itertools
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from translate.engines.base import EngineIdentity, Json, OutputLicense, Reply, Request
from translate.engines.ctranslate2_families import Family
from translate.engines.ctranslate2_model import read_model
from translate.engines.model_files import model_directory
from translate.engines.spec import EngineKind, EngineSpec, read_options

_NAME = "ctranslate2"
_END = "</s>"

# An answer may be so much longer than its source. Limits go by steps, so that those of a batch agree and none depends
# on its company.
_LENGTH_FACTOR, _LENGTH_EXTRA, _LENGTH_STEP = 2, 16, 32
# How the search changes from attempt to attempt.
_ATTEMPTS: tuple[Mapping[str, Json], ...] = (
    {},
    {"no_repeat_ngram_size": 4, "repetition_penalty": 1.1},
    {"beam_size": 1, "sampling_topk": 10, "sampling_temperature": 0.8},
)
_SEED = 1
_WINDOWS = {"cpu": 256, "cuda": 4096}

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
    inter_threads: int = 1
    intra_threads: int = 0
    beam_size: int = 4
    batch_tokens: int = 2048
    max_segment_tokens: int = 200
    sources: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    license: str | None = None
    license_restricts_outputs: bool = False


class CTranslate2Vocabulary:
    """The SentencePiece vocabulary of a model's sources.

    Args:
        spec: The model's directory.

    Raises:
        OSError: The directory is no model's.
    """

    def __init__(self, spec: EngineSpec) -> None:
        self._model = read_model(model_directory(_NAME, spec.model))
        self._source = self._model.sentencepiece(self._model.source_pieces)

    def spell(self, text: str) -> str:
        """Return the text as it is: these models normalise it themselves."""
        return text

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the SentencePiece tokens of each text."""
        return [len(pieces) for pieces in self._source.encode(list(texts))]


class CTranslate2Engine(CTranslate2Vocabulary):
    """Translates sentences with a model of CTranslate2.

    Args:
        spec: The model's directory and the engine's arguments.

    Raises:
        ModuleNotFoundError: `ctranslate2` is not installed.
        OSError: The directory is no model's.
        ValueError: The model does not load with these arguments.
    """

    def __init__(self, spec: EngineSpec) -> None:
        self.identity = identity(spec)
        super().__init__(spec)
        import ctranslate2  # noqa: PLC0415  # an extra: only this engine needs it

        options = read_options(spec, Options)
        directory = self._model.directory
        self._options = options
        self._target = self._model.sentencepiece(self._model.target_pieces)
        try:
            self._translator = ctranslate2.Translator(
                str(directory),
                device=options.device,
                device_index=list(options.device_index),
                compute_type=options.compute_type,
                inter_threads=options.inter_threads,
                intra_threads=options.intra_threads,
            )
        except (RuntimeError, ValueError) as error:
            raise ValueError(f"engine {_NAME}: {directory.name} does not load: {error}") from error
        ctranslate2.set_random_seed(_SEED)

    def translate(self, requests: Iterable[Request], source: str, target: str) -> Iterator[tuple[int, Reply]]:
        """Translate sentences in batches of like length; several batches are computed ahead.

        Raises:
            ValueError: The model does not translate between these languages.
        """
        if not self.identity.translates(source, target):
            raise ValueError(f"{self.identity.model} does not translate {source} to {target}")
        marks = self._marks(source, target)
        window = _WINDOWS[self._options.device]
        pulled = enumerate(requests)
        flight: deque[_Batch] = deque()
        in_flight, more = 0, True
        while True:
            if more and in_flight <= window // 2:
                taken = list(itertools.islice(pulled, window - in_flight))
                more = len(taken) == window - in_flight
                in_flight += len(taken)
                flight.extend(self._begin(batch, marks) for batch in self._batches(taken, marks))
            if not flight:
                return
            batch = flight.popleft()
            in_flight -= len(batch.jobs)
            yield from self._replies(batch, marks)

    def close(self) -> None:
        """Free the model's memory."""
        self._translator.unload_model()

    def _marks(self, source: str, target: str) -> "_Marks":
        family, marks = self._model.family, self._model.marks
        before = marks.get(source if family.names_source else target)
        return _Marks(
            before=(before,) if before else (),
            after=self._model.end,
            target=(marks[target],) if family.names_target else (),
        )

    def _batches(self, requests: Sequence[tuple[int, Request]], marks: "_Marks") -> Iterator["_Batch"]:
        """Yield batches of requests of one attempt and one limit, in which padding is small."""
        groups: dict[tuple[int, int], list[_Job]] = defaultdict(list)
        for number, request in requests:
            pieces = self._source.encode(request.text, out_type=str)
            tokens = [*marks.before, *pieces, *marks.after]
            limit = -(-(_LENGTH_FACTOR * len(tokens) + _LENGTH_EXTRA) // _LENGTH_STEP) * _LENGTH_STEP
            groups[min(request.attempt, len(_ATTEMPTS) - 1), limit].append(_Job(number, tokens))
        for (attempt, limit), jobs in sorted(groups.items()):
            size = max(1, self._options.batch_tokens // max(len(job.tokens) for job in jobs))
            for start in range(0, len(jobs), size):
                yield _Batch(attempt, limit, jobs[start : start + size])

    def _begin(self, batch: "_Batch", marks: "_Marks") -> "_Batch":
        batch.results = self._translator.translate_batch(
            [job.tokens for job in batch.jobs],
            target_prefix=[list(marks.target)] * len(batch.jobs) if marks.target else None,
            asynchronous=True,
            max_input_length=0,  # by default the engine truncates
            max_decoding_length=batch.limit,
            return_end_token=True,
            **{"beam_size": self._options.beam_size, **_ATTEMPTS[batch.attempt]},
        )
        return batch

    def _replies(self, batch: "_Batch", marks: "_Marks") -> Iterator[tuple[int, Reply]]:
        """Wait for a batch and yield its replies. Where it fails, each of its requests is asked alone."""
        try:
            hypotheses = [result.result().hypotheses[0] for result in batch.results]
        except RuntimeError as error:
            if len(batch.jobs) == 1:
                job = batch.jobs[0]
                yield job.number, Reply("", "error", len(job.tokens), detail=str(error).splitlines()[0])
                return
            for job in batch.jobs:
                yield from self._replies(self._begin(_Batch(batch.attempt, batch.limit, [job]), marks), marks)
            return
        for job, tokens in zip(batch.jobs, hypotheses, strict=True):
            finished = bool(tokens) and tokens[-1] == _END
            text = self._target.decode_pieces(tokens[len(marks.target) : len(tokens) - finished])
            yield job.number, Reply(text, "stop" if finished else "length", len(job.tokens), len(tokens))


@dataclass(frozen=True)
class _Marks:
    """Tokens around a source and before its translation."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    target: tuple[str, ...]


@dataclass(frozen=True)
class _Job:
    number: int
    tokens: list[str]


@dataclass
class _Batch:
    """Requests that are computed together."""

    attempt: int
    limit: int
    jobs: Sequence[_Job]
    results: Sequence[Any] = ()


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
    model = read_model(model_directory(_NAME, spec.model))
    pairs = model.pairs(options.sources, options.targets)
    return EngineIdentity(
        name=_NAME,
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
            "attempts": _ATTEMPTS,
            "length": [_LENGTH_FACTOR, _LENGTH_EXTRA, _LENGTH_STEP],
        },
        attempts=len(_ATTEMPTS),
        deterministic=False,  # the sums of a batch depend on its shape, and attempts sample
    )


def _license(options: Options, family: Family) -> OutputLicense:
    if options.license is None:
        return family.license
    return OutputLicense(options.license, options.license_restricts_outputs, ("the recipe",))


def _gpus(spec: EngineSpec) -> int:
    options = read_options(spec, Options)
    return len(options.device_index) if options.device == "cuda" else 0


def _memory(spec: EngineSpec) -> int:
    """Return the memory that weights and the batches computed side by side take; on GPUs it is theirs."""
    options = read_options(spec, Options)
    if options.device == "cuda":
        return 0
    weights = (model_directory(_NAME, spec.model) / "model.bin").stat().st_size
    tokens = options.inter_threads * options.batch_tokens * options.beam_size
    return round(weights * (1 + _SHARE_A_TOKEN * tokens))


KIND = EngineKind(
    Options,
    needs_model=True,
    identity=identity,
    vocabulary=CTranslate2Vocabulary,
    open=CTranslate2Engine,
    gpus=_gpus,
    memory=_memory,
)
