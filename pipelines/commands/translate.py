"""The commands `loam translate …`: engines evaluated, templates compared, the parallel corpus in a corpus written."""

import json
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from pipelines.commands.arguments import CorpusArgument
from pipelines.commands.translate_eval import evaluate
from pipelines.exit_codes import explained_errors
from pipelines.settings import yaml_values

if TYPE_CHECKING:
    from translate.template_comparison import TemplateScore

translate = typer.Typer(
    help="Evaluate engines and translations; compare templates of prompts; export parallel text.", no_args_is_help=True
)
translate.command("eval")(evaluate)

SourceOption = Annotated[str, typer.Option("--from", metavar="LANGUAGE", help="Language of the sources.")]
TargetOption = Annotated[str, typer.Option("--to", metavar="LANGUAGE", help="Language of the references.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Write JSON.")]


@translate.command("bench-prompts")
def bench_prompts(
    parallel: Annotated[Path, typer.Argument(metavar="PAIRS", help="Source and reference: a .tsv or .jsonl file.")],
    target: TargetOption,
    model: Annotated[str, typer.Option(help="A model's directory, or its name at a server.")],
    source: SourceOption = "eng_Latn",
    engine: Annotated[str, typer.Option(help="vllm or openai.")] = "vllm",
    args: Annotated[
        list[str] | None, typer.Option("--arg", metavar="NAME=VALUE", help="An argument of the engine.")
    ] = None,
    templates: Annotated[
        list[str] | None, typer.Option("--template", help="A template; the model's own, tags and mistral by default.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="So many pairs from the beginning.")] = 500,
    as_json: JsonOption = False,
) -> None:
    """Translate parallel text with several templates; show chrF, failures and tokens read and written of each.

    For example: loam translate bench-prompts flores.tsv --to fra_Latn --model Qwen3-8B --engine openai
    --arg base_url=http://localhost:8000/v1 --arg license=Apache-2.0
    """
    from pipelines.errors import LoamError
    from pipelines.parallel_text import read_parallel
    from translate.engines import EngineDiedError, EngineSpec
    from translate.evaluation import Pair
    from translate.template_comparison import compare_templates

    with explained_errors():
        pairs = [Pair(*texts) for texts in islice(read_parallel(parallel), limit)]
        if not pairs:
            raise LoamError(f"{parallel}: holds no pair")
        spec = EngineSpec(engine, model, yaml_values(args or (), "--arg", "NAME=VALUE"))
        scores = []
        try:
            for score in compare_templates(spec, templates or ("auto", "tags", "mistral"), pairs, source, target):
                scores.append(score)
                if not as_json:
                    typer.echo(
                        f"{score.template}: chrF {score.chrf:.1f}, {sum(score.failures.values())} failed", err=True
                    )
        except (ValueError, OSError, ModuleNotFoundError, EngineDiedError) as error:
            raise LoamError(str(error)) from None
        if as_json:
            typer.echo(json.dumps([asdict(score) for score in scores], indent=1))
        else:
            Console().print(_table(scores))


@translate.command()
def export(
    corpus: CorpusArgument,
    to: Annotated[Path, typer.Argument(metavar="OUT", help="The folder that receives a folder a pair of languages.")],
) -> None:
    """Write translated segments beside their sources as Parquet, of documents that are published on both sides.

    For example: loam translate export corpora/cuatro parallel/
    """
    from pipelines.translation_export import export_pairs

    with explained_errors():
        written = export_pairs(corpus, to)
        left_out = f"; {written.edited:,} left out that an edit touches" if written.edited else ""
        typer.echo(f"{to}: {written.pairs:,} pairs in {written.files:,} files{left_out}")


def _table(scores: "list[TemplateScore]") -> Table:
    table = Table(box=None, header_style="bold")
    for name in ("template", "chrF", "segments", "failed", "read", "written", "per second", "failures"):
        table.add_column(name, justify="left" if name in ("template", "failures") else "right")
    for score in sorted(scores, key=lambda score: -score.chrf):
        table.add_row(
            score.template,
            f"{score.chrf:.1f}",
            f"{score.segments:,}",
            f"{sum(score.failures.values()) / score.segments:.1%}",
            f"{score.tokens_in:,}",
            f"{score.tokens_out:,}",
            f"{score.tokens_out / score.seconds:,.0f}",
            ", ".join(f"{name} {count}" for name, count in score.failures.items()),
        )
    return table
