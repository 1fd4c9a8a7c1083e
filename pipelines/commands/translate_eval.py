"""The command `loam translate eval`: translations scored against those of people."""

import contextlib
import json
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from pipelines.commands.arguments import CORPUS_HELP, brought_here
from pipelines.exit_codes import explained_errors
from pipelines.settings import yaml_values
from pipelines.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from translate.checks import PairBounds
    from translate.comet import CometProcess
    from translate.engines import EngineSpec
    from translate.evaluation import Effort, Evaluation, Pair, Scored, Translation

_ENGLISH = "eng_Latn"


def evaluate(
    parallel: Annotated[Path, typer.Argument(metavar="PAIRS", help="Source and reference: a .tsv or .jsonl file.")],
    target: Annotated[str, typer.Option("--to", metavar="LANGUAGE", help="Language of the references.")],
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="LANGUAGE", help="Language of the sources; the recipe's, or eng_Latn."),
    ] = None,
    recipe: Annotated[
        Path | None, typer.Option(help="Ask the engine that a recipe has for the language, and its fallbacks.")
    ] = None,
    corpus: Annotated[
        Path | None, typer.Option(help=f"Ask none: score what it holds of the pairs. {CORPUS_HELP}")
    ] = None,
    engine: Annotated[str | None, typer.Option(help="Ask this engine: fxtranslate, ctranslate2, vllm, …")] = None,
    model: Annotated[str | None, typer.Option(help="Its model: a directory, or a name at a server.")] = None,
    args: Annotated[
        list[str] | None, typer.Option("--arg", metavar="NAME=VALUE", help="An argument of the engine.")
    ] = None,
    comet: Annotated[
        Path | None, typer.Option(metavar="CHECKPOINT", help="Score by this checkpoint of COMET, too: its .ckpt file.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="So many pairs from the beginning.")] = 500,
    worst: Annotated[int, typer.Option(min=0, help="Show so many of the worst translations.")] = 5,
    translations: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write every translation with its chrF, as JSON Lines.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
    trust: Annotated[bool, typer.Option("--trust-recipe", help="Send keys that the recipe names.")] = False,
) -> None:
    """Score an engine, or the translations in a corpus, against references: chrF, BLEU, COMET, failures of each check.

    Sources go the whole way of a document. What is rejected counts as missing from its translation.

    For example: loam translate eval debian.tsv --to por_Latn --recipe my-corpus.yaml
    """
    from pipelines.errors import LoamError, UsageError
    from pipelines.parallel_text import read_parallel
    from pipelines.translation_references import corpus_translations
    from pipelines.trust import trust_recipes
    from translate.comet import CometError
    from translate.engines import EngineDiedError, EngineSpec
    from translate.evaluation import Pair
    from translate.evaluation import evaluate as score

    if trust:
        trust_recipes()
    with explained_errors():
        _refuse_all_but_one({"--recipe": recipe, "--corpus": corpus, "--engine": engine})
        if engine is None and (model or args):
            raise UsageError("--model and --arg belong to --engine; a recipe and a corpus have their own")
        target = _language(target, "--to")
        pairs = [Pair(*texts) for texts in islice(read_parallel(parallel), limit)]
        if not pairs:
            raise LoamError(f"{parallel}: holds no pair")
        effort = None
        try:
            with _opened(comet) as learnt:
                if corpus is not None:
                    language = _language(source or _ENGLISH, "--from")
                    found = corpus_translations(brought_here(corpus), pairs, language, target)
                else:
                    bounds = None
                    if recipe is not None:
                        specs, language, bounds = _of_recipe(recipe, source, target)
                    else:
                        specs = [EngineSpec(str(engine), model, yaml_values(args or (), "--arg", "NAME=VALUE"))]
                        language = _language(source or _ENGLISH, "--from")
                    found, effort = _translated(specs, pairs, (language, target), bounds)
                if not found:
                    raise LoamError(
                        f"{corpus}: holds no translation from {language} to {target} of any pair in {parallel}"
                    )
                evaluation = score(found, target, learnt)
        except (ValueError, OSError, ModuleNotFoundError, EngineDiedError, CometError) as error:
            raise LoamError(str(error)) from None
        if translations is not None:
            _write(translations, evaluation.scored)
        shown = evaluation.scored[:worst]
        if as_json:
            typer.echo(json.dumps(_to_json(evaluation, len(pairs), effort, shown), indent=1, ensure_ascii=False))
        else:
            _print(evaluation, len(pairs), effort, shown)


@contextlib.contextmanager
def _opened(checkpoint: Path | None) -> "Iterator[CometProcess | None]":
    """Load a checkpoint before anything is translated, that what is missing is said at once."""
    from translate.comet import CometProcess, comet_python, read_checkpoint

    if checkpoint is None:
        yield None
    else:
        with CometProcess(read_checkpoint(checkpoint), comet_python()) as process:
            yield process


def _refuse_all_but_one(options: dict[str, object]) -> None:
    from pipelines.errors import UsageError

    given = [name for name, value in options.items() if value is not None]
    if len(given) != 1:
        raise UsageError(f"give one of {', '.join(options)}; got {' and '.join(given) or 'none'}")


def _language(value: str, option: str) -> str:
    from pipelines.errors import UsageError
    from signals.languages import UNKNOWN, to_flores

    code = to_flores(value)
    if code == UNKNOWN:
        raise UsageError(f"{option} {value}: no language code; expected something like fra_Latn or fr")
    return code


def _of_recipe(recipe: Path, source: str | None, target: str) -> "tuple[list[EngineSpec], str, PairBounds | None]":
    """Return the engines that a recipe has for a language, the language that it translates from, and usual lengths.

    Raises:
        LoamError: The recipe does not translate between these languages.
    """
    from pipelines.errors import LoamError
    from pipelines.recipe import load_recipe
    from pipelines.stages.translate import usable_engines
    from pipelines.stages.translation_bounds import given_bounds
    from translate.engines import EngineSpec

    section = load_recipe(recipe).translate
    if section is None:
        raise LoamError(f"{recipe}: has no section `translate`")
    language = section.source.lang
    if source is not None and _language(source, "--from") != language:
        raise LoamError(f"{recipe}: translates from {language}, not {source}")
    if target not in section.to:
        raise LoamError(f"{recipe}: translates into {', '.join(section.to)}, not {target}")
    specs = [EngineSpec.of_key(key) for key in usable_engines(section, target, recipe.resolve().parent)]
    return specs, language, given_bounds(section, target)


def _translated(
    specs: "Sequence[EngineSpec]", pairs: "Sequence[Pair]", languages: tuple[str, str], bounds: "PairBounds | None"
) -> "tuple[list[Translation], Effort]":
    from translate.checks import ASSUMED
    from translate.engines import open_engine
    from translate.evaluation import translate_pairs

    with contextlib.ExitStack() as open_ones:
        engines = [open_ones.enter_context(contextlib.closing(open_engine(spec))) for spec in specs]
        return translate_pairs(engines, pairs, *languages, bounds or ASSUMED)


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


def _write(path: Path, scored: "Sequence[Scored]") -> None:
    with path.open("w", encoding="utf-8", newline="\n") as lines:
        for one in scored:
            lines.write(json.dumps(_row(one), ensure_ascii=False) + "\n")


def _to_json(
    evaluation: "Evaluation", pairs: int, effort: "Effort | None", worst: "Sequence[Scored]"
) -> dict[str, Any]:
    return {
        "pairs": pairs,
        "translations": len(evaluation.scored),
        "chrf": asdict(evaluation.chrf),
        "bleu": asdict(evaluation.bleu),
        "comet": None if evaluation.comet is None else asdict(evaluation.comet),
        "segments": evaluation.segments,
        "rungs": dict(evaluation.rungs),
        "failures": [asdict(failure) for failure in evaluation.failures],
        "effort": None if effort is None else asdict(effort),
        "worst": [_row(one) for one in worst],
    }


def _print(evaluation: "Evaluation", pairs: int, effort: "Effort | None", worst: "Sequence[Scored]") -> None:
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
