from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipelines.corpus import Shelf
from pipelines.corpus.schemas import EDITS
from pipelines.errors import RecipeError
from pipelines.stages import annotate, edit_lines, select
from pipelines.stages.order import check_recipe
from tests.pipelines.stages.curation import PATHS, PROSE, Curation, document_id

BEFORE_SELECT = (annotate.LANGUAGE, annotate.CORE, edit_lines.STAGE, *PATHS[2:-1])


def _curation(root: Path, lines: object, **select_: Any) -> Curation:  # noqa: ANN401 -- keys of a section
    return Curation(root, annotate={"edits": {"lines": lines}}, select=select_)


def test_edits_and_what_they_leave(tmp_path: Path) -> None:
    curation = _curation(tmp_path, ["c4"])
    curation.add("one", [{"name": "a", "text": f"Home\n{PROSE}\nmore"}, {"name": "b"}, {"name": "c", "text": ""}])
    (receipt,) = curation.run(annotate.LANGUAGE, edit_lines.STAGE)[-1:]
    outcome = receipt.outcome
    assert (outcome.rows_in, outcome.rows_out, outcome.dropped) == (4, 2, {"c4_terminal_mark": 2})  # rows are lines
    assert outcome.bytes_in == len(f"Home\n{PROSE}\nmore{PROSE}")
    path = "edits/line_rules/docs/one.parquet"
    assert pq.read_schema(tmp_path / path).equals(EDITS.remove_metadata())
    assert [(row["id"], row["start"], row["end"]) for row in Shelf(tmp_path).read(path).to_pylist()] == [
        (document_id("a"), 0, 5),
        (document_id("a"), 6 + len(PROSE), 10 + len(PROSE)),
    ]
    left = Shelf(tmp_path).read("signals/line_rules/docs/one.parquet").to_pylist()
    assert [row["id"] for row in left] == [document_id(name) for name in "abc"]
    assert [row["c4_removed_line_count"] for row in left] == [2, 0, 0]
    assert [row["c4_left_sentence_count"] for row in left] == [3, 3, 0]


def test_rules_read_what_is_left(tmp_path: Path) -> None:
    curation = _curation(tmp_path, "c4", use=["c4"], rules={"c4_min_sentences": "c4_left_sentence_count >= 3"})
    curation.add("one", [{"name": "a", "text": f"{PROSE}\nHome"}, {"name": "b", "text": "One. Two. Three."}])
    curation.add("two", [{"name": "c", "text": f"{PROSE} c\nif (x) {{ the rest; }} is it not."}])
    curation.run(*BEFORE_SELECT, select.STAGE)
    decisions = {row["id"]: row["rule"] for row in curation.rows("decisions").values()}
    assert [decisions[document_id(name)] for name in "abc"] == [None, None, "c4_curly_bracket"]


def test_nothing_is_planned_without_rules_about_lines(tmp_path: Path) -> None:
    curation = Curation(tmp_path)
    curation.add("one", [{"name": "a"}])
    assert edit_lines.STAGE.plan(curation.plan, 0) == []


def test_translations_are_edited_too(tmp_path: Path) -> None:
    curation = _curation(tmp_path, {"rules": {"ends": "line_terminal_mark = 1"}})
    curation.add("one", [{"name": "a", "text": "não"}], generation=1)
    receipt = curation.run(annotate.LANGUAGE, edit_lines.STAGE, generation=1)[-1]
    assert receipt.outcome.dropped == {"ends": 1}
    assert sorted(receipt.outputs) == [
        "edits/line_rules/docs-to-por_Latn/one.parquet",
        "signals/line_rules/docs-to-por_Latn/one.parquet",
    ]


def test_an_empty_shard(tmp_path: Path) -> None:
    curation = _curation(tmp_path, ["c4", "refinedweb_lines"])
    curation.add("one", [])
    (receipt,) = curation.run(annotate.LANGUAGE, edit_lines.STAGE)[-1:]
    assert (receipt.outcome.rows_in, receipt.outcome.bytes_in) == (0, 0)


def test_what_makes_it_due_again(tmp_path: Path) -> None:
    def fingerprint(lines: object) -> str:
        curation = _curation(tmp_path, lines)
        curation.add("one", [{"name": "a"}])
        (unit,) = edit_lines.STAGE.plan(curation.plan, 0)
        return unit.fingerprint(edit_lines.STAGE.version, dict.fromkeys(unit.inputs, "0"))

    sections = (["c4"], {"use": ["c4"]}, {"use": ["c4"], "rules": {"c4_policy": None}}, ["c4", "refinedweb_lines"])
    prints = [fingerprint(section) for section in sections]
    assert prints[0] == prints[1]
    assert len(set(prints)) == 3


def test_a_pack_that_nothing_was_edited_by_is_refused(tmp_path: Path) -> None:
    plan = Curation(tmp_path, select={"use": ["refinedweb_lines"]}).plan
    with pytest.raises(RecipeError, match="pack refinedweb_lines judges what its rules of lines leave: add it to"):
        check_recipe(plan.recipe, plan.recipe_directory)


def test_a_wrong_rule_is_refused_before_any_work(tmp_path: Path) -> None:
    plan = _curation(tmp_path, {"rules": {"short": "line_lenght > 3"}}).plan
    with pytest.raises(RecipeError, match=r"lines\.rules\.short: no column line_lenght; did you mean line_length\?"):
        check_recipe(plan.recipe, plan.recipe_directory)
