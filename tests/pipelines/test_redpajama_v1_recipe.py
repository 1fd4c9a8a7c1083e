"""RedPajama-V1's recipe from raw slices to the card."""

import bz2
import gzip
import json
import shutil
from importlib.resources import files
from pathlib import Path

from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.queries import open_corpus
from tests.pipelines.sources.test_books import MODERN
from tests.pipelines.sources.test_stackexchange import answer, posts, question
from tests.pipelines.sources.test_wikipedia import dump, page

DATA = Path(__file__).parents[3] / "shared" / "data"
PROSE = (
    "The harbour was quiet in the early morning, and the boats lay still on the water. Nobody in the village "
    "remembered who had planted the old chestnut trees along the road that leads from there to the mill."
)


def _write_inputs(folder: Path) -> None:
    notice = "# Copyright {} A. B.\n# Licensed under the MIT license.\n\n"
    program = "def count(boats):\n    return sum(1 for boat in boats if boat.lies_still)\n"
    programs = [
        {"content": notice.format(2019) + program, "path": "a.py", "repo_name": "ab/c", "license": "mit"},
        {"content": notice.format(2020) + program, "path": "b.py", "repo_name": "de/f", "license": "mit"},
        {"content": program + f"\nlist = '{'harbour ' * 200}'", "path": "c.py", "repo_name": "ab/c", "license": "mit"},
        {"content": program + "tide = 1\n", "path": "c.dat", "repo_name": "ab/c", "license": "mit"},
    ]
    pages = [
        {"text": f"{PROSE} {word}.", "source": f"cc/{word}", "wiki_prob": number / 10, "pred_label": "__label__cc"}
        for number, word in enumerate(("One", "Two", "Three", "Four", "Five", "Six"))
    ]
    c4 = [{"text": f"C4. {PROSE}", "timestamp": "2019-04-25T12:57:54Z", "url": "https://a.example/"}]
    paper = "\\title{Boats}\\begin{document}\\begin{abstract}" + PROSE + "\\end{abstract}\\end{document}"
    threads = posts(question(1, f"<p>{PROSE}?</p>"), *(answer(n, 1, n, f"<p>{n}. {PROSE}</p>") for n in (9, 10)))
    contents = {
        "github/files.jsonl.gz": gzip.compress("\n".join(map(json.dumps, programs)).encode()),
        "commoncrawl/pages.jsonl.gz": gzip.compress("\n".join(map(json.dumps, pages)).encode()),
        "c4/c4-train.00000-of-01024.json.gz": gzip.compress("\n".join(map(json.dumps, c4)).encode()),
        "arxiv/2104.00001.gz": gzip.compress(paper.encode()),
        "books/22367.txt": MODERN.format(body=f"Kapitel.\n\n{PROSE}").encode(),
        "wikipedia/dewiki-20240101.xml.bz2": bz2.compress(dump(page(1, "Hafen", f"Der Hafen. {PROSE}")).encode()),
        "stackexchange/cooking.stackexchange.com-Posts.xml": threads,
    }
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    if DATA.exists():
        shutil.copy(DATA / "stackexchange_beer_Posts.xml.gz", folder / "stackexchange/beer.stackexchange.com.xml.gz")
        shutil.copy(DATA / "latex/stacks_project_excerpt.tar.gz", folder / "arxiv")
        shutil.copy(DATA / "redpajama_v1/redpajama-cc-2023-06-refined.jsonl.gz", folder / "commoncrawl")


def test_from_raw_slices_to_the_card(tmp_path: Path) -> None:
    _write_inputs(tmp_path / "data" / "redpajama_v1")
    recipe = tmp_path / "redpajama_v1.yaml"
    shutil.copyfile(str(files("pipelines").joinpath("recipes/redpajama_v1.yaml")), recipe)
    corpus = tmp_path / "corpus"
    settings = ["--set", "tokenize.vocab_size=600", "--set", "tokenize.train.bytes=200KB"]
    settings += ["--set", "licensing.profile=web-open-access"]
    done = CliRunner().invoke(
        app, ["run", str(recipe), "--corpus", str(corpus), "--workers", "1", "--quiet", *settings]
    )
    assert done.exit_code == 0, done.output
    with open_corpus(corpus) as connection:
        rules = dict(connection.sql("SELECT rule, count(*) FROM decisions GROUP BY rule").fetchall())
        sources = dict(connection.sql("SELECT source, count(*) FROM documents GROUP BY source").fetchall())
        query = "SELECT source, count(*) FROM decisions JOIN documents USING (id) WHERE kept GROUP BY source"
        kept = dict(connection.sql(query).fetchall())
    assert sources.keys() == {"arxiv", "books", "c4", "commoncrawl", "github", "stackexchange", "wikipedia"}
    assert rules["wikiref"] == 3
    assert rules["redpajama_v1_github_max_line"] == rules["redpajama_v1_github_ending"] == 1
    assert rules["duplicate"] >= 1  # two programs that differ in their notice alone
    assert kept.keys() == sources.keys()
    assert (kept["github"], kept["books"], kept["wikipedia"]) == (1, 1, 1)
    readme = (corpus / "card" / "README.md").read_text(encoding="utf-8")
    assert "RedPajama-V1, made anew" in readme
