"""A tiny language model: single characters as pieces, and bigrams by hand."""

from pathlib import Path

import pytest

ARPA = """\\data\\
ngram 1=7
ngram 2=4

\\1-grams:
-2.0\t<unk>
-99\t<s>\t-0.3
-0.7\t</s>
-0.6\t▁\t-0.2
-0.5\ta\t-0.1
-0.9\tb
-1.1\tc

\\2-grams:
-0.2\t<s> ▁
-0.4\t▁ a
-0.8\ta ▁
-0.3\ta </s>

\\end\\
"""
SENTENCES = ["a b", "b a", "ac b", "a", "b", "c", "abc", "cab a b", "ba ca"] * 20


def write_models(folder: Path, name: str) -> Path:
    """Write NAME.arpa and NAME.sp.model to a folder."""
    pytest.importorskip("kenlm", reason="needs the extra `kenlm`")
    sentencepiece = pytest.importorskip("sentencepiece", reason="needs the extra `kenlm`")
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.arpa").write_text(ARPA, encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(SENTENCES),
        model_prefix=str(folder / f"{name}.sp"),
        vocab_size=8,
        model_type="char",
        minloglevel=2,
    )
    return folder
