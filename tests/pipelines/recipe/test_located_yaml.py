import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.errors import CorpusError, LoamError, RecipeError
from pipelines.recipe import load_recipe
from pipelines.recipe.located_yaml import Located, load_located


def _located(folder: Path, text: str) -> Located:
    file = folder / "r.yaml"
    file.write_text(text, encoding="utf-8")
    return load_located(file)


def test_every_key_has_its_line(tmp_path: Path) -> None:
    located = _located(tmp_path, "a: 1\n\nb:\n  c: [x, {d: 2}]\n  e:\n    - y\n")
    assert located.value == {"a": 1, "b": {"c": ["x", {"d": 2}], "e": ["y"]}}
    lines = {".".join(map(str, path)): line for path, line in located.lines.items()}
    assert lines == {"": 1, "a": 1, "b": 3, "b.c": 4, "b.c.0": 4, "b.c.1": 4, "b.c.1.d": 4, "b.e": 5, "b.e.0": 6}
    assert located.place(("b", "e", 0)).endswith("r.yaml:6")
    assert located.place(("b", "nothing", "here")).endswith("r.yaml:3")


def test_only_true_and_false_are_booleans(tmp_path: Path) -> None:
    located = _located(tmp_path, "on: [on, off, yes, no, y, n, NO, true, True, false, False, TRUE]\n")
    assert located.value == {"on": ["on", "off", "yes", "no", "y", "n", "NO", True, True, False, False, "TRUE"]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "r.yaml:1: a recipe is a mapping of keys: expected `name:` and `sources:`"),
        ("- a\n", "r.yaml:1: a recipe is a mapping of keys"),
        ("a: 1\nb: 2\na: 3\n", "r.yaml:3: a: stands here a second time; remove one"),
        ("a:\n  b: {c: 1, c: 2}\n", "r.yaml:2: c: stands here a second time; remove one"),
        ("a: 1\n1: 2\n", "r.yaml:2: 1: a key must be a word"),
        ("null: 2\n", "r.yaml:1: null: a key must be a word"),
        ("[a, b]: 1\n", "r.yaml:1: ?: a key must be a word"),
        ("? {a: b}\n: 1\n", "r.yaml:1: ?: a key must be a word"),
        ("a: &x [1]\nb: *x\n", "r.yaml: no valid YAML: line 2: a recipe has no anchors"),
        ("a: &x [*x]\n", "r.yaml: no valid YAML: line 1: a recipe has no anchors"),
        ("a: [1\n", "r.yaml: no valid YAML: while parsing a flow sequence"),
        ("a: 1\n\tb: 2\n", "r.yaml: no valid YAML: "),
        ("a: !!python/object/apply:os.system [ls]\n", "r.yaml: no valid YAML: could not determine a constructor"),
        ("a: 1\n---\nb: 2\n", "r.yaml: no valid YAML: expected a single document"),
        ("a: " + "[" * 5000 + "]" * 5000, "r.yaml: nested too deeply"),
    ],
)
def test_what_is_no_recipe_says_so_in_one_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(RecipeError, match=re.escape(message)) as caught:
        _located(tmp_path, text)
    assert "\n" not in str(caught.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"none\.yaml: cannot be read: No such file or directory"):
        load_located(tmp_path / "none.yaml")
    with pytest.raises(RecipeError, match="cannot be read: Is a directory"):
        load_located(tmp_path)
    (tmp_path / "latin.yaml").write_bytes(b"name: caf\xe9\n")
    with pytest.raises(RecipeError, match=r"latin\.yaml: no UTF-8 text: .* at byte 9"):
        load_located(tmp_path / "latin.yaml")


@pytest.mark.parametrize(
    ("message", "placed"),
    [
        ("select.rules.long: no column x", "r.yaml:5: select.rules.long: no column x"),
        ("select.by_language.fra_Latn.long: no", "r.yaml:6: select.by_language.fra_Latn.long: no"),
        ("sources.0.path: no file", "r.yaml:2: sources.0.path: no file"),
        ("sources.7: none", "r.yaml:2: sources.7: none"),
        ("dedup.keep: created: no", "--set: dedup.keep: created: no"),
        ("pack gopher: long: no column x", "pack gopher: long: no column x"),
        ("publish.title: is no title", "publish.title: is no title"),
        ("name", "name"),
    ],
)
def test_a_message_gets_the_place_of_the_key_that_it_begins_with(tmp_path: Path, message: str, placed: str) -> None:
    text = "name: x\nsources: [{path: a}]\nselect:\n  rules:\n    long: y\n  by_language: {fr: {long: z}}\n"
    located = _located(tmp_path, text).with_override("dedup.keep", "[created]")
    assert located.placed(message).removeprefix(f"{tmp_path}/") == placed


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ("source b: no file matches y: z", 5),
        ("source b: options.depth: expected a number", 7),
        ("source b: options: kind text takes no `x`", 6),
        ("source a: columns: kind text has none", 3),
        ("source b: name.txt: cut off", 5),
        ("source b: options.txt matches what cannot be read: x", 5),
        ("source c: no file", None),
        ("source b", None),
    ],
)
def test_a_message_gets_the_place_of_the_source_that_it_names(tmp_path: Path, message: str, line: int | None) -> None:
    text = "name: x\nsources:\n  - {name: a}\n  - name: b\n    path: y\n    options:\n      depth: x\n"
    located = _located(tmp_path, text)
    placed = located.placed(message)
    assert placed == (message if line is None else f"{tmp_path}/r.yaml:{line}: {message}")


def test_only_errors_about_the_recipe_get_a_place(tmp_path: Path) -> None:
    located = _located(tmp_path, "name: x\ndedup: {}\n")
    for error, placed in (
        (LoamError("dedup: too many documents"), f"{tmp_path}/r.yaml:2: dedup: too many documents"),
        (CorpusError("dedup: KeyError"), "dedup: KeyError"),
    ):
        with pytest.raises(LoamError) as raised, located.faults_placed():
            raise error
        assert (type(raised.value), str(raised.value)) == (type(error), placed)


def test_an_override_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    located = _located(tmp_path, "a: {b: [1, {c: 2}]}\n")
    changed = located.with_override("a.b.1.c", "[3]").with_override("d.e", "x")
    assert changed.value == {"a": {"b": [1, {"c": [3]}]}, "d": {"e": "x"}}
    assert located.value == {"a": {"b": [1, {"c": 2}]}}
    assert changed.place(("d", "e")) == changed.place(("d",)) == "--set"
    assert changed.place(("a",)).endswith("r.yaml:1")


WORDS = st.sampled_from(
    ["name", "sources", "dedup", "exact", "rules", "select", "x", "true", "no", "null", "3", "[", "}"]
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 3), WORDS, WORDS), max_size=8))
def test_no_yaml_breaks_the_reader(tmp_path: Path, rows: list[tuple[int, str, str]]) -> None:
    file = tmp_path / "r.yaml"
    file.write_text("".join(f"{'  ' * depth}{key}: {value}\n" for depth, key, value in rows), encoding="utf-8")
    with pytest.raises(RecipeError, match=r"r\.yaml"):  # no such file can be whole: a source needs a kind
        load_recipe(file)
