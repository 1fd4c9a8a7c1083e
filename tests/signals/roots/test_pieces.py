"""Chinese by pieces of a SentencePiece model."""

import io
from pathlib import Path

import pyarrow as pa
import pytest

import signals
from signals.reference import roots
from signals.reference.perplexity import normalize_as_roots
from signals.roots import pieces
from signals.roots.declared import ROOTS

NAMES = [signal.name for signal in ROOTS if "word" in signal.name]
TEXT = "我们今天下午去图书馆学习中文。我们明天也去图书馆，ABC 12！"


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A folder with a model of 60 pieces, trained on the text itself."""
    sentencepiece = pytest.importorskip("sentencepiece", reason="needs the extra `kenlm`")
    content = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([TEXT.lower()] * 20),
        model_writer=content,
        vocab_size=45,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    (tmp_path / "zh.sp.model").write_bytes(content.getvalue())
    return tmp_path


def test_words_are_pieces(models: Path, tmp_path: Path) -> None:
    words = tmp_path / "words"
    (words / "stop_words").mkdir(parents=True)
    (words / "stop_words" / "zh").write_text("我\n我们\n去\n", encoding="utf-8")
    table = signals.compute(
        pa.array([TEXT * 4, TEXT, "", None]),
        ["zho_Hans", "en", "zh-TW", "zh"],
        NAMES,
        resources={"kenlm": models, "roots_words": words},
    )
    repeated, english, empty, null = table.to_pylist()
    sentencepiece = pytest.importorskip("sentencepiece")
    processor = sentencepiece.SentencePieceProcessor(model_file=str(models / "zh.sp.model"))
    found = roots.stripped(processor.encode(normalize_as_roots(TEXT * 4).lower(), out_type=str))
    assert repeated == {
        "roots_word_count": len(found),
        "roots_word_repetition": roots.word_repetition(found, 5),
        "roots_stop_word_fraction": roots.listed_word_fraction(found, {"我", "我们", "去"}, ""),
        "roots_flagged_word_fraction": None,
    }
    assert repeated["roots_word_repetition"] > 0.5
    assert repeated["roots_stop_word_fraction"] > 0
    assert english["roots_word_count"] == 1  # of "12！" nothing is left
    assert empty["roots_word_count"] == 0
    assert set(null.values()) == {None}


def test_what_is_no_model(tmp_path: Path) -> None:
    pytest.importorskip("sentencepiece", reason="needs the extra `kenlm`")
    (tmp_path / "zh.sp.model").write_bytes(b"none")
    with pytest.raises(ValueError, match="no SentencePiece model"):
        signals.compute(pa.array([TEXT]), ["zh"], NAMES, resources={"kenlm": tmp_path})


def test_the_package_may_be_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "zh.sp.model").write_bytes(b"none")
    monkeypatch.setattr(pieces, "find_spec", lambda _: None)
    with pytest.raises(ValueError, match=r"needs sentencepiece: pip install 'loam-curation\[kenlm\]'"):
        signals.compute(pa.array([TEXT]), ["zh"], NAMES, resources={"kenlm": tmp_path})
    signals.compute(pa.array([TEXT]), ["en"], NAMES, resources={"kenlm": tmp_path})
