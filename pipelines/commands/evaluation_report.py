"""How scores of translations are shown: a table, JSON, a file of every translation."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from pipelines.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from translate.evaluation import Effort, Evaluation, Scored


def _row(scored: "Scored") -> dict[str, Any]:
    translation = scored.translation
    return {
        "source": translation.pair.source,
        "reference": translation.pair.reference,
        "translation": translation.text,
        "chrf": round(scored.chrf, 2),
        "comet": None if scored.comet is None else round(scored.comet, 4),
        "segments": [asdict(outcome) for outcome in translation.outcomes],
    }


def write_translations(path: Path, scored: "Sequence[Scored]") -> None:
    """Write translations with their scores, one a line."""
    with path.open("w", encoding="utf-8", newline="\n") as lines:
        for one in scored:
            lines.write(json.dumps(_row(one), ensure_ascii=False) + "\n")


def evaluation_json(
    evaluation: "Evaluation",
    pairs: int,
    effort: "Effort | None",
    looks: "Sequence[dict[str, str | int]]",
    worst: "Sequence[Scored]",
) -> dict[str, Any]:
    """Return an evaluation as plain JSON."""
    return {
        "pairs": pairs,
        "translations": len(evaluation.scored),
        "chrf": asdict(evaluation.chrf),
        "bleu": asdict(evaluation.bleu),
        "comet": None if evaluation.comet is None else asdict(evaluation.comet),
        "segments": evaluation.segments,
        "rungs": dict(evaluation.rungs),
        "failures": [asdict(failure) for failure in evaluation.failures],
        "second_looks": list(looks),
        "effort": None if effort is None else asdict(effort),
        "worst": [_row(one) for one in worst],
    }


def print_evaluation(
    evaluation: "Evaluation",
    pairs: int,
    effort: "Effort | None",
    looks: "Sequence[dict[str, str | int]]",
    worst: "Sequence[Scored]",
) -> None:
    """Print an evaluation, what a second look counted, and the worst translations."""
    from pipelines.translation_counts import looks_table

    console = Console(highlight=False)
    scores = _table("", "score", "signature")
    scores.add_row("chrF", f"{evaluation.chrf.value:.1f}", evaluation.chrf.signature)
    scores.add_row("BLEU", f"{evaluation.bleu.value:.1f}", evaluation.bleu.signature)
    if evaluation.comet is not None:
        scores.add_row("COMET", f"{evaluation.comet.value:.4f}", evaluation.comet.signature)
    console.print(scores)
    rungs = ", ".join(f"{rung} {count:,}" for rung, count in evaluation.rungs.items())
    console.print(
        f"\n{len(evaluation.scored):,} of {pairs:,} pairs; {evaluation.segments:,} segments: {rungs}", soft_wrap=True
    )
    if effort is not None:
        console.print(
            f"tokens: {effort.tokens_in:,} read, {effort.tokens_out:,} written in {effort.seconds:.1f} s",
            soft_wrap=True,
        )
    if evaluation.failures:
        failures = _table("check", "failed at first", "share", "rejected", "share")
        for failure in evaluation.failures:
            first, rejected = failure.first, failure.rejected
            shares = [f"{count / evaluation.segments:.1%}" for count in (first, rejected)]
            failures.add_row(failure.check, f"{first:,}", shares[0], f"{rejected:,}", shares[1])
        console.print()
        console.print(failures)
    if looks:
        console.print()
        console.print(looks_table(looks))
    for one in worst:
        _print_worst(one, console)


def _print_worst(scored: "Scored", console: Console) -> None:
    translation = scored.translation
    outcomes = dict.fromkeys(
        f"{outcome.rung} ({outcome.reason})" if outcome.reason else outcome.rung for outcome in translation.outcomes
    )
    console.print(f"\nchrF {scored.chrf:.1f}: {', '.join(outcomes)}", soft_wrap=True, style="bold")
    texts = (translation.pair.source, translation.pair.reference, translation.text)
    for name, text in zip(("source", "reference", "translation"), texts, strict=True):
        console.print(f"  {name:11}  {printable(text)}", markup=False, soft_wrap=True)


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="left" if name == "signature" else "right", overflow="fold")
    return table
