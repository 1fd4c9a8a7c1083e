"""Every column is declared once, and completely."""

import dataclasses

import pytest

from signals.declarations import declared_signals, groups, schema, signals_of


def test_names_are_unique_and_fields_filled() -> None:
    declared = declared_signals()
    assert len({signal.name for signal in declared}) == len(declared)
    for signal in declared:
        assert all(value for field, value in dataclasses.asdict(signal).items() if field != "type"), signal.name
        assert signal.definition.endswith("."), signal.name


def test_groups_have_schemas_with_descriptions() -> None:
    assert {"core", "language"} <= set(groups())
    for group in groups():
        for field in schema(group):
            assert field.metadata
            assert field.metadata[b"description"]
            assert field.metadata[b"unit"]


def test_redpajama_signals_are_all_there() -> None:
    names = [signal.name for signal in declared_signals()]
    assert sum(name.startswith("rps_lines_") for name in names) == 6
    assert sum(name.startswith("rps_doc_ml_") for name in names) == 3
    assert sum("_importance" in name for name in names) == 6
    assert sum(name.startswith("ccnet_") for name in names) == 7
    assert sum(signal.name.startswith("rps_") for signal in signals_of("core")) == 27


def test_an_unknown_group_is_refused() -> None:
    with pytest.raises(ValueError, match="there are core, language"):
        schema("no_such_group")
