"""A template: what a model is told before and after a segment, and how its answer is read."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field

from translate.engines.base import Finish
from translate.prompts import languages

_TEXT = "{text}"


@dataclass(frozen=True)
class Prompt:
    """A prompt for one pair of languages.

    Attributes:
        head: What stands before the segment: the same for every one, so that an engine computes it once.
        tail: What stands after it.
        prefill: The beginning of the answer, written for the model.
    """

    head: str
    tail: str
    prefill: str = ""

    def of(self, text: str) -> str:
        """Return the prompt of a segment, without the prefill."""
        return self.head + text + self.tail

    def in_turns(self, render: Callable[[str], str]) -> "Prompt":
        """Return the prompt with a model's own marks of turns around it, and the answer begun.

        Args:
            render: Puts a user's message between the marks and opens the turn of the model.

        Raises:
            ValueError: The model's chat template changes or repeats the message.
        """
        place = "\u2063text\u2063"
        parts = render(self.of(place)).split(place)
        if len(parts) != 2:  # noqa: PLR2004 -- before and after the segment
            raise ValueError(
                "the model's chat template does not repeat a message once: choose a template without turns"
            )
        return Prompt(parts[0], parts[1] + self.prefill)


@dataclass(frozen=True)
class Template:
    """How a family of models is asked.

    Attributes:
        name: Its name in recipes.
        version: Raised whenever it changes.
        instruction: The message; `{source}`, `{target}` (names), `{source_tag}`, `{target_tag}` and, once, `{text}`
            are filled in.
        chat: Whether the message goes between the turns of the model's own chat template.
        prefill: What the answer is begun with.
        closing: The mark that ends the answer; empty where the model's end of text does.
        closing_required: Whether an answer without that mark is cut off.
        names: Languages that the family names in its own way, by code.
        languages: Codes of all languages that it can ask for; None for any that has a name.
        sampling: Parameters that the family's authors recommend.
        matches: What the names of its models hold, in lower case.
        model_types: `model_type` of its models' configuration.
        evidence: Where the form is published.
    """

    name: str
    version: int
    instruction: str
    chat: bool
    closing: str
    closing_required: bool
    prefill: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    languages: frozenset[str] | None = None
    sampling: Mapping[str, float] = field(default_factory=dict)
    matches: tuple[str, ...] = ()
    model_types: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()

    def sha256(self) -> str:
        """Return the SHA-256 of all that a prompt is made from, the names of languages among it."""
        made_from = {
            name: value
            for name, value in asdict(self).items()
            if name not in ("languages", "sampling", "matches", "model_types", "evidence")
        }
        text = json.dumps([made_from, languages.digest()], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def prompt(self, source: str, target: str) -> Prompt:
        """Return the prompt for a pair of languages.

        Raises:
            ValueError: It cannot ask for one of them.
        """
        for code in (source, target):
            if self.languages is not None and code not in self.languages:
                raise ValueError(f"the template {self.name} knows {', '.join(sorted(self.languages))}; not {code}")
        fields = {}
        for role, code in (("source", source), ("target", target)):
            name, tag = languages.name_and_tag(code)
            fields[role], fields[f"{role}_tag"] = self.names.get(code, name), tag
        head, _, tail = self.instruction.partition(_TEXT)
        return Prompt(head.format(**fields), tail.format(**fields), self.prefill)

    def read(self, answer: str, finish: Finish) -> tuple[str, Finish]:
        """Return the translation that an answer holds, and how it ended.

        Args:
            answer: What the model wrote, with or without the prefill.
            finish: How the model ended.
        """
        if self.prefill and self.prefill in answer:
            answer = answer.partition(self.prefill)[2]
        if self.closing:
            answer, mark, _ = answer.partition(self.closing)
            if mark:
                finish = "stop"
            elif self.closing_required and finish == "stop":
                finish = "length"
        return answer.strip(), finish
