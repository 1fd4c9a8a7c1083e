"""Buckets of perplexity."""

from pathlib import Path

import numpy as np
import pytest

from signals.perplexity.buckets import bucket, bucket_cutoffs, read_cutoffs, write_cutoffs
from signals.resources import resolve


def test_ccnet_cutoffs() -> None:
    cutoffs = read_cutoffs(resolve("package:signals/ccnet_cutoffs.csv"))
    assert len(cutoffs) == 48
    assert {code: cutoffs[code] for code in ("en", "de", "fr", "es", "it")} == {
        "en": (340, 520),
        "de": (370, 590),
        "fr": (180, 330),
        "es": (180, 290),
        "it": (220, 360),
    }
    found = [bucket(perplexity, "eng_Latn", cutoffs) for perplexity in (339.9, 340.0, 519.9, 520.0)]
    assert found == ["head", "middle", "middle", "tail"]
    assert bucket(1.0, "nob_Latn", cutoffs) == "head"  # CCNet's column is called no
    assert bucket(1.0, "yor_Latn", cutoffs) is None


def test_a_corpus_gives_its_own_cutoffs(tmp_path: Path) -> None:
    perplexities = np.array([*range(100, 200), np.nan, 5.5, 6.5], np.float64)
    languages = [*["fra_Latn"] * 101, "eng_Latn", None]
    cutoffs = bucket_cutoffs(perplexities, languages)
    assert list(cutoffs) == ["eng_Latn", "fra_Latn"]
    write_cutoffs(cutoffs, tmp_path / "cutoffs.csv")
    assert read_cutoffs(tmp_path / "cutoffs.csv") == {"eng_Latn": (5.5, 5.5), "fra_Latn": (129.0, 159.0)}
    shares = [bucket(value, "fr", read_cutoffs(tmp_path / "cutoffs.csv")) for value in perplexities[:100]]
    assert [shares.count(name) for name in ("head", "middle", "tail")] == [29, 30, 41]


@pytest.mark.parametrize("content", ["", "not,a\ntable,\n", ",en\n30,1\n60,many\n", ",en,fr\n30,1\n60,2\n"])
def test_a_file_that_is_no_such_table(tmp_path: Path, content: str) -> None:
    (tmp_path / "bad.csv").write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"bad\.csv: no table of percentiles"):
        read_cutoffs(tmp_path / "bad.csv")
