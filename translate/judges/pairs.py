"""How a judge is asked: pairs as requests, numbers as replies."""

import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from translate.engines.base import EngineIdentity, Json, OutputLicense, Reply, Request

_AT_A_TIME = 32
_NO_TEXT = OutputLicense("NOASSERTION", restricts_outputs=False, evidence=())  # a number is no translation


class JudgeVocabulary:
    """A judge writes no text, and cuts none."""

    def spell(self, text: str) -> str:
        """Return the text."""
        return text

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count nothing."""
        return [0 for _ in texts]


def judge_identity(
    name: str, version: str, model: str, model_sha256: Mapping[str, str], **arguments: Json
) -> EngineIdentity:
    """Return the identity of a judge, which translates between no languages."""
    return EngineIdentity(name, version, model, model_sha256, "segment", 0, _NO_TEXT, pairs=(), sampling=arguments)


def as_request(source: str, answer: str) -> Request:
    """Return the request that asks about a source and its answer."""
    return Request(json.dumps([source, answer], ensure_ascii=False))


def judged(
    requests: Iterable[Request], scores: Callable[[Sequence[tuple[str, str]]], Iterable[float]]
) -> Iterator[tuple[int, Reply]]:
    """Answer requests by a function from pairs to their numbers, some at a time.

    Yields:
        The number of the request, from 0, and the reply: see `Engine.translate`.
    """
    numbered = enumerate(requests)
    while batch := list(itertools.islice(numbered, _AT_A_TIME)):
        pairs = [(str(source), str(answer)) for source, answer in (json.loads(request.text) for _, request in batch)]
        for (number, _), score in zip(batch, scores(pairs), strict=True):
            yield number, Reply(repr(float(score)))
