"""What every translation engine is: its identity, its limits, its licence, and how it is asked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol, TypeAlias

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"

EngineUnit = Literal["sentence", "segment"]

Finish = Literal["stop", "length", "repetition", "refused", "error"]
"""How an answer ended: by itself; at the greatest length; in a loop that the engine saw; not begun, because the engine
refuses this request (it is too long for the model, say) and always will; or not given, for a reason that may pass
(a connection, a server, one failed request)."""


class EngineDiedError(RuntimeError):
    """The engine is gone: every later request would fail too. The message says what to do."""


@dataclass(frozen=True)
class OutputLicense:
    """What the licence of an engine's model says about the texts it writes.

    Attributes:
        model_license: SPDX expression of the model's own licence.
        restricts_outputs: Whether that licence reaches the translations (as CC-BY-NC weights do in common reading).
        evidence: Where the licence is stated.
    """

    model_license: str
    restricts_outputs: bool
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class EngineIdentity:
    """Everything that an engine's answers depend on, and what may be done with them.

    Attributes:
        name: The engine's name in recipes.
        version: Version of the software that computes, and of what surrounds it here.
        model: The model's name; no path, for a corpus moves.
        model_sha256: SHA-256 of each model file, by name.
        unit: What one segment is: a sentence, or as many whole sentences of a block as fit.
        max_segment_tokens: Longer segments, by its own `count_tokens`, are not given to it.
        output_license: What its model's licence says about translations.
        pairs: (source, target) languages that it translates, as in FLORES-200 (`eng_Latn`); None for any two of
            `languages`.
        languages: Languages that it translates from and into; None for any.
        model_revision: The model's revision, where its files are out of reach (a server's model).
        sha256_by_pair: SHA-256 of what is of one pair of languages alone, where a model's files are not for all.
        unspellable: Inside of a regular-expression character class: what its vocabulary cannot write.
        sampling: Parameters of the search or the sampling, and how they change with the attempt.
        template: Name of the prompt's template.
        template_sha256: SHA-256 of the template's text.
        deterministic: Whether the same request always gets the same answer. If so, none is made twice.
        attempts: How many attempts at one text differ in their sampling.
    """

    name: str
    version: str
    model: str
    model_sha256: Mapping[str, str]
    unit: EngineUnit
    max_segment_tokens: int
    output_license: OutputLicense
    pairs: tuple[tuple[str, str], ...] | None = None
    languages: frozenset[str] | None = None
    model_revision: str | None = None
    sha256_by_pair: Mapping[tuple[str, str], str] = field(default_factory=dict)
    unspellable: str = ""
    sampling: Mapping[str, Json] = field(default_factory=dict)
    template: str | None = None
    template_sha256: str | None = None
    deterministic: bool = True
    attempts: int = 3

    @property
    def label(self) -> str:
        """Engine and model in one word, to tell it from other engines beside it."""
        return f"{self.name}/{self.model}"

    def parameters(self, source: str, target: str) -> dict[str, Json]:
        """Return what identifies its answers between two languages, as plain JSON.

        Limits are no part: they choose what is asked.
        """
        return {
            "name": self.name,
            "version": self.version,
            "model": self.model,
            "model_sha256": dict(self.model_sha256),
            "model_revision": self.model_revision,
            "pair_sha256": self.sha256_by_pair.get((source, target)),
            "sampling": dict(self.sampling),
            "template": self.template,
            "template_sha256": self.template_sha256,
        }

    def translates(self, source: str, target: str) -> bool:
        """Tell whether it translates from one language into another."""
        if self.pairs is not None:
            return (source, target) in self.pairs
        return source != target and (self.languages is None or self.languages >= {source, target})


class Request(NamedTuple):
    """One text to translate.

    Attributes:
        text: A masked segment.
        attempt: 0 at first; engines that sample take other parameters and another seed from it.
    """

    text: str
    attempt: int = 0


@dataclass(frozen=True)
class Reply:
    """What came of one request.

    Attributes:
        text: The translation alone, less what the prompt's template put around it; "" when there is none.
        finish: See `Finish`. A template whose closing mark is missing makes a stop a `length`.
        tokens_in: Tokens that the model read, prompt and all.
        tokens_out: Tokens that it wrote.
        detail: What went wrong, in one line, for `refused` and `error`.
    """

    text: str
    finish: Finish = "stop"
    tokens_in: int = 0
    tokens_out: int = 0
    detail: str = ""


class Vocabulary(Protocol):
    """What an engine can write, and in how many tokens; known without its model."""

    def spell(self, text: str) -> str:
        """Return a text with typographic characters outside the vocabulary replaced by plain ones."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of each text by the model's own tokenizer, without prompt or marks."""


class Engine(Vocabulary, Protocol):
    """A loaded engine. Used by one thread at a time."""

    @property
    def identity(self) -> EngineIdentity:
        """What its answers depend on."""

    def translate(self, requests: Iterable[Request], source: str, target: str) -> Iterator[tuple[int, Reply]]:
        """Translate, yielding each answer as soon as it is there, in any order.

        Requests are pulled by the thread that pulls the answers, as many ahead as keep the engine busy and no more,
        so that they may be made from answers already yielded (a retry); the iterable is not asked again once it
        ended. Whoever stops pulling closes the iterator; what is unanswered then is abandoned.

        Args:
            requests: Texts on one line, each of at most `identity.max_segment_tokens`.
            source: Their language (`eng_Latn`).
            target: The language wanted (`por_Latn`).

        Yields:
            The number of the request, in the order pulled from 0, and the reply. One for every request pulled.

        Raises:
            ValueError: The engine does not translate between these languages.
            EngineDiedError: The engine is gone; what was yielded stands.
        """

    def close(self) -> None:
        """Let go of processes, connections and memory. It cannot be used again."""
