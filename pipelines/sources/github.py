"""Files of GitHub repositories: JSON Lines as the public BigQuery table gives them, a record a file."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote

import orjson
import pyarrow as pa
import regex

from pipelines.sources import jsonl
from pipelines.sources.code_files import is_vendored, license_header
from pipelines.sources.license_notices import without_notice
from pipelines.sources.options import Option, Options
from pipelines.sources.record import RECORDS, Batch, Part, Reader, evidence_list, json_text, meta_of, text_of

# Where a tokenizer of GPT-2's kind cuts before it merges: its tokens are at least as many.
_PIECES = regex.compile(r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+")
_LETTERS = regex.compile(r"\p{L}+")

OPTIONS = {
    "notices": Option(
        str,
        "move",
        "whether notices of copyright and licence at a program's beginning stay in its text, or move to `attribution`",
        choices=("move", "keep"),
    ),
}


def read(part: Part, columns: Mapping[str, str], options: Options) -> Iterator[Batch]:
    """Yield the files of a part, measured: what of them is kept is for rules to say (pack `redpajama_v1_github`).

    Notices are moved before anything else sees the text, so that copies that differ in nothing else are duplicates.
    """
    for batch in jsonl.READER.read(part, {"text": "content", **columns}, options):
        rows = [_record(row, move=options["notices"] == "move") for row in batch.records.to_pylist()]
        yield Batch(pa.RecordBatch.from_pylist(rows, schema=RECORDS), batch.bad, batch.dropped)


@lru_cache(maxsize=1)
def extensions() -> dict[str, str]:
    """Return the endings of paths that RedPajama-V1 took, and the language of each."""
    table = files("pipelines.sources").joinpath("data/github_extensions.tsv").read_text(encoding="utf-8")
    return dict(line.split("\t") for line in table.splitlines())


def ending_of(path: str) -> str | None:
    """Return which of these a path has, None for none; the case counts.

    >>> [ending_of(path) for path in ("src/a.py", "docker/Dockerfile", "a.min.js", "MyMakefile", "x.PY", "a.H")]
    ['.py', 'Dockerfile', '.js', None, None, '.H']
    """
    name = path.rpartition("/")[2]
    ending = name if name in extensions() else f".{name.rpartition('.')[2]}" if "." in name else ""
    return ending if ending in extensions() else None


def measures(text: str) -> dict[str, int | float]:
    """Return what RedPajama-V1's rules ask of a program, under the names that its records have.

    `line_count`, `max_line_length` and `avg_line_length` are of `splitlines`, in code points; `alnum_prop` is the
    fraction of characters that are letters or digits; `letters_per_piece` the letters over what the tokenizer cuts
    before it merges, which is never less than letters over tokens.
    """
    lines = [len(line) for line in text.splitlines()] or [0]
    letters = sum(map(len, _LETTERS.findall(text)))
    pieces = sum(1 for _ in _PIECES.finditer(text))
    return {
        "line_count": len(lines),
        "max_line_length": max(lines),
        "avg_line_length": round(len(text) / len(lines), 8),
        "alnum_prop": round(sum(map(str.isalnum, text)) / len(text), 8),
        "letters_per_piece": round(letters / max(pieces, 1), 8),
    }


def _record(record: dict[str, Any], *, move: bool) -> dict[str, Any]:
    meta: dict[str, Any] = orjson.loads(record["meta"]) if record["meta"] else {}
    inner = meta.pop("meta", None)
    meta |= inner if isinstance(inner, dict) else {}
    path, repository = str(meta.get("path") or ""), text_of(meta.get("repo_name"))
    vendored = is_vendored(path)
    header = license_header(record["text"])
    text, notice = without_notice(record["text"], path) if move else (record["text"], "")
    if not text.strip():
        text, notice = record["text"], ""  # a file that is nothing but its notice
    url = record["url"] or _address(repository, path, meta.get("ref"))
    stated = record["license_declared"] or text_of(meta.pop("license", None))
    found = [("E1", "spdx_header", header[0], f"{path}:{header[1]}")] if header else []
    found += [("E2", "repository", stated, f"{url or path}:license")] if stated and not vendored else []
    attribution: dict[str, Any] = {
        "title": path or None,
        "creators": [repository.partition("/")[0]] if repository and not vendored else [],
        "source_url": url,
    }
    if notice:
        attribution |= {"notices": [notice], "changes": ["notice of copyright and licence moved out of the text"]}
    ending = ending_of(path)
    details = {"ending": ending, "program_language": extensions()[ending] if ending else None}
    return {
        **record,
        "text": text,
        "url": url,
        "title": record["title"] or (f"{repository}: {path}" if repository and path else path or None),
        "license_declared": header[0] if header else None if vendored else stated,
        "license_evidence": evidence_list(found) if found else None,
        "attribution": json_text(attribution),
        "meta": meta_of({**meta, **details, **measures(text), "vendored": True if vendored else None}, None),
    }


def _address(repository: str | None, path: str, branch: object) -> str | None:
    if repository is None or not path:
        return None
    return (
        f"https://github.com/{repository}/blob/{quote(str(branch or 'HEAD').removeprefix('refs/heads/'))}/{quote(path)}"
    )


READER = Reader(jsonl.READER.parts, read, jsonl.READER.rows_before, options=OPTIONS)
