from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.rules.expressions import (
    Expression,
    RuleError,
    check_expression,
    check_types,
    evaluate,
    first_failing,
    value_types,
)

COLUMNS: list[tuple[str, pa.DataType]] = [
    ("word_count", pa.int64()),
    ("ratio", pa.float64()),
    ("lang", pa.string()),
    ("created", pa.string()),
    ("meta", pa.string()),
    ("text", pa.large_string()),
    ("obligations", pa.list_(pa.string())),
]
SCHEMA = pa.schema(COLUMNS)


def _checked(sql: str) -> Expression:
    expression = check_expression("select.rules.r", sql, SCHEMA.names)
    check_types([expression], SCHEMA)
    return expression


def _failing(columns: dict[str, list[Any]], **rules: str) -> list[str | None]:
    table = pa.table(columns)
    found = first_failing(table, [check_expression(name, sql, table.column_names) for name, sql in rules.items()])
    reasons: list[str | None] = found.to_pylist()
    return reasons


@pytest.mark.parametrize(
    ("sql", "columns"),
    [
        ("word_count >= 50", {"word_count"}),
        ("WORD_COUNT >= 50", {"word_count"}),
        ('"Word_Count" >= 50', {"word_count"}),
        ("word_count >= 50 -- enough", {"word_count"}),
        ("/* enough */ word_count >= 50", {"word_count"}),
        ("word_count BETWEEN 1 AND 2 OR NOT lang LIKE 'e%'", {"word_count", "lang"}),
        ("lang IN ('eng_Latn', 'fra_Latn')", {"lang"}),
        ("lang SIMILAR TO 'eng_.*'", {"lang"}),
        ("CASE WHEN lang IS NULL THEN word_count > 1 ELSE true END", {"word_count", "lang"}),
        ("ratio / nullif(word_count, 0) < 0.5", {"ratio", "word_count"}),
        ("if(word_count > 1, true, false)", {"word_count"}),
        ("TRY_CAST(created AS TIMESTAMP) > TIMESTAMP '2020-01-01'", {"created"}),
        ("TRY(created::INTEGER) > 2000", {"created"}),
        ("extract(year FROM created::DATE) > 2000", {"created"}),
        ("len(text) > 4 AND text[1] = 'a'", {"text"}),
        ("(text).length() > 4", {"text"}),
        ("list_contains(obligations, 'attribution')", {"obligations"}),
        ("list_filter([1, 2], lambda x: x > word_count) = []", {"word_count"}),
        ("list_filter([1, 2], LAMBDA X: x > 1) = []", set()),
        ("list_filter([1], lambda x: list_filter([1], lambda y: y > x) = []) = []", set()),
        ("list_reduce([1, 2], lambda a, b: a + b) > word_count", {"word_count"}),
        ("[x for x in [1, 2] if x > word_count] = []", {"word_count"}),
        ("list_sum([1, word_count]) > 1", {"word_count"}),
        ("list_aggregate([1, word_count], 'sum') > 1", {"word_count"}),
        ("{'a': word_count}.a > 1", {"word_count"}),
        ("meta ->> '$.kind' = 'book'", {"meta"}),
        ("(meta -> '$.kind') IS NOT NULL", {"meta"}),
        ("word_count IS DISTINCT FROM 1", {"word_count"}),
        ("true", set()),
    ],
)
def test_what_reads_one_document_may_be_a_rule(sql: str, columns: set[str]) -> None:
    assert _checked(sql).columns == columns


@pytest.mark.parametrize(
    "sql",
    [
        # more than one document
        "(SELECT 1) = 1",
        "EXISTS (SELECT 1)",
        "EXISTS (FROM document)",
        "word_count IN (SELECT 1)",
        "word_count >= ALL (SELECT 1)",
        "word_count >= ANY ([1, 2])",
        "array(SELECT 1) = []",
        "sum(word_count) > 1",
        "SUM(word_count) > 1",
        '"sum"(word_count) > 1',
        "main.sum(word_count) > 1",
        "sum(DISTINCT word_count) > 1",
        "sum(word_count) FILTER (WHERE true) > 1",
        "count(*) > 1",
        "count() > 1",
        "first(word_count) > 1",
        "list(word_count) = []",
        "array_agg(word_count) = []",
        "string_agg(lang) = ''",
        "arg_max(lang, word_count) = ''",
        "weighted_avg(ratio, ratio) > 1",
        "geomean(ratio) > 1",
        "list_transform([1], lambda x: sum(word_count))[1] > 1",
        "row_number() OVER () > 1",
        "sum(word_count) OVER (ORDER BY lang) > 1",
        "lag(word_count) OVER () > 1",
        "lag(word_count) > 1",
        "GROUPING(word_count) > 1",
        "unnest([true, false])",
        "UNNEST([true, false])",
        "generate_subscripts([1, 2], 1) > 1",
        "regexp_split_to_table('a b', ' ') = 'a'",
        "generate_series(1, 2) = []",
        # chance
        "random() > 0.5",
        "Random() > 0.5",
        '"RANDOM"() > 0.5',
        "main.random() > 0.5",
        "system.main.random() > 0.5",
        "pg_catalog.random() > 0.5",
        "lang.random() > 0.5",
        "random/**/() > 0.5",
        "coalesce(ratio, random()) > 0.5",
        "ratio > 1 AND random() > 0.5",
        "list_transform([1], lambda x: random())[1] > 0.5",
        "[random() for x in [1]][1] > 0.5",
        "{'a': random()}.a > 0.5",
        "CASE WHEN true THEN random() END > 0.5",
        "random()::INTEGER > 0",
        "TRY(random() > 0.5)",
        "ratio BETWEEN random() AND 1",
        "[1, 2][random()::INTEGER] = 1",
        "uuid() IS NULL",
        "gen_random_uuid() IS NULL",
        "setseed(0.1) IS NULL",
        "list_aggregate([1], 'reservoir_quantile', 0.5) > 1",
        "list_aggr([1], 'Reservoir_Quantile', 0.5) > 1",
        "list_aggr([1], lower('RESERVOIR_QUANTILE'), 0.5) > 1",
        # the clock
        "now() IS NULL",
        "current_date > DATE '2020-01-01'",
        "CURRENT_TIMESTAMP IS NULL",
        "get_current_timestamp() IS NULL",
        "current_localtimestamp() IS NULL",
        "localtime IS NULL",
        "today() IS NULL",
        "transaction_timestamp() IS NULL",
        "ago(INTERVAL 1 DAY) IS NULL",
        "age(created::TIMESTAMP) > INTERVAL 1 DAY",
        "pg_postmaster_start_time() IS NULL",
        # files, settings, the session
        "read_text('/etc/passwd') IS NULL",
        "read_csv('/etc/passwd') IS NULL",
        "(FROM read_text('/etc/passwd')) IS NULL",
        "glob('*') IS NULL",
        "getenv('HOME') IS NULL",
        "getvariable('x') IS NULL",
        "current_setting('threads') = '1'",
        "duckdb_settings() IS NULL",
        "current_query() = ''",
        "current_database() = ''",
        "version() = ''",
        "nextval('s') > 1",
        "txid_current() > 1",
        "get_block_size('memory') > 1",
        "format_type(1, 1) = ''",
        "query('SELECT 1') IS NULL",
        "query_table('document') IS NULL",
        "json_execute_serialized_sql('x') IS NULL",
        "json_serialize_plan('SELECT 1') IS NULL",
        "write_log('x') IS NULL",
        "sleep_ms(10) IS NULL",
        "pg_sleep(1) IS NULL",
        "error('x')",
        "stats(word_count) = ''",
        "vector_type(word_count) = ''",
        "__internal_decompress_string(1) = ''",
        # not one expression
        "",
        "-- nothing",
        "( )",
        "word_count > 1; SELECT 1",
        "word_count > 1; DROP TABLE x",
        "word_count > 1, true",
        "true AS x",
        "word_count > 1 FROM document",
        "word_count > 1 WHERE true",
        "word_count > 1 GROUP BY ALL",
        "word_count > 1 HAVING true",
        "word_count > 1 QUALIFY true",
        "word_count > 1 ORDER BY 1",
        "word_count > 1 LIMIT 1",
        "word_count > 1 USING SAMPLE 1",
        "word_count > 1 UNION SELECT true",
        "word_count > 1) OR (true",
        "word_count > 1) FROM (SELECT 1) WHERE (true",
        "word_count > 1) AS x, (true",
        "DISTINCT true",
        "word_count > 1 AND",
        "word_count > 1 /*",
        "VALUES (1)",
        # not a value of the document's columns
        "*",
        "document.*",
        "COLUMNS(*) > 1",
        "COLUMNS('word.*') > 1",
        "COLUMNS(lambda c: c LIKE 'w%') > 1",
        "document > 1",
        "document.word_count > 1",
        "main.document.word_count > 1",
        "to_json(document) IS NULL",
        "rowid > 1",
        "rule_0 IS NULL",
        "word_count.x > 1",
        "lang.length() > 1",
        "#1 > 1",
        "?",
        "$1",
        "$x > 1",
        "DEFAULT",
        "lang COLLATE NOCASE = 'x'",
        "my_macro(1)",
        # not true or false
        "word_count",
        "'true'",
        "NULL",
        "lang",
        "word_count + 1",
        # not of these types
        "word_count LIKE 'a'",
        "obligations > 1",
        "word_count::nothing = 1",
    ],
)
def test_whatever_could_see_more_is_refused_in_one_line(sql: str) -> None:
    with pytest.raises(RuleError) as caught:
        _checked(sql)
    assert str(caught.value).startswith("select.rules.r: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("place", ["{}", "({})", "coalesce({}, 1)", "[{}][1]", "CASE WHEN true THEN {} END", "-({})"])
@pytest.mark.parametrize("call", ["random()", "RANDOM( )", '"random"()', "max(word_count)", "(SELECT 1)", "now()"])
def test_no_place_hides_a_refused_call(place: str, call: str) -> None:
    with pytest.raises(RuleError, match="may not stand in a rule"):
        check_expression("r", f"{place.format(call)} IS NOT NULL", SCHEMA.names)


def test_an_unknown_column_names_the_nearest() -> None:
    with pytest.raises(RuleError, match="no column wordcount; did you mean word_count"):
        _checked("wordcount > 1")
    with pytest.raises(RuleError, match="no column quality; `loam signals` lists them"):
        _checked("quality > 1")
    with pytest.raises(RuleError, match="no column email_count; it is a signal of documents, of group pii: add it"):
        _checked("email_count = 0")
    with pytest.raises(RuleError, match="no column wоrd_count; did you mean word_count"):
        _checked("wоrd_count > 1")  # with a Cyrillic о


def test_a_refusal_says_what_was_expected() -> None:
    with pytest.raises(RuleError, match=r"gives BIGINT, expected true or false, as in `word_count >= 50`"):
        _checked("word_count")
    with pytest.raises(RuleError, match="no function nosuch"):
        _checked("nosuch(word_count)")
    with pytest.raises(RuleError, match="subqueries may not stand in a rule"):
        _checked("word_count > (SELECT 1)")
    with pytest.raises(RuleError, match=r"lang\.length\(\): a function stands without a prefix"):
        _checked("lang.length() > 1")


def test_the_first_failing_rule_is_the_reason() -> None:
    found = _failing(
        {"word_count": [10, 3, 3, 10], "lang": ["a", "a", "b", "b"]}, enough="word_count >= 5", only_a="lang = 'a'"
    )
    assert found == [None, "enough", "enough", "only_a"]


def test_null_fails_under_a_name_of_its_own() -> None:
    found = _failing({"a": [1, None, None, 1], "b": [1, 1, None, None]}, a="a > 0", b="b > 0")
    assert found == [None, "a:null", "a:null", "b:null"]


def test_no_rules_and_no_rows() -> None:
    assert first_failing(pa.table({"a": [1, 2]}), []).to_pylist() == [None, None]
    empty = pa.table({"a": pa.array([], pa.int64())})
    assert first_failing(empty, [check_expression("r", "a > 1", ["a"])]).to_pylist() == []


def test_rows_keep_their_order_over_many_batches() -> None:
    values = list(range(10_000))
    chunked = pa.table({"a": pa.chunked_array([values[:3000], values[3000:]])})
    found = first_failing(chunked, [check_expression("even", "a % 2 = 0", ["a"])])
    assert found.to_pylist() == [None if value % 2 == 0 else "even" for value in values]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.none() | st.integers(-5, 5), st.none() | st.integers(-5, 5)), max_size=20))
def test_rules_agree_with_three_valued_logic(rows: list[tuple[int | None, int | None]]) -> None:
    def expected(a: int | None, b: int | None) -> str | None:
        for name, value in (("first", None if a is None else a > 0), ("second", _or(a, b))):
            if value is None:
                return f"{name}:null"
            if not value:
                return name
        return None

    def _or(a: int | None, b: int | None) -> bool | None:
        sides = [None if a is None else a > 2, None if b is None else b > 0]
        return True if True in sides else None if None in sides else False

    columns = {
        "a": pa.array([a for a, _ in rows], pa.int64()),
        "b": pa.array([b for _, b in rows], pa.int64()),
    }
    rules = [check_expression("first", "a > 0", columns), check_expression("second", "a > 2 OR b > 0", columns)]
    assert first_failing(pa.table(columns), rules).to_pylist() == [expected(a, b) for a, b in rows]


@settings(deadline=None)
@given(st.text(max_size=30))
def test_any_text_is_a_rule_or_is_refused(sql: str) -> None:
    try:
        expression = check_expression("r", sql, SCHEMA.names)
        check_types([expression], SCHEMA)
    except RuleError as error:
        assert str(error).startswith("r: ")  # noqa: PT017 -- most texts are no rule, and none may raise another error
    else:
        assert expression.columns <= set(SCHEMA.names)


@pytest.mark.parametrize(
    ("sql", "message"),
    [("number::INTEGER > 1", "Conversion Error"), ("1 // zero > 1", "Division by zero"), ("1 % zero > 1", "zero")],
)
def test_what_cannot_be_computed_names_the_rule_and_a_way_out(sql: str, message: str) -> None:
    with pytest.raises(RuleError, match=rf"rule second: .*{message}.*TRY") as caught:
        _failing({"number": ["1", "many"], "zero": [1, 0]}, first="zero < 2", second=sql, third="zero >= 0")
    assert "\n" not in str(caught.value)


def test_the_way_out_works() -> None:
    found = _failing({"number": ["3", "many"]}, large="TRY_CAST(number AS INTEGER) > 1")
    assert found == [None, "large:null"]


def test_dates_do_not_depend_on_the_time_zone_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    expression = check_expression("r", "strftime(to_timestamp(seconds), '%H:%M') = '00:00'", ["seconds"])
    assert evaluate(pa.table({"seconds": [0]}), expression).to_pylist() == [True]


def test_value_types_and_values() -> None:
    expressions = [check_expression("r", sql, SCHEMA.names) for sql in ("word_count * 2", "upper(lang)")]
    assert value_types(expressions, SCHEMA) == ["BIGINT", "VARCHAR"]
    table = pa.table({"word_count": [1, 2]})
    assert evaluate(table, expressions[0]).to_pylist() == [2, 4]


def test_only_the_registered_columns_are_seen() -> None:
    document = pa.table({"secret": [1]})
    assert document.num_rows == 1  # a Python variable of the name that rules read from
    with pytest.raises(RuleError, match="no column secret"):
        _checked("secret = 1")


def test_a_rule_looks_into_a_map() -> None:
    kind = pa.map_(pa.string(), pa.float64())
    table = pa.table({"scripts": pa.array([[("Latn", 0.9), ("Cyrl", 0.1)], [("Cyrl", 1.0)], [], None], kind)})
    for sql, failing in (
        ("scripts['Latn'] > 0.5", [None, "r:null", "r:null", "r:null"]),
        ("coalesce(scripts['Latn'], 0) > 0.5", [None, "r", "r", "r"]),
    ):
        rule = check_expression("r", sql, table.column_names)
        check_types([rule], table.schema)
        assert first_failing(table, [rule]).to_pylist() == failing
