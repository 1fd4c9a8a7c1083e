import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipelines.errors import LoamError
from pipelines.recipe import load_recipe
from pipelines.stages.order import check_recipe
from pipelines.trust import VARIABLE
from tests.pipelines.conftest import loam

pytest.importorskip("datatrove")

from datatrove.data import Document
from datatrove.pipeline.filters import GopherQualityFilter

pytestmark = pytest.mark.filterwarnings("ignore")

TEXTS = (
    "The river rose before the sun came up, and the people of that village had to leave with what they could carry.",
    "Of the bridge that was there, and that the farmers had built to last, no more than a few stones have been found.",
    "Too short for the rules.",
    "#### #### #### the of and to be that have with #### #### #### #### #### #### #### #### #### ####",
)
RECIPE = """\
name: filtered
sources: [{{name: docs, kind: jsonl, path: "lines.jsonl", license: CC0-1.0}}]
annotate: {{datatrove: {filters}}}
select: {{rules: {{gopher: datatrove_gopher IS NULL}}}}
run: {{workers: 1}}
"""
GOPHER = "{gopher: {filter: GopherQualityFilter, args: {min_doc_words: 15}}}"


def recipe(folder: Path, filters: str) -> Path:
    lines = (json.dumps({"id": f"d{number}", "text": text}) + "\n" for number, text in enumerate(TEXTS))
    (folder / "lines.jsonl").write_text("".join(lines), encoding="utf-8")
    path = folder / "recipe.yaml"
    path.write_text(RECIPE.format(filters=filters), encoding="utf-8")
    return path


def test_what_a_filter_says_is_a_column_that_rules_read(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    done = loam("run", str(recipe(tmp_path, GOPHER)), "--corpus", str(corpus), "--until", "select", "--quiet")
    assert done.exit_code == 0, done.output
    gopher = GopherQualityFilter(min_doc_words=15)
    expected = {}
    for number, text in enumerate(TEXTS):
        verdict = gopher.filter(Document(text=text, id=f"d{number}"))
        expected[f"d{number}"] = verdict[1] if isinstance(verdict, tuple) else None
    assert expected["d0"] is None
    assert expected["d2"] == "gopher_short_doc"
    documents = pq.read_table(next((corpus / "documents").rglob("*.parquet")), columns=["id", "source_id"])
    said = pq.read_table(next((corpus / "signals/datatrove").rglob("*.parquet")))
    assert said["id"].equals(documents["id"])
    assert dict(zip(documents["source_id"].to_pylist(), said["datatrove_gopher"].to_pylist(), strict=True)) == expected
    query = "SELECT id FROM signals JOIN decisions USING (id) WHERE kept = (datatrove_gopher IS NULL)"
    assert len(loam("sql", str(corpus), query, "--format", "csv").output.split()) == 1 + len(TEXTS)


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        ("{a: {filter: NoFilter}}", r"annotate\.datatrove\.a: datatrove\.pipeline\.filters has no NoFilter"),
        (
            "{a: {filter: datatrove.data.Document}}",
            r"annotate\.datatrove\.a: datatrove\.data\.Document is no BaseFilter",
        ),
        ("{a: {filter: GopherQualityFilter, args: {minimum: 1}}}", r"annotate\.datatrove\.a: .*'minimum'"),
        ("{a: {filter: datatrove.nothing.Here}}", r"annotate\.datatrove\.a: No module named 'datatrove\.nothing'"),
    ],
)
def test_what_is_no_filter_is_refused_before_anything_runs(tmp_path: Path, filters: str, told: str) -> None:
    path = recipe(tmp_path, filters)
    path.write_text(path.read_text(encoding="utf-8").replace("datatrove_gopher", "datatrove_a"), encoding="utf-8")
    with pytest.raises(LoamError, match=told):
        check_recipe(load_recipe(path), tmp_path)


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        ("{a: {filter: os.path.Filter}}", "runs the Python class os.path.Filter"),
        (
            "{a: {filter: FastTextClassifierFilter, args: {model_url: 'https://example.org/m.bin'}}}",
            "lets datatrove fetch https://example.org/m.bin",
        ),
    ],
)
def test_classes_of_others_and_addresses_need_trust(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, filters: str, told: str
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    done = loam("run", str(recipe(tmp_path, filters)), "--corpus", str(tmp_path / "corpus"))
    assert done.exit_code != 0
    assert told in done.output
    assert "--trust-recipe" in done.output
    assert not (tmp_path / "corpus").exists()
