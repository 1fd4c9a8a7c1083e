"""No stage may change a text under no-derivatives terms: it leaves a corpus whole, or not at all."""

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tokenizers import Tokenizer

from pipelines.edits.permission import NEEDS_EDIT
from pipelines.tokens.provenance import FOLDER
from tests.pipelines.conftest import CONTINUATION, OPENINGS, loam
from tests.pipelines.tokens.sequences import read_sequence

REPEATED = f"Read on in the next issue, which our readers get on the first day of the month. {CONTINUATION.strip()}\n"
CHANGES = {
    "masked": ("edits.pii", "{0} Write to jane.doe@company.org."),
    "line": ("edits.lines", "{0}\nEnable javascript to read on, please.\nThat was all of number {1}."),
    "spans": ("spans", "{0}\n" + REPEATED + "That was number {1}.\n" + REPEATED),
    "cleaned": ("transforms", "{0}\n<a>More</a> of it stands elsewhere.\nThat was all of number {1}."),
    "long": (None, "{0} " + " ".join(f"Page {page} of {{1}} is as long as any." for page in range(400))),
    "whole": (None, "{0}"),
}
RECIPE = """\
name: verbatim
sources: [{name: docs, kind: jsonl, path: docs.jsonl, transforms: [remove_html_spans]}]
annotate: {edits: {pii: mask, lines: c4}}
dedup: {exact: false, spans: {tokens: 50}}
tokenize: {tokenizer: train, vocab_size: 400, append_eod: false}
run: {workers: 1}
"""


def _documents() -> dict[str, dict[str, Any]]:
    found = {}
    for license_ in ("CC-BY-ND-4.0", "CC-BY-4.0"):
        for number, (name, (_, text)) in enumerate(CHANGES.items()):
            opening = f"{OPENINGS[number]} {license_} is what this one says."
            found[f"{name} {license_}"] = {"text": text.format(opening, license_), "license": license_}
    return found


@pytest.mark.parametrize("profile", ["nd-verbatim", None])
def test_what_would_be_changed_is_dropped_and_the_rest_is_kept_to_the_last_token(
    tmp_path: Path, profile: str | None
) -> None:
    documents = _documents()
    lines = [json.dumps({"id": name, **document}) for name, document in documents.items()]
    (tmp_path / "docs.jsonl").write_text("\n".join(lines), encoding="utf-8")
    licensing = "" if profile is None else f"licensing: {{profile: {profile}}}\n"
    (tmp_path / "recipe.yaml").write_text(RECIPE + licensing, encoding="utf-8")
    corpus = tmp_path / "corpus"
    result = loam("run", str(tmp_path / "recipe.yaml"), "--corpus", str(corpus), "--quiet")
    assert result.exit_code == 0, result.output
    query = (
        "SELECT source_id, kept, rule, (SELECT count(*) FROM edits WHERE edits.id = d.id) AS edits "
        "FROM documents AS d JOIN decisions USING (id) ORDER BY source_id"
    )
    rows = [json.loads(line) for line in loam("sql", str(corpus), query, "--format", "json").stdout.splitlines()]
    found = {row["source_id"]: row for row in rows}
    assert found.keys() == documents.keys()
    for name, row in found.items():
        stage, _ = CHANGES[name.split()[0]]
        assert (row["edits"] > 0) == (stage is not None), row
        refused = "ND" in name and stage is not None
        assert (row["kept"], row["rule"]) == (not refused, NEEDS_EDIT if refused else None), row
    texts = _tokenized(corpus)
    verbatim = {name: document["text"] for name, document in documents.items() if found[name]["edits"] == 0}
    assert {texts[name] for name in verbatim} == set(verbatim.values())
    assert texts.keys() == {name for name, row in found.items() if row["kept"]}


def _tokenized(corpus: Path) -> dict[str, str]:
    """Return what each sequence decodes to, by the source's own id of its document."""
    tokenizer = Tokenizer.from_file(str(corpus / "tokenizer/tokenizer.json"))
    ids = {row["id"]: row["source_id"] for row in _rows(corpus, "documents", ["id", "source_id"])}
    texts = {}
    for path in corpus.glob(f"{FOLDER}/**/*.provenance.parquet"):
        prefix = Path(str(path).removesuffix(".provenance.parquet"))
        for number, row in enumerate(pq.read_table(path, partitioning=None).to_pylist()):
            texts[ids[row["id"]]] = tokenizer.decode(read_sequence(prefix, number), skip_special_tokens=False)
    return texts


def _rows(corpus: Path, table: str, columns: list[str]) -> list[dict[str, Any]]:
    paths = sorted(corpus.glob(f"{table}/**/*.parquet"))
    return [row for path in paths for row in pq.read_table(path, columns=columns, partitioning=None).to_pylist()]
