"""Work done again, against workers that claim what they did not do."""

import dataclasses
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.corpus.files import sha256_of
from pipelines.corpus.receipts import Output, read_receipts, write_receipt
from pipelines.errors import UsageError
from pipelines.recompute import parsed_share, recompute
from pipelines.verify import stage_roots, verify
from tests.pipelines.conftest import SmallCorpus, loam


def _lie(root: Path) -> str:
    """Change decisions of one shard and write a receipt that vouches for them; return the shard."""
    receipt = next(receipt for receipt in read_receipts(root, stage="select") if receipt.outputs)
    (path,) = receipt.outputs
    table = pq.read_table(root / path, partitioning=None)
    kept = pa.array([True] * table.num_rows)
    changed = table.set_column(table.schema.get_field_index("kept"), "kept", kept)
    pq.write_table(changed, root / path)
    output = Output(sha256_of(root / path), (root / path).stat().st_size, table.num_rows)
    write_receipt(root, dataclasses.replace(receipt, outputs={path: output}))
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


def test_the_command_tells_and_fails(corpus_copy: SmallCorpus) -> None:
    sources = str(corpus_copy.root.parent)
    good = loam("verify", str(corpus_copy.root), "--recompute", "100%", "--seed", "s", "--sources", sources)
    assert (good.exit_code, good.stdout.splitlines()[-1].endswith("(seed s): all agree")) == (0, True)


def test_a_share_is_a_part_of_the_whole() -> None:
    assert (parsed_share("1%"), parsed_share("0.5"), parsed_share("100 %")) == (0.01, 0.5, 1.0)
    for wrong in ("", "many", "2", "101%", "-1%"):
        with pytest.raises(UsageError, match="is no share"):
            parsed_share(wrong)
