"""Classifiers, trained."""

import hashlib
from pathlib import Path

import pytest

from signals.training.baseline import baseline_labels
from signals.training.classifier import ClassifierSettings, predict_labels, train_classifier
from signals.training.examples import Example

COOKING = ["stir the soup with salt", "bake bread and cake", "chop onions for the soup", "fry eggs in butter"]
SAILING = ["hoist the sail on the boat", "steer the ship to port", "the anchor of the boat", "wind in the sail"]
EXAMPLES = [Example(text, "cooking") for text in COOKING] + [Example(text, "sailing") for text in SAILING]
SETTINGS = ClassifierSettings(dim=8, lr=0.5, epoch=50, bucket=1000)


def test_learns_and_gives_the_same_file_whatever_the_order(tmp_path: Path) -> None:
    pytest.importorskip("fasttext_new", reason="needs the extra `train`")
    for name, examples in (("a", EXAMPLES), ("b", EXAMPLES[::-1])):
        train_classifier(examples, SETTINGS, tmp_path / name)
    digests = {hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() for name in "ab"}
    assert len(digests) == 1
    texts = ["soup, bread and butter", "the anchor of a ship"]
    assert predict_labels(tmp_path / "a", texts) == ["cooking", "sailing"]


def test_the_baseline_learns_too() -> None:
    pytest.importorskip("sklearn", reason="needs the extra `train`")
    assert baseline_labels(EXAMPLES, ["soup, bread and butter", "the anchor of a ship"]) == ["cooking", "sailing"]


def test_one_label_teaches_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="of two labels or more, not of cooking"):
        train_classifier(EXAMPLES[:4], SETTINGS, tmp_path / "model")


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signals.training.classifier.find_spec", lambda _: None)
    with pytest.raises(ModuleNotFoundError, match=r"needs fasttext_new: pip install 'loam-curation\[train\]'"):
        train_classifier(EXAMPLES, SETTINGS, tmp_path / "model")
