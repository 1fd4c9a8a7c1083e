import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import signals
from pipelines.commands.recipes import STAGES
from pipelines.stages.order import STAGE_NAMES
from pipelines.view_names import TOLD_VIEWS, VIEWS
from tests.pipelines.conftest import SmallCorpus, loam, write_inputs

COMMANDS = ("run", "sql", "why", "status", "verify", "signals")
ROOT = Path(__file__).parents[2]


def _contents(root: Path) -> dict[str, bytes]:
    """Return every file but timings; what Megatron is given names its place on disk."""
    files = (path for path in root.rglob("*") if path.is_file() and not path.name.endswith(".timing.json"))
    return {path.relative_to(root).as_posix(): path.read_bytes().replace(bytes(root), b"CORPUS") for path in files}


def test_help_for_a_newcomer() -> None:
    shown = loam("--help").stdout
    assert "Exit codes: 0 all is well" in " ".join(shown.replace("│", " ").split())
    for command in COMMANDS:
        assert command in shown
        answer = loam(command, "--help")
        assert answer.exit_code == 0
        assert len(answer.stdout.splitlines()) > 5
    assert loam().exit_code == 2


def test_help_names_the_stages_and_the_views() -> None:
    assert STAGES.replace(" or ", ", ").split(", ") == list(STAGE_NAMES)
    shown = " ".join(loam("sql", "--help").stdout.replace("│", " ").split())
    assert f"What to ask of the views {TOLD_VIEWS}; without it a prompt opens" in shown


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from pipelines.cli import app; from typer.testing import CliRunner; "
        "CliRunner().invoke(app, ['run', '--help']); "
        "print(*sorted({'duckdb', 'pyarrow', 'numpy', 'numba', 'tokenizers', 'ray'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == ""


def test_a_run_closes_with_a_table_and_what_to_try_next(tmp_path: Path) -> None:
    recipe = write_inputs(tmp_path)
    root = tmp_path / "corpus"
    result = loam("run", str(recipe), "--corpus", str(root), "--until", "select")
    assert result.exit_code == 0, result.output
    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["stage", "rows", "in", "kept", "dropped", "by", "reason", "MB/s"] in lines
    assert [line[0] for line in lines if line][:6] == ["stage", "ingest", "annotate", "dedup", "license", "select"]
    assert f"  loam sql {root} " in result.stdout
    why = next(line for line in result.stdout.splitlines() if line.startswith(f"  loam why {root} "))
    assert loam(*why.split()[1:]).exit_code == 0
    assert "bad records set aside: 1, the first in a.jsonl, record 12: " in result.stdout
    assert "a.jsonl" in loam("sql", str(root), "FROM quarantine").stdout
    assert "ingest" in result.stderr
    again = loam("run", str(recipe), "--corpus", str(root), "--until", "select")
    assert again.stdout.count("stands") == 5


def test_json_is_all_that_is_on_standard_output(tmp_path: Path) -> None:
    recipe = write_inputs(tmp_path)
    result = loam("run", str(recipe), "--corpus", str(tmp_path / "corpus"), "--until", "dedup", "--json")
    rows = json.loads(result.stdout)
    assert [row["stage"] for row in rows] == ["ingest", "annotate", "dedup"]
    assert rows[0]["dropped"] == {"not_json": 1}
    assert rows[0]["units_done"] == 1
    assert result.stderr == ""


def test_quiet_is_quiet(tmp_path: Path) -> None:
    recipe = write_inputs(tmp_path)
    result = loam("run", str(recipe), "--corpus", str(tmp_path / "corpus"), "--until", "ingest", "--quiet")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")


def test_each_stage_goes_on_from_the_one_before_to_the_bytes_of_a_whole_run(
    tmp_path: Path, small_corpus: SmallCorpus
) -> None:
    root = tmp_path / "corpus"
    seen: list[set[str]] = [set()]
    for stage in ("ingest", "annotate", "dedup", "license", "select", "translate", "tokenize", "mix", "publish"):
        result = loam("run", str(small_corpus.recipe), "--corpus", str(root), "--until", stage, "--quiet")
        assert result.exit_code == 0, result.output
        seen.append({path.name for path in root.iterdir()})
        assert seen[-2] <= seen[-1]
    assert _contents(root) == _contents(small_corpus.root)
    assert seen[1] == {"corpus.json", "documents", "ledger", "quarantine"}
    assert "decisions" not in seen[4]
    assert "decisions" in seen[5]


def test_a_sample_is_the_same_each_time_and_part_of_the_whole(tmp_path: Path, small_corpus: SmallCorpus) -> None:
    def sampled(name: str, share: str) -> list[str]:
        root = tmp_path / name
        arguments = ("--corpus", str(root), "--until", "ingest", "--quiet", "--sample", share)
        assert loam("run", str(small_corpus.recipe), *arguments).exit_code == 0
        return list(map(str, pq.read_table(root / "documents")["id"].to_pylist()))

    everything, half = sampled("all", "1.0"), sampled("half", "0.5")
    assert half == sampled("again", "0.5")
    assert 0 < len(half) < len(everything) == 11
    assert set(sampled("less", "0.25")) <= set(half) <= set(everything)
    assert half == [identity for identity in everything if identity in set(half)]


def test_overrides_reach_the_run(tmp_path: Path, small_corpus: SmallCorpus) -> None:
    root = tmp_path / "corpus"
    arguments = ("--set", "select.rules={none: word_count > 1000}", "--set", "licensing=null", "--set", "publish=null")
    overrides = (*arguments, "--set", "translate=null")
    result = loam("run", str(small_corpus.recipe), "--corpus", str(root), "--until", "select", "--json", *overrides)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)[-1]["dropped"] == {"none": 10, "duplicate": 1}


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["run", "none.yaml", "--corpus", "{c}"], 2, "loam: none.yaml: cannot be read: No such file or directory"),
        (["run", "{r}", "--corpus", "{c}", "--until", "selekt"], 2, "loam: no stage 'selekt': expected one of ingest,"),
        (["run", "{r}", "--corpus", "{c}", "--set", "seed"], 2, "loam: --set seed: expected KEY=VALUE"),
        (["run", "{r}", "--corpus", "{c}", "--set", "=1"], 2, "loam: --set =1: expected KEY=VALUE"),
        (
            ["run", "{r}", "--corpus", "{c}", "--set", "seed=x"],
            2,
            "loam: --set: seed: expected a whole number, got 'x'",
        ),
        (
            ["run", "{r}", "--corpus", "{c}", "--set", "select.use=[gophr]"],
            2,
            "loam: --set: select.use: no rule pack 'gophr'; did you mean gopher?",
        ),
        (
            ["run", "{r}", "--corpus", "{c}", "--set", "select.rules.r=word_cuont > 1"],
            2,
            "loam: --set: select.rules.r: no column word_cuont; did you mean word_count?",
        ),
        (
            ["run", "{r}", "--corpus", "{c}", "--set", "dedup.keep=[license]"],
            2,
            "loam: --set: dedup.keep: license: a licence may not decide",
        ),
        (
            ["sql", "{c}", "SELECT 1"],
            1,
            "loam: {c}: no corpus (no corpus.json); `loam run RECIPE --corpus {c}` makes one",
        ),
        (["why", "{c}", "00"], 1, "loam: {c}: no corpus"),
        (["status", "{c}"], 1, "loam: {c}: no corpus"),
        (["verify", "{c}"], 1, "loam: {c}: no corpus"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line_before_anything_is_made(
    tmp_path: Path, small_corpus: SmallCorpus, arguments: list[str], code: int, message: str
) -> None:
    names = {"c": str(tmp_path / "corpus"), "r": str(small_corpus.recipe)}
    result = loam(*(argument.format(**names) if "{" in argument else argument for argument in arguments))
    assert result.exit_code == code
    assert result.stdout == ""
    assert result.stderr.startswith(message.format(**names))
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "corpus").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["run"],
        ["run", "{r}"],
        ["run", "{r}", "--corpus", "{c}", "--workers", "0"],
        ["run", "{r}", "--corpus", "{c}", "--sample", "2"],
        ["run", "{r}", "--corpus", "{c}", "--executor", "spark"],
        ["sql", "{c}", "SELECT 1", "--format", "xml"],
        ["why", "{c}"],
        ["why", "{c}", "shard", "-1"],
        ["nonsense"],
    ],
)
def test_a_wrong_command_line(small_corpus: SmallCorpus, tmp_path: Path, arguments: list[str]) -> None:
    names = {"c": str(tmp_path / "corpus"), "r": str(small_corpus.recipe)}
    result = loam(*(argument.format(**names) for argument in arguments))
    assert (result.exit_code, result.stdout) == (2, "")
    assert not (tmp_path / "corpus").exists()


def test_a_rule_that_is_none_is_told_with_its_line(tmp_path: Path, small_corpus: SmallCorpus) -> None:
    recipe = tmp_path / "small.yaml"
    lines = small_corpus.recipe.read_text(encoding="utf-8").replace("word_count >= 50", "word_cuont >= 50")
    recipe.write_text(lines, encoding="utf-8")
    number = next(number for number, line in enumerate(lines.splitlines(), 1) if "word_cuont" in line)
    result = loam("run", str(recipe), "--corpus", str(tmp_path / "c"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"loam: {recipe}:{number}: select.rules.words_enough: no column word_cuont; did you mean word_count?\n"
    )


def test_a_source_without_files_is_one_line(tmp_path: Path, small_corpus: SmallCorpus) -> None:
    arguments = ("run", str(small_corpus.recipe), "--corpus", str(tmp_path / "c"), "--set", "sources.0.path=no/*.jsonl")
    result = loam(*arguments, "--quiet")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("loam: --set: source docs: no file matches no/*.jsonl")
    assert result.stderr.count("\n") == 1


def test_a_folder_that_is_no_corpus_is_left_alone(tmp_path: Path, small_corpus: SmallCorpus) -> None:
    (tmp_path / "mine.txt").write_text("precious")
    result = loam("run", str(small_corpus.recipe), "--corpus", str(tmp_path), "--quiet")
    assert result.exit_code == 1
    assert "not empty, and no corpus" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    onto_file = loam("run", str(small_corpus.recipe), "--corpus", str(tmp_path / "mine.txt"), "--quiet")
    assert onto_file.exit_code == 1
    assert onto_file.stderr.count("\n") == 1


def test_a_corpus_of_another_name_is_left_alone_unless_it_is_to_be_renamed(corpus_copy: SmallCorpus) -> None:
    before = {path: path.stat().st_mtime_ns for path in sorted(corpus_copy.root.rglob("*"))}
    run = ("run", str(corpus_copy.recipe), "--corpus", str(corpus_copy.root), "--until", "ingest", "--quiet")
    refused = loam(*run, "--set", "name=other")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr.startswith(
        f"loam: {corpus_copy.root}: holds the corpus `small`, and the recipe is called `other`; give another --corpus"
    )
    assert {path: path.stat().st_mtime_ns for path in sorted(corpus_copy.root.rglob("*"))} == before
    renamed = loam(*run, "--set", "name=other", "--rename")
    assert (renamed.exit_code, renamed.output) == (0, "")
    assert loam(*run, "--set", "name=other").exit_code == 0
    assert loam(*run).exit_code == 2


def test_sql(small_corpus: SmallCorpus) -> None:
    query = "SELECT rule, count(*) AS n FROM decisions WHERE generation = 0 GROUP BY rule ORDER BY n DESC, rule"
    query = query.replace("decisions", "decisions JOIN documents USING (id)")
    rows = list(csv.DictReader(io.StringIO(loam("sql", str(small_corpus.root), query, "--format", "csv").stdout)))
    lines = [
        json.loads(line) for line in loam("sql", str(small_corpus.root), query, "--format", "json").stdout.splitlines()
    ]
    assert [(row["rule"] or None, int(row["n"])) for row in rows] == [(line["rule"], line["n"]) for line in lines]
    assert sum(line["n"] for line in lines) == 11
    assert "duplicate" in loam("sql", str(small_corpus.root), query).stdout
    wrong = loam("sql", str(small_corpus.root), "SELECT nothing FROM documents")
    assert (wrong.exit_code, wrong.stdout) == (1, "")
    assert wrong.stderr.startswith("loam: sql: Binder Error")


def test_sql_from_a_pipe(small_corpus: SmallCorpus) -> None:
    queries = "SELECT 1 AS a;\nSELECT\n 2 AS b\n;\nSELECT 3 AS c"
    result = loam("sql", str(small_corpus.root), "--format", "csv", stdin=queries)
    assert (result.exit_code, result.stdout) == (0, "a\n1\nb\n2\nc\n3\n")
    for view in VIEWS:
        answer = loam("sql", str(small_corpus.root), "--format", "csv", stdin=f"SUMMARIZE {view};")
        assert answer.stdout.startswith("column_name,")
    assert loam("sql", str(small_corpus.root), stdin="").stdout == ""
    wrong = loam("sql", str(small_corpus.root), "--format", "csv", stdin="SELECT 1 AS a;\nSELECT x;\nSELECT 2 AS b;\n")
    assert (wrong.exit_code, wrong.stdout) == (1, "a\n1\n")


def test_why(small_corpus: SmallCorpus) -> None:
    identity = small_corpus.id_of("d7")
    shown = loam("why", str(small_corpus.root), identity)
    assert shown.stdout.startswith(f"{identity} is kept, as eng_Latn.\n")
    assert loam("why", str(small_corpus.root), identity[:10]).stdout == shown.stdout
    story = json.loads(loam("why", str(small_corpus.root), identity, "--json").stdout)
    (sequence,) = story["sequences"]
    back = loam("why", str(small_corpus.root), sequence["shard"], str(sequence["sequence"]))
    assert back.exit_code == 0
    assert back.stdout.startswith(f"{identity} is kept")
    nobody = loam("why", str(small_corpus.root), "zz")
    assert (nobody.exit_code, nobody.stdout) == (1, "")
    assert nobody.stderr == "loam: no document with an id that begins with 'zz'; `loam sql` lists ids\n"
    assert loam("why", str(small_corpus.root), "no-such-shard", "0").exit_code == 1


def test_packs() -> None:
    found = {pack["name"]: pack for pack in json.loads(loam("packs", "--json").stdout)}
    assert found["gopher"]["rules"]["gopher_min_words"] == "word_count >= 50"
    listed = loam("packs").stdout
    assert all(name in listed for name in found)
    shown = loam("packs", "c4").stdout
    assert "line_c4_terminal_mark = 1" in shown
    assert "c4_citation" in shown
    assert "c4_left_sentence_count >= 5" in shown
    wrong = loam("packs", "gophr")
    assert (wrong.exit_code, wrong.output) == (2, "loam: no rule pack 'gophr'; did you mean gopher?\n")


def test_signals() -> None:
    rows = json.loads(loam("signals", "--json").stdout)
    assert [row["name"] for row in rows] == [signal.name for signal in signals.declared_signals()]
    assert all(row["definition"] and row["unit"] and row["type"] for row in rows)
    shown = loam("signals")
    assert shown.exit_code == 0
    told = " ".join(shown.stdout.split())
    for signal in signals.declared_signals():
        assert " · ".join((signal.name + f" {signal.type}", signal.unit, signal.range, signal.group)) in told
        assert " ".join(f"{signal.definition} Source: {signal.source}".split()) in told


def test_two_runs_on_one_corpus_do_not_mix(tmp_path: Path, small_corpus: SmallCorpus) -> None:
    import fcntl  # noqa: PLC0415 -- of this test alone

    root = tmp_path / "corpus"
    root.mkdir()
    descriptor = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        result = loam("run", str(small_corpus.recipe), "--corpus", str(root), "--quiet")
    finally:
        os.close(descriptor)
    assert result.exit_code == 1
    assert "another run is working on this corpus" in result.stderr
