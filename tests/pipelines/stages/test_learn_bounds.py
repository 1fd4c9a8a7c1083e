"""How long translations are is learnt before they are made, or given by the recipe."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipelines.corpus import Receipt
from pipelines.removals.pins import LEARNT_BY, write_pin
from pipelines.stages import choose_translations, learn_bounds, translate
from pipelines.stages.translation_bounds import bounds_path
from tests.pipelines.stages.test_translate import TEXTS, Corpus, calls_of_the_engine, many_texts
from translate.checks import PairBounds

BOUNDS = bounds_path("eng_Latn", "por_Latn")
FAILS = "In 1991 and 1992 and 1993."  # the model drops the last year
# Translations into Portuguese are more than twice as long.
SHORT = {"por_Latn": {"usual": 0.4, "spread": 0.05}}


def learnt(root: Path, shards: dict[str, list[str]]) -> Receipt:
    corpus = Corpus(root)
    for name, texts in shards.items():
        corpus.add_shard(name, texts)
    corpus.run(choose_translations.STAGE)
    (receipt,) = corpus.run(learn_bounds.STAGE)
    return receipt


def test_what_is_usual_is_learnt_from_first_answers_and_told_in_the_receipt(tmp_path: Path) -> None:
    receipt = learnt(tmp_path, {"a": [*many_texts()[:120], FAILS]})
    outcome = receipt.outcome
    assert outcome.rows_in > outcome.rows_out >= 50
    assert outcome.dropped == {"rejected": outcome.rows_in - outcome.rows_out}
    (row,) = pq.read_table(tmp_path / BOUNDS).to_pylist()
    assert (row["source_lang"], row["target_lang"]) == ("eng_Latn", "por_Latn")
    assert -0.1 < row["centre"] < 0.3
    assert 0.07 <= row["spread"] <= 0.2
    assert outcome.counts == {
        "centre_thousandths": round(1000 * row["centre"]),
        "spread_thousandths": round(1000 * row["spread"]),
        "learnt_from": outcome.rows_out,
    }


def test_it_does_not_depend_on_the_order_of_shards(tmp_path: Path) -> None:
    shards = {name: many_texts()[start : start + 40] for name, start in (("a", 0), ("b", 40), ("c", 80))}
    one = learnt(tmp_path / "one", shards)
    other = learnt(tmp_path / "other", dict(reversed(shards.items())))
    assert one.to_json() == other.to_json()


def test_few_answers_teach_nothing(tmp_path: Path) -> None:
    receipt = learnt(tmp_path, {"a": TEXTS})
    assert receipt.outcome.counts["learnt_from"] == 0
    (row,) = pq.read_table(tmp_path / BOUNDS).to_pylist()
    assert (row["centre"], row["spread"]) == (PairBounds().centre, PairBounds().spread)


def test_what_it_had_answered_is_not_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = calls_of_the_engine(monkeypatch)
    learnt(tmp_path, {"a": many_texts()[:30]})
    first = len(asked)
    corpus = Corpus(tmp_path)
    corpus.add_shard("a", many_texts()[:30])
    corpus.translate()
    assert first > 20
    assert len(asked) == len(set(asked)) >= first
    part = tmp_path / "journal/docs-to-por_Latn/a.parquet"
    assert sorted(pq.read_table(part, partitioning=None)["source"].to_pylist()) == sorted(asked)


def test_the_recipe_may_give_what_is_usual(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path, length_ratio=SHORT)
    corpus.add_shard("a", TEXTS[:4])
    corpus.run(choose_translations.STAGE)
    assert learn_bounds.STAGE.plan(corpus.plan, 1) == []
    (receipt,) = corpus.translate()
    assert receipt.parameters["bounds"] == {"centre": -0.9163, "spread": 0.05}
    assert receipt.outcome.dropped == {"length_ratio": 4}
    assert not (tmp_path / BOUNDS).exists()


def test_bounds_are_given_for_languages_that_are_translated_into(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="length_ratio: fra_Latn is none of the languages in `to`"):
        Corpus(tmp_path, length_ratio={"fra_Latn": {"usual": 1.1}})


def test_other_bounds_make_the_translations_due(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    corpus.add_shard("a", TEXTS)
    corpus.translate()
    (before,) = translate.STAGE.plan(corpus.plan, 1)
    assert before.inputs[-1] == BOUNDS
    given = Corpus(tmp_path, length_ratio=SHORT)
    given.add_shard("a", TEXTS)
    given.run(choose_translations.STAGE)
    (after,) = translate.STAGE.plan(given.plan, 1)
    assert BOUNDS not in after.inputs
    assert after.parameters != before.parameters


def test_what_was_learnt_before_documents_went_stays(tmp_path: Path) -> None:
    before = learnt(tmp_path, {"a": many_texts()[:120]})
    content = (tmp_path / BOUNDS).read_bytes()
    write_pin(tmp_path, f"learn-bounds/{before.name}", BOUNDS, {name: before.parameters[name] for name in LEARNT_BY})
    after = learnt(tmp_path, {"a": many_texts()[:3]})
    assert (tmp_path / BOUNDS).read_bytes() == content
    assert (after.inputs, after.outcome.rows_in) == ({}, 1)
