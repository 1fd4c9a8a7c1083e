"""Lose, cut off, empty or change any kind of file of a corpus: it is told, and mended by what the message says."""

import shutil
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from pipelines.errors import CorpusError
from pipelines.verify import verify
from tests.faults.clean_run import CleanRun
from tests.faults.corpora import differences, loam, run_here, snapshot
from tests.faults.matrix import DAMAGES, change_a_byte, remove, some

pytestmark = pytest.mark.faults

KINDS = (
    "documents/web/*.parquet",
    "quarantine/ingest/*/*.parquet",
    "signals/core/books/*.parquet",
    "signals/language/web/*.parquet",
    "transforms/keys/*/*/*",
    "edits/lines/web/*.parquet",
    "repeats/lines/*/*/*",
    "matches/bands/generation-0/*",
    "duplicates/*/*.parquet",
    "licences/*/*.parquet",
    "decisions/*/*.parquet",
    "encoded/*/*.parquet",
    "tokenizer/tokenizer.json",
    "tokens/*/*.bin",
    "tokens/*/*.idx",
    "tokens/*/*.provenance.parquet",
    "mixture/mixture.parquet",
    "mixture/blend.json",
    "data/*/*.parquet",
    "card/README.md",
    "card/ATTRIBUTION.parquet",
)


@pytest.fixture(scope="module")
def corpus(clean: CleanRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the clean corpus; every test leaves it whole."""
    return Path(shutil.copytree(clean.corpus, tmp_path_factory.mktemp("files") / "corpus"))


def assert_whole(corpus: Path, clean: CleanRun) -> None:
    assert differences(snapshot(corpus), clean.files) == []
    assert list(verify(corpus)) == []


def said_of(corpus: Path) -> list[str]:
    """Return what verify says, one line for each finding."""
    try:
        return [finding.message for finding in verify(corpus)]
    except CorpusError as error:
        return [str(error)]


@pytest.mark.parametrize(("kind", "damage"), some(list(product(KINDS, DAMAGES))))
def test_a_damaged_file_is_told_and_mended(
    corpus: Path, clean: CleanRun, kind: str, damage: Callable[[Path], None]
) -> None:
    path = min(corpus.glob(kind))
    damage(path)
    told = [line for line in said_of(corpus) if str(path.relative_to(corpus)) in line]
    assert any("run again" in line for line in told), said_of(corpus)
    assert all("\n" not in line for line in told)
    if damage is change_a_byte:  # a run looks at sizes alone; verify says to delete it
        path.unlink()
    run_here(clean.recipe, corpus)
    assert_whole(corpus, clean)


@pytest.mark.parametrize("damage", some(DAMAGES, few=1))
@pytest.mark.parametrize("stage", some(("ingest", "annotate-core", "select", "encode", "tokenize", "card")))
def test_a_damaged_receipt_is_mended(corpus: Path, clean: CleanRun, stage: str, damage: Callable[[Path], None]) -> None:
    receipts = (path for path in sorted((corpus / "ledger" / stage).rglob("*.json")) if ".timing." not in path.name)
    damage(next(receipts))
    assert said_of(corpus) != []
    run_here(clean.recipe, corpus)
    assert_whole(corpus, clean)


@pytest.mark.parametrize("damage", some(DAMAGES, few=1))
def test_a_damaged_timing_is_no_matter(corpus: Path, clean: CleanRun, damage: Callable[[Path], None]) -> None:
    damage(min((corpus / "ledger/select").rglob("*.timing.json")))
    assert loam("status", corpus).returncode == 0
    run_here(clean.recipe, corpus)
    assert_whole(corpus, clean)


@pytest.mark.parametrize("damage", some(DAMAGES[:3], few=1))
def test_a_damaged_identity_is_told_and_written_anew(
    corpus: Path, clean: CleanRun, damage: Callable[[Path], None]
) -> None:
    damage(corpus / "corpus.json")
    for command in ("verify", "status"):
        told = loam(command, corpus)
        assert told.returncode == 1
        (line,) = told.stderr.splitlines()
        assert line.startswith(f"loam: {corpus}")
        assert ("run again to have it written anew" in line) != (damage is remove)
    run_here(clean.recipe, corpus)
    assert_whole(corpus, clean)
