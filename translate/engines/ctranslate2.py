"""CTranslate2: dedicated translation models (NLLB-200, M2M-100, MADLAD-400, OPUS-MT) by the directory of a conversion.

A directory holds `model.bin`, `config.json`, the vocabulary and the SentencePiece models, as CTranslate2's converters
write them (`ct2-transformers-converter … --copy_files …`). Nothing is truncated: the length of the input is not
limited by the engine but by `max_segment_tokens`, and an answer that does not end by itself says so.
"""

import itertools
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from translate.engines.base import Reply, Request
from translate.engines.ctranslate2_model import read_model
from translate.engines.ctranslate2_options import (
    ATTEMPTS,
    LENGTH_EXTRA,
    LENGTH_FACTOR,
    LENGTH_STEP,
    NAME,
    Options,
    gpus,
    identity,
    memory,
)
from translate.engines.model_files import model_directory
from translate.engines.spec import EngineKind, EngineSpec, read_options

_END = "</s>"

_SEED = 1
_WINDOWS = {"cpu": 256, "cuda": 4096}


class CTranslate2Vocabulary:
    """The SentencePiece vocabulary of a model's sources.

    Args:
        spec: The model's directory.

    Raises:
        OSError: The directory is no model's.
    """

    def __init__(self, spec: EngineSpec) -> None:
        self._model = read_model(model_directory(NAME, spec.model))
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
            raise ValueError(f"engine {NAME}: {directory.name} does not load: {error}") from error
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
            limit = -(-(LENGTH_FACTOR * len(tokens) + LENGTH_EXTRA) // LENGTH_STEP) * LENGTH_STEP
            groups[min(request.attempt, len(ATTEMPTS) - 1), limit].append(_Job(number, tokens))
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
            **{"beam_size": self._options.beam_size, **ATTEMPTS[batch.attempt]},
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


KIND = EngineKind(
    Options,
    needs_model=True,
    identity=identity,
    vocabulary=CTranslate2Vocabulary,
    open=CTranslate2Engine,
    gpus=gpus,
    memory=memory,
)
