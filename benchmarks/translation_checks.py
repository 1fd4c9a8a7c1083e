"""`python -m benchmarks.translation_checks DOCUMENTS`: planted failures caught, and human translations rejected.

Bounds of lengths are learnt per pair of languages on the pages of one half, and everything is counted on the other.
"""

import json
import random
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.planted_translations import FAILURES, Case
from benchmarks.translation_pairs import (
    ENGLISH,
    OTHER_SOURCES,
    HumanTranslation,
    debian_translations,
    declaration_translations,
)
from translate.checks import Finding, PairBounds, check, learn_bounds
from translate.masking import Masked, mask, mask_pattern

_PATTERN = mask_pattern()
_FIRST_SURROGATE = 11
# Of each human translation, so many kinds of failure are made.
_FAILURES_EACH = 3


@dataclass
class Count:
    """How many answers there were, and how many a check rejected.

    Attributes:
        answers: Their number.
        rejected: By the check that rejected them.
    """

    answers: int = 0
    rejected: Counter[str] = field(default_factory=Counter)

    def add(self, findings: Sequence[Finding]) -> None:
        """Count one answer."""
        self.answers += 1
        if not findings[-1].passed:
            self.rejected[findings[-1].reason] += 1

    @property
    def share(self) -> float:
        """Share of the answers that were rejected."""
        return self.rejected.total() / self.answers if self.answers else 0.0


@dataclass
class Report:
    """What came out.

    Attributes:
        caught: Planted failures, by kind.
        alarms: Human translations, by target language.
        misses: Some failures that passed: kind, pair, answer.
        false: Some human translations that did not: pair, finding.
    """

    caught: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    alarms: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    misses: list[tuple[str, HumanTranslation, str]] = field(default_factory=list)
    false: list[tuple[HumanTranslation, Finding]] = field(default_factory=list)


def score(translations: Sequence[HumanTranslation], half: int, seed: int = 0) -> Report:
    """Check human translations and failures planted in them.

    Args:
        translations: All of them.
        half: 0 or 1: which half of the pages is counted; bounds are learnt on the other.
        seed: Of the draws.
    """
    draw = random.Random(seed)  # noqa: S311  reproducible failures
    bounds = learnt_bounds([pair for pair in translations if half_of(pair) != half])
    elsewhere = _elsewhere(translations)
    report = Report()
    for pair in translations:
        if half_of(pair) != half:
            continue
        usual = bounds.get(pair.languages, PairBounds())
        masked = masked_like(pair)
        findings = check(masked, as_answer(masked, pair.target), "stop", pair.languages, usual)
        report.alarms[pair.languages[1]].add(findings)
        if not findings[-1].passed:
            report.false.append((pair, findings[-1]))
            continue  # a translation that is rejected as it stands shows nothing of what is planted in it
        for kind, answer in _failures(pair, elsewhere[pair.page, pair.line], draw):
            found = check(masked, as_answer(masked, answer), "stop", pair.languages, usual)
            report.caught[kind].add(found)
            if found[-1].passed:
                report.misses.append((kind, pair, answer))
    return report


def half_of(pair: HumanTranslation) -> int:
    """Return the half that a translation's page belongs to."""
    page = pair.page if pair.page != "udhr" else f"udhr{pair.line}"
    return zlib.crc32(page.encode()) % 2


def masked_like(pair: HumanTranslation) -> Masked:
    """Return the source masked as for an engine, less what the human changed, who saw no surrogates."""
    spans = [span.text for span in mask(pair.source, _PATTERN).spans]
    kept = [re.escape(span) for span in spans if pair.target.count(span) >= spans.count(span)]
    return mask(pair.source, re.compile("|".join(sorted(kept, key=len, reverse=True)) or "(?!)"))


def as_answer(masked: Masked, text: str) -> str:
    """Return a translation as an engine would have given it: with surrogates for what is masked in the source."""
    for number, span in enumerate(masked.spans, _FIRST_SURROGATE):
        place = text.find(span.text)
        if place >= 0:
            before, after = " " * span.glued_before, " " * span.glued_after
            text = f"{text[:place]}{before}XPH{number}{after}{text[place + len(span.text) :]}"
    return text


def _failures(pair: HumanTranslation, elsewhere: Mapping[str, str], draw: random.Random) -> Iterator[tuple[str, str]]:
    possible = []
    for kind, damage in FAILURES.items():
        answer = damage(Case(pair, elsewhere, draw))
        if answer is not None and answer != pair.target:
            possible.append((kind, answer))
    yield from draw.sample(possible, min(_FAILURES_EACH, len(possible)))


def _elsewhere(translations: Iterable[HumanTranslation]) -> Mapping[tuple[str, int], dict[str, str]]:
    found: dict[tuple[str, int], dict[str, str]] = defaultdict(dict)
    for pair in translations:
        found[pair.page, pair.line] |= {pair.languages[0]: pair.source, pair.languages[1]: pair.target}
    return found


def learnt_bounds(translations: Iterable[HumanTranslation]) -> Mapping[tuple[str, str], PairBounds]:
    """Return what is usual between each two languages."""
    texts: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for pair in translations:
        texts[pair.languages].append((pair.source, pair.target))
    return {languages: learn_bounds(found) for languages, found in texts.items()}


def main(
    documents: Annotated[Path, typer.Argument(help="Parquet with `text`, `lang`, `parallel_key`, `genre`.")],
    declarations: Annotated[Path | None, typer.Option(help="`udhr.jsonl` as `make demo` fetches it.")] = None,
    half: Annotated[int, typer.Option(min=0, max=1, help="Which half of the pages counts.")] = 1,
    pivots: Annotated[bool, typer.Option(help="Pairs of translations of one page, none of them English.")] = False,
    misses: Annotated[Path | None, typer.Option(help="Write misses and false alarms here.")] = None,
) -> None:
    """Print how many planted failures each check catches, by kind, and how many human translations, by language."""
    translations = debian_translations(documents, OTHER_SOURCES if pivots else (ENGLISH,))
    if declarations:
        translations += declaration_translations(declarations)
    report = score(translations, half)
    console = Console(highlight=False)
    console.print(_table("planted failure", report.caught))
    console.print(_table("human translations into", report.alarms))
    if misses is not None:
        lines = [{"kind": kind, **vars(pair), "answer": answer} for kind, pair, answer in report.misses]
        lines += [
            {"kind": "human", **vars(pair), "reason": found.reason, "value": found.value}
            for pair, found in report.false
        ]
        misses.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")


def _table(title: str, counts: Mapping[str, Count]) -> Table:
    table = Table(title, "number", "rejected", "by")
    total = Count()
    for name, count in sorted(counts.items()):
        table.add_row(name, *_cells(count))
        total = Count(total.answers + count.answers, total.rejected + count.rejected)
    table.add_row("all", *_cells(total))
    return table


def _cells(count: Count) -> tuple[str, str, str]:
    by = ", ".join(f"{reason} {number}" for reason, number in count.rejected.most_common(6))
    return f"{count.answers:,}", f"{count.share:.2%}", by


if __name__ == "__main__":
    typer.run(main)
