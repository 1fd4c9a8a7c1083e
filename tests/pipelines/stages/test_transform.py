import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.corpus import Receipt, Shelf
from pipelines.edits.edited import edited_texts, read_edits
from pipelines.errors import RecipeError
from pipelines.stages import annotate, select, transform, transform_comparisons, transform_report
from pipelines.stages.order import check_recipe
from tests.pipelines.stages.curation import PATHS, PROSE, Curation, document_id

TRANSFORM = (*transform_comparisons.STAGES, transform.STAGE, transform_report.STAGE)
EDITS = "edits/transforms/docs"


def _curation(root: Path, *operations: str, **sections: Any) -> Curation:  # noqa: ANN401 -- sections of a recipe
    source = {"name": "docs", "kind": "jsonl", "path": ["none"], "transforms": list(operations)}
    return Curation(root, sources=[source], **sections)


def _texts(curation: Curation) -> dict[str, str]:
    """Return the edited texts of the documents that no operation dropped, by id."""
    found = {}
    for shard in curation.plan.document_shards(0):
        shelf = Shelf(curation.root)
        documents = shelf.read(shard.path("documents"))
        edits = read_edits(shelf, [shard.path("edits/transforms")])
        texts = edited_texts(documents["text"], documents["id"], edits).to_pylist()
        dropped = shelf.read(shard.path("signals/transforms"))["transform_dropped"].to_pylist()
        rows = zip(documents["id"].to_pylist(), texts, dropped, strict=True)
        found |= {id_: text for id_, text, reason in rows if reason is None}
    return found


def _drops(curation: Curation) -> dict[str, str]:
    rows = curation.rows("signals/transforms")
    return {id_: row["transform_dropped"] for id_, row in rows.items() if row["transform_dropped"]}


def _of(receipts: list[Receipt], stage: str) -> list[Receipt]:
    return [receipt for receipt in receipts if receipt.stage == stage]


def test_operations_follow_each_other(tmp_path: Path) -> None:
    curation = _curation(tmp_path, "remove_lines_with_code", "replace_newline_with_space", "filter_small_docs_bytes_10")
    curation.add("one", [{"name": "a", "text": "one\nf() { }\ntwo\nthree"}, {"name": "b", "text": "x\n{\ny"}])
    curation.add("two", [{"name": "c", "text": "as it was before"}])
    receipts = curation.run(*TRANSFORM)
    assert _texts(curation) == {document_id("a"): "one two three", document_id("c"): "as it was before"}
    assert _drops(curation) == {document_id("b"): "filter_small_docs_bytes_10"}
    outcomes = [(r.outcome.rows_in, r.outcome.rows_out, r.outcome.dropped) for r in _of(receipts, "transform")]
    assert outcomes == [(2, 1, {"filter_small_docs_bytes_10": 1}), (1, 1, {})]
    edits = Shelf(tmp_path).read(f"{EDITS}/one.parquet").to_pylist()
    assert [(row["start"], row["end"], row["replacement"], row["rule"]) for row in edits] == [
        (3, 4, " ", "replace_newline_with_space"),
        (4, 12, "", "remove_lines_with_code"),
        (15, 16, " ", "replace_newline_with_space"),
    ]


def test_documents_and_lines_are_compared_as_earlier_operations_leave_them(tmp_path: Path) -> None:
    operations = (
        "remove_lines_with_code",
        "dedup_document",
        "dedup_pseudocrawl_newspapers",
        "filter_remove_empty_docs",
    )
    curation = _curation(tmp_path, *operations)
    curation.add("one", [{"name": "a", "text": "Menu\n{\n Story A "}, {"name": "b", "text": "Menu\nStory B"}])
    curation.add("two", [{"name": "c", "text": "menu story a"}, {"name": "d", "text": "Menu\nStory A\n}"}])
    curation.add("two-b", [{"name": "e", "text": "Menu"}, {"name": "f", "text": "Menu!"}])
    receipts = curation.run(*TRANSFORM)
    # d is a without code; f has the letters of e, which nothing is left of but what others have too.
    assert _drops(curation) == {
        document_id("d"): "dedup_document",
        document_id("f"): "dedup_document",
        document_id("e"): "filter_remove_empty_docs",
    }
    assert _texts(curation) == {
        document_id("a"): "Story A",
        document_id("b"): "Story B",
        document_id("c"): "menu story a",
    }
    found = _of(receipts, "transform-found-0")[0]
    assert (found.outcome.rows_in, found.outcome.rows_out) == (4, 2)


def test_template_lines_go_from_all_documents(tmp_path: Path) -> None:
    curation = _curation(tmp_path, "dedup_template_soft")
    footer = "All rights reserved by the harbour"
    curation.add("one", [{"name": str(k), "text": f"Text {k}\n {footer}\nshort"} for k in range(6)])
    curation.add("two", [{"name": str(k), "text": f"{footer}\nText {k}"} for k in range(6, 10)])
    curation.run(*TRANSFORM)
    assert list(_texts(curation).values()) == [
        *(f"Text {k}\nshort" for k in range(6)),
        *(f"Text {k}" for k in range(6, 10)),
    ]


def test_select_gives_the_operation_as_the_reason_and_its_copy_stands_in(tmp_path: Path) -> None:
    curation = _curation(tmp_path, "filter_wiki_user_titles")
    curation.add("one", [{"name": "a", "title": "User Ada", "created": "2001"}, {"name": "b", "created": "2002"}])
    curation.run(*TRANSFORM, *PATHS)
    decisions = curation.rows("decisions")
    assert decisions[document_id("a")]["rule"] == "transform:filter_wiki_user_titles"
    assert decisions[document_id("b")]["kept"]


def test_partitions_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def corpus(root: Path, largest: int) -> dict[str, str]:
        monkeypatch.setattr(transform_comparisons, "_LARGEST_PARTITION", largest)
        curation = _curation(root, "dedup_document", "dedup_pseudocrawl_newspapers")
        for shard in range(3):
            rows = [{"name": f"{shard}-{k}", "text": f"{'x' * (k % 7)} a\nline {k}\n{k % 5} of"} for k in range(40)]
            curation.add(f"s{shard}", rows)
        receipts = curation.run(*TRANSFORM)
        assert (len(_of(receipts, "transform-found-0")) > 1) == (largest < 1000)
        return _texts(curation) | {f"dropped {id_}": reason for id_, reason in _drops(curation).items()}

    assert corpus(tmp_path / "one", 2**29) == corpus(tmp_path / "many", 500)


def test_report_shows_texts_before_and_after(tmp_path: Path) -> None:
    curation = _curation(tmp_path, "remove_html_spans", "filter_small_docs")
    curation.add("one", [{"name": "a", "text": f"{PROSE}\n<div>|`menu`"}, {"name": "b", "text": "too short"}])
    curation.run(*TRANSFORM)
    numbers = json.loads((tmp_path / "transforms/report/generation-0.json").read_text())
    first, second = numbers["docs"]
    assert (first["operation"], first["documents"], first["changed"], first["removed"]) == (
        "remove_html_spans",
        2,
        1,
        13,
    )
    assert (second["operation"], second["documents"], second["dropped"]) == ("filter_small_docs", 2, 1)
    page = (tmp_path / "transforms/report/generation-0.md").read_text()
    assert "| remove_html_spans | 2 | 1 | 0 |" in page
    assert "\n    <div>|`menu`\n" in page
    assert f"### filter_small_docs: {document_id('b')}\n\nbefore:\n\n    too short\n\ndropped\n" in page


def test_other_sources_have_no_drops(tmp_path: Path) -> None:
    sources = [
        {"name": "cleaned", "kind": "jsonl", "path": ["none"], "transforms": ["nfc"]},
        {"name": "docs", "kind": "jsonl", "path": ["none"]},
    ]
    curation = Curation(tmp_path, sources=sources)
    curation.add("one", [{"name": "a"}])
    curation.add("one", [{"name": "b"}], generation=1)
    for generation in (0, 1):
        curation.run(*TRANSFORM, generation=generation)
    assert [row["transform_dropped"] for row in curation.rows("signals/transforms").values()] == [None, None]
    assert not (tmp_path / "edits").exists()


def test_nothing_is_planned_without_operations(tmp_path: Path) -> None:
    curation = Curation(tmp_path)
    curation.add("one", [{"name": "a"}])
    assert curation.run(*TRANSFORM) == []
    curation.run(*PATHS)
    assert "transform_dropped" not in Shelf(tmp_path).read("decisions/docs/one.parquet").column_names


def test_wrong_names_are_refused_before_any_work(tmp_path: Path) -> None:
    plan = _curation(tmp_path, "nfk").plan
    with pytest.raises(RecipeError, match="source docs: transforms: no operation 'nfk'; did you mean 'nfc'"):
        check_recipe(plan.recipe, plan.recipe_directory)


def test_what_makes_it_due_again(tmp_path: Path) -> None:
    def prints(*operations: str) -> str:
        curation = _curation(tmp_path, *operations)
        curation.add("one", [{"name": "a"}])
        (unit,) = transform.STAGE.plan(curation.plan, 0)
        return unit.fingerprint(transform.STAGE.version, dict.fromkeys(unit.inputs, "0"))

    assert prints("nfc", "filter_small_docs") != prints("filter_small_docs", "nfc")
    assert prints("roots.dedup_document") == prints("dedup_document")


def test_rules_may_read_it(tmp_path: Path) -> None:
    curation = _curation(tmp_path, "nfc", select={"rules": {"whole": "transform_dropped IS NULL"}})
    curation.add("one", [{"name": "a"}])
    curation.run(*TRANSFORM, annotate.LANGUAGE, annotate.CORE, *PATHS[2:-1], select.STAGE)
    assert curation.rows("decisions")[document_id("a")]["kept"]
