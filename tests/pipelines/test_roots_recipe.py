"""The recipe of ROOTS on small real inputs, from its datasets to the card."""

import io
import json
import shutil
import tarfile
from importlib.resources import files
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.queries import open_corpus

DATA = Path(__file__).parents[3] / "shared" / "data"
DATASETS = {
    "lm_fr_wikisource_filtered": "fr",
    "lm_ar_ksucca": "ar",
    "lm_eu_bsbasque": "eu",
    "lm_es_pseudocrawl-filtered_341_es_cointelegraph_com": "es",
}
HEADERS = {"warc-date": "2022-11-26T09:45:47Z", "warc-identified-content-language": "und"}
PROGRAM = "// SPDX-License-Identifier: MIT\n" + "".join(
    f"int value_{n}(int x) {{ return x * {n}; }}\n" for n in range(40)
)


def _write_inputs(folder: Path) -> None:
    documents = pq.read_table(DATA / "debian_docs.parquet")
    documents = documents.filter(pc.field("license").isin(["MPL-2.0", "CC-BY-SA-3.0", "GPL-2+", "GPL-3+"]))
    rows = documents.sort_by("id").to_pylist()
    by_language: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        by_language.setdefault(row["lang"], []).append(row)
    for name, lang in DATASETS.items():
        target = folder / "roots" / name / "data.jsonl"
        target.parent.mkdir(parents=True)
        with target.open("w", encoding="utf-8") as lines:
            for number, row in enumerate(by_language.get(lang, [])[:40]):
                url = f"https://es.example.org/{number // 2}" + ("/amp" if number % 2 else "")
                title = "User Ada" if number == 3 else "it's a page"
                meta = {
                    "url": url,
                    "title": title,
                    "type": "text" if number != 4 else "talk",
                    "license": row["license"],
                }
                footer = "\nThis footer stands under every page\n"
                lines.write(json.dumps({"text": row["text"] + footer, "meta": str(meta)}) + "\n")
    for lang in ("pt", "ca", "vi"):
        target = folder / "roots" / "oscar" / lang / f"{lang}_part_1.jsonl"
        target.parent.mkdir(parents=True)
        with target.open("w", encoding="utf-8") as lines:
            for number, row in enumerate(by_language[lang][:30]):
                headers = {**HEADERS, "warc-record-id": f"<urn:uuid:{lang}-{number}>"}
                metadata = {"identification": {"label": lang, "prob": 0.9}, "annotation": None}
                record = {"content": row["text"], "warc_headers": headers, "metadata": metadata, "license": "CC-BY-4.0"}
                lines.write(json.dumps(record) + "\n")
    archive = folder / "roots" / "code" / "tool-1.0.tar.gz"
    archive.parent.mkdir(parents=True)
    with tarfile.open(archive, "w:gz") as stored:
        info = tarfile.TarInfo("tool-1.0/a.c")
        info.size = len(PROGRAM)
        stored.addfile(info, io.BytesIO(PROGRAM.encode()))


def test_from_datasets_to_the_card(tmp_path: Path) -> None:
    if not (DATA / "debian_docs.parquet").exists():
        pytest.skip("no real documents here")
    _write_inputs(tmp_path / "data")
    recipe = tmp_path / "roots.yaml"
    shutil.copyfile(str(files("pipelines").joinpath("recipes/roots.yaml")), recipe)
    corpus = tmp_path / "corpus"
    settings = ["--set", "tokenize.vocab_size=600", "--set", "tokenize.train.bytes=200KB"]
    done = CliRunner().invoke(
        app, ["run", str(recipe), "--corpus", str(corpus), "--workers", "1", "--quiet", *settings]
    )
    assert done.exit_code == 0, done.output
    with open_corpus(corpus) as connection:
        reasons = dict(connection.sql("SELECT rule, count(*) FROM decisions GROUP BY rule").fetchall())
        edits = dict(connection.sql("SELECT rule, count(*) FROM edits GROUP BY rule").fetchall())
        languages = {row[0] for row in connection.sql("SELECT DISTINCT lang FROM decisions WHERE kept").fetchall()}
        code = connection.sql("SELECT license FROM licences JOIN documents USING (id) WHERE source = 'code'").fetchall()
    assert reasons[None] > 50
    assert reasons["transform:filter_wiki_user_titles"] == reasons["transform:filter_wiki_non_text_type"] == 1
    url = "transform:dedup_document_on_url_lm_es_pseudocrawl-filtered_341_es_cointelegraph_com"
    assert reasons[url] == 20
    assert any(reason and reason.startswith("roots_") for reason in reasons)
    assert edits["dedup_template_soft"] > 50
    assert {"fra_Latn", "por_Latn"} <= languages
    assert code == [("MIT",)]
    readme = (corpus / "card" / "README.md").read_text(encoding="utf-8")
    assert "ROOTS, cleaned anew" in readme
    report = (corpus / "transforms" / "report" / "generation-0.md").read_text(encoding="utf-8")
    assert "## lm_fr_wikisource_filtered" in report
    assert "This footer stands under every page" in report
    published = pq.read_table(next((corpus / "data").rglob("*.parquet")))
    assert not any("This footer stands" in text for text in published["text"].to_pylist())
