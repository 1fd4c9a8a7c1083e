import io
import json
import os
from pathlib import Path

import pytest

from pipelines.errors import CorpusError, LoamError
from pipelines.queries import Format, open_corpus, run_query
from tests.pipelines.conftest import SmallCorpus


def _asked(corpus: SmallCorpus, query: str, form: Format = "json") -> str:
    out = io.StringIO()
    with open_corpus(corpus.root) as connection:
        run_query(connection, query, form, out)
    return out.getvalue()


def test_forms(small_corpus: SmallCorpus) -> None:
    query = "SELECT 1 AS a, NULL AS b, ['x', 'y,z'] AS c, 'q\"r' AS d"
    assert _asked(small_corpus, query, "csv") == 'a,b,c,d\n1,,"[""x"", ""y,z""]","q""r"\n'
    assert json.loads(_asked(small_corpus, query, "json")) == {"a": 1, "b": None, "c": ["x", "y,z"], "d": 'q"r'}
    table = _asked(small_corpus, query, "table")
    assert all(word in table for word in ("a", "b", '["x", "y,z"]', 'q"r', "━"))


def test_json_is_json(small_corpus: SmallCorpus) -> None:
    query = (
        "SELECT 1e0 / 0 AS infinite, 'nan'::DOUBLE AS nan, '\\xFF'::BLOB AS bytes, DATE '2026-01-02' AS day, "
        "{'x': [1.5, 'inf'::DOUBLE]} AS nested, MAP {1: 'é'} AS map, 1.10::DECIMAL(5, 2) AS exact"
    )
    (line,) = _asked(small_corpus, query).splitlines()
    assert json.loads(line, parse_constant=pytest.fail) == {
        "infinite": None,
        "nan": None,
        "bytes": "ff",
        "day": "2026-01-02",
        "nested": {"x": [1.5, None]},
        "map": {"1": "é"},
        "exact": "1.10",
    }


def test_columns_of_one_name_are_all_shown(small_corpus: SmallCorpus) -> None:
    found = _asked(
        small_corpus, "SELECT a.id, b.id, 1 AS id_1, b.id FROM decisions a JOIN decisions b USING (id) LIMIT 1"
    )
    assert list(json.loads(found)) == ["id", "id_1", "id_1_1", "id_2"]


def test_several_queries_are_answered_in_turn(small_corpus: SmallCorpus) -> None:
    assert _asked(small_corpus, "SELECT 1 AS a; SELECT 2 AS b;", "csv") == "a\n1\nb\n2\n"
    assert _asked(small_corpus, "-- nothing\n", "csv") == ""


def test_a_table_is_cut_and_says_so(small_corpus: SmallCorpus) -> None:
    found = _asked(small_corpus, "SELECT repeat('long ', 100) AS text FROM range(203)", "table")
    assert found.count("│\n") == 200
    assert "… and 3 more rows: add a LIMIT, or take --format csv for all" in found
    assert "long …" in found or "long…" in found


def test_text_cannot_steer_the_terminal(small_corpus: SmallCorpus) -> None:
    found = _asked(small_corpus, "SELECT 'a' || chr(27) || '[31m' || chr(10) || 'b' AS text", "table")
    assert "a�[31m↵b" in found


@pytest.mark.parametrize(
    "query",
    [
        "COPY (SELECT 1) TO '{file}'",
        "COPY decisions TO '{file}'",
        "WITH t AS (COPY (SELECT 1) TO '{file}') SELECT * FROM t",
        "SELECT 1; COPY (SELECT 1) TO '{file}'",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '{file}'",
        "explain (analyze) copy (select 1) to '{file}'",
        "EXPLAIN /**/ ANALYZE COPY (SELECT 1) TO '{file}'",
        "EXPLAIN ANALYZE WITH t AS (COPY (SELECT 1) TO '{file}') SELECT * FROM t",
        "PREPARE p AS COPY (SELECT 1) TO '{file}'; EXECUTE p",
        "EXPORT DATABASE '{file}'",
        "ATTACH '{file}'",
        "ATTACH ':memory:' AS m",
        "FROM json_execute_serialized_sql(json_serialize_sql($$WITH t AS (COPY (SELECT 1) TO '{file}') SELECT 1$$))",
        "FROM query($$WITH t AS (COPY (SELECT 1) TO '{file}') SELECT 1$$)",
        "CREATE TABLE t AS SELECT 1",
        "INSERT INTO ledger SELECT * FROM ledger",
        "WITH t AS (DELETE FROM ledger RETURNING *) SELECT * FROM t",
        "DROP VIEW documents",
        "SET VARIABLE a = 1",
        "CALL pragma_version()",
    ],
)
def test_a_query_reads_and_nothing_else(corpus_copy: SmallCorpus, query: str) -> None:
    file = corpus_copy.root / "written"
    with pytest.raises(LoamError, match=r"sql: (only what reads is run|Parser Error)"):
        _asked(corpus_copy, query.format(file=file))
    assert not file.exists()


@pytest.mark.parametrize(
    "query",
    [
        "DESCRIBE documents",
        "SUMMARIZE decisions",
        "SHOW TABLES",
        "FROM ledger",
        "TABLE mixture",
        "VALUES (1)",
        "EXPLAIN SELECT 1",
        "EXPLAIN ANALYZE SELECT count(*) FROM documents",
        "WITH t AS (SELECT 1 AS x) SELECT * FROM t UNION ALL SELECT 2",
        "WITH RECURSIVE t AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM t WHERE x < 3) FROM t",
        "FROM (PIVOT decisions ON kept IN (true, false) USING count(*))",
        "SELECT COLUMNS('rps_.*') FROM signals LIMIT 1",
    ],
)
def test_whatever_reads_is_run(small_corpus: SmallCorpus, query: str) -> None:
    assert _asked(small_corpus, query, "csv").count("\n") > 1


def test_a_wrong_query_has_the_words_of_duckdb(small_corpus: SmallCorpus) -> None:
    with pytest.raises(LoamError, match=r"sql: Binder Error: Referenced column \"nothing\" not found"):
        _asked(small_corpus, "SELECT nothing FROM documents")
    with pytest.raises(LoamError, match="sql: Parser Error"):
        _asked(small_corpus, "SELECT FROM WHERE")


def test_what_is_no_corpus(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no corpus"):
        open_corpus(tmp_path)


def test_a_missing_table_is_said_in_one_line(corpus_copy: SmallCorpus) -> None:
    path = next((corpus_copy.root / "decisions").rglob("*.parquet"))
    os.truncate(path, 10)
    with pytest.raises(CorpusError, match=r"a table cannot be read .*; `loam verify .*copy` tells which") as caught:
        open_corpus(corpus_copy.root)
    assert "\n" not in str(caught.value)
