"""A disk that is full, a folder that cannot be written, a clock that jumps: told in a line, and mended by a rerun."""

import shutil
import sys
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.faults.clean_run import CleanRun, assert_clean
from tests.faults.corpora import loam, run_here, run_loam, run_python, snapshot
from tests.faults.disks import enlarge, loam_with_small_files, read_only, set_times, small_disk
from tests.faults.matrix import some, thorough

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(sys.platform != "linux", reason="mounts and limits as Linux has them"),
]

LARGE = 2**29

_CLOCK = """
import sys, time
real, calls = time.time, [0]
def jumping():
    calls[0] += 1
    return {moment}
time.time = jumping
from pipelines.cli import main
main()
"""
YEARS = 365.25 * 86400
CLOCKS = {
    "twenty years back": f"real() - {20 * YEARS}",
    "twenty years ahead": f"real() + {20 * YEARS}",
    "back a day at every look": "real() - 86400 * calls[0]",
    "to and fro by an hour": "real() + 3600 * (calls[0] % 2)",
}


def assert_told(done: CompletedProcess[str], what: str) -> None:
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("loam: ")
    assert what in line


def bytes_of(clean: CleanRun) -> int:
    return sum(path.stat().st_size for path in clean.corpus.rglob("*") if path.is_file())


@pytest.mark.parametrize("workers", some((1, 2), few=1))
@pytest.mark.parametrize("share", some((0.0, 0.1, 0.25, 0.4, 0.6, 0.8, 0.95), few=1))
def test_a_full_disk(clean: CleanRun, tmp_path: Path, share: float, workers: int) -> None:
    disk = tmp_path / "disk"
    with small_disk(disk, max(4096 * 16, int(share * bytes_of(clean)))):
        corpus = disk / "corpus"
        arguments = ("run", clean.recipe, "--corpus", corpus, "--quiet", "--workers", workers)
        assert_told(loam(*arguments, scratch=tmp_path / "scratch"), "No space left on device")
        assert_told(loam(*arguments, scratch=tmp_path / "scratch"), "No space left on device")
        enlarge(disk, LARGE)
        run_here(clean.recipe, corpus)
        assert_clean(corpus, clean)


@thorough
@pytest.mark.parametrize("bytes_a_file", some((0, 2_000, 20_000, 60_000), few=1))
def test_files_that_may_not_grow(clean: CleanRun, tmp_path: Path, bytes_a_file: int) -> None:
    corpus = tmp_path / "corpus"
    arguments = ("run", clean.recipe, "--corpus", corpus, "--quiet", "--workers", 1)
    assert_told(loam_with_small_files(bytes_a_file, *arguments, scratch=tmp_path / "scratch"), "File too large")
    run_here(clean.recipe, corpus)
    assert_clean(corpus, clean)


def test_a_corpus_that_cannot_be_made(clean: CleanRun, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with read_only(folder):
        done = loam("run", clean.recipe, "--corpus", folder / "corpus", "--quiet")
        assert_told(done, "--corpus: ")
        assert "Read-only file system" in done.stderr
    assert list(folder.iterdir()) == []


@thorough
@pytest.mark.parametrize("due", some(("ingest", "annotate-core", "select", "tokenize", "card"), few=1))
@pytest.mark.parametrize("workers", some((1, 2), few=1))
def test_a_corpus_that_cannot_be_written(clean: CleanRun, tmp_path: Path, due: str, workers: int) -> None:
    corpus = Path(shutil.copytree(clean.corpus, tmp_path / "corpus"))
    shutil.rmtree(corpus / "ledger" / due)
    before = snapshot(corpus)
    with read_only(corpus):
        done = loam("run", clean.recipe, "--corpus", corpus, "--quiet", "--workers", workers)
        assert_told(done, "Read-only file system")
    assert snapshot(corpus) == before
    run_here(clean.recipe, corpus)
    assert_clean(corpus, clean)


@thorough
@pytest.mark.parametrize("command", some(("status", "verify", "sql", "what-if"), few=1))
def test_what_only_reads_needs_no_writable_corpus(clean: CleanRun, tmp_path: Path, command: str) -> None:
    corpus = Path(shutil.copytree(clean.corpus, tmp_path / "corpus"))
    query = ["SELECT count(*) FROM decisions WHERE kept"] if command == "sql" else []
    before = snapshot(corpus)
    with read_only(corpus):
        done = loam(command, corpus, *query)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout != ""
    assert snapshot(corpus) == before


@thorough
@pytest.mark.parametrize("jump", some(tuple(CLOCKS), few=1))
def test_a_clock_that_jumps(clean: CleanRun, tmp_path: Path, jump: str) -> None:
    corpus = tmp_path / "corpus"
    code = _CLOCK.format(moment=CLOCKS[jump])
    arguments = ("run", clean.recipe, "--corpus", corpus, "--quiet", "--workers", 1)
    done = run_python(code, *arguments, scratch=tmp_path / "scratch")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert_clean(corpus, clean)


@thorough
@pytest.mark.parametrize("moment", some((1.0, 4e9), few=1))
def test_files_of_another_time(clean: CleanRun, tmp_path: Path, moment: float) -> None:
    folder = tmp_path / "inputs"
    shutil.copytree(clean.recipe.parent, folder)
    set_times(folder, moment)
    corpus = folder / "corpus"
    done = loam("run", folder / clean.recipe.name, "--corpus", corpus, "--json", "--workers", 1)
    assert (done.returncode, done.stderr) == (0, "")
    assert_clean(corpus, clean)
    shutil.rmtree(corpus)
    run_loam(folder / clean.recipe.name, corpus, "--workers", 1)
    assert_clean(corpus, clean)
