from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.corpus import Shelf
from pipelines.corpus.schemas import DUPLICATES
from pipelines.stages import annotate, dedup
from tests.pipelines.stages.curation import PROSE, Curation, document_id, evidence


def _clusters(root: Path, shards: Mapping[str, Sequence[Mapping[str, Any]]], **section: Any) -> dict[str, set[str]]:  # noqa: ANN401 -- a recipe's section
    """Return each cluster's members by the name of its representative."""
    curation = Curation(root, dedup=section)
    for shard, rows in shards.items():
        curation.add(shard, rows)
    curation.run(annotate.LANGUAGE, annotate.CORE, *dedup.STAGES)
    names = {document_id(row["name"]): row["name"] for rows in shards.values() for row in rows}
    found: dict[str, set[str]] = {}
    for identity, row in curation.rows("duplicates").items():
        found.setdefault(names[row["cluster"]], set()).add(names[identity])
    return found


def test_documents_of_one_normalised_text_are_one_cluster(tmp_path: Path) -> None:
    curation = Curation(tmp_path)
    rows = [
        {"name": "a", "text": PROSE, "license_declared": "MIT", "lang": "fra_Latn"},
        {"name": "alone", "text": "Something else."},
        {"name": "b", "text": "  " + PROSE.upper().replace(", ", ",\n\n") + "\n", "license_declared": "CC0-1.0"},
        {"name": "c", "text": PROSE, "license_declared": "MIT", "source": "other"},
        {"name": "d", "text": PROSE, "lang": "eng_Latn"},
    ]
    curation.add("one", rows[:3])
    curation.add("two", rows[3:])
    receipts = curation.run(annotate.LANGUAGE, annotate.CORE, *dedup.STAGES)
    found = curation.rows("duplicates")
    assert list(found) == [document_id(name) for name in "abcd"]  # in the order of the documents, the lone one left out
    representative = {row["cluster"] for row in found.values()}
    assert representative == {identity for identity, row in found.items() if row["representative"]}
    assert len(representative) == 1
    for row in found.values():
        assert (row["similarity"], row["cluster_size"], row["match"]) == (1.0, 4, "exact")
        assert row["cluster_licenses"] == ["CC0-1.0", "MIT"]
        assert row["cluster_languages"] == ["eng_Latn", "fra_Latn"]
    outcome = receipts[-1].outcome
    assert (outcome.rows_in, outcome.rows_out, outcome.dropped) == (5, 5, {})
    assert outcome.bytes_in == sum(len(row["text"].encode()) for row in rows)
    schema = Shelf(tmp_path).read("duplicates/docs/one.parquet").schema
    assert schema.equals(DUPLICATES.remove_metadata())


def test_documents_without_letters_are_not_all_the_same(tmp_path: Path) -> None:
    texts = ["+++", "---", "1 2 3", "4 5 6", "日本", "ไทย"]
    rows = [{"name": text, "text": text} for text in texts]
    assert _clusters(tmp_path, {"one": rows}) == {}


def test_the_declared_order_decides_in_turn(tmp_path: Path) -> None:
    def row(name: str, rank: str | None, created: str | None, text: str = PROSE) -> dict[str, Any]:
        return {"name": name, "text": text, "created": created, "license_evidence": rank and evidence(rank, "MIT")}

    strongest = [row("weak", "E5", "2001"), row("strong", "E2", "2009"), row("none", None, "2000")]
    assert _clusters(tmp_path / "1", {"s": strongest}) == {"strong": {"weak", "strong", "none"}}
    earliest = [row("undated", "E2", None), row("late", "E2", "2009"), row("early", "E2", "2001")]
    assert _clusters(tmp_path / "2", {"s": earliest}) == {"early": {"undated", "late", "early"}}
    undated = [row("x", None, None), row("y", None, None), row("z", None, None)]
    least = min("xyz", key=document_id)
    assert _clusters(tmp_path / "3", {"s": undated}) == {least: {"x", "y", "z"}}


def test_an_order_of_ones_own_with_nulls_last_both_ways(tmp_path: Path) -> None:
    rows = [{"name": "a", "title": "a"}, {"name": "none"}, {"name": "c", "title": "c"}]
    assert set(_clusters(tmp_path / "1", {"s": rows}, keep=["title"])) == {"a"}
    assert set(_clusters(tmp_path / "2", {"s": rows}, keep=["title DESC"])) == {"c"}
    assert set(_clusters(tmp_path / "3", {"s": rows}, keep=["title = 'c'"])) == {"a"}
    assert set(_clusters(tmp_path / "4", {"s": rows}, keep=["length(title) desc", "title desc"])) == {"c"}
    assert set(_clusters(tmp_path / "5", {"s": rows}, keep=[])) == {min(["a", "none", "c"], key=document_id)}


def test_signals_may_order(tmp_path: Path) -> None:
    rows = [{"name": "short", "text": "A b c."}, {"name": "long", "text": "a  b  c"}]
    assert set(_clusters(tmp_path / "1", {"s": rows}, keep=["char_count"])) == {"short"}
    assert set(_clusters(tmp_path / "2", {"s": rows}, keep=["char_count desc"])) == {"long"}


@settings(
    deadline=None, max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    cuts=st.sets(st.integers(1, 8), max_size=3),
    order=st.permutations([(f"n{number}", number % 3, number % 4) for number in range(9)]),
)
def test_clusters_do_not_depend_on_shards_or_order(
    tmp_path_factory: pytest.TempPathFactory, cuts: set[int], order: list[tuple[str, int, int]]
) -> None:
    rows = [
        {"name": name, "text": f"{PROSE} Version {'abc'[version]}.", "created": f"200{created}" if created else None}
        for name, version, created in order
    ]
    bounds = [0, *sorted(cuts), len(rows)]
    shards = {f"s{start}": rows[start:stop] for start, stop in pairwise(bounds)}
    found = _clusters(tmp_path_factory.mktemp("corpus"), shards)
    assert found == {"n6": {"n0", "n3", "n6"}, "n1": {"n1", "n4", "n7"}, "n5": {"n2", "n5", "n8"}}


def test_off(tmp_path: Path) -> None:
    curation = Curation(tmp_path, dedup={"exact": False})
    curation.add("one", [{"name": "a"}, {"name": "b"}])
    curation.run(annotate.LANGUAGE, annotate.CORE)
    receipt = curation.run(*dedup.STAGES)[-1]
    assert curation.rows("duplicates") == {}
    assert Shelf(tmp_path).read("duplicates/docs/one.parquet").schema.equals(DUPLICATES.remove_metadata())
    assert (receipt.outcome.rows_in, receipt.outcome.rows_out) == (2, 2)


def test_translations_never_displace_what_came_from_sources(tmp_path: Path) -> None:
    curation = Curation(tmp_path)
    curation.add(
        "one",
        [
            {"name": "late", "created": "2020", "license_declared": "MIT", "lang": "eng_Latn"},
            {"name": "other", "text": "x"},
        ],
    )
    curation.run(annotate.LANGUAGE, annotate.CORE, *dedup.STAGES)
    before = (tmp_path / "duplicates/docs/one.parquet").read_bytes()
    strong = {
        "created": "1990",
        "lang": "por_Latn",
        "license_evidence": evidence("E1", "CC0-1.0"),
        "license_declared": "CC0-1.0",
    }
    curation.add("one", [{"name": "early", **strong}, {"name": "t1", "text": "Só isto."}], generation=1)
    curation.add("two", [{"name": "t2", "text": "Só isto.", "created": "2000"}], generation=1)
    curation.run(annotate.LANGUAGE, annotate.CORE, *dedup.STAGES, generation=1)
    found = curation.rows("duplicates", generation=1)
    late, early, first, second = (document_id(name) for name in ("late", "early", "t1", "t2"))
    assert {identity: (row["cluster"], row["representative"]) for identity, row in found.items()} == {
        early: (late, False),
        first: (second, False),
        second: (second, True),
    }
    assert found[early]["cluster_licenses"] == ["CC0-1.0", "MIT"]
    assert found[early]["cluster_languages"] == ["eng_Latn", "por_Latn"]
    assert found[early]["cluster_size"] == 2
    assert (tmp_path / "duplicates/docs/one.parquet").read_bytes() == before


def test_nothing_to_compare(tmp_path: Path) -> None:
    assert list(dedup.STAGE.plan(Curation(tmp_path).plan, 0)) == []
    curation = Curation(tmp_path)
    curation.add("one", [])
    curation.run(annotate.LANGUAGE, annotate.CORE, *dedup.STAGES)
    assert curation.rows("duplicates") == {}


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    shards = {"it's [one] *": [{"name": "a"}], "two": [{"name": "b"}]}
    (members,) = _clusters(tmp_path / "O'Brien's corpus, [a-c]*", shards).values()
    assert members == {"a", "b"}
