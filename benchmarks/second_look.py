"""`python -m benchmarks.second_look DOCUMENTS`: what a second look catches that checks did not.

Failures are planted in human translations of Debian's pages from English into Portuguese; those that pass every check,
and the human translations that do, are translated back by fxtranslate. Two kinds of failure are fluent and of the usual
length, so that hardly a check can see them: the translation of another line, and one in which words are others.
"""

import random
import re
import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.planted_translations import FAILURES, Case
from benchmarks.translation_checks import as_answer, learnt_bounds, masked_like
from benchmarks.translation_pairs import HumanTranslation, debian_translations, declaration_translations
from translate.answers import Answers
from translate.checks import Finding, PairBounds, check
from translate.engines import EngineSpec, open_engine
from translate.masking import Masked
from translate.second_look import Measure, RoundTrip, is_suspicious
from translate.segmentation import sentence_splitter

_PAIR = ("eng_Latn", "por_Latn")
_LONG_WORD = re.compile(r"[^\W\d_]{5,}")
_SHARE_REPLACED = 1 / 3
_LINES_OF_WORDS = 20
_ABOUT_AS_LONG = 1.25
_HUMAN = "human"


@dataclass(frozen=True)
class Answered:
    """An answer that passed every check.

    Attributes:
        kind: `human`, or the failure planted.
        source: The masked source.
        answer: The masked answer.
        suspicious: Whether a second look at what is suspicious would be taken at it.
    """

    kind: str
    source: str
    answer: str
    suspicious: bool


def other_line(pair: HumanTranslation, others: Sequence[HumanTranslation], draw: random.Random) -> str:
    """Return the translation of another line that is about as long."""
    length = len(pair.target)
    return draw.choice([one.target for one in others if 1 / _ABOUT_AS_LONG < len(one.target) / length < _ABOUT_AS_LONG])


def other_words(pair: HumanTranslation, others: Sequence[HumanTranslation], draw: random.Random) -> str | None:
    """Replace a third of the long words by words of other lines."""
    words = _LONG_WORD.findall(pair.target)
    lines = draw.sample(others, min(_LINES_OF_WORDS, len(others)))
    found = _LONG_WORD.findall(" ".join(one.target for one in lines).lower())
    if len(words) < 1 / _SHARE_REPLACED or not found:
        return None
    replaced = set(draw.sample(range(len(words)), round(len(words) * _SHARE_REPLACED)))
    number = iter(range(len(words)))
    return _LONG_WORD.sub(lambda word: draw.choice(found) if next(number) in replaced else word[0], pair.target)


def passing(translations: Sequence[HumanTranslation], seed: int = 0) -> tuple[list[Answered], Mapping[str, int]]:
    """Return the human translations and the failures planted in them that pass every check, and how many there were."""
    draw = random.Random(seed)  # noqa: S311  reproducible failures
    bounds = learnt_bounds(translations).get(_PAIR, PairBounds())
    found: list[Answered] = []
    numbers: dict[str, int] = defaultdict(int)
    for pair in translations:
        masked = masked_like(pair)
        for kind, answer in _answers(pair, translations, draw):
            findings = _checked(masked, answer, bounds)
            numbers[kind] += 1
            if findings[-1].passed:
                found.append(Answered(kind, masked.text, as_answer(masked, answer), is_suspicious(findings)))
            elif kind == _HUMAN:
                break  # what is rejected as it stands shows nothing of what is planted in it
    return found, numbers


def _answers(
    pair: HumanTranslation, others: Sequence[HumanTranslation], draw: random.Random
) -> Iterator[tuple[str, str]]:
    yield _HUMAN, pair.target
    fluent = (("other line", other_line(pair, others, draw)), ("other words", other_words(pair, others, draw)))
    planted = ((kind, damage(Case(pair, {}, draw))) for kind, damage in FAILURES.items())
    for kind, answer in (*fluent, *planted):
        if answer is not None and answer != pair.target:
            yield kind, answer


def _checked(masked: Masked, answer: str, bounds: PairBounds) -> tuple[Finding, ...]:
    return check(masked, as_answer(masked, answer), "stop", _PAIR, bounds)


def round_trip() -> Measure:
    """Return the way back by fxtranslate."""
    source, target = _PAIR
    engine = open_engine(EngineSpec("fxtranslate", arguments={"direction": "pt-en"}))
    return RoundTrip(Answers(engine, target, source, {}, lambda *_: None), sentence_splitter(target), lambda: False)


def main(
    documents: Annotated[Path, typer.Argument(help="Parquet with `text`, `lang`, `parallel_key`, `genre`.")],
    declarations: Annotated[Path | None, typer.Option(help="`udhr.jsonl` as `make demo` fetches it.")] = None,
    floors: Annotated[list[float] | None, typer.Option("--floor", help="Floors to try.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="So many human translations.")] = 1000,
) -> None:
    """Print, of human translations and planted failures that pass all checks, which share is below a floor."""
    translations = [pair for pair in debian_translations(documents) if pair.languages == _PAIR]
    if declarations:
        translations += [pair for pair in declaration_translations(declarations) if pair.languages == _PAIR]
    answers, numbers = passing(translations[:limit])
    values = round_trip().values([(one.source, one.answer) for one in answers])
    wanted = floors or [20.0, 25.0, 30.0, 35.0, 40.0, 45.0, 50.0]
    below = map("< {:g}".format, wanted)
    table = Table("answers", "number", "pass all checks", "suspicious", "measured", "median", *below)
    for kind, number in sorted(numbers.items(), key=lambda item: (item[0] != _HUMAN, item[0])):
        rows = [(one, value) for one, value in zip(answers, values, strict=True) if one.kind == kind]
        measured = [value for _, value in rows if value is not None]
        shares = (f"{sum(value < floor for value in measured) / max(1, len(measured)):.1%}" for floor in wanted)
        table.add_row(
            kind,
            f"{number:,}",
            f"{len(rows):,}",
            f"{sum(one.suspicious for one, _ in rows) / max(1, len(rows)):.1%}",
            f"{len(measured):,}",
            f"{statistics.median(measured):.0f}" if measured else "",
            *shares,
        )
    Console(highlight=False).print(table)


if __name__ == "__main__":
    typer.run(main)
