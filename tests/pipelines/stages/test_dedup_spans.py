from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.corpus import Receipt, Shelf
from pipelines.corpus.schemas import EDITS
from pipelines.edits.edited import edited_texts
from pipelines.stages import annotate, dedup, dedup_spans
from tests.pipelines.stages.curation import PROSE, Curation, document_id

STAGES = (annotate.LANGUAGE, annotate.CORE, *dedup.STAGES, *dedup_spans.STAGES)
MENU = "Home | About us | Contact us here\n"
LICENCE = (
    "Permission is granted to copy, distribute and/or modify this document under the terms of the licence that the "
    "free documentation project published, version one or any later version, with no invariant sections."
)


def curation_of(folder: Path, shards: Mapping[str, Sequence[Mapping[str, Any]]], **spans: Any) -> Curation:  # noqa: ANN401 -- a recipe's section
    curation = Curation(folder, dedup={"spans": spans})
    for shard, rows in shards.items():
        curation.add(shard, rows)
    return curation


def edits_of(curation: Curation, kind: str, generation: int = 0) -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = {}
    for shard in curation.plan.document_shards(generation):
        for edit in Shelf(curation.root).read(shard.path(f"edits/{kind}")).to_pylist():
            found.setdefault(edit["id"], []).append((edit["start"], edit["end"]))
    return found


def left_in(curation: Curation, *kinds: str) -> dict[str, str]:
    """Return what the edits leave of each document."""
    left: dict[str, str] = {}
    shelf = Shelf(curation.root)
    for shard in curation.plan.document_shards(0):
        documents = shelf.read(shard.path("documents"), ["id", "text"])
        texts: Any = documents["text"]
        tables = [shelf.read(shard.path(f"edits/{kind}")) for kind in kinds]
        texts = edited_texts(texts, documents["id"], pa.concat_tables(tables))
        left |= {str(id_): str(text) for id_, text in zip(documents["id"].to_pylist(), texts.to_pylist(), strict=True)}
    return left


def test_a_repeated_span_stays_where_the_order_prefers_it(tmp_path: Path) -> None:
    rows = [
        {"name": "late", "text": f"Some words first. {LICENCE} And some after.", "created": "2020"},
        {"name": "early", "text": f"{PROSE} {LICENCE.upper()}", "created": "2001"},
        {"name": "other", "text": "Nothing of this is repeated."},
    ]
    curation = curation_of(tmp_path, {"one": rows[:1], "two": rows[1:]}, tokens=20)
    receipts = curation.run(*STAGES)
    assert edits_of(curation, "spans") == {document_id("late"): [(18, 18 + len(LICENCE) + 1)]}
    assert left_in(curation, "spans")[document_id("late")] == "Some words first. And some after."
    table = Shelf(tmp_path).read("edits/spans/docs/one.parquet")
    assert table.schema.equals(EDITS.remove_metadata())
    assert table["rule"].to_pylist() == ["tokens_20"]
    outcomes = [receipt.outcome for receipt in receipts if receipt.stage == "dedup-spans"]
    assert [outcome.dropped for outcome in outcomes] == [{"tokens_20": len(LICENCE) + 1}, {}]
    assert sum(outcome.rows_in for outcome in outcomes) == sum(len(row["text"]) for row in rows)


def test_copies_of_whole_documents_take_no_part(tmp_path: Path) -> None:
    rows = [{"name": "a", "text": PROSE, "created": "2001"}, {"name": "b", "text": PROSE + "!", "created": "2002"}]
    curation = curation_of(tmp_path, {"one": rows}, tokens=10, lines="ccnet")
    receipts = curation.run(*STAGES)
    assert edits_of(curation, "spans") == edits_of(curation, "lines") == {}
    index = next(receipt.outcome for receipt in receipts if receipt.stage == "dedup-spans-index")
    assert (index.rows_in, index.rows_out, index.dropped) == (2, 1, {"duplicate": 1})


@pytest.mark.parametrize(
    ("lines", "left"),
    [
        ("ccnet", ["Alpha.\n\nomega", "", "beta\nbeta 1"]),
        ("c4", [f"{MENU}Alpha.\n\nomega", MENU, f"beta\nbeta 1\n{MENU}beta 2\nBETA 3"]),
        ("roots", [f"{MENU}Alpha.\n\nomega", MENU, f"beta\nbeta 1\n{MENU}beta 2\nBETA 3"]),
    ],
)
def test_lines_repeated_across_documents(tmp_path: Path, lines: str, left: list[str]) -> None:
    texts = [f"{MENU}Alpha.\n\nomega", MENU, f"beta\nbeta 1\n{MENU}beta 2\nBETA 3"]
    rows = [{"name": str(number), "text": text, "created": f"200{number}"} for number, text in enumerate(texts)]
    curation = curation_of(tmp_path, {"one": rows}, lines=lines)
    curation.run(*STAGES)
    assert [left_in(curation, "lines")[document_id(str(number))] for number in range(3)] == left


def test_words_are_sought_in_what_the_lines_left(tmp_path: Path) -> None:
    half, rest = PROSE.split(". ", 1)
    texts = [f"{half}\n{MENU}{rest}\n", f"{half}\n{MENU}{rest}\nAnd more.", f"{MENU}So."]
    rows = [{"name": str(number), "text": text, "created": f"200{number}"} for number, text in enumerate(texts)]
    curation = curation_of(tmp_path, {"one": rows}, lines="roots", tokens=50)
    rows += [{"name": f"menu {number}", "text": f"{number} is a page.\n{MENU}"} for number in range(8)]
    curation = curation_of(tmp_path / "menus", {"one": rows}, lines="roots", tokens=50)
    curation.run(*STAGES)
    second = document_id("1")
    menu = (len(half) + 1, len(half) + 1 + len(MENU))
    assert edits_of(curation, "lines")[second] == [menu]
    assert edits_of(curation, "spans") == {second: [(0, menu[0]), (menu[1], len(texts[1]) - len("And more."))]}
    assert left_in(curation, "lines", "spans")[second] == "And more."


def _all_edits(folder: Path, shards: Mapping[str, Sequence[Mapping[str, Any]]], partition: int) -> dict[str, Any]:
    curation = curation_of(folder, shards, lines="c4", tokens=8)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dedup_spans, "LARGEST_PARTITION", partition)
        curation.run(*STAGES)
    return {kind: dict(sorted(edits_of(curation, kind).items())) for kind in ("lines", "spans")}


@settings(
    deadline=None, max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    cuts=st.sets(st.integers(1, 8), max_size=3),
    order=st.permutations(range(9)),
    partition=st.sampled_from([1_000, 5_000, 2**29]),
)
def test_edits_do_not_depend_on_shards_order_or_partitions(
    tmp_path_factory: pytest.TempPathFactory, cuts: set[int], order: list[int], partition: int
) -> None:
    words = [f"{'abc'[number % 3]}{number // 9}" for number in range(60)]
    rows = [
        {
            "name": str(number),
            "text": f"{number}. {' '.join(words[number * 4 : number * 4 + 20])}. One. Two. Three. {number}",
        }
        for number in range(9)
    ]
    expected = _all_edits(tmp_path_factory.mktemp("whole"), {"s": rows}, 2**29)
    assert expected["lines"]
    assert expected["spans"]
    shuffled = [rows[number] for number in order]
    bounds = [0, *sorted(cuts), len(rows)]
    shards = {f"s{start}": shuffled[start:stop] for start, stop in pairwise(bounds)}
    assert _all_edits(tmp_path_factory.mktemp("cut"), shards, partition) == expected


def test_translations_are_held_against_generation_0_and_leave_it(tmp_path: Path) -> None:
    curation = curation_of(
        tmp_path, {"one": [{"name": "a", "text": f"{PROSE} {LICENCE}", "created": "2020"}]}, tokens=20
    )
    curation.run(*STAGES)
    before = (tmp_path / "edits/spans/docs/one.parquet").read_bytes()
    rows = [
        {"name": "t", "text": f"Primeiro. {LICENCE} Depois disso, {PROSE[:130]}", "created": "1990"},
        {"name": "u", "text": "Só isto."},
    ]
    curation.add("one", rows, generation=1)
    curation.run(*STAGES, generation=1)
    assert edits_of(curation, "spans", 1)[document_id("t")][0] == (10, 10 + len(LICENCE) + 1)
    assert (tmp_path / "edits/spans/docs/one.parquet").read_bytes() == before
    for stage in STAGES:  # what was planned before stands as it was
        assert [unit.name for unit in stage.plan(curation.plan, 0)] == [
            receipt.name for receipt in curation.plan.receipts(stage.name, 0)
        ]


def test_nothing_asked_and_nothing_there(tmp_path: Path) -> None:
    nothing = Curation(tmp_path)
    nothing.add("one", [{"name": "a"}])
    receipts: list[Receipt] = nothing.run(*STAGES)
    assert not {receipt.stage for receipt in receipts} & {stage.name for stage in dedup_spans.STAGES}
    empty = curation_of(tmp_path / "empty", {"one": []}, lines="roots", tokens=50)
    empty.run(*STAGES)
    assert edits_of(empty, "spans") == {}
