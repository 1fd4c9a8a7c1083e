"""From token shards to blend files."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from pipelines.errors import RecipeError
from pipelines.stages import encode, mix, tokenize, train_tokenizer
from pipelines.tokens.blend import MIXTURE
from pipelines.tokens.megatron import index_path, read_index
from tests.pipelines.stages.kept_documents import Corpus, Document

DOCUMENTS = [Document(f"{number} soil grows bloom and worm", "eng_Latn") for number in range(80)]
DOCUMENTS += [Document(f"{number} udongo", "swh_Latn") for number in range(10)]


def _mixed(root: Path, temperature: float) -> Corpus:
    corpus = Corpus(root, mix={"temperature": temperature})
    corpus.add_shard("a", DOCUMENTS)
    for stage in (train_tokenizer.STAGE, encode.STAGE, tokenize.STAGE, mix.STAGE):
        corpus.run(stage)
    mix.write_launch_file(root)
    return corpus


def _weights(corpus: Corpus) -> dict[str, float]:
    words = json.loads((corpus.root / mix.BLEND_FILE).read_text())["train"]
    return dict(zip(words[1::2], map(float, words[::2]), strict=True))


@pytest.mark.parametrize("temperature", [1.0, 3.3])
def test_weights_follow_tokens(tmp_path: Path, temperature: float) -> None:
    corpus = _mixed(tmp_path, temperature)
    tokens = {prefix: read_index(index_path(tmp_path / prefix)).tokens for prefix in corpus.prefixes()}
    powers = {prefix: count ** (1 / temperature) for prefix, count in tokens.items()}
    expected = {prefix: power / sum(powers.values()) for prefix, power in powers.items()}
    assert _weights(corpus) == pytest.approx(expected)


def test_both_forms_and_the_table_say_the_same(tmp_path: Path) -> None:
    corpus = _mixed(tmp_path, 2.0)
    blend = json.loads((tmp_path / mix.BLEND_FILE).read_text())
    launch = (tmp_path / mix.DATA_PATH_FILE).read_text().split()
    assert launch[::2] == blend["train"][::2]
    assert launch[1::2] == [str(tmp_path / prefix) for prefix in blend["train"][1::2]]
    assert (blend["valid"], blend["test"]) == (None, None)
    table = pq.read_table(tmp_path / mix.TABLE_FILE)
    assert table.schema.remove_metadata() == MIXTURE.remove_metadata()
    assert dict(zip(table["shard"].to_pylist(), table["weight"].to_pylist(), strict=True)) == _weights(corpus)
    assert table["sequences"].to_numpy().sum() == len(DOCUMENTS)


def test_the_corpus_directory_leaves_no_trace(tmp_path: Path) -> None:
    _mixed(tmp_path / "one", 2.0)
    _mixed(tmp_path / "other", 2.0)
    for file in (mix.BLEND_FILE, mix.TABLE_FILE):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "other" / file).read_bytes()


def test_no_tokens_make_no_blend(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    corpus.add_shard("a", [Document("soil", kept=False)])
    for stage in (train_tokenizer.STAGE, encode.STAGE, tokenize.STAGE, mix.STAGE):
        corpus.run(stage)
    mix.write_launch_file(tmp_path)
    assert not (tmp_path / mix.FOLDER).exists()


def test_a_release_for_training_and_validation(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path, {"validation": {"fraction": 0.3}}, mix={"weights": {"swh_Latn": 0}, "tokens": "1k"})
    corpus.add_shard("a", DOCUMENTS)
    for stage in (train_tokenizer.STAGE, encode.STAGE, tokenize.STAGE, mix.STAGE):
        corpus.run(stage)
    blend = json.loads((tmp_path / mix.BLEND_FILE).read_text())
    assert [len(blend["train"]), len(blend["valid"])] == [2, 4]
    table = pq.read_table(tmp_path / mix.TABLE_FILE)
    left_out = table.filter(pc.equal(table["weight"], pa.scalar(0.0)))
    assert left_out.select(["lang", "split", "tokens_seen"]).to_pylist() == [
        {"lang": "swh_Latn", "split": "train", "tokens_seen": 0}
    ]
    assert sum(table["tokens_seen"].drop_null().to_pylist()) == 1000
    (receipt,) = corpus.plan.receipts("mix")
    assert receipt.outcome.dropped == {"weight_0": sum(left_out["sequences"].to_pylist())}
    train, valid = ((tmp_path / mix.FOLDER / f"{name}_split_paths.txt").read_text() for name in ("train", "valid"))
    assert train == f'"train: 1 0:1 {blend["train"][1]}"\n'
    assert valid.startswith('"valid: 0.')
    page = (tmp_path / mix.PAGE_FILE).read_text()
    assert "for training" in page
    assert "--valid-weighted-split-paths-path" in page
    launch = (tmp_path / mix.LAUNCH_FILE).read_text()
    assert "--per-split-data-args-path mixture/blend.json" in launch
    assert "--eval-iters 0" not in launch


def test_a_corpus_below_a_folder_with_a_space_has_no_file_that_megatron_would_misread(tmp_path: Path) -> None:
    _mixed(tmp_path / "my corpora", 1.0)
    assert (tmp_path / "my corpora" / mix.BLEND_FILE).is_file()
    assert not (tmp_path / "my corpora" / mix.DATA_PATH_FILE).exists()


def test_all_set_aside_leaves_nothing_to_train_on(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path, {"validation": {"fraction": 0.999999999}})
    corpus.add_shard("a", DOCUMENTS)
    for stage in (train_tokenizer.STAGE, encode.STAGE, tokenize.STAGE):
        corpus.run(stage)
    with pytest.raises(RecipeError, match="every document is set aside; take a smaller fraction"):
        corpus.run(mix.STAGE)
