"""The command `loam translate eval`: translations scored against those of people."""

import contextlib
import json
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.commands.arguments import CORPUS_HELP, brought_here
from pipelines.commands.evaluation_report import evaluation_json, print_evaluation, write_translations
from pipelines.exit_codes import explained_errors
from pipelines.settings import yaml_values

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipelines.stages.second_look import Planned
    from translate.checks import PairBounds
    from translate.comet import CometProcess
    from translate.engines import Engine
    from translate.evaluation import Effort, Pair, Translation

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
        looks: Sequence[dict[str, str | int]] = ()
        try:
            with _opened(comet) as learnt:
                if corpus is not None:
                    language = _language(source or _ENGLISH, "--from")
                    found = corpus_translations(brought_here(corpus), pairs, language, target)
                    if not found:
                        told = f"holds no translation from {language} to {target} of any pair in {parallel}"
                        raise LoamError(f"{corpus}: {told}")
                else:
                    if recipe is not None:
                        asked = _of_recipe(recipe, source, target)
                    else:
                        spec = EngineSpec(str(engine), model, yaml_values(args or (), "--arg", "NAME=VALUE"))
                        asked = _Asked([spec.key()], (_language(source or _ENGLISH, "--from"), target))
                    found, effort, looks = _translated(asked, pairs)
                evaluation = score(found, target, learnt)
        except (ValueError, OSError, ModuleNotFoundError, EngineDiedError, CometError) as error:
            raise LoamError(str(error)) from None
        if translations is not None:
            write_translations(translations, evaluation.scored)
        shown = evaluation.scored[:worst]
        if as_json:
            answer = evaluation_json(evaluation, len(pairs), effort, looks, shown)
            typer.echo(json.dumps(answer, indent=1, ensure_ascii=False))
        else:
            print_evaluation(evaluation, len(pairs), effort, looks, shown)


@dataclass(frozen=True)
class _Asked:
    """What translates the pairs.

    Attributes:
        engines: Keys of the engine, and of those that it falls back to.
        languages: Source and target.
        bounds: Usual lengths, where a recipe gives them.
        second_look: The recipe's.
    """

    engines: "Sequence[str]"
    languages: tuple[str, str]
    bounds: "PairBounds | None" = None
    second_look: "Planned | None" = None


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


def _of_recipe(recipe: Path, source: str | None, target: str) -> _Asked:
    """Return what a recipe has for a language.

    Raises:
        LoamError: The recipe does not translate between these languages.
    """
    from pipelines.errors import LoamError
    from pipelines.recipe import load_recipe
    from pipelines.stages import second_look
    from pipelines.stages.translate import usable_engines
    from pipelines.stages.translation_bounds import given_bounds

    section = load_recipe(recipe).translate
    if section is None:
        raise LoamError(f"{recipe}: has no section `translate`")
    language = section.source.lang
    if source is not None and _language(source, "--from") != language:
        raise LoamError(f"{recipe}: translates from {language}, not {source}")
    if target not in section.to:
        raise LoamError(f"{recipe}: translates into {', '.join(section.to)}, not {target}")
    directory = recipe.resolve().parent
    again = second_look.planned(section, target, directory)
    keys = usable_engines(section, target, directory)
    return _Asked(keys, (language, target), given_bounds(section, target), again)


def _translated(
    asked: _Asked, pairs: "Sequence[Pair]"
) -> "tuple[list[Translation], Effort, list[dict[str, str | int]]]":
    """Return translations, what they took, and what a second look at them counted."""
    from pipelines.stages.second_look import second_look_of
    from pipelines.translation_counts import looks_into
    from translate.checks import ASSUMED
    from translate.engines import EngineSpec, open_engine
    from translate.evaluation import translate_pairs

    with contextlib.ExitStack() as open_ones:

        def opened(keys: "Sequence[str]") -> "list[Engine]":
            return [open_ones.enter_context(contextlib.closing(open_engine(EngineSpec.of_key(key)))) for key in keys]

        engines, again = opened(asked.engines), asked.second_look
        look = None
        if again is not None:
            others = opened(again.engines)
            look = second_look_of(again.parameters, asked.languages, others, {}, lambda *_: None, lambda: False)
        found, effort = translate_pairs(engines, pairs, *asked.languages, asked.bounds or ASSUMED, look)
        return found, effort, [] if look is None else looks_into(asked.languages[1], look.counts)
