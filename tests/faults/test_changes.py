"""Change an input or a rule and run again: the corpus is the one that a clean run makes."""

import random
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from pipelines.corpus.receipts import read_receipts
from tests.faults.clean_run import CleanRun
from tests.faults.corpora import (
    LAUNCH_FILE,
    ROUNDS,
    differences,
    run_here,
    snapshot,
    start_loam,
    temporary_files,
    wait_for_receipts,
)
from tests.faults.inputs import write_another_file, write_inputs

pytestmark = pytest.mark.faults

LONGER = {"select.rules.enough_words": "word_count >= 70"}

OTHERS: tuple[dict[str, str], ...] = (
    {"dedup.exact": "false"},
    {"seed": "7"},
    {"select.languages": "[eng_Latn, deu_Latn]"},
    {"tokenize.vocab_size": "600"},
    {"mix.temperature": "1.0"},
    {"publish.title": "Another"},
)


def made_of(inputs: Path, corpus: Path, settings: Mapping[str, str] | None = None) -> dict[str, str]:
    run_here(inputs / "recipe.yaml", corpus, settings)
    return dict(snapshot(corpus))


def copied(clean: CleanRun, folder: Path) -> Path:
    """Return a copy of the clean corpus to work on."""
    return Path(shutil.copytree(clean.corpus, folder / "corpus"))


def test_a_changed_rule_and_its_change_back(clean: CleanRun, tmp_path: Path) -> None:
    corpus, inputs = copied(clean, tmp_path), clean.recipe.parent
    changed = made_of(inputs, tmp_path / "fresh", LONGER)
    assert differences(changed, clean.files), "the rule changes nothing"
    assert differences(made_of(inputs, corpus, LONGER), changed) == []
    assert differences(made_of(inputs, corpus), clean.files) == []


@pytest.mark.parametrize("settings", OTHERS[:ROUNDS], ids=lambda settings: next(iter(settings)))
def test_any_other_changed_section(clean: CleanRun, tmp_path: Path, settings: dict[str, str]) -> None:
    corpus, inputs = copied(clean, tmp_path), clean.recipe.parent
    changed = made_of(inputs, tmp_path / "fresh", settings)
    assert differences(changed, clean.files), "the setting changes nothing"
    assert differences(made_of(inputs, corpus, settings), changed) == []


def test_a_file_added_and_removed(clean: CleanRun, tmp_path: Path, *, translates: bool) -> None:
    corpus, inputs = copied(clean, tmp_path), tmp_path / "inputs"
    write_inputs(inputs, translate=translates)
    added = write_another_file(inputs)
    more = made_of(inputs, tmp_path / "fresh")
    assert differences(more, clean.files), "the file changes nothing"
    names = {receipt.name for receipt in read_receipts(clean.corpus, stage="ingest")}
    assert names < {receipt.name for receipt in read_receipts(tmp_path / "fresh", stage="ingest")}
    assert differences(made_of(inputs, corpus), more) == []
    added.unlink()
    assert differences(made_of(inputs, corpus), clean.files) == []


def test_a_file_of_every_kind_removed(clean: CleanRun, tmp_path: Path, *, translates: bool) -> None:
    corpus, inputs = copied(clean, tmp_path), tmp_path / "inputs"
    write_inputs(inputs, translate=translates)
    (inputs / "data/web/a.jsonl.zst").unlink()
    (inputs / "data/books/b.parquet").unlink()
    (inputs / "data/notes/b.jsonl").unlink()
    assert differences(made_of(inputs, corpus), made_of(inputs, tmp_path / "fresh")) == []


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_rule_changed_after_a_kill(clean: CleanRun, tmp_path: Path) -> None:
    corpus, inputs = tmp_path / "corpus", clean.recipe.parent
    changed = made_of(inputs, tmp_path / "fresh", LONGER)
    driver = start_loam(clean.recipe, corpus, "--workers", 2, scratch=tmp_path / "scratch")
    wanted = random.Random(5).randrange(clean.receipts // 2, clean.receipts)  # noqa: S311 -- a moment, no secret
    wait_for_receipts(driver, corpus, wanted)
    driver.kill()
    assert differences(made_of(inputs, corpus, LONGER), changed) == []
    assert temporary_files(corpus) == []
    assert differences(made_of(inputs, corpus), clean.files) == []


def test_two_directories_hold_the_same_bytes(clean: CleanRun, tmp_path: Path, *, translates: bool) -> None:
    inputs = tmp_path / "deeper/inputs"
    write_inputs(inputs, translate=translates)
    assert differences(made_of(inputs, tmp_path / "a-corpus,elsewhere"), clean.files) == []


def test_a_directory_with_a_space_holds_all_but_what_megatron_would_misread(
    clean: CleanRun, tmp_path: Path, *, translates: bool
) -> None:
    inputs = tmp_path / "deeper/inputs"
    write_inputs(inputs, translate=translates)
    expected = {path: content for path, content in clean.files.items() if path != LAUNCH_FILE}
    assert differences(made_of(inputs, tmp_path / "a corpus, elsewhere"), expected) == []


def test_every_unit_conserves_rows(clean: CleanRun) -> None:
    receipts = list(read_receipts(clean.corpus))
    assert len({receipt.stage for receipt in receipts}) >= 10
    for receipt in receipts:
        outcome = receipt.outcome
        assert outcome.rows_in == outcome.rows_out + sum(outcome.dropped.values()), receipt.path
    kept = sum(receipt.outcome.rows_out for receipt in receipts if receipt.stage == "select")
    assert 0 < kept == sum(receipt.outcome.rows_in for receipt in receipts if receipt.stage == "encode")
