from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from pipelines.corpus import Outcome, Shelf, Unit
from pipelines.corpus.files import own_temporary_of
from pipelines.corpus.receipts import read_receipts
from pipelines.corpus.schemas import DECISIONS, DOCUMENTS, QUARANTINE
from pipelines.corpus.views import connect_views
from pipelines.view_names import VIEWS

CORE = [pa.field("word_count", pa.int64(), metadata={"description": "it's a count"})]
GROUPS = {"core": pa.schema(CORE), "language": pa.schema({"language": pa.string()})}
PROVENANCE: list[tuple[str, pa.DataType]] = [("sequence", pa.int64()), ("id", pa.string())]
SEQUENCES = pa.schema(PROVENANCE)
MIXTURE = pa.schema([pa.field("weight", pa.float64())])


def _connect(root: Path) -> duckdb.DuckDBPyConnection:
    return connect_views(root, list(read_receipts(root)), GROUPS, SEQUENCES, MIXTURE)


def _fill(root: Path) -> None:
    shelf = Shelf(root)
    rows = [{"id": "a", "text": "A", "source": "docs"}, {"id": "b", "text": "B", "source": "docs"}]
    shelf.write("documents/docs/one.parquet", pa.Table.from_pylist(rows, DOCUMENTS))
    shelf.write("signals/core/docs/one.parquet", pa.table({"id": ["a", "b"], "word_count": [1, 2]}))
    shelf.write("signals/language/docs/one.parquet", pa.table({"id": ["b", "a"], "language": ["fra_Latn", "eng_Latn"]}))
    shelf.write("decisions/docs/one.parquet", pa.Table.from_pylist([{"id": "a", "kept": True}], DECISIONS))
    shelf.write("tokens/eng_Latn/x.provenance.parquet", pa.table({"sequence": [0], "id": ["a"]}))
    shelf.write("mixture/mixture.parquet", pa.table({"weight": [1.0]}))
    shelf.commit(Unit("ingest", "docs/one", 0, (), {}), 1, {}, Outcome(3, 2, {"empty_text": 1}, 2))


def test_every_view_stands_on_an_empty_corpus(tmp_path: Path) -> None:
    with _connect(tmp_path) as connection:
        for view in VIEWS:
            assert connection.execute(f"SELECT count(*) FROM {view}").fetchone() == (0,)  # noqa: S608 -- a view
        columns = [row[0] for row in connection.execute("DESCRIBE signals").fetchall()]
        found = {row[0] for row in connection.execute("SELECT table_name FROM information_schema.tables").fetchall()}
    assert columns == ["id", "word_count", "language"]
    assert {name for name in found if not name.startswith(("signals_", "no_"))} == set(VIEWS)


def test_every_view_stands_on_a_full_corpus(tmp_path: Path) -> None:
    _fill(tmp_path)
    with _connect(tmp_path) as connection:
        counts = {
            view: connection.execute(f"SELECT count(*) FROM {view}").fetchone()  # noqa: S608 -- a view
            for view in VIEWS
        }
        assert counts == {
            **dict.fromkeys(VIEWS, (0,)),
            **dict.fromkeys(("documents", "signals"), (2,)),
            **dict.fromkeys(("decisions", "sequences", "mixture", "ledger"), (1,)),
        }
        assert connection.execute("SELECT word_count, language FROM signals WHERE id = 'b'").fetchall() == [
            (2, "fra_Latn")
        ]
        assert connection.execute("SELECT stage, rows_in, dropped['empty_text'] FROM ledger").fetchall() == [
            ("ingest", 3, 1)
        ]


def test_bad_records_are_told_with_their_source(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    bad = pa.Table.from_pylist([{"file": "a.jsonl", "row": 2, "reason": "not_json", "detail": "no JSON"}], QUARANTINE)
    shelf.write("quarantine/ingest/docs/deep/a.jsonl-00000.parquet", bad.append_column("rows", pa.array([7])))
    shelf.write("quarantine/ingest/web/a.jsonl-00000.parquet", bad.append_column("rows", pa.array([1])))
    shelf.write("quarantine/benchmarks/benchmarks.parquet", bad)
    shelf.commit(Unit("ingest", "docs/one", 0, (), {}), 1, {}, Outcome(3, 0, {"not_json": 3}, 0))
    with _connect(tmp_path) as connection:
        found = connection.execute('SELECT source, "row", detail, "rows" FROM quarantine ORDER BY 1').fetchall()
    assert found == [(source, 2, "no JSON", rows) for source, rows in (("benchmarks", 1), ("docs", 7), ("web", 1))]


def test_files_that_no_receipt_names_are_not_seen(tmp_path: Path) -> None:
    _fill(tmp_path)
    shelf = Shelf(tmp_path)
    shelf.write("documents/docs/two.parquet", pa.Table.from_pylist([{"id": "c", "text": "C"}], DOCUMENTS))
    shelf.temporary("documents/docs/two.parquet.unfinished").write_bytes(b"")
    place = tmp_path / "documents/docs/two.parquet"
    own_temporary_of(place).rename(place)
    with _connect(tmp_path) as connection:
        assert connection.execute("SELECT count(*) FROM documents").fetchone() == (2,)


def test_columns_carry_their_definitions(tmp_path: Path) -> None:
    with _connect(tmp_path) as connection:
        query = "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = ? AND comment IS NOT NULL"
        assert connection.execute(query, ["signals"]).fetchall() == [("word_count", "it's a count")]
        documents = dict(connection.execute(query, ["documents"]).fetchall())
    assert set(documents) == set(DOCUMENTS.names)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_text('{root}/../outside.txt')",
        "SELECT * FROM read_blob('{root}/link.txt/../../outside.txt')",
        "SELECT * FROM glob('{root}/../*')",
        "SELECT * FROM read_text('https://example.org/')",
        "COPY (SELECT 1) TO '{root}/../out.csv'",
        "COPY (SELECT 1) TO 'loam-out.csv'",
        "ATTACH '{root}/../out.db'",
        "EXPORT DATABASE '{root}/../out'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        "RESET allowed_directories",
        "SET lock_configuration = false",
        "SELECT * FROM outside",
    ],
)
def test_nothing_outside_the_corpus_can_be_reached(tmp_path: Path, query: str) -> None:
    (tmp_path / "outside.txt").write_text("secret")
    root = tmp_path / "corpus"
    root.mkdir()
    _fill(root)
    outside = pa.table({"secret": [1]})
    assert outside.num_rows == 1  # a Python variable is outside, too
    with _connect(root) as connection, pytest.raises(duckdb.Error):
        connection.execute(query.format(root=root)).fetchall()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["corpus", "outside.txt"]


def test_a_corpus_may_lie_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "O'Brien's [corpus] *"
    root.mkdir()
    _fill(root)
    monkeypatch.chdir(tmp_path)
    with _connect(Path(root.name)) as connection:
        assert connection.execute("SELECT count(*) FROM documents").fetchone() == (2,)
