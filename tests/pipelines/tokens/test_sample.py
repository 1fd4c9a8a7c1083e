"""The sample that a tokenizer is trained on."""

import hashlib
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest

from pipelines.tokens.sample import Sampled, Stratum, TrainingSample, without_repeated_lines


def _documents(lang: str, count: int) -> pa.Table:
    ids = [hashlib.sha256(f"{lang}{number}".encode()).hexdigest()[:32] for number in range(count)]
    return pa.table({"id": ids, "lang": [lang] * count, "byte_count": [100] * count})


@pytest.fixture(scope="module")
def corpus() -> pa.Table:
    return pa.concat_tables([_documents("big", 20_000), _documents("mid", 2_000), _documents("tiny", 5)])


def _counted(corpus: pa.Table, salt: str) -> TrainingSample:
    sample = TrainingSample(salt)
    for part in (corpus.slice(0, 7_000), corpus.slice(7_000)):
        sample.count("docs", part["id"], part["lang"], part["byte_count"])
    return sample


def _chosen(corpus: pa.Table, budget: int, alpha: Fraction, salt: str = "0") -> pa.Table:
    sample = _counted(corpus, salt)
    taken = sample.taken_buckets(budget, alpha)
    return corpus.filter(pa.array(sample.chosen("docs", corpus["id"], corpus["lang"], taken)))


def _share(chosen: pa.Table, lang: str) -> int:
    return int(np.sum(np.array(chosen["lang"].to_pylist()) == lang)) * 100


def test_a_budget_above_the_corpus_takes_everything(corpus: pa.Table) -> None:
    assert _chosen(corpus, 10**9, Fraction(3, 10)).num_rows == corpus.num_rows


def test_alpha_flattens_languages(corpus: pa.Table) -> None:
    natural = _chosen(corpus, 200_000, Fraction(1))
    flat = _chosen(corpus, 200_000, Fraction(0))
    assert _share(natural, "big") / _share(natural, "mid") == pytest.approx(10, rel=0.2)
    assert _share(flat, "big") / _share(flat, "mid") == pytest.approx(1, rel=0.1)
    assert _share(flat, "tiny") == 500


def test_the_sample_holds_to_its_budget(corpus: pa.Table) -> None:
    size = _chosen(corpus, 200_000, Fraction(3, 10)).num_rows * 100
    assert 200_000 <= size <= 206_000  # each language may go beyond by one bucket


def test_another_seed_takes_other_documents(corpus: pa.Table) -> None:
    one, other = (set(_chosen(corpus, 200_000, Fraction(1), salt)["id"].to_pylist()) for salt in ("1", "2"))
    assert len(one & other) < len(one) / 2


def test_a_greater_budget_keeps_what_a_smaller_took(corpus: pa.Table) -> None:
    small, large = (set(_chosen(corpus, size, Fraction(1))["id"].to_pylist()) for size in (100_000, 150_000))
    assert small < large


def test_sources_of_a_language_share_equally_and_small_ones_are_filled_up() -> None:
    sample = TrainingSample("0")
    for source, count in (("web", 20_000), ("books", 3_000), ("laws", 50)):
        documents = _documents(source, count)
        sample.count(source, documents["id"], pa.array(["fra_Latn"] * count), documents["byte_count"])
    taken = sample.taken_buckets(400_000, Fraction(3, 10))
    sizes = {name: int(sample.sizes[Stratum("fra_Latn", name)][:buckets].sum()) for (_, name), buckets in _named(taken)}
    assert sizes["laws"] == 5_000
    assert sizes["web"] == pytest.approx(197_500, rel=0.03)
    assert sizes["books"] == pytest.approx(197_500, rel=0.03)


def _named(taken: dict[Stratum, int]) -> list[tuple[tuple[str, str], int]]:
    return [((stratum.lang, stratum.source), buckets) for stratum, buckets in taken.items()]


def test_a_line_is_learnt_from_once() -> None:
    batches = [Sampled(["menu\none\n", "menu\ntwo\ntwo\n"]), Sampled(["menu\n", "three\nmenu"])]
    assert list(without_repeated_lines(batches)) == [["menu\none\n", "two\n"], ["three\nmenu"]]


def test_what_counts_twice_is_learnt_from_twice() -> None:
    batches = [Sampled(["one\n"], times=2), Sampled(["one\ntwo"], times=3)]
    assert list(without_repeated_lines(batches)) == [["one\n"], ["one\n"], ["two"], ["two"], ["two"]]
