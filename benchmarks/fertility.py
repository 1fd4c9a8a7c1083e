"""`python -m benchmarks.fertility`: a 64k vocabulary for many languages, held to BLOOM's fertility goal."""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from benchmarks.documents import DocumentsError, default_documents, files_of

RECIPE = """\
name: fertility
build_date: 2026-11-23
sources:
  - name: documents
    kind: parquet
    path: {documents}
annotate: {{groups: [core, language]}}
dedup: {{exact: true}}
tokenize:
  tokenizer: train
  vocab_size: 64000
  train:
    pretokenizer: {pretokenizer}
    alpha: 1
    bytes: 64MB
    upsample: {upsample}
"""
UPSAMPLE = "{eng_Latn: 2, vie_Latn: 2, hin_Deva: 2, arb_Arab: 4, tha_Thai: 4, fao_Latn: 8, pes_Arab: 10}"

_LOAM = (sys.executable, "-m", "pipelines")


def main(
    against: Annotated[list[str], typer.Option(metavar="NAME=FILE", help="A published tokenizer. Repeat for more.")],
    documents: Annotated[
        Path | None, typer.Option(help="A Parquet file with columns text and lang, or a corpus.")
    ] = None,
    pretokenizer: Annotated[str, typer.Option(help="How words are cut: bloom, gpt2 or gpt4.")] = "gpt4",
    upsample: Annotated[str, typer.Option(help="Times that languages count, as a recipe says it.")] = UPSAMPLE,
) -> None:
    """Train a vocabulary on documents and compare tokens a word with published tokenizers'; exit 1 beyond the goal."""
    try:
        found = files_of(documents or default_documents())
    except DocumentsError as error:
        typer.echo(f"benchmarks: {error}", err=True)
        raise typer.Exit(1) from None
    with TemporaryDirectory() as folder:
        recipe, corpus = Path(folder, "fertility.yaml"), str(Path(folder, "corpus"))
        paths = json.dumps([str(path.resolve()) for path in found])
        filled = RECIPE.format(documents=paths, pretokenizer=pretokenizer, upsample=upsample)
        recipe.write_text(filled, encoding="utf-8")
        others = [part for given in against for part in ("--against", given)]
        for command in (("run", str(recipe), "--corpus", corpus), ("tokens", "fertility", corpus, *others)):
            done = subprocess.run([*_LOAM, *command], check=False)
            if done.returncode:
                raise typer.Exit(done.returncode)


if __name__ == "__main__":
    typer.run(main)
