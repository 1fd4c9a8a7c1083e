"""Deduplicating against other corpora, held to deduplicating all of them together."""

import random
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.corpus import Shelf
from pipelines.corpus.identity import write_corpus_identity
from pipelines.corpus.schemas import JOINT_CHANGES
from pipelines.errors import CorpusError, LoamError, RecipeError
from pipelines.recipe_sections import AgainstSection, DedupSection
from pipelines.stages import annotate, dedup, dedup_shingles
from pipelines.stages.order import PASSES
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
    fuzzy = curation.plan.recipe.dedup.fuzzy
    signatures = [] if fuzzy is None else [annotate.annotation_stage(fuzzy.group)]
    curation.run(annotate.LANGUAGE, annotate.CORE, *signatures, *dedup.STAGES)
    return curation


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
    rows = Shelf(curation.root).read(f"joint_changes/{number}.parquet").to_pylist()
    return {row["id"]: row for row in rows}


def _told(rows: Rows) -> Rows:
    """Return what is told of documents, but in which corpus it stands."""
    names = [name for name in JOINT_CHANGES.names if name not in ("corpus", "change", "cluster_before", "cluster_corpus")]
    return {identity: {name: row[name] for name in names} for identity, row in rows.items() if row["cluster_size"] > 1}


@settings(deadline=None, max_examples=24, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
