"""A release, read by the tools of others: `make test-clients` names a Python that has them."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml

from datacards.huggingface import hub_licence
from datacards.licences import licence_ids
from pipelines.licensing import spdx
from tests.pipelines.conftest import CONTINUATION, OPENINGS, loam

pytestmark = pytest.mark.clients

PYTHON = os.environ.get("LOAM_CARDS_PYTHON")
LICENCES = ("CC0-1.0", "MIT", "CC-BY-SA-4.0", "GPL-2.0-or-later WITH Classpath-exception-2.0", "CC-BY-4.0 OR MIT")
RECIPE = """\
name: small
build_date: 2026-11-24
sources: [{name: docs, kind: jsonl, path: ["docs.jsonl"]}]
licensing: {profile: open}
publish:
  title: A small corpus
  url: https://example.org/small
  creators: [Somebody, {name: A group, organization: true, url: "https://example.org/group"}]
  signals: true
"""
TEXTS = [opening + CONTINUATION for opening in OPENINGS]
_READ = """\
import json, sys
import mlcroissant
dataset = mlcroissant.Dataset(jsonld="croissant.json")
read = {name: [bytes(record[f"{name}/id"]).decode() for record in dataset.records(name)]
        for name in ("documents", "signals")}
read["texts"] = sorted(bytes(record["documents/text"]).decode() for record in dataset.records("documents"))
print(json.dumps(read))
"""


def _release(folder: Path, licences: tuple[str, ...]) -> Path:
    lines = [
        json.dumps({"id": str(number), "text": text, "license": licences[number % len(licences)], "lang": "en"})
        for number, text in enumerate(TEXTS)
    ]
    (folder / "docs.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "recipe.yaml").write_text(RECIPE, encoding="utf-8")
    corpus, release = str(folder / "corpus"), folder / "release"
    run = loam("run", str(folder / "recipe.yaml"), "--corpus", corpus, "--workers", "1", "--quiet")
    assert run.exit_code == 0, run.output
    published = loam("publish", corpus, "--to", str(release))
    assert published.exit_code == 0, published.output
    return release


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _release(tmp_path_factory.mktemp("release"), LICENCES)


def said(folder: Path, *command: str) -> str:
    """Return what a tool of `requirements/cards.in` says of a folder; without it, the test is skipped."""
    if PYTHON is None:
        pytest.skip("needs what requirements/cards.in lists: make test-clients")
    tool = Path(PYTHON).parent / command[0]
    done = subprocess.run([str(tool), *command[1:]], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0 or command[0] == "reuse", done.stdout + done.stderr
    return done.stdout


def test_mlcroissant_validates_a_release_and_reads_its_documents_and_signals(release: Path) -> None:
    read = json.loads(said(release, "python", "-c", _READ).splitlines()[-1])
    assert read["texts"] == sorted(TEXTS)
    assert set(read["documents"]) <= set(read["signals"])
    assert len(read["signals"]) == len(TEXTS)


def test_cffconvert_takes_the_citation_whatever_the_licences(release: Path, tmp_path: Path) -> None:
    assert "valid" in said(release, "cffconvert", "--validate", "-i", "CITATION.cff")
    alone = _release(tmp_path, ("MIT",))
    assert yaml.safe_load((alone / "CITATION.cff").read_text(encoding="utf-8"))["license"] == "MIT"
    assert "valid" in said(alone, "cffconvert", "--validate", "-i", "CITATION.cff")


def test_the_citation_names_no_licence_that_its_format_does_not_know() -> None:
    code = (
        "import cffconvert, json, pathlib; folder = pathlib.Path(cffconvert.__file__).parent; "
        "schema = json.loads((folder / 'schemas/1.2.0/schema.json').read_text()); "
        "print(json.dumps(schema['definitions']['license-enum']['enum']))"
    )
    known = set(json.loads(said(Path.cwd(), "python", "-c", code)))
    assert {name for name in spdx.license_ids() if hub_licence(name)} - known == {"CDLA-Permissive-2.0"}


def test_reuse_finds_a_release_compliant_and_the_licences_of_all_its_files(release: Path) -> None:
    found: dict[str, Any] = json.loads(said(release, "reuse", "lint", "--json"))
    assert {kind: listed for kind, listed in found["non_compliant"].items() if listed} == {}
    assert found["summary"]["compliant"] is True
    stated = {file["path"]: {one["value"] for one in file["spdx_expressions"]} for file in found["files"]}
    every = {path.relative_to(release).as_posix() for path in release.rglob("*") if path.is_file()}
    texts_of_licences = {path for path in every if re.search(r"(^LICENSES/|(^|/)LICENSE[-.])", path)}
    assert every - stated.keys() == {"REUSE.toml", *texts_of_licences}
    tables = {path for path in every if path.startswith("data/")}
    published = {expression for table in tables for expression in pq.read_table(release / table)["license"].to_pylist()}
    of_tables = set().union(*(stated[path] for path in tables))
    assert of_tables == published > {"MIT", "GPL-2.0-or-later WITH Classpath-exception-2.0"}
    for path in ("README.md", "manifest.json", "croissant.json", "ATTRIBUTION.parquet", "flow.svg"):
        assert stated[path] == {"CC0-1.0"}, path
    texts = {path.stem for path in (release / "LICENSES").iterdir()}
    assert {name for expressions in stated.values() for one in expressions for name in licence_ids(one)} == texts


def test_huggingface_hub_reads_the_card_as_it_was_meant(release: Path) -> None:
    hub = pytest.importorskip("huggingface_hub", reason="needs the extra `cards`")
    card = hub.DatasetCard.load(release / "README.md")
    text = (release / "README.md").read_text(encoding="utf-8")
    assert card.data.to_dict() == yaml.safe_load(text.split("---\n")[1])
    assert hub.metadata_load(release / "README.md") == card.data.to_dict()
    assert (card.data.license, card.data.language) == ("other", ["en"])
    assert [part["config_name"] for part in card.data.to_dict()["configs"]] == ["default", "eng_Latn", "signals"]
    for part in card.data.to_dict()["configs"]:
        for split in part["data_files"]:
            assert all(list(release.glob(glob)) for glob in split["path"])
    again = hub.DatasetCard.from_template(card.data, template_str="---\n{{ card_data }}\n---\n")
    assert again.data.to_dict() == card.data.to_dict()
    assert card.text.lstrip().startswith("# A small corpus")
