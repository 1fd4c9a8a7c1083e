from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import signals
from pipelines.corpus import Shelf
from pipelines.errors import RecipeError
from pipelines.recipe.annotate import AnnotateSection
from pipelines.recipe_signals import group_schemas
from pipelines.rules.columns import recipe_columns
from pipelines.stages import annotate
from signals.catalogue import GROUPS, group_named
from signals.segmentation import identify
from tests.pipelines.stages.curation import PROSE, Curation, document_id


def test_every_document_gets_every_signal_in_its_order(tmp_path: Path) -> None:
    curation = Curation(tmp_path)
    names = [f"n{number}" for number in range(2500)]
    rows = [{"name": name, "text": f"{PROSE} {name}" if number % 7 else ""} for number, name in enumerate(names)]
    curation.add("one", rows)
    language, core = curation.run(annotate.LANGUAGE, annotate.CORE)
    expected = [document_id(name) for name in names]
    for group in ("core", "language"):
        path = f"signals/{group}/docs/one.parquet"
        assert pq.read_schema(tmp_path / path).names == ["id", *signals.schema(group).names]
        assert Shelf(tmp_path).read(path)["id"].to_pylist() == expected
    characters = Shelf(tmp_path).read("signals/core/docs/one.parquet")["char_count"].to_pylist()
    assert characters == [len(row["text"]) for row in rows]
    for receipt in (language, core):
        assert (receipt.outcome.rows_in, receipt.outcome.rows_out) == (len(rows), len(rows))
        assert receipt.outcome.bytes_in == sum(len(row["text"].encode()) for row in rows)


def test_stop_words_are_those_of_the_concluded_language(tmp_path: Path) -> None:
    curation = Curation(tmp_path)
    french = "Le chat est sur la table et il ne veut pas du tout venir avec nous dans le jardin."
    curation.add("one", [{"name": "a", "text": french}, {"name": "b", "text": french, "lang": "eng_Latn"}])
    curation.run(annotate.LANGUAGE, annotate.CORE)
    languages = [row["language"] for row in curation.rows("signals/language").values()]
    fractions = [row["rps_doc_stop_word_fraction"] for row in curation.rows("signals/core").values()]
    assert languages[0] == "fra_Latn"
    assert (fractions[0] == fractions[1]) == (languages[0] == languages[1])
    assert fractions[0] > 0.3


def test_an_empty_shard(tmp_path: Path) -> None:
    curation = Curation(tmp_path)
    curation.add("one", [])
    receipts = curation.run(annotate.LANGUAGE, annotate.CORE)
    assert [(receipt.outcome.rows_in, receipt.outcome.bytes_in) for receipt in receipts] == [(0, 0), (0, 0)]
    assert Shelf(tmp_path).read("signals/core/docs/one.parquet").num_rows == 0


def test_what_makes_a_group_due_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    curation = Curation(tmp_path)
    curation.add("one", [{"name": "a"}])
    (language,) = annotate.LANGUAGE.plan(curation.plan, 0)
    (core,) = annotate.CORE.plan(curation.plan, 0)
    assert language.inputs == ("documents/docs/one.parquet",)
    assert core.inputs == ("documents/docs/one.parquet", "signals/language/docs/one.parquet")
    assert str(tmp_path) not in str(language.parameters)
    assert len(str(language.parameters["resources"])) > 64
    assert "word_count" in str(core.parameters["signals"])
    assert "word_count" not in str(language.parameters["signals"])
    core_group = group_named("core")
    raised = tuple(replace(signal, version=signal.version + 1) for signal in core_group.declare({}))
    groups = [replace(core_group, declare=lambda _: raised) if group is core_group else group for group in GROUPS]
    monkeypatch.setattr("signals.catalogue.GROUPS", groups)
    assert annotate.LANGUAGE.plan(curation.plan, 0) == [language]
    assert annotate.CORE.plan(curation.plan, 0) != [core]


def test_generations_are_planned_apart(tmp_path: Path) -> None:
    curation = Curation(tmp_path)
    curation.add("one", [{"name": "a"}])
    curation.add("one", [{"name": "b"}], generation=1)
    assert [unit.name for unit in annotate.CORE.plan(curation.plan, 0)] == ["core/docs/one"]
    assert [unit.name for unit in annotate.CORE.plan(curation.plan, 1)] == ["core/docs-to-por_Latn/one"]


def test_words_are_told_apart_as_the_recipe_says(tmp_path: Path) -> None:
    pytest.importorskip("icu4py", reason="needs the extra segment")
    counts, asked = [], []
    for segmentation in ("builtin", "icu"):
        curation = Curation(tmp_path / segmentation, annotate={"segmentation": segmentation})
        curation.add("one", [{"name": "a", "text": "ประเทศไทยมีภาษาไทย"}])
        (language,) = annotate.LANGUAGE.plan(curation.plan, 0)
        assert "segmentation" not in language.parameters
        (core,) = annotate.CORE.plan(curation.plan, 0)
        asked.append(core.parameters["segmentation"])
        curation.run(annotate.LANGUAGE, annotate.CORE)
        counts += [row["word_count"] for row in curation.rows("signals/core").values()]
    assert counts == [5, 4]
    assert asked == ["builtin", identify("icu")]


def test_a_segmentation_that_is_not_installed_is_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signals.segmentation.choice.find_spec", lambda _: None)
    with pytest.raises(RecipeError, match=r"annotate\.segmentation: segmentation icu needs icu4py: pip install"):
        group_schemas(AnnotateSection(segmentation="icu"), tmp_path)


def test_a_name_that_is_taken_is_refused(tmp_path: Path) -> None:
    own = tmp_path / "own.py"
    for name, taken in (("title", "column of documents"), ("word_count", "signal of group core")):
        own.write_text(
            "import pyarrow as pa, signals\n"
            f"SIGNALS = (signals.Signal('{name}', 'own', pa.int64(), '', '', '', ''),)\n"
            "compute = print\n",
            encoding="utf-8",
        )
        curation = Curation(tmp_path / name, annotate={"own": [str(own)]})
        with pytest.raises(RecipeError, match=f"signal {name} of group own has the name of a {taken}"):
            recipe_columns(curation.plan.recipe, tmp_path)


def test_a_file_that_cannot_be_used_is_named_and_not_the_corpus(tmp_path: Path) -> None:
    (tmp_path / "lid.bin").write_bytes(b"no model")
    curation = Curation(tmp_path, annotate={"models": {"lid": str(tmp_path / "lid.bin")}})
    curation.add("one", [{"name": "a"}])
    said = r"annotate: group language: .*lid\.bin: no supervised fastText model.*met at documents/"
    with pytest.raises(RecipeError, match=said):
        curation.run(annotate.LANGUAGE)
