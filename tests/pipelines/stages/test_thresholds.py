from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import signals
from pipelines.corpus import Shelf
from pipelines.corpus.views import connect_views
from pipelines.rules.columns import read_columns
from pipelines.rules.comparisons import comparisons
from pipelines.rules.expressions import check_expression
from pipelines.rules.packs.pack import load_pack
from pipelines.rules.packs.thresholds import published_thresholds
from pipelines.stages import annotate, select, thresholds
from pipelines.tokens.blend import MIXTURE
from pipelines.tokens.provenance import PROVENANCE
from tests.pipelines.stages.curation import PATHS, PROSE, Curation, document_id

FRENCH = (
    "Le port était calme de bon matin, et les bateaux ne bougeaient pas. Personne n'avait encore ouvert le marché, "
    "mais une odeur de pain venait d'une rue étroite derrière l'église, où une femme portait deux paniers."
)


def _figures(root: Path) -> dict[str, dict[str, Any]]:
    return {row.pop("language"): row for row in pq.read_table(root / "thresholds/fineweb2.parquet").to_pylist()}


def test_published_figures_are_those_of_fineweb2(tmp_path: Path) -> None:
    curation = Curation(tmp_path, select={"use": ["fineweb2"]})
    (receipt,) = curation.run(thresholds.STAGE)
    found = _figures(tmp_path)
    assert found["fra_Latn"]["fineweb2_top_2gram"] == 0.161
    assert found["*"]["fineweb2_top_2gram"] == 0.2  # FineWeb's own, for languages without figures, as English
    assert "eng_Latn" not in found
    assert found["zho_Hans"] == found["zho_Hant"]
    assert found["zho_Hans"]["fineweb2_top_2gram"] == 0.256
    assert found["est_Latn"]["fineweb2_duplicate_lines"] == 0.363  # ekk_Latn there
    assert receipt.outcome.rows_out == len(found) > 1900
    assert thresholds.STAGE.plan(curation.plan, 1) == []


def test_every_published_figure_is_met(shared: Path) -> None:
    theirs = pq.read_table(shared / "data/fineweb2_thresholds.parquet").to_pylist()
    ours = {row["language"]: row for row in published_thresholds("fineweb2").to_pylist()}
    names = {
        "language_score": "fineweb2_language_score",
        "dup_line_frac": "fineweb2_duplicate_lines",
        "line_punct_thr": "fineweb2_terminal_lines",
        "new_line_ratio": "fineweb2_line_feeds",
        "min_avg_word_length": "fineweb2_min_word_length",
        "max_avg_word_length": "fineweb2_max_word_length",
        "max_non_alpha_words_ratio": "fineweb2_alphabetic_words",
        **{f"top_{n}gram": f"fineweb2_top_{n}gram" for n in (2, 3, 4)},
        **{f"dup_{n}gram": f"fineweb2_duplicate_{n}grams" for n in range(5, 11)},
    }
    compared = [row for row in theirs if row["lang"] in ours]
    assert len(compared) > 1915
    for row in compared:
        assert {name: row[name] for name in names} == {name: ours[row["lang"]][other] for name, other in names.items()}


def test_documents_are_judged_by_the_figures_of_their_language(tmp_path: Path) -> None:
    rules = dict.fromkeys(name for name in load_pack("fineweb2").rules if name != "fineweb2_max_word_length")
    curation = Curation(tmp_path, select={"use": ["fineweb2"], "rules": rules})
    curation.add("one", [{"name": "a"}, {"name": "b", "text": FRENCH}])
    curation.run(*PATHS[:-1], thresholds.STAGE)
    tables = {"signals/language": ["language"], "thresholds/fineweb2": ["fineweb2_max_word_length"]}
    read = read_columns(Shelf(tmp_path), curation.plan.document_shards()[0], tables)
    assert read["language"].to_pylist() == ["eng_Latn", "fra_Latn"]
    assert read["fineweb2_max_word_length"].to_pylist() == [10.0, 11.0]
    curation.run(select.STAGE)
    assert [row["kept"] for row in curation.rows("decisions").values()] == [True, True]


def test_figures_are_derived_from_the_documents_of_a_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thresholds, "FEWEST_DOCUMENTS", 10)
    curation = Curation(tmp_path, select={"use": ["fineweb2"], "thresholds": {"fineweb2": "derived"}})
    curation.add("one", [{"name": f"a{k}", "text": f"{PROSE}\n" * (k + 1)} for k in range(10)])
    curation.add("two", [{"name": f"b{k}", "text": f"{FRENCH} {k}"} for k in range(9)])
    curation.run(annotate.LANGUAGE, annotate.CORE, thresholds.STAGE)
    found = _figures(tmp_path)
    core = curation.rows("signals/core")
    copied = sorted(core[document_id(f"a{k}")]["duplicate_line_fraction"] for k in range(10))
    assert found["eng_Latn"]["fineweb2_duplicate_lines"] == pytest.approx(0.9 * copied[8] + 0.1 * copied[9], abs=5e-4)
    assert 0.3 <= found["eng_Latn"]["fineweb2_language_score"] <= 0.9
    assert found["fra_Latn"]["fineweb2_duplicate_lines"] == 0.264  # nine documents are too few


def test_derived_figures_do_not_depend_on_how_documents_are_parted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thresholds, "FEWEST_DOCUMENTS", 5)
    tables: list[pa.Table] = []
    for parts in (1, 3):
        folder = tmp_path / str(parts)
        folder.mkdir()
        curation = Curation(folder, select={"use": ["fineweb2"], "thresholds": {"fineweb2": "derived"}})
        rows = [{"name": f"a{k}", "text": f"{PROSE}\n" * (k % 4 + 1)} for k in range(12)]
        for part in range(parts):
            curation.add(f"p{part}", rows[part::parts])
        curation.run(annotate.LANGUAGE, annotate.CORE, thresholds.STAGE)
        tables.append(pq.read_table(folder / "thresholds/fineweb2.parquet"))
    assert tables[0].equals(tables[1])


def test_figures_stand_beside_signals_in_sql(tmp_path: Path) -> None:
    curation = Curation(tmp_path, select={"use": ["fineweb2"]})
    curation.add("one", [{"name": "a"}, {"name": "b", "text": FRENCH}])
    receipts = curation.run(annotate.LANGUAGE, annotate.CORE, thresholds.STAGE)
    schemas = {group: signals.schema(group) for group in ("core", "language")}
    with connect_views(tmp_path, receipts, schemas, PROVENANCE, MIXTURE) as connection:
        query = "SELECT language, fineweb2_max_word_length, fineweb2_top_2gram FROM signals ORDER BY language"
        assert connection.sql(query).fetchall() == [("eng_Latn", 10.0, 0.2), ("fra_Latn", 11.0, 0.161)]


def test_what_if_takes_them_for_thresholds() -> None:
    rule = check_expression(
        "r", "mean_word_length <= fineweb2_max_word_length", {"mean_word_length", "fineweb2_max_word_length"}
    )
    (found,) = comparisons(rule)
    assert (found.value, found.operator, found.threshold) == ("mean_word_length", "<=", "fineweb2_max_word_length")
