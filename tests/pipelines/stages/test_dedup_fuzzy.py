"""Near copies and further keys, through the stages."""

import json
import random
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from pipelines.corpus import Receipt
from pipelines.dedup.clusters import Measure, cluster_texts
from pipelines.dedup.profiles import PROFILES
from pipelines.errors import LoamError
from pipelines.recipe.dedup import DedupSection, FuzzySection
from pipelines.stages import annotate, dedup, dedup_pairs
from signals.reference.minhash import jaccard, shingles
from tests.pipelines.dedup.near_copies import prose, with_near_copies
from tests.pipelines.stages.curation import PROSE, Curation, document_id

Row = Mapping[str, Any]

WORDS = prose(random.Random(5), 100)  # noqa: S311  reproducible texts


def _text(*swapped: int, until: int = 100) -> str:
    return " ".join("other" if place in swapped else word for place, word in enumerate(WORDS[:until]))


def _run(root: Path, shards: Mapping[str, Sequence[Row]], **section: Any) -> tuple[Curation, list[Receipt]]:  # noqa: ANN401 -- a recipe's section
    curation = Curation(root, dedup=section)
    for shard, rows in shards.items():
        curation.add(shard, rows)
    return curation, curation.run(*_stages(curation))


def _stages(curation: Curation) -> list[Any]:
    fuzzy = curation.plan.recipe.dedup.fuzzy
    signatures = [] if fuzzy is None else [annotate.annotation_stage(fuzzy.group)]
    return [annotate.LANGUAGE, annotate.CORE, *signatures, *dedup.STAGES]


def _found(curation: Curation, names: Sequence[str], generation: int | None = None) -> dict[str, tuple[str, str]]:
    """Return by name the name of its representative and how they match."""
    of_id = {document_id(name): name for name in names}
    rows = curation.rows("duplicates", generation)
    return {of_id[identity]: (of_id[row["cluster"]], row["match"]) for identity, row in rows.items()}


def test_near_copies_are_one_cluster_with_their_copies_and_licences(tmp_path: Path) -> None:
    rows = [
        {"name": "first", "text": _text(), "created": "2001", "license_declared": "MIT"},
        {"name": "near", "text": _text(40), "created": "2002", "license_declared": "CC-BY-NC-4.0"},
        {"name": "copy of near", "text": _text(40).upper(), "created": "2003"},
        {"name": "copy of first", "text": _text() + ".", "created": "2004", "license_declared": "CC0-1.0"},
        {"name": "far", "text": _text(20, 40, 60, 80), "created": "2005"},
    ]
    curation, receipts = _run(tmp_path, {"one": rows[:2], "two": rows[2:]}, fuzzy=True)
    found = curation.rows("duplicates")
    assert _found(curation, [str(row["name"]) for row in rows]) == {
        "first": ("first", "exact"),
        "near": ("first", "fuzzy"),
        "copy of near": ("first", "fuzzy"),
        "copy of first": ("first", "exact"),
    }
    similarity = jaccard(*(shingles(_text(*swapped), PROFILES["loam"].shingling) for swapped in ((), (40,))))
    near, copied = (found[document_id(name)] for name in ("near", "copy of near"))
    assert near["similarity"] == copied["similarity"] == similarity
    for row in found.values():
        assert row["cluster_size"] == 4
        assert row["cluster_licenses"] == ["CC-BY-NC-4.0", "CC0-1.0", "MIT"]
    assert (receipts[-1].outcome.rows_in, receipts[-1].outcome.rows_out) == (5, 5)


def test_the_preferred_speaks_for_the_others(tmp_path: Path) -> None:
    rows = [{"name": "a", "text": _text(40)}, {"name": "b", "text": _text(), "title": "wanted"}]
    curation, _ = _run(tmp_path, {"s": rows}, fuzzy=True, keep=["title"])
    assert _found(curation, "ab") == {"a": ("b", "fuzzy"), "b": ("b", "exact")}


def test_one_page_at_two_addresses(tmp_path: Path) -> None:
    rows = [
        {"name": "a", "text": _text(), "url": "https://h.org/x/?utm_source=s", "created": "2001"},
        {"name": "b", "text": _text(until=50), "url": "http://H.org/x", "created": "2002", "lang": "fra_Latn"},
        {"name": "c", "text": PROSE, "meta": json.dumps({"digest": "sha1:QQ"}), "created": "2003"},
        {
            "name": "d",
            "text": "Else.",
            "meta": json.dumps({"digest": "QQ"}),
            "url": "http://h.org/y",
            "source": "other",
        },
        {"name": "e", "text": "Nothing."},
        {"name": "f", "text": "Nothing at all."},
    ]
    names = "abcdef"
    curation, _ = _run(tmp_path / "1", {"s": rows}, exact={"on": ["text", "url", "digest"]})
    assert _found(curation, names) == {
        "a": ("a", "exact"),
        "b": ("a", "url"),
        "c": ("c", "exact"),
        "d": ("c", "digest"),
    }
    found = curation.rows("duplicates")
    expected = jaccard(*(shingles(str(row["text"]), PROFILES["loam"].shingling) for row in rows[:2]))
    assert found[document_id("b")]["similarity"] == expected == 46 / 96
    assert found[document_id("d")]["similarity"] == 0.0
    curation, _ = _run(tmp_path / "2", {"s": rows}, exact={"on": "digest"}, fuzzy=True)
    assert _found(curation, names) == {"c": ("c", "exact"), "d": ("c", "digest")}


def test_a_key_alone_merges_no_copies_of_a_text(tmp_path: Path) -> None:
    rows = [
        {"name": "a", "text": PROSE, "meta": json.dumps({"digest": "QQ"}), "created": "2001"},
        {"name": "b", "text": "Else.", "meta": json.dumps({"digest": "QQ"}), "created": "2002"},
        {"name": "c", "text": PROSE, "meta": json.dumps({"digest": "RR"}), "created": "2003"},
    ]
    curation, _ = _run(tmp_path, {"s": rows}, exact={"on": "digest"})
    assert _found(curation, "abc") == {"a": ("a", "exact"), "b": ("a", "digest")}


def test_copies_of_a_text_are_alike_where_texts_are_not_a_key(tmp_path: Path) -> None:
    rows = [{"name": "a", "text": "One two."}, {"name": "b", "text": "one two"}, {"name": "c", "text": "?"}]
    rows += [{"name": "d", "text": "?"}]
    curation, _ = _run(tmp_path, {"s": rows}, exact=False, fuzzy=True, keep=["title"])
    first = min("ab", key=document_id)
    assert {name: cluster for name, (cluster, _) in _found(curation, "abcd").items()} == {"a": first, "b": first}
    assert sorted(match for _, match in _found(curation, "abcd").values()) == ["exact", "fuzzy"]


@settings(
    deadline=None, max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(cuts=st.sets(st.integers(1, 40), max_size=3), shuffled=st.randoms(use_true_random=False))
def test_clusters_depend_on_the_documents_alone(
    tmp_path_factory: pytest.TempPathFactory, cuts: set[int], shuffled: random.Random
) -> None:
    texts = with_near_copies(4, 20)
    rows = [{"name": str(row), "text": text, "url": f"http://h/{row % 17}"} for row, text in enumerate(texts)]
    section: dict[str, Any] = {"fuzzy": {"threshold": 0.7}, "exact": {"on": ["text", "url"]}}
    whole, _ = _run(tmp_path_factory.mktemp("whole"), {"s": rows}, **section)
    shuffled.shuffle(rows)
    bounds = [0, *sorted(cuts), len(rows)]
    parts = {f"s{start}": rows[start:stop] for start, stop in pairwise(bounds)}
    parted, _ = _run(tmp_path_factory.mktemp("parted"), parts, **section)
    assert parted.rows("duplicates") == whole.rows("duplicates") != {}
    pairs = [curation.plan.output("matches/pairs/generation-0/all.arrow").sha256 for curation in (whole, parted)]
    assert pairs[0] == pairs[1]


def test_the_stages_find_what_memory_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.dedup.comparison._ELEMENTS_AT_A_TIME", 500)  # some pairs at a time
    monkeypatch.setattr(dedup_pairs, "_PAIRS_AT_A_TIME", 7)
    rows = [{"name": str(row), "text": text} for row, text in enumerate(with_near_copies(6, 40))]
    rows.sort(key=lambda row: document_id(row["name"]))
    curation, _ = _run(tmp_path, {"a": rows[:50], "b": rows[50:]}, fuzzy={"threshold": 0.75}, keep=[])
    expected = cluster_texts(pa.array([row["text"] for row in rows]), PROFILES["loam"], Measure(0.75))
    found = _found(curation, [row["name"] for row in rows])
    assert [found.get(row["name"], (row["name"],))[0] for row in rows] == [
        rows[representative]["name"] for representative in expected.representative.tolist()
    ]
    assert len({cluster for cluster, _ in found.values()}) > 10


def test_translations_join_what_came_from_sources(tmp_path: Path) -> None:
    curation, _ = _run(
        tmp_path,
        {
            "one": [
                {"name": "a", "text": _text(), "created": "2001", "license_declared": "MIT"},
                {"name": "near a", "text": _text(50), "created": "2002", "license_declared": "ISC"},
                {"name": "lone", "text": PROSE, "license_declared": "Zlib"},
            ]
        },
        fuzzy=True,
    )
    before = (tmp_path / "duplicates/docs/one.parquet").read_bytes()
    curation.add(
        "one", [{"name": "t1", "text": _text(0), "license_declared": "CC0-1.0", "created": "1990"}], generation=1
    )
    curation.add("two", [{"name": "t2", "text": PROSE + " Indeed."}, {"name": "t3", "text": "Só."}], generation=1)
    for stage in _stages(curation):
        curation.run(stage, generation=1)
    names = ["a", "near a", "lone", "t1", "t2", "t3"]
    assert _found(curation, names, 1) == {"t1": ("a", "fuzzy"), "t2": ("lone", "fuzzy")}
    found = curation.rows("duplicates", 1)
    assert (tmp_path / "duplicates/docs/one.parquet").read_bytes() == before
    assert found[document_id("t1")]["cluster_size"] == 3
    assert found[document_id("t1")]["cluster_licenses"] == ["CC0-1.0", "ISC", "MIT"]
    assert found[document_id("t2")]["cluster_size"] == 2
    assert found[document_id("t2")]["cluster_licenses"] == ["Zlib"]


def test_more_documents_than_memory_allows(tmp_path: Path) -> None:
    curation = Curation(tmp_path, run={"memory": 1000})
    curation.add("s", [{"name": "a"}])
    with pytest.raises(LoamError, match=r"1 documents need about 0\.6 GB; allow as much in run\.memory"):
        curation.run(annotate.LANGUAGE, annotate.CORE, *dedup.STAGES)


def test_a_recipe_that_wants_near_copies_has_their_signatures_computed(tmp_path: Path) -> None:
    for profile, group in (("fineweb", "minhash"), ("redpajama_v2", "minhash_redpajama_v2")):
        recipe = Curation(tmp_path, dedup={"fuzzy": {"profile": profile}}).plan.recipe
        assert recipe.annotate.groups == ("core", "language", group)
    assert Curation(tmp_path).plan.recipe.annotate.groups == ("core", "language")


def test_what_a_recipe_may_ask_for() -> None:
    assert DedupSection.model_validate({"fuzzy": True}).fuzzy == FuzzySection()
    assert DedupSection.model_validate({"fuzzy": False}).fuzzy is None
    wrongs: list[dict[str, Any]] = [{"fuzzy": "loam"}, {"fuzzy": {"threshold": 0}}, {"exact": {"on": []}}]
    for wrong in [*wrongs, {"exact": {"on": "title"}}]:
        with pytest.raises(ValidationError):
            DedupSection.model_validate(wrong)
    with pytest.raises(ValidationError, match="twice"):
        DedupSection.model_validate({"exact": {"on": ["url", "url"]}})
