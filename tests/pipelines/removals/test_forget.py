"""`loam forget` on a whole corpus: what goes, what stays, and that a clean build with the same removals is the same."""

# ruff: noqa: S608  queries are made of a test's own words

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipelines.corpus.receipts import read_receipts
from pipelines.license_check import check_licences
from pipelines.removals.pins import TRAINED_BY
from pipelines.removals.tombstones import LEFT_OUT_FILE, RECIPE_FILE, TOMBSTONES_FILE
from pipelines.sources.identity import id_of_key
from pipelines.verify import verify
from tests.pipelines.conftest import HAS_ENGINE, loam
from tests.pipelines.removals.corpora import Inputs, files_with, snapshot, word_of

NEEDS_ENGINE = pytest.mark.skipif(not HAS_ENGINE, reason="needs the translation engine of the extra `mt`")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    """A corpus run to its end; leave it as it is."""
    inputs = Inputs(tmp_path_factory.mktemp("parallel")).write()
    inputs.build("corpus")
    return inputs


@pytest.fixture
def corpus(built: Inputs, tmp_path: Path) -> Path:
    """A copy of it, far from its sources."""
    return Path(shutil.copytree(built.folder / "corpus", tmp_path / "corpus"))


def forget(corpus: Path, *arguments: str) -> dict[str, Any]:
    done = loam("forget", str(corpus), *arguments, "--workers", "1", "--json")
    assert done.exit_code == 0, done.output
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def rows(corpus: Path, query: str) -> list[dict[str, Any]]:
    done = loam("sql", str(corpus), query, "--format", "json")
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def doc(number: int | str) -> str:
    return id_of_key("docs", f"d{number}" if isinstance(number, int) else number)


def assert_clean(built: Inputs, corpus: Path, name: str) -> None:
    """A corpus is in order, and what a clean build makes of the same sources with the same tombstones and pins."""
    assert list(verify(corpus)) == []
    assert list(check_licences(corpus)) == []
    fresh = built.build(name, corpus / "removals")
    found, expected = snapshot(corpus), snapshot(fresh)
    assert {path for path in found | expected if found.get(path) != expected.get(path)} == set()


def test_a_document_goes_with_its_translations_and_tokens(built: Inputs, corpus: Path) -> None:
    before = snapshot(corpus)
    chosen = rows(corpus, "SELECT derived_from FROM documents WHERE source LIKE '%-to-%' ORDER BY id LIMIT 1")
    original = chosen[0]["derived_from"] if HAS_ENGINE else doc(0)
    word = word_of(str(rows(corpus, f"FROM documents SELECT source_id WHERE id = '{original}'")[0]["source_id"]))
    made = rows(corpus, f"SELECT id, source FROM documents WHERE derived_from = '{original}' ORDER BY source")
    assert len(made) == 1 + HAS_ENGINE
    gone = [original, *(row["id"] for row in made)]
    told = forget(corpus, "--id", original[:12], "--reason", "asked for by its author")
    assert {document["id"] for document in told["removed"]} == set(gone)
    assert all(any("sequence" in place for place in document["publications"]) for document in told["removed"])
    assert files_with(built.folder / "corpus", word), "the search finds nothing where there is something"
    assert files_with(corpus, word) == []
    for view in ("documents", "signals", "decisions", "licences", "duplicates", "sequences", "edits"):
        assert rows(corpus, f"SELECT id FROM {view} WHERE id IN {tuple(gone)}") == []
    after = snapshot(corpus)
    assert [path for path in before if path.startswith("tokenizer/") and before[path] != after[path]] == []
    assert before["encoded/docs/b.jsonl-00000-00000.parquet"] == after["encoded/docs/b.jsonl-00000-00000.parquet"]
    assert_clean(built, corpus, "without-a-document")
    lines = loam("why", str(corpus), original).stdout.splitlines()
    assert lines[0] == f"{original} was removed on 2026-11-24: asked for by its author."
    told = json.loads(loam("why", str(corpus), gone[-1], "--json").stdout)["removed"]
    assert (told["reason"], told["derived_from"]) == ("asked for by its author", original)
    listed = [json.loads(line) for line in (corpus / "card/removals.jsonl").read_text().splitlines()]
    assert {row["id"]: row["reason"] for row in listed} == dict.fromkeys(gone, "asked for by its author")
    published = json.loads(loam("why", str(corpus), original, "--json").stdout)["removed"]["published_before"]
    shard, sequence = next((place["file"], place["sequence"]) for place in published if "sequence" in place)
    assert loam("why", str(corpus), shard, str(sequence)).stdout.splitlines()[0] == lines[0]


def test_the_next_of_a_cluster_takes_over(built: Inputs, corpus: Path) -> None:
    (copy,) = rows(corpus, f"FROM duplicates WHERE id = '{doc('copy')}'")
    speaker, others = copy["cluster"], {doc(1), doc("copy")} - {copy["cluster"]}
    (next_one,) = others
    assert rows(corpus, f"SELECT kept FROM decisions WHERE id = '{next_one}'") == [{"kept": False}]
    told = forget(corpus, "--id", speaker)
    (removed,) = told["removed"]
    assert removed["copies"] == [next_one]
    assert rows(corpus, f"SELECT kept FROM decisions WHERE id = '{next_one}'") == [{"kept": True}]
    assert rows(corpus, f"FROM duplicates WHERE cluster = '{speaker}'") == []
    assert_clean(built, corpus, "without-a-speaker")


def test_hosts_addresses_and_lists(built: Inputs, corpus: Path, tmp_path: Path) -> None:
    wanted = tmp_path / "wanted.txt"
    wanted.write_text(f"# what was asked\n\nhttp://www.example.org/5/#top\tits address\n{doc(7)}\nexample.com\n")
    before = snapshot(corpus)
    arguments = ("--host", "old.example.org", "--file", str(wanted), "--reason", "all else", "--date", "2026-12-01")
    would = forget(corpus, *arguments, "--dry-run")
    assert snapshot(corpus) == before, "a dry run writes"
    told = forget(corpus, *arguments)
    assert told["removed"] == would["would_be_removed"]
    assert told["not_in_this_corpus"] == ["example.com"]
    sources = {doc(number) for number in (*range(0, 16, 3), 5, 7)}
    assert {document["id"] for document in told["removed"] if document["source"] == "docs"} == sources
    reasons = {one["id"]: (one["reason"], one["date"]) for one in told["tombstones"] if "id" in one}
    assert (reasons[doc(5)], reasons[doc(7)]) == (("its address", "2026-12-01"), ("all else", "2026-12-01"))
    assert {reasons[id_][0] for id_ in sources - {doc(5)}} == {"all else"}
    for number in (0, 6, 9, 12, 15):  # of d3 a near copy stays
        assert files_with(corpus, word_of(f"d{number}")) == []
    assert files_with(corpus, word_of("d5")), "the text of d5 stands in b.jsonl too, without an address"
    assert_clean(built, corpus, "without-many")
    again = loam("forget", str(corpus), "--id", doc(7), "--workers", "1")
    assert (again.exit_code, again.stdout.splitlines()[0]) == (0, f"{doc(7)}: was removed before")


def test_a_recipe_names_what_is_left_out(built: Inputs, corpus: Path) -> None:
    listed = built.folder / "left-out.txt"
    listed.write_text("old.example.org\n")
    setting = f"licensing={{profile: open, removals: {listed.name}}}"
    root = built.folder / "by-recipe"
    shutil.copytree(corpus, root)
    built.build("by-recipe", None, setting)
    assert (root / RECIPE_FILE).read_text() == '{"host": "old.example.org"}\n'
    assert files_with(root, word_of("d6")) == []
    assert list(verify(root)) == []
    assert (root / LEFT_OUT_FILE).read_text().split() == sorted(doc(number) for number in range(0, 16, 3))
    fresh = built.build("by-recipe-fresh", root / "removals", setting)
    assert snapshot(root) == snapshot(fresh)
    told = json.loads(loam("why", str(root), doc(3), "--json").stdout)["removed"]
    assert (told["because_of"], told["reason"]) == ({"host": "old.example.org"}, None)
    listed_there = [json.loads(line)["id"] for line in (root / "card/removals.jsonl").read_text().splitlines()]
    assert set(listed_there) >= {doc(3), doc(6)}
    pins = root / "removals/pins"
    built.build("by-recipe")
    shutil.rmtree(pins)
    built.build("by-recipe")
    assert snapshot(root) == snapshot(built.folder / "corpus"), "what the recipe names no longer does not come back"


@NEEDS_ENGINE
def test_a_translation_goes_and_its_original_stays(built: Inputs, corpus: Path) -> None:
    query = "SELECT id, derived_from FROM documents WHERE source LIKE '%-to-%' ORDER BY id LIMIT 1"
    (translation,) = rows(corpus, query)
    journal = files_with(corpus, (text_of(corpus, translation["id"]))[:40])
    assert any(path.startswith("journal/") for path in journal)
    told = forget(corpus, "--id", translation["id"])
    assert [document["id"] for document in told["removed"]] == [translation["id"]]
    assert files_with(corpus, text_of(built.folder / "corpus", translation["id"])[:40]) == []
    assert rows(corpus, f"SELECT kept FROM decisions WHERE id = '{translation['derived_from']}'") == [{"kept": True}]
    assert_clean(built, corpus, "without-a-translation")


def text_of(corpus: Path, id_: str) -> str:
    (row,) = rows(corpus, f"SELECT text FROM documents WHERE id = '{id_}'")
    return str(row["text"])


def test_a_corpus_in_the_making_goes_no_further(built: Inputs, tmp_path: Path) -> None:
    root = tmp_path / "corpus"
    done = loam("run", str(built.recipe), "--corpus", str(root), "--quiet", "--until", "select")
    assert done.exit_code == 0, done.output
    forget(root, "--id", doc(2))
    stages = {receipt.stage for receipt in read_receipts(root)}
    assert "select" in stages
    assert not stages & {"translate", "tokenizer", "card"}
    assert not (root / "removals/pins").exists()
    assert files_with(root, word_of("d2")) == []


def test_everything_can_go(corpus: Path) -> None:
    forget(corpus, "--host", "example.org", "--host", "example.net", *anonymous(corpus))
    assert rows(corpus, "FROM documents") == []
    assert list(verify(corpus)) == []


def anonymous(corpus: Path) -> list[str]:
    return [word for row in rows(corpus, "SELECT id FROM documents WHERE url IS NULL") for word in ("--id", row["id"])]


def test_other_settings_make_another_tokenizer(built: Inputs, corpus: Path) -> None:
    forget(corpus, "--id", doc(2))
    (pinned,) = read_receipts(corpus, stage="tokenizer")
    assert "pinned" in pinned.parameters
    root = built.folder / "other-settings"
    shutil.copytree(corpus, root)
    built.build("other-settings", None, "tokenize.vocab_size=380")
    (trained,) = read_receipts(root, stage="tokenizer")
    assert set(trained.parameters) == {*TRAINED_BY, "pad_vocab_to"}, "a pin must know every setting"
    assert trained.inputs
    (corpus / "removals/pins/tokenizer/tokenizer/tokenizer.json").write_text("{}")
    done = loam("forget", str(corpus), "--id", doc(4), "--workers", "1")
    assert (done.exit_code, "not the file that was kept when documents were removed" in done.output) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "nothing to forget"),
        (("--id", "xyz"), 2, "--id: 'xyz': expected an id"),
        (("--url", "example.org"), 2, "--url: 'example.org': expected an id"),
        (("--id", "abcdef012345"), 1, "no document with an id that begins with 'abcdef012345'"),
        (("--file", "nowhere.txt"), 2, "nowhere.txt"),
        (("--host", "example.org", "--date", "tomorrow"), 2, "--date: expected a date"),
    ],
)
def test_what_cannot_be_done_is_said(corpus: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    before = snapshot(corpus)
    done = loam("forget", str(corpus), *arguments)
    assert (done.exit_code, said in done.output) == (code, True), done.output
    assert snapshot(corpus) == before


def test_a_damaged_list_stops_everything(built: Inputs, corpus: Path) -> None:
    (corpus / "removals").mkdir()
    (corpus / TOMBSTONES_FILE).write_text('{"id": "0"}\nno json\n')
    for command in (("run", str(built.recipe), "--corpus", str(corpus)), ("forget", str(corpus), "--id", doc(2))):
        done = loam(*command)
        assert (done.exit_code, "tombstones.jsonl: line 2: no JSON object" in done.output) == (1, True), done.output


def test_a_list_that_a_recipe_names_must_be_there_and_be_one(built: Inputs, corpus: Path) -> None:
    (built.folder / "no-list.txt").write_text("not a host\n")
    for name, said in (
        ("nowhere.txt", "licensing.removals: no file nowhere.txt"),
        ("no-list.txt", "line 1: 'not a host'"),
    ):
        setting = f"licensing={{profile: open, removals: {name}}}"
        done = loam("run", str(built.recipe), "--corpus", str(corpus), "--quiet", "--set", setting)
        assert (done.exit_code, said in done.output) == (2, True), done.output


def test_a_corpus_that_lacks_a_file_loses_nothing_more(corpus: Path) -> None:
    (quarantined,) = (corpus / "quarantine/ingest/docs").glob("*.parquet")
    quarantined.unlink()
    before = snapshot(corpus)
    done = loam("forget", str(corpus), "--id", doc(2))
    assert (done.exit_code, "names files that are not there whole" in done.output) == (1, True)
    assert snapshot(corpus) == before


def test_a_corpus_of_another_version_is_left_alone(corpus: Path) -> None:
    identity = json.loads((corpus / "corpus.json").read_text())
    identity["recipe"]["licensing"]["nonsense"] = 1
    (corpus / "corpus.json").write_text(json.dumps(identity))
    before = snapshot(corpus)
    done = loam("forget", str(corpus), "--id", doc(2))
    assert (done.exit_code, "made by another version of Loam" in done.output) == (1, True)
    assert snapshot(corpus) == before


def test_removed_records_hold_no_address(corpus: Path) -> None:
    forget(corpus, "--host", "old.example.org")
    for path in (corpus / "removed").rglob("*.parquet"):
        assert "example" not in json.dumps(pq.read_table(path, partitioning=None).to_pylist())
