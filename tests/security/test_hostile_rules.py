"""Rules that somebody else wrote: SQL that reaches for files, settings, chance or all of the machine's memory."""

import pytest

from pipelines.errors import RecipeError
from pipelines.rules.expressions import check_expression

COLUMNS = ("id", "text", "created", "word_count")

STATEMENTS = [
    "PRAGMA database_list",
    "SET threads = 1",
    "true; ATTACH 'pwned.db'",
    "COPY (SELECT 1) TO 'pwned'",
    "COPY documents FROM '/etc/passwd'",
    "EXPORT DATABASE 'pwned'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "CALL pragma_version()",
    "CREATE MACRO m() AS 1",
    "true; DROP TABLE document",
    "true /* never closed",
    "true) FROM read_text('/etc/passwd') WHERE (true",
]
REACHING_OUT = [
    "read_csv('/etc/passwd') IS NULL",
    "read_blob('/etc/passwd') IS NULL",
    "read_parquet('x') IS NULL",
    "read_json('https://example.org') IS NULL",
    "glob('/etc/*') IS NULL",
    "query('SELECT 1') IS NULL",
    "query_table('document') IS NULL",
    "json_execute_serialized_sql('{}') IS NULL",
    "getvariable('x') IS NULL",
    "getenv('HOME') IS NULL",
    "TRY(getenv('HOME')) IS NULL",
    "struct_pack(a := getenv('HOME')).a = 'x'",
    "list_transform([1], lambda x: (SELECT 1))[1] = 1",
    "current_setting('threads') = '1'",
    "write_log('x') IS NULL",
    "add_parquet_key('x', '0123456789112345') IS NULL",
    "error('x') IS NULL",
    "nextval('x') > 0",
    "main.pg_sleep(3) IS NULL",
]
CHANCE = [
    "uuid() = id",
    "gen_random_uuid() IS NULL",
    "hash(random()) > 1",
    "setseed(0.1) IS NULL",
    "txid_current() > 0",
]
CLOCKS = ["now() > created::TIMESTAMP", "today() > created::DATE", "strftime(now(), '%Y') = '2026'", "pg_sleep(3) = 1"]
BOMBS = [
    "repeat('a', 1000000000000) = 'x'",
    "lpad('a', 2000000000, 'b') = 'x'",
    "rpad(text, 2000000000, 'b') = 'x'",
    "format('{:1000000000}', 1) = 'x'",
    "printf('%1000000000d', 1) = 'x'",
    "bitstring('1', 1000000000) IS NULL",
    "range(1000000000000)[1] = 0",
    "list_sum(generate_series(1, 10000000000)) > 0",
    "list_resize([1], 1000000000)[1] = 0",
    "array_resize([1], 1000000000)[1] = 0",
    "equi_width_bins(0, 1000000000, 1000000000, true)[1] = 1",
    "replace(text, 'a', text) = 'x'",
    "regexp_replace(text, '', text, 'g') = 'x'",
    "array_to_string(list_transform(string_split(text, ''), lambda x: text), '') = 'x'",
    "list_apply([string_split(text, '')], lambda l: list_apply(l, lambda x: concat(l, l)))[1][1] = 'x'",
    "list_transform(string_split(text, ''), lambda x: text -> '$.a')[1] = 'x'",
    "[x || text for x in string_split(text, '')][1] = 'x'",
    "list_reduce(string_split(text, ''), lambda a, b: a || a) = 'x'",
    "reduce([text], lambda a, b: list_reduce([text], lambda c, d: concat(c, c))) = 'x'",
    "1" + " + 1" * 20_000 + " > 0",
    "(" * 20_000 + "true" + ")" * 20_000,
    "NOT " * 50_000 + "true",
]


@pytest.mark.parametrize("sql", [*STATEMENTS, *REACHING_OUT, *CHANCE, *CLOCKS, *BOMBS], ids=lambda sql: sql[:40])
def test_is_refused_before_it_runs(sql: str) -> None:
    with pytest.raises(RecipeError, match=r"select\.rules\.r"):
        check_expression("select.rules.r", sql, COLUMNS)


@pytest.mark.parametrize(
    "sql",
    [
        "regexp_matches(text, '(a+)+$')",  # by RE2, in time that grows with the text
        "replace(text, 'a', 'b') = 'x'",
        "list_reduce([word_count, 1], lambda a, b: a + b) > 1",
        "list_transform([[word_count]], LAMBDA X, I: list_filter(x, lambda y: y > i))[1] = []",
        "len([w for w in string_split(text, ' ') if length(w) > 9]) > 1",
        "word_count >= 1e400",
        "text LIKE '%; DROP TABLE document'",
    ],
)
def test_what_looks_dangerous_and_is_not_may_stand(sql: str) -> None:
    assert check_expression("r", sql, COLUMNS).sql == sql
