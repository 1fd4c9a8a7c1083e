"""What a card's pictures show, counted once more in SQL."""

import json
import math
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from datacards.manifest import Manifest
from datacards.measures import BINS_A_DECADE, Measures
from pipelines.corpus import Shard, Shelf
from pipelines.stages import card
from pipelines.stages.card_spreads import LENGTH, fine_bins, fine_edges, spreads
from tests.pipelines.conftest import CONTINUATION, FRENCH, OPENINGS, loam
from tests.pipelines.stages.curation import PROSE
from tests.pipelines.stages.explored_corpus import document, explored

MEASURED = """\
name: measured
sources: [{name: docs, kind: jsonl, path: ["docs.jsonl"]}]
annotate: {groups: [core, language, ccnet]}
licensing: {profile: open}
tokenize: {tokenizer: train, vocab_size: 400, append_eod: true}
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    words = PROSE.split()
    rows = [document(f"d{n}", " ".join([*words, *words][: 5 + n]) + f" {n}", lang="eng_Latn") for n in range(80)]
    copies = [document(f"c{n}", rows[40 + n % 3]["text"], lang="fra_Latn") for n in range(7)]
    empty = [document("no_letters", "1 2 3", lang="deu_Latn"), document("long", f"{PROSE} " * 60)]
    return explored(tmp_path_factory.mktemp("measured"), [*rows, *copies, *empty]).root


@pytest.fixture(scope="module")
def measures(root: Path) -> Measures:
    return Manifest.from_json((root / "card/manifest.json").read_text(encoding="utf-8")).measures


@pytest.fixture(scope="module")
def tables(root: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for table in ("documents", "decisions", "duplicates", "signals/core", "signals/language"):
            name = table.rpartition("/")[2]
            connection.execute(f"CREATE VIEW {name} AS FROM read_parquet('{root}/{table}/*/*.parquet')")
        yield connection


def test_every_bin_is_counted_as_sql_counts_it(tables: duckdb.DuckDBPyConnection, measures: Measures) -> None:
    assert [(spread.rule, spread.value) for spread in measures.spreads] == [
        (None, "byte_count"),
        ("enough_words", "word_count"),
        ("mixed", "word_count"),
        ("mixed", "digit_fraction"),
    ]
    for spread in measures.spreads:
        lows, highs = [-math.inf, *spread.edges[1:-1]], [*spread.edges[1:-1], math.inf]
        for low, high, kept, dropped in zip(lows, highs, spread.kept, spread.dropped, strict=True):
            inside = f"{spread.value} >= '{low}'::DOUBLE AND {spread.value} < '{high}'::DOUBLE"
            counted = "count(*) FILTER (kept), count(*) FILTER (NOT kept)"
            query = f"SELECT {counted} FROM core JOIN decisions USING (id) WHERE {inside}"  # noqa: S608
            assert tables.execute(query).fetchall() == [(kept, dropped)], (spread.rule, low)
        whole = sum(spread.kept) + sum(spread.dropped) + spread.nulls
        assert tables.execute("SELECT count(*) FROM documents").fetchall() == [(whole,)]


def test_thresholds_are_those_of_the_rules_the_least_and_the_greatest_of_languages(measures: Measures) -> None:
    held = [(spread.operator, spread.thresholds) for spread in measures.spreads]
    assert held == [(None, None), (">=", (50.0, 50.0)), (">=", (10.0, 10.0)), ("<", (0.5, 0.5))]
    assert measures.spreads[1].edges[0] <= 50 <= measures.spreads[1].edges[-1]


def test_clusters_are_counted_as_sql_counts_them(tables: duckdb.DuckDBPyConnection, measures: Measures) -> None:
    query = "SELECT cluster_size, count(*) FROM duplicates WHERE representative GROUP BY 1 ORDER BY 1"
    by_size = tables.execute(query).fetchall()
    assert by_size == [(3, 2), (4, 1)]
    assert [(found.least, found.most, found.clusters, found.documents) for found in measures.clusters] == [
        (3, 4, 3, 10)
    ]


def test_languages_are_counted_as_sql_counts_them(tables: duckdb.DuckDBPyConnection, measures: Measures) -> None:
    query = """
        SELECT lang, detected, count(*) FROM documents JOIN language USING (id)
        WHERE lang IS NOT NULL AND detected IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2
    """
    found = [(pair.declared, pair.detected, pair.documents) for pair in measures.languages]
    assert found == tables.execute(query).fetchall()
    assert ("fra_Latn", "eng_Latn", 7) in found


def test_perplexities_and_tokens_a_word_are_counted_as_sql_counts_them(tmp_path: Path) -> None:
    perplexities = [231.4, 100.0, 99.9, 1000.0, 1000.1, 316.2, 0.0, "none"]
    rows = [
        {"text": f"{opening}{CONTINUATION}", "lang": "en", "license": "MIT", "perplexity": value}
        for opening, value in zip(OPENINGS, perplexities, strict=True)
    ]
    rows.append({"text": FRENCH, "lang": "fr", "license": "MIT", "perplexity": 74.9})
    (tmp_path / "docs.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (tmp_path / "recipe.yaml").write_text(MEASURED, encoding="utf-8")
    run = loam("run", str(tmp_path / "recipe.yaml"), "--corpus", str(tmp_path / "corpus"), "--workers", "1", "--quiet")
    assert run.exit_code == 0, run.output
    found = Manifest.from_json((tmp_path / "corpus/card/manifest.json").read_text(encoding="utf-8")).measures
    assert found.perplexity == "ccnet_perplexity"
    with duckdb.connect() as connection:
        for name in ("decisions", "signals/core", "signals/ccnet", "tokens"):
            files = f"{tmp_path}/corpus/{name}/*/*{'.provenance' if name == 'tokens' else ''}.parquet"
            connection.execute(f"CREATE VIEW {name.rpartition('/')[2]} AS FROM read_parquet('{files}')")
        for one in found.perplexities:
            low, high = (10 ** (number / BINS_A_DECADE) for number in (one.bin, one.bin + 1))
            inside = f"lang = '{one.language}' AND ccnet_perplexity >= {low!r} AND ccnet_perplexity < {high!r}"
            query = f"SELECT count(*) FROM ccnet JOIN decisions USING (id) WHERE {inside}"  # noqa: S608
            assert connection.execute(query).fetchall() == [(one.documents,)]
        measured = "SELECT count(*) FROM ccnet WHERE ccnet_perplexity > 0"
        assert (
            connection.execute(measured).fetchall() == [(sum(one.documents for one in found.perplexities),)] == [(7,)]
        )
        query = """
            SELECT decisions.lang, sum(length), sum(word_count)
            FROM tokens JOIN decisions USING (id) JOIN core USING (id) GROUP BY 1 ORDER BY 1
        """
        assert [astuple(one) for one in found.fertility] == connection.execute(query).fetchall()
    assert [one.language for one in found.fertility] == ["eng_Latn", "fra_Latn"]


def test_what_was_not_measured_is_not_there(measures: Measures) -> None:
    assert (measures.perplexity, measures.perplexities, measures.fertility) == (None, (), ())


def test_without_what_draws_them_a_card_has_no_pictures_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(card, "library_versions", lambda: None)
    corpus = explored(tmp_path, [document("one", PROSE)])
    assert not list((corpus.root / "card").glob("pictures/*.svg"))
    assert "has tables alone" in (corpus.root / "card/README.md").read_text(encoding="utf-8")


def test_a_manifest_from_before_there_were_measures_is_read(root: Path) -> None:
    told = json.loads((root / "card/manifest.json").read_text(encoding="utf-8"))
    del told["measures"]
    assert Manifest.from_json(json.dumps(told)).measures == Measures()


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=50))
def test_fine_bins_keep_the_order_of_values_and_hold_them(values: list[float]) -> None:
    ordered = np.array(sorted(values))
    codes = fine_bins(ordered)
    assert (np.diff(codes) >= 0).all()
    for value, code in zip(ordered.tolist(), codes.tolist(), strict=True):
        low, high = fine_edges(code)
        assert low <= value <= high
        assert not 1e-300 < abs(value) < 1e300 or high - low <= abs(value) / 15


@settings(max_examples=30)
@example([12345678.0, 12345679.0])
@example([1.0e17])
@example([0.1, math.nextafter(0.1, 1)])
@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=20))
def test_every_value_is_in_a_bin_however_close_or_large_they_are(
    tmp_path_factory: pytest.TempPathFactory, values: list[float]
) -> None:
    root, shard = tmp_path_factory.mktemp("spread"), Shard("docs", "a")
    tables = {"documents": {}, "signals/core": {LENGTH: values}, "decisions": {"kept": [True] * len(values)}}
    for table, columns in tables.items():
        path = root / shard.path(table)
        path.parent.mkdir(parents=True)
        pq.write_table(pa.table({"id": [str(number) for number in range(len(values))], **columns}), path)
    (found,) = spreads(Shelf(root), [shard], [], {"signals/core": [LENGTH]})
    assert sum(found.kept) == len(values)
    assert len(found.edges) == len(found.kept) + 1 >= 2
    assert list(found.edges) == sorted(set(found.edges))
