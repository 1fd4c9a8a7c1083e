"""Recipes that somebody else wrote: each is refused in words, and nothing outside the corpus is touched."""

from pathlib import Path

import pytest

from pipelines.errors import LoamError
from pipelines.recipe import load_recipe
from pipelines.stages.order import check_recipe
from pipelines.trust import VARIABLE
from tests.pipelines.conftest import loam

TRANSLATE = "licensing: {profile: open}\ntranslate: "
SOUND = "name: r\nsources: [{name: s, kind: jsonl, path: [none.jsonl]}]\n"

YAML = [
    "!!python/object/apply:os.system ['touch PWNED']",
    "name: !!python/object/apply:os.system ['touch PWNED']\n" + SOUND,
    SOUND + "build_date: !!python/name:os.system\n",
    SOUND + "seed: !!python/object/new:int ['1']\n",
    SOUND + "x: !!python/module:os\n",
    SOUND + "tokenize: !!python/tuple [1, 2]\n",
    SOUND + "x: !unknown 1\n",
    SOUND + "a: &a [*a]\n",
    "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nname: *c\n"
    + SOUND,
    SOUND + "name: again\n",
    SOUND + "seed: 1\nseed: 2\n",
    "[" * 5000,
    "{a: " * 3000,
    "- a list\n",
    "just text\n",
    "",
    "\x00" + SOUND,
    SOUND + "name: \ud800\n",
    SOUND + "select: {rules: {r: 'true'}}\n--- second document\n",
    SOUND + "? [complex, key]\n: 1\n",
    SOUND + "seed: 1e400\n",
    SOUND + "seed: true\n",
    SOUND + "build_date: 2026-13-45\n",
    SOUND + "<<: {name: merged}\nunknown_key: 1\n",
]
NAMES = ["../up", "/abs", "a/b", "..", ".", ".hidden", "", "a\\b", "a\x00b", "a\nb", "a b", "-rf", "~", "$HOME", "é"]
SECTIONS = [
    "run: {executor: shell}",
    "run: {workers: 0}",
    "run: {workers: -1}",
    "run: {memory: -1}",
    "run: {memory: 1e99GB}",
    "annotate: {groups: ['../core']}",
    "annotate: {groups: [core, language, own]}",
    "dedup: {fuzzy: {profile: ../../etc}}",
    "dedup: {fuzzy: {threshold: .nan}}",
    "dedup: {fuzzy: {threshold: 2}}",
    "dedup: {keep: ['(SELECT 1)']}",
    "dedup: {keep: ['random()']}",
    "dedup: {keep: ['word_count; DROP TABLE documents']}",
    "select: {use: ['../../secret']}",
    "select: {rules: {'a/b': 'true'}}",
    "select: {rules: {'../x': 'true'}}",
    "select: {rules: {duplicate: 'true'}}",
    "select: {rules: {r: \"getenv('HOME') <> ''\"}}",
    "select: {rules: {r: \"(SELECT count(*) FROM read_text('/etc/passwd')) > 0\"}}",
    "select: {rules: {r: \"read_text('/etc/passwd') IS NULL\"}}",
    "select: {rules: {r: \"true; COPY (SELECT 1) TO 'pwned'\"}}",
    "select: {rules: {r: \"true; ATTACH 'pwned'\"}}",
    "select: {rules: {r: 'true; INSTALL httpfs'}}",
    "select: {rules: {r: 'word_count > 1) OR (true'}}",
    "select: {rules: {r: 'random() < 0.5'}}",
    "select: {rules: {r: \"current_setting('threads') = '1'\"}}",
    "select: {rules: {r: 'now() > created'}}",
    "select: {languages: ['../x']}",
    "licensing: {profile: ../../etc/passwd}",
    "licensing: {profile: open}\ntranslate: {to: [fra_Latn], engine: {kind: shell, model: 'touch PWNED'}}",
    "licensing: {profile: open}\ntranslate: {to: ['; rm -rf /'], engine: fxtranslate}",
    "licensing: {profile: open}\ntranslate: {to: [por_Latn], from: {lang: eng_Latn, where: '(SELECT 1) = 1'}}",
    "licensing: {profile: open}\ntranslate: {to: [por_Latn], from: {lang: eng_Latn, limit: -1}}",
    TRANSLATE + "{to: [fra_Latn], engine: {kind: openai, model: m, args: {base_url: 'file:///etc/passwd'}}}",
    TRANSLATE + "{to: [fra_Latn], engine: {kind: vllm, model: m, args: {trust_remote_code: true}}}",
    "licensing: {profile: open}\npublish: {url: 'javascript:alert(1)', creators: [x]}",
    "licensing: {profile: open}\npublish: {title: x, explorer: {documents: -5}}",
    "tokenize: {tokenizer: train, vocab_size: 1}",
    "tokenize: {tokenizer: train, vocab_size: 99999999999999}",
    "tokenize: {tokenizer: train, train: {alpha: -1}}",
    "tokenize: {tokenizer: train, train: {bytes: -1}}",
    "mix: {temperature: 0}",
    "mix: {weights: {fra_Latn: -1}}",
    "mix: {weights: {'../x': 1}}",
    "mix: {weights: {fra_Latn: .inf}}",
]
SOURCES = [
    "{name: s, kind: shell, path: ['touch PWNED']}",
    "{name: s, kind: jsonl, path: []}",
    "{name: s, kind: jsonl}",
    "{name: s, kind: jsonl, path: [x], sha256: ['not a hash']}",
    "{name: s, kind: jsonl, path: [x], columns: {text: t, nonsense: u}}",
    "{name: s, kind: jsonl, path: [x], options: {no_such_option: 1}}",
    "{name: s, kind: jsonl, path: [x], transforms: ['os.system']}",
    "{name: s, kind: jsonl, path: [x], transforms: ['../x']}",
    "{name: s, kind: jsonl, path: [x], limit: -1}",
    "{name: s, kind: datatrove, path: [x], options: {reader: 'os.path'}}",
    "{name: s, kind: datatrove, path: [x], options: {reader: 'subprocess.Popen'}}",
    "{name: s, kind: own, path: [x], options: {reader: evil.py}}",
]
POWERS = [
    "annotate: {own: [evil.py]}",
    TRANSLATE
    + "{to: [fra_Latn], engine: {kind: openai, model: m, args: {base_url: 'http://e.x', api_key_variable: AWS}}}",
    TRANSLATE + "{to: [por_Latn], second_look: {round_trip: {engine: "
    "{kind: openai, model: m, args: {base_url: 'http://e.x', api_key_variable: AWS}}}}}",
]

HOSTILE = {
    **{f"yaml-{number}": text for number, text in enumerate(YAML)},
    **{f"corpus-{number}": f"name: {name!r}\n" + SOUND.partition("\n")[2] for number, name in enumerate(NAMES)},
    **{
        f"source-name-{number}": f"name: r\nsources: [{{name: {name!r}, kind: jsonl, path: [x]}}]\n"
        for number, name in enumerate(NAMES)
    },
    **{f"section-{number}": SOUND + text + "\n" for number, text in enumerate(SECTIONS)},
    **{f"source-{number}": f"name: r\nsources: [{text}]\n" for number, text in enumerate(SOURCES)},
    **{f"power-{number}": SOUND + text + "\n" for number, text in enumerate(POWERS)},
}


@pytest.mark.parametrize("recipe", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_recipe_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recipe: str) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "evil.py").write_text("open('PWNED', 'w').close()\n", encoding="utf-8")
    path = tmp_path / "recipe.yaml"
    path.write_bytes(recipe.encode("utf-8", "surrogatepass"))
    with pytest.raises(LoamError) as caught:
        check_recipe(load_recipe(path), tmp_path)
    assert "Traceback" not in str(caught.value)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["evil.py", "recipe.yaml"]


def test_there_are_a_hundred_of_them() -> None:
    assert len(HOSTILE) >= 100


def test_python_of_a_recipe_runs_only_where_it_is_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    (tmp_path / "reader.py").write_text(
        "def records(path):\n    yield {'id': 'a', 'text': 'one two three'}\n", encoding="utf-8"
    )
    (tmp_path / "x.txt").write_text("x", encoding="utf-8")
    recipe = tmp_path / "r.yaml"
    recipe.write_text(
        "name: r\nsources: [{name: s, kind: own, path: [x.txt], options: {reader: reader.py}}]\n", encoding="utf-8"
    )
    arguments = ("run", str(recipe), "--corpus", str(tmp_path / "c"), "--workers", "1", "--until", "ingest", "--quiet")
    refused = loam(*arguments)
    assert refused.exit_code != 0
    assert "runs the Python file" in refused.output
    assert not (tmp_path / "c").exists()
    monkeypatch.setenv(VARIABLE, "0")  # so that what the command sets is undone
    assert loam(*arguments, "--trust-recipe").exit_code == 0
