"""A gigabyte of real documents: the documentation in some 140 Debian packages, in 60 languages and more.

Each text is there once. Which file a document is in is drawn by its id, so that the first files are a sample of all.
"""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.scale_run import LOAM
from pipelines.sources.text_column import total_bytes
from pipelines.tokens.training import TrainingPlan, train_tokenizer

PACKAGES = Path(__file__).with_name("scale_packages.txt")
FILES = 40
VOCABULARY = 32_000

_COLUMNS = ("id", "text", "lang", "license_declared", "license_evidence", "url", "title")
_TEXT_BYTES = b"text_bytes"  # in the footer of each file
_ROWS_PER_GROUP = 2048
_TRAINING_TEXTS = 4000
_AT_A_TIME = 16  # packages that apt-get is asked for


class InputError(Exception):
    """The documents cannot be had; the message says why."""


def documents_in(cache: Path, workers: int) -> list[Path]:
    """Return Parquet files of documents; what is not in the cache is downloaded, read and kept there.

    Args:
        cache: The folder that keeps them.
        workers: Processes that read packages.

    Raises:
        InputError: There is no `apt-get`, or it cannot deliver a package.
    """
    target = cache / "documents"
    if not target.is_dir():
        packages, read = cache / "packages", cache / "read"
        _download(_listed(), packages)
        _read(packages, read, workers)
        _divide(sorted(read.glob("documents/*/*.parquet")), cache / "dividing")
        (cache / "dividing").rename(target)
        shutil.rmtree(packages)
        shutil.rmtree(read)
    return sorted(target.glob("*.parquet"))


def tokenizer_of(cache: Path, documents: Sequence[Path], pretokenizer: str) -> Path:
    """Return a tokenizer of 32,000 entries, trained on the beginning of the first file once for all runs."""
    path = cache / f"{pretokenizer}.tokenizer.json"
    if not path.is_file():
        batch = next(pq.ParquetFile(documents[0]).iter_batches(_TRAINING_TEXTS, columns=["text"]))
        texts = [str(text) for text in batch["text"].to_pylist()]
        path.write_bytes(train_tokenizer([texts], TrainingPlan("bpe", VOCABULARY, pretokenizer=pretokenizer)))
    return path


def first_files(documents: Sequence[Path], text_bytes: int) -> tuple[list[Path], int]:
    """Return the first files that hold so many bytes of text together, or all, and how many they hold."""
    taken, held = [], 0
    for path in documents:
        if held >= text_bytes:
            break
        taken.append(path)
        held += int((pq.read_metadata(path).metadata or {})[_TEXT_BYTES])
    return taken, held


def _listed() -> list[str]:
    lines = PACKAGES.read_text(encoding="utf-8").splitlines()
    return [name for line in lines if not line.startswith("#") for name in line.split()]


def _download(names: Sequence[str], folder: Path) -> None:
    """Download the packages that a folder lacks; one that the lists of the machine do not know is left out, aloud."""
    if shutil.which("apt-get") is None:
        raise InputError("apt-get is not installed: the documents are those of Debian packages")
    folder.mkdir(parents=True, exist_ok=True)
    missing = [name for name in names if not any(folder.glob(f"{name}_*.deb"))]
    for begin in range(0, len(missing), _AT_A_TIME):
        some = missing[begin : begin + _AT_A_TIME]
        if _apt_get(some, folder).returncode:
            for name in some:
                done = _apt_get([name], folder)
                if done.returncode:
                    print(f"left out: {name}: {_last_line(done.stderr)}", file=sys.stderr)
    if not any(folder.glob("*.deb")):
        raise InputError("apt-get delivered no package: run `apt-get update`, and look after its settings")


def _apt_get(names: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    command = ["apt-get", "download", "--quiet", *names]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def _last_line(said: str) -> str:
    return (said.strip().splitlines() or ["it does not say why"])[-1]


def _read(packages: Path, corpus: Path, workers: int) -> None:
    """Read the packages as a run does; one that was cut off goes on."""
    recipe = corpus.with_suffix(".yaml")
    source = {"name": "debian", "kind": "debian", "path": str(packages.resolve() / "*.deb")}
    recipe.write_text(json.dumps({"name": "packages", "sources": [source]}), encoding="utf-8")
    command = [*LOAM, "run", str(recipe), "--corpus", str(corpus)]
    done = subprocess.run([*command, "--until", "ingest", "--workers", str(workers)], check=False)
    if done.returncode:
        raise InputError("the packages cannot be read; the message above says why")


def _divide(shards: Sequence[Path], target: Path) -> None:
    """Write documents whose text no earlier one has into the files that their ids draw."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    parts: list[list[pa.Table]] = [[] for _ in range(FILES)]
    for table in _distinct(shards):
        drawn = [int(str(identity)[:8], 16) % FILES for identity in table["id"].to_pylist()]
        for number in range(FILES):
            parts[number].append(table.filter(pa.array([place == number for place in drawn], pa.bool_())))
    for number, tables in enumerate(parts):
        table = pa.concat_tables(tables)
        schema = table.schema.with_metadata({_TEXT_BYTES: str(total_bytes(table["text"]))})
        pq.write_table(
            table.cast(schema), target / f"{number:03d}.parquet", compression="zstd", row_group_size=_ROWS_PER_GROUP
        )


def _distinct(shards: Sequence[Path]) -> Iterator[pa.Table]:
    seen: set[bytes] = set()
    for shard in shards:
        table = pq.read_table(shard, columns=list(_COLUMNS))
        fresh = []
        for text in _texts(table):
            digest = hashlib.blake2b(text, digest_size=16).digest()
            fresh.append(digest not in seen)
            seen.add(digest)
        yield table.filter(pa.array(fresh, pa.bool_())).rename_columns(
            [name.removesuffix("_declared") for name in _COLUMNS]
        )


def _texts(table: pa.Table) -> Iterator[bytes]:
    column: Any = pc.cast(table["text"], pa.large_binary())
    for chunk in column.chunks:
        yield from (text.as_py() for text in chunk)
