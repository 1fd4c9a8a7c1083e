from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.corpus import Shelf
from pipelines.corpus.schemas import EDITS
from pipelines.errors import LoamError
from pipelines.executors import InProcess
from pipelines.licensing.profiles import load_profile
from pipelines.run import run
from pipelines.run_order import Order
from pipelines.stages import publish
from pipelines.summary import Silence
from tests.pipelines.stages.published_corpus import DOCS, SECTIONS, Corpus, Document


def _published(corpus: Corpus) -> dict[str, list[str | None]]:
    paths = corpus.plan.outputs("publish", "data")
    return {path: Shelf(corpus.root).read(path, ["id"])["id"].to_pylist() for path in paths}


def test_kept_documents_are_published_by_language(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path).fill()
    receipts = [*corpus.run(publish.STAGE, 0), *corpus.run(publish.STAGE, 1)]
    assert _published(corpus) == {
        "data/eng_Latn/docs-a-00000.parquet": ["00"],
        "data/eng_Latn/more-a-00000.parquet": ["10"],
        "data/fra_Latn/docs-a-00000.parquet": ["01"],
        "data/por_Latn/docs-to-por_Latn-a-00000.parquet": ["20"],
        "data/und_Zyyy/docs-a-00000.parquet": ["05"],
    }
    outcomes = [receipt.outcome for receipt in receipts]
    assert [(outcome.rows_in, outcome.rows_out, dict(outcome.dropped)) for outcome in outcomes] == [
        (3, 3, {}),
        (0, 0, {}),
        (1, 1, {}),
        (1, 1, {}),
    ]
    assert outcomes[0].bytes_in == sum(len(document.text.encode()) for document in DOCS if document.rule is None)


def test_each_row_carries_what_its_notice_needs(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path).fill()
    corpus.run(publish.STAGE, 1)
    table = Shelf(tmp_path).read("data/por_Latn/docs-to-por_Latn-a-00000.parquet")
    assert table.schema.equals(publish.PUBLISHED.remove_metadata(), check_metadata=False)
    assert table.to_pylist() == [
        {
            "id": "20",
            "text": "um texto",
            "lang": "por_Latn",
            "source": "docs-to-por_Latn",
            "url": "https://example.org/20",
            "title": None,
            "created": None,
            "license": "MIT",
            "obligations": ["keep_notices", "state_changes"],
            "attribution": None,
            "derived_from": "00",
            "generation": 1,
        }
    ]


@pytest.mark.parametrize("status", ["deny", "quarantine", None])
def test_a_kept_document_whose_licence_forbids_it_is_withheld_and_counted(tmp_path: Path, status: str | None) -> None:
    corpus = Corpus(tmp_path)
    kept = Document("00")
    corpus.add("docs", "a-00000", (kept, replace(kept, id="01", status=status)))
    (receipt,) = corpus.run(publish.STAGE)
    assert _published(corpus) == {"data/eng_Latn/docs-a-00000.parquet": ["00"]}
    assert (receipt.outcome.rows_in, receipt.outcome.rows_out) == (2, 1)
    assert receipt.outcome.dropped == {"license_withholds": 1}


def test_a_recipe_without_licensing_publishes_nothing_and_says_why(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path, {key: SECTIONS[key] for key in ("build_date", "select")}).fill()
    assert publish.STAGE.plan(corpus.plan, 0) == []
    order = Order(corpus.plan.recipe, tmp_path, tmp_path / "corpus", until="publish")
    with pytest.raises(LoamError, match="no `licensing` section"):
        run(order, InProcess(), Silence())


def test_two_shards_that_would_share_a_file_are_refused(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    corpus.add("docs", "more-a", DOCS)
    corpus.add("docs-more", "a", ())
    with pytest.raises(LoamError, match=r"docs/more-a and docs-more/a would both be published as docs-more-a\.parquet"):
        publish.STAGE.plan(corpus.plan, 0)


def test_the_same_shard_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = Corpus(tmp_path / "1").fill(), Corpus(tmp_path / "2").fill()
    assert first.run(publish.STAGE) == second.run(publish.STAGE)


def test_many_documents_keep_their_order_in_bounded_row_groups(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    documents = [Document(f"{number:05}") for number in range(9000)]
    corpus.add("docs", "a-00000", documents)
    corpus.run(publish.STAGE)
    (ids,) = _published(corpus).values()
    assert ids == [document.id for document in documents]
    with pq.ParquetFile(tmp_path / "data/eng_Latn/docs-a-00000.parquet") as file:
        assert [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)] == [8192, 808]


def test_a_changed_text_owes_what_it_owed_before_and_what_the_licence_asks_for_changes() -> None:
    limited = ["keep_notices", "noncommercial"]  # a model imposed it on a translation
    rows = [
        {"id": "a", "text": "a text", "license": "CC-BY-4.0", "obligations": ["attribution"], "attribution": None},
        {"id": "b", "text": "b text", "license": "NOASSERTION", "obligations": limited, "attribution": None},
        {"id": "c", "text": "c text", "license": "CC-BY-4.0", "obligations": ["attribution"], "attribution": None},
    ]
    documents = pa.Table.from_pylist(rows, publish.PUBLISHED.remove_metadata())
    edits = [{"id": id_, "start": 0, "end": 2, "replacement": "", "rule": "pii_email"} for id_ in ("a", "b")]
    profile = load_profile("web-open-access")
    edited = publish._edited(documents, pa.Table.from_pylist(edits, EDITS), profile).to_pylist()
    assert [row["text"] for row in edited] == ["text", "text", "c text"]
    assert edited[0]["obligations"] == ["attribution", "state_changes", "keep_notices"]
    assert edited[1]["obligations"] == limited
    assert edited[2]["obligations"] == ["attribution"]
    assert [row["attribution"] is not None for row in edited] == [True, True, False]
