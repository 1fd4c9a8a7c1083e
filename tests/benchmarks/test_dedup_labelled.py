import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks.dedup_labelled import scored
from benchmarks.documents import DocumentsError
from benchmarks.labelled_pages import labelled_set, noisy_copy


def _page(letter: str, lang: str) -> str:
    return " ".join(f"{letter}{lang}{place}" for place in range(100))


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    pages = [(_page(letter, lang), lang, letter) for letter in "abcdefghij" for lang in ("en", "fr", "de")]
    pages += [("Too short.", "en", "k"), ("Trop court.", "fr", "k"), (None, "en", "l")]
    pages += [(_page("m", lang), lang, "m") for lang in ("en",)]  # in one language only
    pages += [(_page("n", "en") + f" {lang}", lang, "n") for lang in ("en", "xx")]  # not translated
    path = tmp_path / "pages.parquet"
    pq.write_table(pa.table(dict(zip(("text", "lang", "parallel_key"), zip(*pages, strict=True), strict=True))), path)
    return path


def test_a_set_holds_pages_in_two_languages_and_copies_of_some(documents: Path) -> None:
    given = labelled_set(documents, 100)
    assert len(set(given.page)) == 20
    assert given.translations == 10
    assert 20 < len(given.texts) <= 80
    assert given == labelled_set(documents, 100)
    assert given != labelled_set(documents, 100, seed=1)
    assert len(set(labelled_set(documents, 4).page)) in (6, 8)  # one of four may be the page that is not translated
    for text, page in zip(given.texts, given.page, strict=True):
        same = [other for other, number in zip(given.texts, given.page, strict=True) if number == page]
        assert all(len(set(text.split()) & set(other.split())) > 40 for other in same)


def test_a_file_without_keys_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pages.parquet"
    pq.write_table(pa.table({"text": ["A page."], "lang": ["en"]}), path)
    with pytest.raises(DocumentsError, match="no column parallel_key"):
        labelled_set(path, 1)


def test_a_noisy_copy_keeps_most_words() -> None:
    text = _page("a", "en")
    for seed in range(30):
        copy = noisy_copy(text, random.Random(seed))  # noqa: S311
        assert copy != text
        assert len(set(copy.split()) & set(text.split())) >= 70
    characters = "".join(chr(0x4E00 + place) for place in range(200))
    copied = noisy_copy(characters, random.Random(1))  # noqa: S311
    assert len(set(characters) & set(copied)) >= 145


def test_scores_by_hand() -> None:
    assert scored([0, 1, 2], [0, 1, 2]) == scored([0, 0, 1], [5, 5, 6])
    assert scored([0, 0, 1], [5, 5, 6]).f1 == pytest.approx(1.0)
    score = scored([0, 0, 0, 1], [0, 0, 1, 1])  # 3 pairs claimed, 2 true, 1 both
    assert (score.precision, score.recall) == (pytest.approx(1 / 3), pytest.approx(1 / 2))
    assert score.f1 == pytest.approx(0.4)
    assert scored([0, 1], [0, 0]).f1 == pytest.approx(0.0)
