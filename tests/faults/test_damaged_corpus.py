"""Damage a corpus: a rerun mends it, or `loam verify` says what is damaged and what to do."""

import os
import random
import shutil
from pathlib import Path

import pytest

from pipelines.errors import CorpusError
from pipelines.verify import PARTS, verify
from tests.faults.clean_run import CleanRun
from tests.faults.corpora import LAUNCH_FILE, ROUNDS, differences, loam, run_here, snapshot
from tests.faults.matrix import some

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def corpus(clean: CleanRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the clean corpus; every test leaves it whole."""
    folder = tmp_path_factory.mktemp("damaged")
    corpus = Path(shutil.copytree(clean.corpus, folder / "corpus"))
    run_here(clean.recipe, corpus)
    return corpus


def findings(corpus: Path) -> list[str]:
    """Return what verify says, one line for each finding."""
    try:
        return [f"{finding.part}: {finding.message}" for finding in verify(corpus)]
    except CorpusError as error:
        return [str(error)]


def outputs(corpus: Path, clean: CleanRun) -> dict[str, list[Path]]:
    """Return the files of a corpus by their table."""
    found: dict[str, list[Path]] = {}
    for relative, sha256 in clean.files.items():
        table = relative.split("/")[0]
        if sha256 != "folder" and table not in ("ledger", "corpus.json") and relative != LAUNCH_FILE:
            found.setdefault(table, []).append(corpus / relative)
    return found


def assert_whole(corpus: Path, clean: CleanRun, what: object) -> None:
    assert differences(snapshot(corpus), clean.files) == [], what
    assert findings(corpus) == [], what


def test_a_sound_corpus_verifies(corpus: Path) -> None:
    done = loam("verify", corpus)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == f"{corpus}: {', '.join(PARTS)}: all agree"


def test_a_rerun_mends_files_of_any_table_that_are_lost_or_cut_off(corpus: Path, clean: CleanRun) -> None:
    chosen = random.Random(1)  # noqa: S311 -- files, not secrets
    for number, (table, files) in enumerate(some(sorted(outputs(corpus, clean).items()), few=8)):
        path = chosen.choice(files)
        if number % 2:
            path.unlink()
        else:
            os.truncate(path, chosen.randrange(path.stat().st_size))
        assert any(path.name in line for line in findings(corpus)), table
        run_here(clean.recipe, corpus)
        assert_whole(corpus, clean, path)


def test_a_rerun_mends_receipts(corpus: Path, clean: CleanRun) -> None:
    chosen = random.Random(2)  # noqa: S311 -- files, not secrets
    receipts = sorted(path for path in (corpus / "ledger").rglob("*.json") if not path.name.endswith(".timing.json"))
    for number in range(max(ROUNDS, 3)):
        path = chosen.choice(receipts)
        content = path.read_bytes()
        position = chosen.randrange(len(content))
        changed = content[:position] + bytes([content[position] ^ 4]) + content[position + 1 :]
        path.write_bytes((changed, content[:position], b"")[number % 3])
        assert len(findings(corpus)) == 1
        assert "delete it and run again" in findings(corpus)[0]
        run_here(clean.recipe, corpus)
        assert_whole(corpus, clean, path)


def change_a_byte(path: Path, chosen: random.Random) -> None:
    content = bytearray(path.read_bytes())
    content[chosen.randrange(len(content))] ^= 1 << chosen.randrange(8)
    path.write_bytes(content)


def test_verify_names_files_with_a_changed_byte_and_what_it_says_mends_them(corpus: Path, clean: CleanRun) -> None:
    chosen = random.Random(3)  # noqa: S311 -- files, not secrets
    damaged = [chosen.choice(files) for _, files in sorted(outputs(corpus, clean).items())]
    for path in damaged:
        change_a_byte(path, chosen)
    done = loam("verify", corpus, "--only", "files")
    assert (done.returncode, done.stderr) == (1, "")
    named = [line.split(": ")[1] for line in done.stdout.splitlines()]
    assert sorted(named) == sorted(str(path.relative_to(corpus)) for path in damaged)
    assert all(line.endswith("delete it and run again") for line in done.stdout.splitlines())
    for path in damaged:
        path.unlink()
    run_here(clean.recipe, corpus)
    assert_whole(corpus, clean, damaged)


DUE_AFTER = {"signals": "ledger/select", "decisions": "ledger/encode", "documents": "ledger/annotate-core"}


@pytest.mark.parametrize("table", sorted(DUE_AFTER))
def test_damage_met_by_a_run_is_told_with_the_file(corpus: Path, clean: CleanRun, table: str) -> None:
    damaged = outputs(corpus, clean)[table]
    sound = [path.read_bytes() for path in damaged]
    for path, content in zip(damaged, sound, strict=True):
        path.write_bytes(content[:8] + bytes(byte ^ 0xFF for byte in content[8:40]) + content[40:])
    shutil.rmtree(corpus / DUE_AFTER[table])
    failed = loam("run", clean.recipe, "--corpus", corpus, "--quiet", "--workers", 1)
    assert failed.returncode == 1
    assert failed.stdout == ""
    first = failed.stderr.splitlines()[0]
    names_file = any(f"{path.relative_to(corpus)}: unreadable" in first for path in damaged)
    assert (names_file and "run again" in first) or "`loam verify` tells whether the corpus is damaged" in first
    assert all(any(str(path.relative_to(corpus)) in line for line in findings(corpus)) for path in damaged)
    for path, content in zip(damaged, sound, strict=True):
        path.write_bytes(content)
    run_here(clean.recipe, corpus)
    assert_whole(corpus, clean, table)


def test_strangers_among_the_files_are_named_and_cleared_away(corpus: Path, clean: CleanRun) -> None:
    strangers = ("documents/web/other.parquet", "tokens/eng_Latn/.t1.bin.tmp", "ledger/select/x.json")
    for name in strangers:
        (corpus / name).write_bytes(b"{}")
    assert findings(corpus) != []
    run_here(clean.recipe, corpus)
    assert_whole(corpus, clean, strangers)
