"""What is foretold of other rules is what a run with them gives."""

import io
import json
from collections import Counter
from pathlib import Path

import pytest
from rich.console import Console

from pipelines.errors import LoamError
from pipelines.what_if.answer import Answer, Question, answer
from pipelines.what_if.effects import Effect
from pipelines.what_if.examples import Example
from pipelines.what_if.on_terminal import bars, marks, print_answer
from pipelines.what_if.page import page
from pipelines.what_if.thresholds import Histogram
from tests.pipelines.conftest import SmallCorpus, loam


def ask(corpus: SmallCorpus, **changes: str | None) -> Answer:
    return answer(corpus.root, Question(changes), "corpus")


def decisions(corpus: SmallCorpus) -> Counter[str | None]:
    query = "SELECT rule FROM decisions JOIN documents USING (id) WHERE generation >= 0"
    rows = loam("sql", str(corpus.root), query, "--format", "json").stdout.splitlines()
    return Counter(json.loads(row)["rule"] for row in rows)


def test_first_is_what_the_decisions_say(small_corpus: SmallCorpus) -> None:
    decided = decisions(small_corpus)
    first = {effect.rule: effect.first for effect in ask(small_corpus).effects if effect.language == "all"}
    assert first == {rule: decided[rule] + decided[f"{rule}:null"] for rule in first}
    assert set(first) == {"words_enough", "no_repetition", "dated"}
    assert sum(first.values()) > 0


def test_languages_add_up_to_all(small_corpus: SmallCorpus) -> None:
    for rule in ("words_enough", "dated"):
        found = [effect for effect in ask(small_corpus).effects if effect.rule == rule]
        for name in ("documents", "alone", "first", "only", "null", "bytes_only"):
            assert getattr(found[0], name) == sum(getattr(effect, name) for effect in found[1:]), (rule, name)


def count(corpus: SmallCorpus, rows: str) -> int:
    query = f"SELECT count(*) AS n FROM {rows}"  # noqa: S608 -- a test's own words
    found: int = json.loads(loam("sql", str(corpus.root), query, "--format", "json").stdout)["n"]
    return found


@pytest.mark.parametrize(
    ("rule", "sql"), [("words_enough", "word_count >= 1"), ("dated", "created >= '2014'"), ("more", "char_count < 300")]
)
def test_what_is_foretold_is_what_a_run_gives(corpus_copy: SmallCorpus, rule: str, sql: str) -> None:
    found = ask(corpus_copy, **{rule: sql})
    assert found.changes is not None
    foretold = found.changes[0]
    translated = f"generation = 1 AND decisions.kept AND ({sql})"
    translations = count(corpus_copy, f"documents JOIN decisions USING (id) JOIN signals USING (id) WHERE {translated}")
    corpus = ("--corpus", str(corpus_copy.root))
    setting = f'select.rules.{rule}="{sql}"'
    result = loam("run", str(corpus_copy.recipe), *corpus, "--set", setting, "--quiet", "--until", "select")
    assert result.exit_code == 0, result.output
    kept = count(corpus_copy, "documents JOIN decisions USING (id) WHERE generation = 0 AND kept")
    assert foretold.kept_then == kept + translations
    assert foretold.kept_then == foretold.kept_now - foretold.lost + foretold.won


def test_a_rule_left_out_brings_back_what_it_alone_removes(small_corpus: SmallCorpus) -> None:
    only = next(effect.only for effect in ask(small_corpus).effects if effect.rule == "words_enough")
    changes = ask(small_corpus, words_enough=None).changes
    assert changes is not None
    assert changes[0].won == only > 0
    assert changes[0].lost == 0


def test_other_thresholds_keep_what_they_say(small_corpus: SmallCorpus) -> None:
    spread = next(spread for spread in ask(small_corpus).spreads if spread.rule == "words_enough")
    assert spread.moves
    for move in spread.moves:
        changes = ask(small_corpus, words_enough=f"word_count >= {move.threshold}").changes
        assert changes is None or changes[0].kept_then == move.kept


def test_a_histogram_counts_every_document_with_a_value(small_corpus: SmallCorpus) -> None:
    found = ask(small_corpus)
    documents = found.effects[0].documents
    for spread in found.spreads:
        assert spread.histogram is not None
        assert sum(spread.histogram.counts) + spread.histogram.nulls == documents
    assert {spread.rule for spread in found.spreads} == {"words_enough", "no_repetition"}


def test_examples_are_what_they_are_called_and_stay_the_same(small_corpus: SmallCorpus) -> None:
    found = ask(small_corpus)
    assert found == ask(small_corpus)
    for example in found.examples:
        if example.rule == "words_enough":
            assert example.value is not None
            assert example.removed == (example.value < 50)
    assert any(example.removed for example in found.examples)
    assert any(not example.removed for example in found.examples)


def test_one_language_alone(small_corpus: SmallCorpus) -> None:
    found = answer(small_corpus.root, Question({}, language="fra_Latn"), "corpus")
    assert answer(small_corpus.root, Question({}, language="fr"), "corpus") == found
    assert {effect.language for effect in found.effects} == {"fra_Latn"}
    assert {example.language for example in found.examples} <= {"fra_Latn"}
    with pytest.raises(LoamError, match=r"no document of language 'xxx_Latn'.*eng_Latn"):
        answer(small_corpus.root, Question({}, language="xxx_Latn"), "corpus")


def test_a_rule_that_is_off_in_a_language_has_no_threshold_there(small_corpus: SmallCorpus) -> None:
    rules = {"words_enough": "CASE language WHEN 'fra_Latn' THEN true ELSE word_count >= 50 END"}
    for language, told in (("fra_Latn", set()), ("eng_Latn", {"words_enough"}), (None, {"words_enough"})):
        spreads = answer(small_corpus.root, Question(rules, language), "corpus").spreads
        assert {spread.rule for spread in spreads} - {"no_repetition"} == told


def test_wrong_rules_are_named(small_corpus: SmallCorpus) -> None:
    with pytest.raises(LoamError, match="no rule 'nothing' to leave out: there are words_enough"):
        ask(small_corpus, nothing=None)
    with pytest.raises(LoamError, match="no column word_cont; did you mean word_count"):
        ask(small_corpus, words_enough="word_cont > 3")


def test_the_command_prints_and_writes(small_corpus: SmallCorpus, corpus_copy: SmallCorpus) -> None:
    html = corpus_copy.root.parent / "what.html"
    shown = loam("what-if", str(small_corpus.root), "--set", "words_enough=word_count >= 60", "--html", str(html))
    assert shown.exit_code == 0, shown.output
    assert "words_enough: word_count >= 60" in shown.output
    assert "rules remove some" in shown.output
    assert "\x1b[31m" not in shown.output
    written = html.read_text(encoding="utf-8")
    assert "<script" not in written
    assert written.count("<svg") == 2
    as_json = json.loads(loam("what-if", str(small_corpus.root), "--json").stdout)
    assert as_json["changes"] is None
    assert as_json["effects"][0]["documents"] > 0


def test_what_other_thresholds_would_do_is_told_on_short_lines_too(small_corpus: SmallCorpus) -> None:
    found = answer(small_corpus.root, Question({}), "corpus")
    written = io.StringIO()
    print_answer(found, Console(file=written, width=40))
    told = " ".join(written.getvalue().split())
    moves = [f"{move.threshold:.4g} → {move.kept:,}" for spread in found.spreads for move in spread.moves]
    assert moves
    assert [move for move in moves if move not in told] == []


def test_a_folder_that_is_no_corpus(tmp_path: Path) -> None:
    result = loam("what-if", str(tmp_path))
    assert (result.exit_code, result.stderr.startswith(f"loam: {tmp_path}: no corpus")) == (1, True)


def test_hostile_text_stays_text() -> None:
    effect = Effect("r", "all", 1, 1, 1, 1, 0, 1)
    example = Example("r", True, "<i>", "x", None, "<script>alert(1)</script>")
    found = Answer("<script>", {"r": "x > '<b>'"}, (effect,), None, (), (example,))
    assert "<script" not in page(found)
    assert "&lt;script&gt;alert(1)" in page(found)


@pytest.mark.parametrize(
    ("counts", "threshold", "drawn", "marked"),
    [
        ((0, 1, 8), (1.5, 1.5), " ▁█", " ▲ "),
        ((0, 0, 0), (0.0, 9.0), "   ", "▲▲▲"),
        ((4, 8, 2), (-3.0, 0.5), "▄█▂", "▲  "),
    ],
)
def test_bars_and_marks(counts: tuple[int, ...], threshold: tuple[float, float], drawn: str, marked: str) -> None:
    found = Histogram((0.0, 1.0, 2.0, 3.0), counts, threshold, 0, is_logarithmic=False)
    assert bars(found) == drawn
    assert marks(found) == marked
