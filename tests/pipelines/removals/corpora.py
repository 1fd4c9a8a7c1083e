"""A corpus of parallel texts under many licences, each with a word of its own, and a search of every byte of it."""

import gzip
import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq
from tokenizers import Tokenizer

from pipelines.corpus.receipts import TIMING_SUFFIX
from pipelines.sources.identity import id_of_key
from tests.faults.inputs import sentences
from tests.pipelines.conftest import HAS_ENGINE, OPENINGS, loam

LICENSES = (
    *("CC-BY-SA-4.0", "GFDL-1.3-or-later", "GPL-2.0-or-later", "CC-BY-ND-4.0", "CC-BY-NC-4.0"),
    *("House Rules 7", "GPL-2.0-or-later OR CC-BY-SA-3.0", "CC0-1.0"),
)
RECIPE = """\
name: parallel
build_date: 2026-11-24
sources:
  - {name: docs, kind: jsonl, path: "data/docs/*.jsonl", transforms: [nfc, dedup_template_soft]}
  - {name: elsewhere, kind: translation, path: "data/elsewhere.jsonl", license: CC0-1.0}
dedup: {exact: true, fuzzy: true, spans: {lines: ccnet, tokens: 20}}
licensing: {profile: open}
select: {rules: {words_enough: word_count >= 8}}
tokenize: {tokenizer: train, vocab_size: 400, append_eod: true}
publish: {title: Parallel texts}
run: {workers: 1}
"""
TRANSLATE = "translate: {to: [por_Latn], from: {lang: eng_Latn, where: word_count < 30, limit: 3}}\n"

TRANSLATED = (
    "O porto estava calmo e os barcos não se mexiam na água.",
    "Ninguém na aldeia sabia quem tinha plantado os velhos castanheiros.",
    "Quando a carta chegou, ela leu-a duas vezes antes de a guardar.",
    "O museu tem trezentos relógios, e um homem dá-lhes corda à segunda-feira.",
    "Choveu durante uma semana, e por isso o rio subiu muito.",
    "Aprendeu a fazer pão com a tia, que nunca escreveu uma receita.",
    "O comboio partiu ao meio-dia e as montanhas ficaram para trás.",
    "À beira da floresta há um moinho cuja roda já não gira.",
)

Record = dict[str, Any]


def word_of(name: str) -> str:
    """Return a word that no other document has."""
    return "q" + hashlib.sha256(name.encode()).hexdigest()[:10] + "z"


def records() -> Iterator[Record]:
    """Yield short documents to be translated (those with even numbers), long ones, a copy of one, and a near copy."""
    for number in range(16):
        yield {
            "id": f"d{number}",
            "text": _long(number) if number % 2 else _short(number),
            "license": LICENSES[number // 2] if number % 2 else "CC0-1.0",
            "lang": "en",
            "url": f"https://{'www.' if number % 3 else 'old.'}example.org/{number}",
        }
    copied = {"license": "CC0-1.0", "lang": "en", "created": "2030-01-01"}
    yield {"id": "copy", "text": _long(1), "url": "https://example.net/copy", **copied}
    yield {"id": "near", "text": f"{_long(3)} Once more.", "url": "https://example.net/near", **copied}


def _short(number: int) -> str:
    return f"{OPENINGS[number // 2]} My friend {word_of(f'd{number}')} saw it."


def _long(number: int) -> str:
    return f"{sentences('en', 9, str(number))} Nobody called it {word_of(f'd{number}')} then."


@dataclass(frozen=True)
class Inputs:
    """Data and a recipe."""

    folder: Path

    @property
    def recipe(self) -> Path:
        return self.folder / "recipe.yaml"

    def write(self, more: str = "") -> "Inputs":
        """Write them; the second file repeats records of the first, some of them without an id."""
        docs = self.folder / "data/docs"
        docs.mkdir(parents=True, exist_ok=True)
        every = list(records())
        anonymous = [{"text": record["text"], "license": "CC0-1.0"} for record in (every[5], every[5], every[7])]
        _write(docs / "a.jsonl", every)
        _write(docs / "b.jsonl", [every[0], *anonymous, every[1]])
        _write(self.folder / "data/elsewhere.jsonl", list(_elsewhere()))
        self.recipe.write_text(RECIPE + (TRANSLATE if HAS_ENGINE else "") + more, encoding="utf-8")
        return self

    def build(self, name: str, removals: Path | None = None, *settings: str) -> Path:
        """Run the recipe to its end, in a new corpus with the tombstones and pins of another one or in an old one."""
        root = self.folder / name
        if removals is not None:
            shutil.copytree(removals, root / "removals")
        sets = [word for setting in settings for word in ("--set", setting)]
        done = loam("run", str(self.recipe), "--corpus", str(root), "--quiet", *sets)
        assert done.exit_code == 0, done.output
        return root


def _elsewhere() -> Iterator[Record]:
    """Yield translations that somebody else made."""
    for number in (*range(0, 16, 2), 15):
        parent = id_of_key("docs", f"d{number}")
        text = f"{TRANSLATED[number // 2]} O meu amigo {word_of(f'd{number}')} viu tudo isto de manhã cedo."
        yield {"id": f"t{number}", "derived_from": parent, "text": text, "lang": "pt", "engine": "somebody"}


def _write(path: Path, rows: list[Record]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def snapshot(root: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of a corpus but timings, and of the launch file, which names its place."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.name.endswith(TIMING_SUFFIX) and path.name != "data_path.txt"
    }


def files_with(root: Path, word: str) -> list[str]:
    """Return every file of a corpus in which a word stands, however it is stored."""
    return [
        path.relative_to(root).as_posix()
        for path in sorted(root.rglob("*"))
        if path.is_file() and any(word.encode() in content for content in _contents(root, path))
    ]


def _contents(root: Path, path: Path) -> Iterator[bytes]:
    content = path.read_bytes()
    yield content
    if path.suffix == ".gz":
        content = gzip.decompress(content)
        yield content
    if path.suffix == ".parquet":
        yield from _cells(pq.read_table(path, partitioning=None))
    elif ".arrow" in path.suffixes:
        with pa.ipc.open_file(content) if content[:6] == b"ARROW1" else pa.ipc.open_stream(content) as reader:
            yield from _cells(reader.read_all())
    elif path.suffix == ".bin":
        yield _decoded(root, path).encode()


def _cells(table: pa.Table) -> Iterator[bytes]:
    """Yield whatever a table says, a column at a time; binary values are UTF-8 where they are text."""
    for column in table.columns:
        yield json.dumps(column.to_pylist(), ensure_ascii=False, default=_text).encode()


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def _decoded(root: Path, path: Path) -> str:
    """Return the text of all sequences of a token shard."""
    tokens = np.fromfile(path, np.uint16)
    tokenizer = Tokenizer.from_file(str(root / "tokenizer/tokenizer.json"))
    return str(tokenizer.decode(tokens.tolist(), skip_special_tokens=False))
