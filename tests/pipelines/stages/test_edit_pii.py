from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.corpus import Outcome, Shelf, Unit
from pipelines.corpus.schemas import EDITS
from pipelines.edits.edited import edit_paths, edited_texts, read_edits
from pipelines.edits.permission import NEEDS_EDIT
from pipelines.stages import annotate, edit_pii, select
from tests.pipelines.stages.curation import PATHS, PROSE, Curation, document_id, evidence

MAIL = "Write to jane.doe@company.org, or call +33 1 42 68 53 00."
BEFORE_SELECT = (annotate.LANGUAGE, annotate.CORE, edit_pii.STAGE, *PATHS[2:-1])


def masking(root: Path, **sections: Any) -> Curation:  # noqa: ANN401 -- sections of a recipe
    return Curation(root, annotate={"edits": {"pii": "mask"}}, **sections)


def texts_after(curation: Curation) -> list[str]:
    shelf, texts = Shelf(curation.root), []
    for shard in curation.plan.document_shards(0):
        documents = shelf.read(shard.path("documents"), ["id", "text"])
        edits = read_edits(shelf, edit_paths(curation.plan, shard))
        texts += edited_texts(documents["text"], documents["id"], edits).to_pylist()
    return texts


def test_masks_and_their_account(tmp_path: Path) -> None:
    curation = masking(tmp_path)
    curation.add("one", [{"name": "a", "text": f"é {MAIL}\n{MAIL}"}, {"name": "b"}, {"name": "c", "text": ""}])
    (receipt,) = curation.run(edit_pii.STAGE)
    outcome = receipt.outcome
    assert (outcome.rows_in, outcome.rows_out) == (4, 0)  # rows are spans of personal data
    assert outcome.dropped == {"pii_email": 2, "pii_phone": 2}
    assert outcome.bytes_in == len(f"é {MAIL}\n{MAIL}{PROSE}".encode())
    path = "edits/pii/docs/one.parquet"
    assert pq.read_schema(tmp_path / path).equals(EDITS.remove_metadata())
    assert [(row["id"], row["start"], row["end"]) for row in Shelf(tmp_path).read(path).to_pylist()][:2] == [
        (document_id("a"), 11, 31),
        (document_id("a"), 41, 58),
    ]
    masked = "Write to <EMAIL>, or call <PHONE>."
    assert texts_after(curation) == [f"é {masked}\n{masked}", PROSE, ""]


def test_nothing_is_planned_without_it(tmp_path: Path) -> None:
    curation = Curation(tmp_path, annotate={"edits": {"pii": "none"}})
    curation.add("one", [{"name": "a"}])
    assert edit_pii.STAGE.plan(curation.plan, 0) == []


def test_translations_are_masked_too(tmp_path: Path) -> None:
    curation = masking(tmp_path)
    curation.add("one", [{"name": "a", "text": MAIL}], generation=1)
    (receipt,) = curation.run(edit_pii.STAGE, generation=1)
    assert list(receipt.outputs) == ["edits/pii/docs-to-por_Latn/one.parquet"]


def test_a_text_that_may_not_be_changed_is_dropped(tmp_path: Path) -> None:
    curation = masking(tmp_path, licensing={"profile": "open"})
    texts = {"a": f"{PROSE} {MAIL}", "b": PROSE}
    licensed = [
        {"name": f"{name}{number}", "text": f"{text} {number}", "license_evidence": evidence("E1", license_)}
        for number, license_ in enumerate(("CC-BY-4.0", "GFDL-1.3-invariants-only"))
        for name, text in texts.items()
    ]
    curation.add("one", licensed)
    curation.run(*BEFORE_SELECT, select.STAGE)
    decisions = {row["id"]: row["rule"] for row in curation.rows("decisions").values()}
    assert decisions[document_id("a0")] is None
    assert decisions[document_id("b0")] is None
    assert decisions[document_id("a1")] == NEEDS_EDIT
    assert decisions[document_id("b1")] != NEEDS_EDIT


def test_what_cleaning_brings_to_light_is_masked(tmp_path: Path) -> None:
    """Text that operations of its source clean is searched as it is then, and masked in the text as it was."""
    curation = masking(tmp_path)
    text = "See <b>x</b>: jane.doe<i>@</i>company.org, é."
    curation.add("one", [{"name": "a", "text": text}, {"name": "b", "text": text}])
    tags = ("<b>", "</b>", "<i>", "</i>")
    cleaned = pa.Table.from_pylist(
        [
            {"id": document_id("a"), "start": text.index(tag), "end": text.index(tag) + len(tag), "replacement": ""}
            | {"rule": "tags"}
            for tag in tags
        ],
        EDITS.remove_metadata(),
    )
    shelf = Shelf(tmp_path)
    shelf.write("edits/transforms/docs/one.parquet", cleaned)
    curation.plan.add(shelf.commit(Unit("transform", "docs/one", 0, (), {}), 1, {}, Outcome(2, 2, {}, 0)))
    (receipt,) = curation.run(edit_pii.STAGE)
    assert receipt.outcome.dropped == {"pii_email": 1}
    assert texts_after(curation) == ["See x: <EMAIL>, é.", text]


def test_what_makes_it_due_again(tmp_path: Path) -> None:
    curation = masking(tmp_path)
    curation.add("one", [{"name": "a"}])
    (unit,) = edit_pii.STAGE.plan(curation.plan, 0)
    assert list(unit.parameters) == ["masks"]
    assert unit.inputs == ("documents/docs/one.parquet",)
