"""`loam classifier`: labelled documents in, a model and its metrics out."""

import csv
import gzip
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

import signals
from pipelines.cli import app
from signals.perplexity.buckets import read_cutoffs
from tests.pipelines.conftest import SmallCorpus
from tests.signals.perplexity.models import write_models

pytest.importorskip("fasttext_new", reason="needs the extra `train`")
pytest.importorskip("sklearn", reason="needs the extra `train`")

GOOD = "The experiment measures how light bends in water, and explains refraction with a worked example number {}."
BAD = "CLICK HERE cheap watches best price buy now number {} limited offer!!! free shipping casino bonus"
QUICK = ["--dim", "8", "--epoch", "10", "--bucket", "2000"]


def documents(count: int = 60) -> list[dict[str, object]]:
    texts = [(GOOD, 4.0) if number % 2 else (BAD, 0.5) for number in range(count)]
    return [{"text": text.format(number), "score": score} for number, (text, score) in enumerate(texts)]


def loam(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result.output


def write(rows: list[dict[str, object]], path: Path) -> Path:
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    elif path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, ["text", "score"])
            writer.writeheader()
            writer.writerows(rows)
    else:
        content = "".join(json.dumps(row) + "\n" for row in rows).encode()
        path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


@pytest.mark.parametrize("name", ["d.parquet", "d.jsonl", "d.jsonl.gz", "d.csv"])
def test_scores_become_a_model_that_recipes_can_name(tmp_path: Path, name: str) -> None:
    source = write(documents(), tmp_path / name)
    model = tmp_path / "models" / "edu.bin"
    output = loam("classifier", "train", source, "--label", "score", "--threshold", 3, "--output", model, *QUICK)
    assert "high" in output
    report = json.loads(model.with_name("edu.bin.metrics.json").read_text(encoding="utf-8"))
    held_out = report["held_out"]["classifier"]
    assert held_out["accuracy"] == 1.0
    assert held_out["examples"] + report["learnt"] == 60
    assert report["left_out"] == {name: {}}
    texts = pa.array([GOOD.format("none"), BAD.format("none")])
    scores = signals.compute(texts, ["en", "en"], ["edu_score"], resources={"classifiers/edu": model})["edu_score"]
    good, bad = np.asarray(scores)
    assert good > 0.5 > bad


def test_the_same_documents_give_the_same_files(tmp_path: Path) -> None:
    for folder, rows in (("a", documents()), ("b", documents()[::-1])):
        (tmp_path / folder).mkdir()
        source = write(rows, tmp_path / folder / "d.parquet")
        model = tmp_path / folder / "m.bin"
        loam("classifier", "train", source, "--label", "score", "--threshold", 3, "--output", model, *QUICK)
    assert (tmp_path / "a" / "m.bin").read_bytes() == (tmp_path / "b" / "m.bin").read_bytes()
    reports = [json.loads((tmp_path / name / "m.bin.metrics.json").read_text(encoding="utf-8")) for name in "ab"]
    assert reports[0]["held_out"] == reports[1]["held_out"]


def test_what_cannot_be_learnt_from_is_counted(tmp_path: Path) -> None:
    source = tmp_path / "d.jsonl"
    broken = [{"text": "no score"}, {"score": 3}, {"text": "x", "score": "much"}]
    rows = [json.dumps(row) for row in [*documents(), *broken]]
    source.write_text("\n".join([*rows, "{not json", ""]), encoding="utf-8")
    output = loam(
        *("classifier", "train", source, "--label", "score", "--threshold", 3),
        *("--output", tmp_path / "m.bin", "--json", *QUICK),
    )
    assert json.loads(output)["left_out"] == {"d.jsonl": {"no number as label": 2, "no text": 2}}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("d.txt", "x", "expected a file whose name ends with .parquet"),
        ("d.csv", "text,other\na,b\n", "d.csv: no column score; there are text, other"),
        ("d.parquet", "x", "d.parquet"),
        ("d.jsonl", '{"text": "a"}\n', "of two labels or more, not of none; left out: 1 with no label"),
        ("d.jsonl", "", "of two labels or more, not of none; left out: none"),
        ("absent.jsonl", None, "absent.jsonl: IO Error: No files found"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, name: str, content: str | None, message: str) -> None:
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    arguments = ["classifier", "train", str(tmp_path / name), "--label", "score", "--output", str(tmp_path / "m.bin")]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 1
    assert message in result.output
    assert len(result.output.splitlines()) == 1


def test_wikiref_examples_become_a_classifier(tmp_path: Path) -> None:
    wiki = write([{"text": GOOD.format(number) * 15} for number in range(80)], tmp_path / "wiki.jsonl")
    crawl = write([{"text": BAD.format(number) * 16} for number in range(200)], tmp_path / "crawl.parquet")
    output = loam("classifier", "wikiref", wiki, crawl, "--output", tmp_path / "examples.parquet")
    assert output == "80 positives, 200 negatives, 160 examples\n"
    loam("classifier", "train", tmp_path / "examples.parquet", "--output", tmp_path / "wikiref.bin", *QUICK)
    texts = pa.array([GOOD.format("none"), BAD.format("none")])
    values = signals.compute(
        texts, ["en", "en"], ["rps_doc_ml_wikiref_score"], resources={"wikiref": tmp_path / "wikiref.bin"}
    )["rps_doc_ml_wikiref_score"]
    good, bad = np.asarray(values)
    assert good > 0.5 > bad


def test_acceptability_of_russian_sentences(shared: Path, tmp_path: Path) -> None:
    folder = shared / "data/rucola"
    output = loam(
        *("classifier", "train", folder / "in_domain_train.csv", "--dev", folder / "in_domain_dev.csv"),
        *("--text", "sentence", "--label", "acceptable", "--output", tmp_path / "rucola.bin", "--baseline", "--json"),
    )
    held_out = json.loads(output)["held_out"]
    assert held_out["classifier"]["examples"] == held_out["baseline"]["examples"] == 983
    assert held_out["classifier"]["accuracy"] > held_out["baseline"]["majority"]
    assert held_out["classifier"]["mcc"] > held_out["baseline"]["mcc"]


RECIPE = """\
name: small
build_date: 2026-11-24
sources:
  - {name: texts, kind: jsonl, path: texts.jsonl}
annotate:
  groups: [core, language, perplexity]
  models: {kenlm: models}
"""


def test_a_corpus_gives_its_own_cutoffs(tmp_path: Path) -> None:
    write_models(tmp_path / "models", "en")
    texts = ["a", "a a", "a a a", "b", "c b a", "b b b b"]
    rows: list[dict[str, object]] = [
        {"id": str(number), "text": text, "lang": "en"} for number, text in enumerate(texts)
    ]
    write([*rows, {"id": "x", "text": "a", "lang": "fr"}], tmp_path / "texts.jsonl")
    (tmp_path / "recipe.yaml").write_text(RECIPE, encoding="utf-8")
    corpus = tmp_path / "corpus"
    loam("run", tmp_path / "recipe.yaml", "--corpus", corpus, "--until", "annotate", "--quiet")
    assert loam("lm", "cutoffs", corpus, "--output", tmp_path / "c.csv") == "eng_Latn: percentiles of 6 documents\n"
    query = "SELECT perplexity_ccnet, perplexity_bucket FROM signals WHERE perplexity_ccnet IS NOT NULL ORDER BY 1"
    by_ccnet = loam("sql", corpus, query, "--format", "csv").splitlines()[1:]
    assert {line.split(",")[1] for line in by_ccnet} == {"head"}  # CCNet's cut-offs are far from this tiny model
    cutoffs = f"annotate.models.perplexity_cutoffs={tmp_path / 'c.csv'}"
    loam("run", tmp_path / "recipe.yaml", "--corpus", corpus, "--until", "annotate", "--quiet", "--set", cutoffs)
    again = [line.split(",") for line in loam("sql", corpus, query, "--format", "csv").splitlines()[1:]]
    values = sorted(float(value) for value, _ in again)
    head, middle = read_cutoffs(tmp_path / "c.csv")["eng_Latn"]
    assert (head, middle) == (values[1], values[3])
    assert [bucket for _, bucket in again] == [
        "head" if value < head else "middle" if value < middle else "tail" for value in values
    ]


def test_a_corpus_without_perplexities_is_named(small_corpus: SmallCorpus) -> None:
    result = CliRunner().invoke(app, ["lm", "cutoffs", str(small_corpus.root), "--output", "c.csv"])
    assert result.exit_code == 1
    assert "ask for group perplexity under annotate.groups" in result.output


def test_what_training_a_language_model_needs_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write(documents(), tmp_path / "d.jsonl")
    monkeypatch.setenv("PATH", str(tmp_path))
    arguments = ["lm", "train", str(source), "--output", str(tmp_path / "models"), "--language"]
    result = CliRunner().invoke(app, [*arguments, "fr"])
    assert (result.exit_code, len(result.output.splitlines())) == (1, 1)
    assert "lmplz is not on PATH: build KenLM" in result.output
    result = CliRunner().invoke(app, [*arguments, "nonsense"])
    assert (result.exit_code, result.output) == (
        2,
        "loam: --language nonsense: no language; expected a code such as fr or fra_Latn\n",
    )
