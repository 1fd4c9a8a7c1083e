import json
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.errors import CorpusError
from pipelines.license_check import check_licences
from tests.pipelines.conftest import HAS_ENGINE, SmallCorpus, loam


def _rewrite(path: Path, column: str, values: list[object]) -> None:
    table = pq.read_table(path)
    filled = pa.array(values, table.schema.field(column).type)
    pq.write_table(table.set_column(table.schema.get_field_index(column), table.schema.field(column), filled), path)


def _published(corpus: SmallCorpus) -> Path:
    return min(corpus.root.glob("data/**/*.parquet"))


def _licences(corpus: SmallCorpus) -> list[Path]:
    return sorted(corpus.root.glob("licences/**/*.parquet"))


def test_a_corpus_as_it_was_made_keeps_to_its_licences(small_corpus: SmallCorpus) -> None:
    assert list(check_licences(small_corpus.root)) == []
    result = loam("license", "check", str(small_corpus.root))
    assert (result.exit_code, result.stdout) == (0, "every output keeps to its licences\n")


@pytest.mark.parametrize(("status", "word"), [("deny", "deny"), ("quarantine", "quarantine"), (None, "undecided")])
def test_what_is_not_allowed_is_found_in_every_output(corpus_copy: SmallCorpus, status: str | None, word: str) -> None:
    for path in _licences(corpus_copy):
        _rewrite(path, "status", [status] * pq.read_metadata(path).num_rows)
    found = list(check_licences(corpus_copy.root))
    assert any(line.startswith("data/: ") and f"documents that are {word}, such as " in line for line in found)
    assert any(line.startswith("tokens/: ") and f"documents that are {word}, such as " in line for line in found)
    assert loam("license", "check", str(corpus_copy.root)).exit_code == 1


def test_an_operation_that_is_not_permitted_is_found(corpus_copy: SmallCorpus) -> None:
    for path in _licences(corpus_copy):
        _rewrite(path, "operations", [["keep_whole"]] * pq.read_metadata(path).num_rows)
    found = list(check_licences(corpus_copy.root))
    assert len(found) == (2 if HAS_ENGINE else 1)
    assert "documents whose licence forbids to redistribute: " in found[0]
    assert all("1 documents are translated, which their licence forbids: " in line for line in found[1:])


def test_an_unknown_licence_and_a_card_that_disagrees_are_found(corpus_copy: SmallCorpus) -> None:
    path = _published(corpus_copy)
    _rewrite(path, "license", ["LicenseRef-x"] * pq.read_metadata(path).num_rows)
    found = list(check_licences(corpus_copy.root))
    assert "data/: LicenseRef-x: unknown licence: what it asks is not recorded" in found
    assert any(line.startswith("card/license-report.json: LicenseRef-x: 0 documents, ") for line in found)
    assert any(line.startswith("card/README.md: license is ") for line in found)


def test_a_translation_that_its_licence_forbids_is_found(corpus_copy: SmallCorpus) -> None:
    path = _published(corpus_copy)
    rows = pq.read_metadata(path).num_rows
    _rewrite(path, "license", ["CC-BY-ND-4.0"] * rows)
    _rewrite(path, "generation", [1] * rows)
    assert "data/: translations under CC-BY-ND-4.0, which forbids them" in list(check_licences(corpus_copy.root))


def test_a_missing_text_is_found(corpus_copy: SmallCorpus) -> None:
    path = _published(corpus_copy)
    _rewrite(path, "license", ["GFDL-1.3-only"] * pq.read_metadata(path).num_rows)
    assert "card/LICENSES/GFDL-1.3-only.txt: missing; run the card again" in list(check_licences(corpus_copy.root))


def test_a_document_that_was_never_decided_is_found(corpus_copy: SmallCorpus) -> None:
    for path in _licences(corpus_copy):
        pq.write_table(pq.read_table(path).slice(0, 0), path)
    assert any("documents without a licence decision" in line for line in check_licences(corpus_copy.root))


def test_a_licence_that_is_not_the_one_concluded_is_found(corpus_copy: SmallCorpus) -> None:
    for path in corpus_copy.root.glob("tokens/**/*.provenance.parquet"):
        _rewrite(path, "license", ["CC0-1.0"] * pq.read_metadata(path).num_rows)
    found = list(check_licences(corpus_copy.root))
    assert len(found) == 1
    assert re.match(r"tokens/: \d documents under another licence than was concluded, such as ", found[0])
    assert loam("license", "check", str(corpus_copy.root)).exit_code == 1


@pytest.mark.parametrize(
    ("license_", "problem"),
    [("LicenseRef-x", "tokens/: LicenseRef-x: unknown licence"), ("MIT AND", "tokens/: 'MIT AND' is no licence")],
)
def test_an_unknown_licence_is_found_in_tokens_too(corpus_copy: SmallCorpus, license_: str, problem: str) -> None:
    for path in corpus_copy.root.glob("tokens/**/*.provenance.parquet"):
        _rewrite(path, "license", [license_] * pq.read_metadata(path).num_rows)
    assert any(line.startswith(problem) for line in check_licences(corpus_copy.root))


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("README.md", "# No front matter", "card/README.md: no metadata can be read; run the card again"),
        ("README.md", "---\nlicense: mit\n---\n", "card/README.md: license is 'mit', the published documents say "),
        ("README.md", "---\n{\n---\n", "card/README.md: no metadata can be read; run the card again"),
        ("license-report.json", "{", "card/license-report.json: cannot be read; run the card again"),
        ("license-report.json", '{"counts": []}', "card/license-report.json: "),
        ("ATTRIBUTION.parquet", "PAR1", "card/ATTRIBUTION.parquet: cannot be read; run the card again"),
        ("license-report.json", None, "card/license-report.json: cannot be read; run the card again"),
        ("ATTRIBUTION.parquet", None, "card/ATTRIBUTION.parquet: cannot be read; run the card again"),
        ("README.md", None, "card/README.md: no metadata can be read; run the card again"),
        ("LICENSES/MIT.txt", None, "card/LICENSES/MIT.txt: missing; run the card again"),
    ],
)
def test_a_card_that_disagrees_is_found(corpus_copy: SmallCorpus, name: str, content: str | None, problem: str) -> None:
    path = corpus_copy.root / "card" / name
    if content is None:
        path.unlink()
    else:
        path.write_text(content, encoding="utf-8")
    assert any(line.startswith(problem) for line in check_licences(corpus_copy.root))
    assert loam("license", "check", str(corpus_copy.root)).exit_code == 1


def test_a_notice_that_is_missing_is_found(corpus_copy: SmallCorpus) -> None:
    path = corpus_copy.root / "card/ATTRIBUTION.parquet"
    pq.write_table(pq.read_table(path).slice(1), path)
    assert list(check_licences(corpus_copy.root)) == [
        "card/ATTRIBUTION.parquet: 1 published documents lack a notice under their licence; run the card again"
    ]


def test_no_corpus_is_said(tmp_path: Path) -> None:
    with pytest.raises(CorpusError):
        list(check_licences(tmp_path))


def test_a_statement_is_explained() -> None:
    explained = json.loads(loam("license", "explain", "--json", "GPL-2+ or/and LGPL (regex)").stdout)
    assert (explained["spdx"], explained["candidates"]) == ("NOASSERTION", ["GPL-2.0-or-later", "LGPL-2.0-or-later"])
    assert explained["profiles"]["open"]["status"]["keep_whole"] == "quarantine"
    assert explained["profiles"]["open"]["reason"] == "ambiguous_license"
    verbatim = json.loads(loam("license", "explain", "--json", "CC BY-ND 4.0").stdout)["profiles"]["nd-verbatim"]
    assert (verbatim["status"]["keep_whole"], verbatim["status"]["translate"]) == ("allow_with_obligations", "deny")
    shown = loam("license", "explain", "CC BY-SA 4.0").stdout
    assert "open: allow with obligations\n" in shown
    assert loam("license", "explain", "MIT", "--evidence", "E9").exit_code == 2
