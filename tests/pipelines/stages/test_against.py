"""Deduplicating against other corpora, held to deduplicating all of them together."""

import random
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from pipelines.corpus import Shelf, Stage
from pipelines.corpus.identity import write_corpus_identity
from pipelines.corpus.schemas import JOINT_CHANGES
from pipelines.errors import CorpusError, LoamError, RecipeError
from pipelines.recipe.dedup import AgainstSection, DedupSection
from pipelines.stages import annotate, dedup, dedup_shingles, transform
from tests.pipelines.dedup.near_copies import with_near_copies
from tests.pipelines.stages.curation import PROSE, Curation, document_id

Row = dict[str, Any]
Rows = dict[str, Row]

LICENSES = ("MIT", "CC-BY-NC-4.0", None)
SECTIONS: tuple[dict[str, Any], ...] = (
    {"exact": {"on": ["text"]}},
    {"exact": {"on": ["text", "url"]}, "keep": ["title"]},
    {"fuzzy": {"threshold": 0.7}, "keep": ["title", "created"]},
    {"exact": {"on": ["text", "url"]}, "fuzzy": {"threshold": 0.6}},
    {"exact": False, "fuzzy": {"profile": "fineweb"}, "keep": []},
    {"exact": {"on": "url"}, "fuzzy": {"threshold": 0.7, "measure": "containment"}, "keep": ["title"]},
)


def _curated(root: Path, shards: Mapping[str, Sequence[Row]], **section: Any) -> Curation:  # noqa: ANN401 -- a recipe's section
    curation = Curation(root, dedup=section)
    root.mkdir(parents=True, exist_ok=True)
    write_corpus_identity(root, curation.plan.recipe, 1.0)
    for shard, rows in shards.items():
        curation.add(shard, rows)
    curation.run(*_stages(curation))
    return curation


def _stages(curation: Curation) -> list[Stage]:
    fuzzy = curation.plan.recipe.dedup.fuzzy
    signatures = [] if fuzzy is None else [annotate.annotation_stage(fuzzy.group)]
    return [annotate.LANGUAGE, annotate.CORE, *signatures, *dedup.STAGES]


def _random_rows(generator: random.Random, originals: int) -> list[Row]:
    """Return documents with near copies, copies and shared addresses among them."""
    texts = with_near_copies(generator.randrange(1000), originals)
    texts += generator.choices(texts, k=originals)
    return [
        {
            "name": f"n{number}",
            "text": text,
            "url": generator.choice([None, f"http://h/{generator.randrange(originals * 2)}"]),
            "title": generator.choice("abc"),
            "created": generator.choice([None, "2001", "2002"]),
            "license_declared": generator.choice(LICENSES),
            "lang": generator.choice(["fra_Latn", "eng_Latn"]),
        }
        for number, text in enumerate(texts)
    ]


def _sharded(rows: Sequence[Row], generator: random.Random) -> dict[str, list[Row]]:
    bounds = [0, *sorted(generator.randrange(len(rows) + 1) for _ in range(generator.randrange(3))), len(rows)]
    return {f"s{number}": list(rows[begin:end]) for number, (begin, end) in enumerate(pairwise(bounds))}


def _changes(curation: Curation, number: int = 0) -> Rows:
    paths = sorted((curation.root / "joint_changes").glob(f"{number}@*/*.parquet"))
    return {row["id"]: row for path in paths for row in Shelf(curation.root).read(str(path)).to_pylist()}


def _told(rows: Rows) -> Rows:
    """Return what is told of documents, but in which corpus it stands."""
    names = [
        name for name in JOINT_CHANGES.names if name not in ("corpus", "change", "cluster_before", "cluster_corpus")
    ]
    return {identity: {name: row[name] for name in names} for identity, row in rows.items() if row["cluster_size"] > 1}


@settings(
    deadline=None, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    generator=st.randoms(use_true_random=False),
    section=st.sampled_from(SECTIONS),
    share=st.sampled_from([0.2, 0.5, 0.9]),
    corpora=st.integers(1, 2),
)
def test_the_result_is_that_of_deduplicating_together(
    tmp_path_factory: pytest.TempPathFactory,
    generator: random.Random,
    section: dict[str, Any],
    share: float,
    corpora: int,
) -> None:
    folder = tmp_path_factory.mktemp("corpora")
    rows = _random_rows(generator, 8)
    parts: list[list[Row]] = [[] for _ in range(corpora + 1)]
    for row in rows:
        parts[generator.randrange(corpora) if generator.random() < share else corpora].append(row)
    together = _curated(folder / "together", _sharded(rows, generator), **section)
    olds = [
        _curated(folder / f"old{number}", _sharded(part, generator), **section)
        for number, part in enumerate(parts[:corpora])
    ]
    names = [f"../{old.root.name}" for old in olds]
    before = [_bytes(old.root) for old in olds]
    new = _curated(folder / "new", _sharded(parts[-1], generator), **section, against=names)
    assert [_bytes(old.root) for old in olds] == before
    expected = together.rows("duplicates")
    found = new.rows("duplicates")
    reported = {name: _changes(new, number) for number, name in enumerate(names)}
    home = {document_id(row["name"]): name for name, part in zip([*names, None], parts, strict=True) for row in part}
    told = dict(found)
    for old, name in zip(olds, names, strict=True):
        told |= {**old.rows("duplicates"), **reported[name]}
    assert _told(told) == _told(expected)
    for identity, row in {**found, **{key: row for rows in reported.values() for key, row in rows.items()}}.items():
        assert row["cluster_corpus"] == home[row["cluster"]], identity
    for old, name in zip(olds, names, strict=True):
        _check_changes(reported[name], old.rows("duplicates"), expected, name)
    translations = _random_rows(generator, 3)
    translations += [{**row, "name": f"t{row['name']}"} for row in generator.sample(rows, 5)]
    for curation in (together, new):
        curation.add("t", [{**row, "name": f"t{row['name']}"} for row in translations], generation=1)
        curation.run(*_stages(curation), generation=1)
    assert _told(new.rows("duplicates", 1)) == _told(together.rows("duplicates", 1))
    assert [_bytes(old.root) for old in olds] == before


def _bytes(root: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(root)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def _check_changes(reported: Rows, before: Rows, together: Rows, corpus: str) -> None:
    """Hold what is reported of a corpus to what a document was and is."""
    alone: Row = {"representative": True}
    for identity, row in reported.items():
        assert row["corpus"] == corpus
        old, new = before.get(identity), together.get(identity)
        was, stands = (old or alone)["representative"], (new or alone)["representative"]
        assert (row["change"] == "dropped") == (was and not stands)
        assert (row["change"] == "kept") == (stands and not was)
        assert row["cluster_before"] == (None if old is None else old["cluster"])
        assert old is None or new is None or _told({identity: old}) != _told({identity: new})


def _page(name: str, text: str = PROSE, **columns: Any) -> Row:  # noqa: ANN401 -- columns of documents
    return {"name": name, "text": text, **columns}


WORDS = [f"word{number}" for number in range(100)]
NEAR = " ".join([*WORDS[:99], "other"])
WHOLE = " ".join(WORDS)


def test_what_changes_is_told_beside_it(tmp_path: Path) -> None:
    old = [
        _page("a", created="2005", license_declared="MIT"),
        _page("b", created="2006"),
        _page("lone", "Nothing else says this."),
    ]
    _curated(tmp_path / "old", {"one": old})
    new = _curated(
        tmp_path / "new", {"one": [_page("early", created="2001"), _page("late", created="2007")]}, against="../old"
    )
    a, b, early, late = map(document_id, ("a", "b", "early", "late"))
    found = new.rows("duplicates")
    assert {
        identity: (row["cluster"], row["cluster_corpus"], row["cluster_size"]) for identity, row in found.items()
    } == {
        early: (early, None, 4),
        late: (early, None, 4),
    }
    assert found[early]["cluster_licenses"] == ["MIT"]
    assert {key: (row["change"], row["cluster_before"], row["cluster"]) for key, row in _changes(new).items()} == {
        a: ("dropped", a, early),
        b: ("moved", a, early),
    }


def test_a_cluster_may_fall_apart(tmp_path: Path) -> None:
    far = " ".join([*WORDS[:88], *(f"else{number}" for number in range(12))])
    first = " ".join([*WORDS[:94], *(f"else{number}" for number in range(6))])
    section: dict[str, Any] = {"fuzzy": {"threshold": 0.8}, "keep": ["created"]}
    old = [_page("middle", first, created="2002"), _page("far", far, created="2003")]
    _curated(tmp_path / "old", {"one": old}, **section)
    new = _curated(
        tmp_path / "new", {"one": [_page("whole", WHOLE, created="2001")]}, **section, against={"corpus": "../old"}
    )
    changes = {key: (row["change"], row["cluster_size"]) for key, row in _changes(new).items()}
    assert changes == {document_id("middle"): ("dropped", 2), document_id("far"): ("kept", 1)}


def test_old_documents_stay_decided_where_only_new_ones_are_dropped(tmp_path: Path) -> None:
    section: dict[str, Any] = {"fuzzy": True, "keep": ["created"]}
    old = [_page("a", WHOLE, created="2005", license_declared="MIT"), _page("b", NEAR, created="2006")]
    _curated(tmp_path / "old", {"one": old}, **section)
    rows = [_page("early", WHOLE, created="2001", license_declared="ISC"), _page("near", NEAR), _page("x"), _page("y")]
    against = {"corpus": ["../old"], "drop": "new_only"}
    new = _curated(tmp_path / "new", {"one": rows}, **section, against=against)
    a, (first, second) = document_id("a"), sorted(map(document_id, "xy"))
    found = new.rows("duplicates")
    assert {key: (row["cluster"], row["cluster_corpus"], row["match"]) for key, row in found.items()} == {
        document_id("early"): (a, "../old", "exact"),
        document_id("near"): (a, "../old", "fuzzy"),
        first: (first, None, "exact"),
        second: (first, None, "exact"),
    }
    assert {row["cluster_size"] for row in found.values()} == {2, 4}
    assert found[document_id("early")]["cluster_licenses"] == ["ISC", "MIT"]
    assert not (new.root / "joint_changes").exists()


def test_a_document_that_both_hold_under_one_id(tmp_path: Path) -> None:
    rows = [_page("a"), _page("b", "Else.")]
    _curated(tmp_path / "old", {"one": rows})
    new = _curated(tmp_path / "new", {"one": rows}, against="../old")
    found = new.rows("duplicates")
    assert {(row["cluster"] == identity, row["cluster_corpus"]) for identity, row in found.items()} == {
        (True, "../old")
    }
    assert not any(row["representative"] for row in found.values())
    assert {row["change"] for row in _changes(new).values()} == {"regrouped"}


def test_sets_that_stand_are_read_and_only_others_are_made(tmp_path: Path) -> None:
    section: dict[str, Any] = {"fuzzy": True}
    old = [_page("a", WHOLE), _page("b", NEAR), _page("c")]
    _curated(tmp_path / "old", {"one": old}, **section)
    new = _curated(
        tmp_path / "new",
        {"one": [_page("d", WHOLE + " more"), _page("e", PROSE + " More.")]},
        **section,
        against="../old",
    )
    receipts = new.plan.receipts(dedup_shingles.STAGE.name, 0)
    assert {receipt.name: receipt.outcome.rows_out for receipt in receipts} == {
        "generation-0/0@docs/one": 1,
        "generation-0/docs/one": 2,
    }
    assert not list((new.root / "matches/keys").glob("*@*"))
    assert {row["cluster_size"] for row in new.rows("duplicates").values()} == {2, 3}


def _first_due(curation: Curation) -> str | None:
    """Return the first stage of deduplication of which a unit would be due."""
    curation.plan.others.clear()
    for stage in dedup.STAGES:
        for unit in stage.plan(curation.plan, 0):
            hashes = {path: curation.plan.output(path).sha256 for path in unit.inputs}
            receipt = curation.plan.receipt(stage.name, unit.name)
            if receipt is None or not receipt.stands(curation.root, unit, unit.fingerprint(stage.version, hashes)):
                return stage.name
    return None


def test_an_old_corpus_that_changed_makes_new_work(tmp_path: Path) -> None:
    old = _curated(tmp_path / "old", {"one": [_page("a")]})
    new = _curated(tmp_path / "new", {"one": [_page("b")]}, against="../old")
    assert _first_due(new) is None
    moved = tmp_path / "elsewhere"
    (tmp_path / "old").rename(moved)
    (tmp_path / "old").symlink_to(moved)
    assert _first_due(new) is None
    old.add("two", [_page("c", "Else.")])
    with pytest.raises(CorpusError, match="not deduplicated yet"):
        _first_due(new)
    old.run(annotate.LANGUAGE, annotate.CORE)
    old.run(*dedup.STAGES)
    assert _first_due(new) == "dedup-joint-order"


def test_a_document_that_changed_after_it_was_deduplicated(tmp_path: Path) -> None:
    old = _curated(tmp_path / "old", {"one": [_page("a")]})
    new = _curated(tmp_path / "new", {"one": [_page("b")]}, against="../old")
    old.add("one", [_page("a", "Else.")])
    old.run(annotate.LANGUAGE, annotate.CORE)
    with pytest.raises(CorpusError, match="changed since it was deduplicated"):
        _first_due(new)


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        ({}, {"exact": {"on": ["text", "url"]}}, "dedup.exact: on url, of which .*old has no keys"),
        ({}, {"fuzzy": True}, "dedup.fuzzy: by loam at 0.8, and .*old was deduplicated without fuzzy"),
        ({"fuzzy": {"threshold": 0.7}}, {"fuzzy": True}, "old was deduplicated by loam at 0.7; deduplicate both alike"),
        ({"exact": False}, {}, "dedup-keys of docs/one is missing"),
    ],
)
def test_corpora_deduplicated_otherwise(tmp_path: Path, before: dict[str, Any], now: dict[str, Any], said: str) -> None:
    _curated(tmp_path / "old", {"one": [_page("a")]}, **before)
    with pytest.raises(LoamError, match=said):
        _curated(tmp_path / "new", {"one": [_page("b")]}, **now, against="../old")


def test_corpora_that_cannot_be_named(tmp_path: Path) -> None:
    shards = {"one": [_page("a")]}
    with pytest.raises(CorpusError, match=r"nowhere: no corpus"):
        _curated(tmp_path / "1", shards, against="../nowhere")
    with pytest.raises(RecipeError, match="is this corpus itself"):
        _curated(tmp_path / "2", shards, against="../2")
    _curated(tmp_path / "old", shards)
    with pytest.raises(RecipeError, match="is named twice"):
        _curated(tmp_path / "3", shards, against=["../old", "../3/../old"])
    _curated(tmp_path / "middle", shards, against="../old")
    with pytest.raises(RecipeError, match=r"middle was itself deduplicated against \.\./old; name that too"):
        _curated(tmp_path / "new", shards, against="../middle")
    new = _curated(tmp_path / "new", shards, against=["../middle", "../old"])
    assert {row["cluster_size"] for row in new.rows("duplicates").values()} == {3}


def test_what_a_recipe_may_say() -> None:
    for said in ("old", ["old"], {"corpus": "old"}, {"corpus": ["old"], "drop": "both"}):
        assert DedupSection.model_validate({"against": said}).against == AgainstSection(corpus=("old",))
    for wrong in ({"corpus": []}, {"corpus": "old", "drop": "old_only"}, {"drop": "both"}):
        with pytest.raises(ValidationError):
            DedupSection.model_validate({"against": wrong})
    with pytest.raises(ValidationError, match="neither exact nor fuzzy"):
        DedupSection.model_validate({"against": "old", "exact": False})


SHORT = "Only a few words stand here, which are fewer than the operation of one source asks for."


@pytest.mark.parametrize("old", [[], ["filter_small_docs_bytes_300"]], ids=["kept before", "dropped before"])
@pytest.mark.parametrize("new", [[], ["filter_small_docs_bytes_300"]], ids=["kept", "dropped"])
@pytest.mark.parametrize("drop", ["both", "new_only"])
def test_what_the_operations_of_a_source_drop_speaks_for_no_other_document(
    tmp_path: Path, old: list[str], new: list[str], drop: str
) -> None:
    def corpus(name: str, operations: list[str], row: Row, against: dict[str, Any]) -> Curation:
        source = {"name": "docs", "kind": "jsonl", "path": ["none"], "transforms": operations}
        curation = Curation(tmp_path / name, sources=[source], dedup={"exact": True, "keep": ["created"], **against})
        curation.root.mkdir()
        write_corpus_identity(curation.root, curation.plan.recipe, 1.0)
        curation.add("s", [row])
        curation.run(*(transform.STAGE,) if operations else (), *_stages(curation))
        return curation

    corpus("old", old, {"name": "first", "text": SHORT, "created": "2001"}, {})
    against = {"against": {"corpus": ["../old"], "drop": drop}}
    found = corpus("new", new, {"name": "second", "text": SHORT, "created": "2002"}, against).rows("duplicates")
    second = found[document_id("second")]
    stands = drop == "both" and bool(old) and not new
    assert second["representative"] is stands
    assert second["cluster"] == document_id("second" if stands else "first")
