"""A release, read by Croissant's own client: `make test-clients` names a Python that has mlcroissant."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.pipelines.conftest import CONTINUATION, OPENINGS, loam

pytestmark = pytest.mark.clients

PYTHON = os.environ.get("LOAM_CROISSANT_PYTHON")
RECIPE = """\
name: small
build_date: 2026-11-24
sources: [{name: docs, kind: jsonl, path: ["docs.jsonl"], license: CC0-1.0}]
licensing: {profile: open}
publish:
  title: A small corpus
  url: https://example.org/small
  creators: [Somebody]
"""
_READ = """\
import json, sys
import mlcroissant
records = mlcroissant.Dataset(jsonld=sys.argv[1]).records("documents")
texts = [bytes(record["documents/text"]).decode() for record in records]
print(json.dumps(sorted(texts)))
"""


@pytest.mark.skipif(PYTHON is None, reason="needs mlcroissant: make test-clients")
def test_mlcroissant_validates_a_release_and_reads_its_documents(tmp_path: Path) -> None:
    texts = [opening + CONTINUATION for opening in OPENINGS]
    lines = [json.dumps({"id": str(number), "text": text}) for number, text in enumerate(texts)]
    (tmp_path / "docs.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "recipe.yaml").write_text(RECIPE, encoding="utf-8")
    corpus, release = str(tmp_path / "corpus"), tmp_path / "release"
    assert loam("run", str(tmp_path / "recipe.yaml"), "--corpus", corpus, "--workers", "1", "--quiet").exit_code == 0
    assert loam("publish", corpus, "--to", str(release)).exit_code == 0
    command = [str(PYTHON), "-c", _READ, "croissant.json"]
    done = subprocess.run(command, cwd=release, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == sorted(texts)
