from collections import Counter

import pytest

from pipelines.errors import LoamError
from pipelines.stages import decontaminate, edit_pii
from pipelines.stages.order import PASSES, STAGE_NAMES, passes_until, stage_named, user_name


def _names(last: str | None) -> list[tuple[str, int]]:
    return [(stage.name, generation) for stage, generation in passes_until(last)]


def test_the_way() -> None:
    assert " ".join(STAGE_NAMES) == "ingest annotate dedup license select translate tokenize mix publish"
    assert passes_until(None) == passes_until("publish") == PASSES


@pytest.mark.parametrize(
    ("last", "ends"),
    [
        ("ingest", ("ingest", 0)),
        ("annotate", (edit_pii.STAGE.name, 0)),
        ("dedup", (decontaminate.REPORT.name, 0)),
        ("license", ("license", 0)),
        ("select", ("select", 0)),
        ("translate", ("translate", 1)),
        ("mix", ("mix", 0)),
    ],
)
def test_a_stage_ends_before_translations_pass_it_again(last: str, ends: tuple[str, int]) -> None:
    assert _names(last)[-1] == ends
    assert _names(last) == [(stage.name, generation) for stage, generation in PASSES][: len(_names(last))]


def test_each_stage_goes_further_than_the_one_before() -> None:
    lengths = [len(passes_until(name)) for name in STAGE_NAMES]
    assert lengths == sorted(set(lengths))


def test_translations_are_decided_before_tokens_are_made() -> None:
    names = _names("tokenize")
    assert names.index(("select", 0)) < names.index(("translate", 1)) < names.index(("select", 1))
    assert names.index(("select", 1)) < names.index(("tokenize", 0))


def test_an_unknown_stage() -> None:
    with pytest.raises(LoamError, match=r"no stage 'selekt'.*ingest, annotate, dedup"):
        passes_until("selekt")


def test_every_pass_has_a_name_for_users_and_for_the_ledger() -> None:
    assert {user_name(stage.name, generation) for stage, generation in PASSES} == set(STAGE_NAMES)
    assert all(stage_named(stage.name) is stage for stage, _ in PASSES)
    assert len(set(_names(None))) == len(PASSES)


def test_only_documents_and_what_is_told_of_benchmarks_are_written_by_two_stages() -> None:
    stages = {stage.name: stage for stage, _ in PASSES}
    tables = Counter(table for stage in stages.values() for table in stage.tables)
    assert {table for table, count in tables.items() if count > 1} == {"documents", decontaminate.EVIDENCE}
