"""fastText models: equal to fastText itself, and to a short reference, on any text."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fasttext
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from signals.batches import Batch, as_large_strings, batches
from signals.fasttext.model import NO_LABEL, FastTextModel, huffman_tree, load_model
from signals.fasttext.model_file import ModelFile, read_model_file
from signals.kernels.fasttext_features import REMEMBERED_BYTES, add_features
from signals.reference.fasttext import feature_rows

LINES = """\
__label__en the quick brown fox jumps over the lazy dog and sleeps
__label__en there is a house on the hill where the old man lives
__label__fr le renard brun saute par-dessus le chien paresseux et dort
__label__fr il y a une maison sur la colline où vit le vieil homme
__label__ja 吾輩は 猫である 名前は まだ無い
__label__ru это предложение написано на русском языке для проверки
"""
KINDS: dict[str, dict[str, object]] = {
    "softmax": {"loss": "softmax"},
    "tree": {"loss": "hs"},
    "one against all": {"loss": "ova"},
    "words": {"minn": 0, "maxn": 0},
    "n-grams of words": {"wordNgrams": 3, "minn": 0, "maxn": 0},
    "both": {"wordNgrams": 2, "minn": 1, "maxn": 2, "loss": "hs"},
    "quantised": {"loss": "hs"},
    "quantised words": {"wordNgrams": 2},
}
WORDS = (
    "the",
    "fox",
    "le",
    "maison",
    "où",
    "猫である",
    "языке",
    "x" * REMEMBERED_BYTES,
    "y" * (REMEMBERED_BYTES + 1),
    "é",
)
AWKWARD = st.sampled_from(
    [*WORDS, "__label__en", "__label", "</s", " ", "\n", "\x00", "\x0b", "\x85", "\u2028", "\U0001f600"]
)
TEXTS = st.lists(st.one_of(st.text(max_size=8), AWKWARD), max_size=12).map(" ".join)
ONE_AGAINST_ALL = 4
NEVER = "</s>"  # fastText stops there


@dataclass(frozen=True)
class Pair:
    """A model as read here, and as fastText reads it."""

    file: ModelFile
    model: FastTextModel
    predictor: Any


@pytest.fixture(scope="module", params=KINDS)
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    trainer = pytest.importorskip("fasttext_new", reason="needs the extra `train`")
    folder = tmp_path_factory.mktemp("model")
    (folder / "lines").write_text(LINES * 20, encoding="utf-8")
    defaults: dict[str, object] = {"dim": 10, "epoch": 20, "lr": 0.3, "minn": 2, "maxn": 4, "bucket": 500}
    model = trainer.train_supervised(str(folder / "lines"), **defaults | KINDS[request.param], thread=1, verbose=0)
    path = folder / "model.bin"
    if "quantised" in request.param:
        model.quantize(str(folder / "lines"), cutoff=300, retrain=True, qnorm=True, dsub=3)
    model.save_model(str(path))
    return Pair(read_model_file(path), load_model(path), fasttext.load_model(str(path)).f)


def one_batch(texts: list[str]) -> Batch:
    (batch,) = batches(as_large_strings(pa.array(texts)))
    return batch


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(texts=st.lists(TEXTS, min_size=1, max_size=4))
@example(texts=["", "the fox", "le renard", "y" * 1000 + " the the the", "\n"])
def test_equals_fasttext_and_the_reference(pair: Pair, texts: list[str]) -> None:
    texts = [text.replace(NEVER, "") for text in texts]
    batch, remembered = one_batch(texts), pair.model.nothing_remembered()
    sums, counts = np.empty((len(texts), 10), np.float32), np.empty(len(texts), np.int64)
    for _ in range(2):  # the second time all words are remembered
        add_features(batch.data, batch.offsets, pair.model.features, remembered, np.empty(9999, np.uint8), sums, counts)
        found = pair.model.first_labels(batch, remembered)
        for place, text in enumerate(texts):
            rows = feature_rows(text, pair.file)
            assert counts[place] == len(rows)
            np.testing.assert_allclose(sums[place], pair.file.vectors[rows].sum(axis=0), rtol=1e-4, atol=1e-4)
            expected = pair.predictor.predict(text.replace("\n", " ") + "\n", -1, -1.0, "strict")
            probabilities = {label: score for score, label in expected}
            label = pair.model.labels[found.labels[place]]
            tolerance = 0.01 if pair.file.loss == ONE_AGAINST_ALL else 1e-4  # there fastText looks up its sigmoid
            assert probabilities[label] == pytest.approx(max(probabilities.values()), abs=tolerance)
            assert found.scores[place] == pytest.approx(min(probabilities[label], 1), abs=tolerance)


def test_a_line_of_nothing_known_has_no_label(tmp_path: Path) -> None:
    trainer = pytest.importorskip("fasttext_new", reason="needs the extra `train`")
    (tmp_path / "lines").write_text("__label__a b\n" * 9 + "__label__c d\n" * 9, encoding="utf-8")
    model = trainer.train_supervised(str(tmp_path / "lines"), dim=4, minCount=19, minn=2, maxn=2, bucket=9, thread=1)
    model.save_model(str(tmp_path / "model.bin"))
    loaded = load_model(tmp_path / "model.bin")
    batch = one_batch(["", "é"])
    found = loaded.first_labels(batch, loaded.nothing_remembered())
    assert found.labels[0] == NO_LABEL
    assert found.labels[1] != NO_LABEL


def test_the_tree_is_huffmans() -> None:
    # 9 7 2 1: 1 + 2 = 3, 3 + 7 = 10, 9 + 10
    assert huffman_tree([9, 7, 2, 1]).tolist() == [[-1, -1]] * 4 + [[3, 2], [4, 1], [0, 5]]


@pytest.fixture(scope="module", params=["whole", "quantised"])
def tiny(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a model of a few words."""
    trainer = pytest.importorskip("fasttext_new", reason="needs the extra `train`")
    folder = tmp_path_factory.mktemp("tiny")
    lines = folder / "lines"
    lines.write_text("__label__en the quick fox\n__label__fr le renard brun\n" * 20, encoding="utf-8")
    settings_of_all: dict[str, object] = {"dim": 3, "bucket": 20, "minn": 2, "maxn": 3, "thread": 1, "verbose": 0}
    model = trainer.train_supervised(str(lines), **settings_of_all, loss="hs")
    if request.param == "quantised":
        model.quantize(str(lines), cutoff=10, retrain=True, qnorm=True, dsub=2)
    model.save_model(str(folder / "model.bin"))
    return (folder / "model.bin").read_bytes()


def test_a_file_cut_off_anywhere_is_named(tiny: bytes, tmp_path: Path) -> None:
    cut = tmp_path / "cut.bin"
    for length in range(len(tiny)):
        cut.write_bytes(tiny[:length])
        with pytest.raises(ValueError, match=r"cut\.bin: no supervised fastText model can be read from it \(.+\)"):
            load_model(cut)
    cut.write_bytes(b"x" + tiny)
    with pytest.raises(ValueError, match="expected version 12 of the format"):
        load_model(cut)


def test_a_changed_byte_leaves_a_model_or_is_told_with_the_file(tiny: bytes, tmp_path: Path) -> None:
    changed = tmp_path / "changed.bin"
    told, batch = 0, one_batch(["the fox", "renard x", ""])
    for place in range(min(len(tiny), 640)):
        for byte in (0x00, 0x7F, 0xFF):
            changed.write_bytes(tiny[:place] + bytes([byte]) + tiny[place + 1 :])
            try:
                model = load_model(changed)
            except ValueError as error:
                assert str(error).startswith(f"{changed}: no supervised fastText model can be read from it (")  # noqa: PT017 -- only some are refused
                told += 1
            else:
                labels = model.first_labels(batch, model.nothing_remembered()).labels
                assert set(labels.tolist()) <= {NO_LABEL, 0, 1}
    assert told > 100
