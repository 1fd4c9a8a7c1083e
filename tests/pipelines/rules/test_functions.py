import duckdb
import pytest

from pipelines.rules.functions import is_function, is_pure


@pytest.mark.parametrize("name", ["length", "lower", "regexp_matches", "nullif", "if", "list_sum", "array_append", "+"])
def test_functions_of_their_arguments(name: str) -> None:
    assert is_function(name)
    assert is_pure(name)


@pytest.mark.parametrize("name", ["sum", "random", "now", "age", "read_csv", "current_setting", "rank", "ago", "user"])
def test_functions_of_more_than_their_arguments(name: str) -> None:
    assert is_function(name)
    assert not is_pure(name)


def test_what_is_no_function() -> None:
    assert not is_function("no_such_function")


def test_every_pure_macro_expands_to_one_row_and_reads_no_table() -> None:
    query = "SELECT function_name, macro_definition FROM duckdb_functions() WHERE function_type = 'macro'"
    with duckdb.connect() as connection:
        macros = connection.execute(query).fetchall()
    pure = {name: definition.lower() for name, definition in macros if is_pure(name)}
    assert "list_max" in pure
    for definition in pure.values():
        assert not any(word in definition for word in ("select", "unnest", "current_", "random", "sleep", "error"))
