"""The whole answer of `loam what-if`, gathered."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import UsageError
from pipelines.what_if.effects import Change, Effect, changes, effects
from pipelines.what_if.examples import Example, examples
from pipelines.what_if.judged import judge
from pipelines.what_if.thresholds import Spread, spreads
from signals.languages import to_flores


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes:
        changes: SQL by name for rules to change or add; None for rules to leave out.
        language: One language (any code) to look at alone; None for all.
        examples: How many documents of either kind to show for each rule.
        seed: Chooses among documents.
    """

    changes: Mapping[str, str | None]
    language: str | None = None
    examples: int = 3
    seed: int = 0


@dataclass(frozen=True)
class Answer:
    """What is found.

    Attributes:
        name: The corpus.
        rules: SQL of each rule, in order.
        effects: What each rule removes, for all documents and by language.
        changes: What the asked rules keep beside what is kept now; None where nothing was changed.
        spreads: The values held against thresholds.
        examples: Documents to read.
    """

    name: str
    rules: Mapping[str, str]
    effects: tuple[Effect, ...]
    changes: tuple[Change, ...] | None
    spreads: tuple[Spread, ...]
    examples: tuple[Example, ...]


def answer(root: Path, question: Question, name: str) -> Answer:
    """Answer from the tables of a corpus; nothing is computed anew and nothing is written.

    Args:
        root: The corpus.
        question: What is asked.
        name: What the user calls the corpus.

    Raises:
        LoamError: The corpus is not selected or damaged, a rule is none, or no document has the language.
    """
    judged = judge(root, question.changes)
    language = question.language and to_flores(question.language)
    with judged.connection:
        found = effects(judged)
        if language is not None and all(effect.language != language for effect in found):
            languages = ", ".join(dict.fromkeys(effect.language for effect in found[1:20]))
            raise UsageError(
                f"no document of language {question.language!r} reached the rules; some that did: {languages}"
            )
        shown = [effect for effect in found if language in (None, effect.language)]
        return Answer(
            name=name,
            rules={rule.name: rule.sql for rule in judged.rules},
            effects=tuple(shown),
            changes=tuple(changes(judged)) if judged.changed else None,
            spreads=tuple(spreads(judged, language)),
            examples=tuple(examples(judged, language, question.examples, question.seed)),
        )
