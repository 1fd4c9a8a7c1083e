"""Commands on a corpus in a bucket tell what they tell of the same corpus in a folder."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipelines.corpus.identity import read_corpus_identity
from pipelines.corpus_store.place import FOLDERS, open_for_planning
from pipelines.corpus_store.store import CorpusStore
from pipelines.corpus_store.working_folder import WorkingFolder
from tests.pipelines.conftest import HAS_ENGINE, SmallCorpus, loam, write_inputs
from tests.pipelines.storage.bucket import serving_bucket

_OF_A_MACHINE = (".timing.json", "data_path.txt")
ADDRESS = "s3://soil/corpora/small"


@pytest.fixture(scope="module")
def served(small_corpus: SmallCorpus, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A small corpus in a bucket, for all that is tested here; what runs change there, they change back."""
    with pytest.MonkeyPatch.context() as patch, serving_bucket(patch):
        notes = tmp_path_factory.mktemp("notes") / "same.json"
        WorkingFolder(CorpusStore.at(ADDRESS), small_corpus.root, notes).push_rest()
        yield


@pytest.fixture
def stored(served: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: ARG001 -- the bucket
    """The folder that will hold what commands fetch."""
    monkeypatch.setenv(FOLDERS, str(tmp_path / "here"))
    return tmp_path / "here"


def _compared(root: Path) -> dict[str, bytes]:
    """Return all files but those that tell of a machine."""
    return {path: content for path, content in _files(root).items() if not path.endswith(_OF_A_MACHINE)}


def _fetched(folders: Path) -> set[str]:
    return {path.name for path in folders.glob("*/corpus/*")}


def _told(command: tuple[str, ...], corpus: str | Path, to: Path) -> str:
    done = loam(*(word.format(corpus, to=to) if "{" in word else word for word in command))
    assert (done.exit_code, done.stderr) == (0, ""), command
    return done.stdout


def test_what_needs_a_part_tells_the_same_of_it(stored: Path, small_corpus: SmallCorpus, tmp_path: Path) -> None:
    for command in (
        ("status", "{}", "--json"),
        ("why", "{}", small_corpus.id_of("d0")),
        ("sql", "{}", "SELECT lang, kept, rule, count(*) FROM decisions GROUP BY ALL ORDER BY ALL", "--format", "csv"),
        ("what-if", "{}", "--set", "words_enough=word_count >= 10", "--json"),
    ):
        name = f'"name": "{small_corpus.root.name}"'
        told = _told(command, small_corpus.root, tmp_path).replace(name, f'"name": "{ADDRESS}"')
        assert _told(command, ADDRESS, tmp_path) == told
        if command[0] == "status":
            assert _fetched(stored) == {"corpus.json", "ledger"}
    assert {"documents", "decisions", "tokens"} <= _fetched(stored)
    assert not {"data", "card", "encoded", "matches"} & _fetched(stored)
    assert not list(stored.glob("*/corpus/tokens/*/*.bin"))


def test_what_takes_a_folder_takes_a_bucket(stored: Path, small_corpus: SmallCorpus, tmp_path: Path) -> None:
    assert "documents" in _told(("diff", "{}", str(small_corpus.root), "--markdown"), ADDRESS, tmp_path)
    for command in (
        ("license", "check", "{}"),
        ("tokens", "mixture", "{}", "--json"),
        ("tokens", "verify", "{}"),
        ("report", "{}", "--html", "{to}/report.html"),
        ("publish", "{}", "--to", "{to}/release"),
        ("redpajama", "export", "{}", "--to", "{to}/redpajama"),
        ("export", "ccnet", "{}", "--to", "{to}/ccnet"),
        *([("translate", "export", "{}", "{to}/pairs")] if HAS_ENGINE else []),
    ):
        assert _told(command, ADDRESS, tmp_path)
    made = {path.parts[0] for path in map(Path, _files(tmp_path)) if path.parts[0] != stored.name}
    assert made >= {"report.html", "release", "redpajama", "ccnet"}


def _files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_a_run_fetches_what_its_units_read(stored: Path, small_corpus: SmallCorpus) -> None:
    run = ("run", str(small_corpus.recipe), "--corpus", ADDRESS, "--quiet")
    assert loam(*run).exit_code == 0  # once, by which the versions in the bucket are known
    elsewhere = stored.with_name("elsewhere")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(FOLDERS, str(elsewhere))
        assert loam(*run).exit_code == 0
        assert not {"documents", "signals", "decisions", "data", "card"} & _fetched(elsewhere)
        changed = loam(*run, "--until", "select", "--set", "select.rules.words_enough=word_count >= 40")
        assert (changed.exit_code, changed.output) == (0, "")
        assert {"documents", "signals", "decisions"} <= _fetched(elsewhere)
        assert not {"data", "card"} & _fetched(elsewhere)
        assert loam(*run).exit_code == 0
        assert loam("license", "check", ADDRESS).exit_code == 0  # which fetches all
    (root,) = elsewhere.glob("*/corpus")
    assert _compared(root) == _compared(small_corpus.root)


def test_documents_are_held_against_a_corpus_in_a_bucket(
    stored: Path, small_corpus: SmallCorpus, tmp_path: Path
) -> None:
    assert not stored.exists()
    made = []
    for name, other in (("folder", str(small_corpus.root)), ("bucket", ADDRESS)):
        recipe, corpus = write_inputs(tmp_path / name), tmp_path / name / "corpus"
        against = ("--set", f"dedup.against=[{other}]", "--set", "sources.0.name=more")
        run = ("run", str(recipe), "--corpus", str(corpus), "--until", "dedup", *against)
        done = loam(*run)
        assert done.exit_code == 0, done.output
        assert f"dedup.against {other}: together with this corpus, of its documents" in " ".join(done.stdout.split())
        tables = sorted(corpus.glob("duplicates/*/*.parquet")) + sorted(corpus.glob("joint_changes/*/*.parquet"))
        rows = [str(pq.read_table(table, partitioning=None).to_pylist()).replace(other, "OTHER") for table in tables]
        made.append(rows)
    assert made[0] == made[1] != []
    assert _fetched(stored) >= {"documents", "duplicates"}
    done = loam("verify", str(corpus), "--recompute", "0", "--sources", str(tmp_path / "bucket"))
    assert done.exit_code == 0, done.output
    missing = loam(*run, "--set", "dedup.against=[s3://soil/none]")
    assert (missing.exit_code, "s3://soil/none: no corpus" in missing.stderr) == (1, True)


def test_what_another_corpus_said_goes_with_it(
    served: None,  # noqa: ARG001 -- the bucket
    corpus_copy: SmallCorpus,
    small_corpus: SmallCorpus,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = CorpusStore.at("s3://soil/corpora/other")
    run = ("run", str(write_inputs(tmp_path / "in")), "--corpus", store.address, "--until", "dedup")
    for folder, others in (("here", [small_corpus.root, corpus_copy.root]), ("elsewhere", [small_corpus.root])):
        monkeypatch.setenv(FOLDERS, str(tmp_path / folder))
        against = f"dedup.against=[{','.join(map(str, others))}]"
        done = loam(*run, "--set", "sources.0.name=more", "--set", against)
        assert done.exit_code == 0, done.output
        assert done.stdout.count("together with this corpus, of its documents") == len(others)
        changes = [path for path in store.entries() if path.startswith("joint_changes/")]
        assert [path.split("/")[1] for path in sorted(changes)] == [f"{at}@docs" for at in range(len(others))]
    other = loam(*run, "--set", "name=other", "--set", "dedup.against=[s3://soil/none]")
    assert other.stderr.splitlines()[-1].startswith(f"loam: {store.address}: holds the corpus `small`, and the recipe ")
    with open_for_planning(Path(store.address)) as folder, open_for_planning(Path("s3://soil/none")) as empty:
        assert read_corpus_identity(folder)["name"] == "small"
        assert not list(empty.iterdir())
    refused = loam("publish", store.address, "--to", str(tmp_path / "release"))
    assert (refused.exit_code, refused.stderr.startswith(f"loam: {store.address}: ")) == (1, True), refused.stderr
