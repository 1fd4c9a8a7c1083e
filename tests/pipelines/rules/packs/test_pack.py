import re

import pyarrow as pa
import pyarrow.compute as pc
import pytest

import signals
from pipelines.corpus.schemas import DOCUMENTS
from pipelines.rules.expressions import check_expression, check_types
from pipelines.rules.line_rules import left_schema
from pipelines.rules.packs import pack as packs
from pipelines.rules.packs.pack import Pack, load_pack, pack_names
from pipelines.rules.packs.thresholds import published_thresholds, threshold_schemas


def _groups(pack: Pack) -> set[str]:
    return set(pack.groups).union(*(sql for sql in pack.rules.values() if not isinstance(sql, str)))


@pytest.mark.parametrize("name", pack_names())
def test_rules_read_what_the_groups_that_a_pack_names_have(name: str) -> None:
    pack = load_pack(name)
    fields = [*DOCUMENTS, *(field for group in sorted(_groups(pack)) for field in signals.schema(group))]
    fields += [
        *left_schema([name]),
        *(field for schema in threshold_schemas([name]).values() for field in schema),
    ]
    known = pa.schema(fields)
    conditions = [
        (rule, condition)
        for rule, sql in pack.rules.items()
        for condition in ([sql] if isinstance(sql, str) else sql.values())
    ]
    assert conditions
    rules = [check_expression(rule, condition, known.names) for rule, condition in conditions]
    read = {"id"}.union(*(rule.columns for rule in rules))
    check_types(rules, pa.schema([known.field(column) for column in sorted(read)]))


@pytest.mark.parametrize("name", [name for name in pack_names() if load_pack(name).thresholds])
def test_figures_by_language_are_numbers_and_all_are_read(name: str) -> None:
    pack, figures = load_pack(name), published_thresholds(name)
    assert figures.column_names == ["language", *pack.thresholds]
    assert figures["language"][0].as_py() == "*"
    assert len(set(figures["language"].to_pylist())) == figures.num_rows
    assert all(figures[column].null_count == 0 for column in figures.column_names)
    written = " ".join(str(sql) for sql in pack.rules.values())
    assert all(re.search(rf"\b{column}\b", written) for column in pack.thresholds)


@pytest.mark.parametrize("name", [name for name in pack_names() if load_pack(name).phrases])
def test_phrases_are_understood_by_both_engines(name: str) -> None:
    for phrase in load_pack(name).phrases.values():
        re.compile(phrase.pattern, re.IGNORECASE | re.MULTILINE | re.ASCII)
        pc.match_substring_regex(pa.array(["x"]), f"(?m){phrase.pattern}", ignore_case=True)
        assert re.search(phrase.pattern, "") is None


def test_an_unknown_key_in_a_file_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packs, "_KEYS", frozenset({"summary"}))
    load_pack.cache_clear()
    with pytest.raises(ValueError, match="rule pack c4: unknown key groups"):
        load_pack("c4")
    load_pack.cache_clear()
