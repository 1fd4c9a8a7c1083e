"""Perplexities and their buckets, with a language model small enough to reckon with."""

import io
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import signals
from pipelines.errors import RecipeError
from pipelines.recipe.annotate import AnnotateSection
from pipelines.recipe_signals import group_schemas
from signals.catalogue import group_named
from signals.perplexity.models import find_model, load_model
from tests.signals.perplexity.models import write_models

NAMES = ["perplexity_ccnet", "perplexity_bucket", "perplexity_roots"]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_models(tmp_path_factory.mktemp("models"), "en")


def rows(texts: list[str | None], languages: list[str | None], **resources: Path) -> list[tuple[object, ...]]:
    table = signals.compute(pa.array(texts, pa.string()), languages, NAMES, resources=resources)
    assert table.schema.equals(signals.schema("perplexity"), check_metadata=True)
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def test_perplexity_is_that_of_the_whole_text_as_one_sentence(models: Path) -> None:
    # ▁ a </s>: -0.2 - 0.4 - 0.3; ▁ a ▁ a </s>: -0.2 - 0.4 - 0.8 - 0.4 - 0.3
    one, two = round(10 ** (0.9 / 3), 1), round(10 ** (2.1 / 5), 1)
    assert rows(["a", "a a", "a\n a"], ["en"] * 3, kenlm=models) == [
        (one, "head", one),
        (two, "head", two),
        (two, "head", two),
    ]


def test_the_two_normalisations_differ(models: Path) -> None:
    # CCNet reads á as a; to ROOTS it is an unknown piece: ▁ <unk> </s>, with the back-off of ▁.
    assert rows(["Á"], ["eng_Latn"], kenlm=models) == [
        (round(10 ** (0.9 / 3), 1), "head", round(10 ** ((0.2 + 0.2 + 2.0 + 0.7) / 3), 1))
    ]


def test_what_has_no_perplexity(models: Path) -> None:
    nothing = (None, None, None)
    texts = [None, "a", "a", "a"]
    assert rows(texts, ["en", None, "fr", "und_Zyyy"], kenlm=models) == [nothing] * 4
    # CCNet scores no empty text; ROOTS scores the end of a sentence behind nothing: back-off of <s>, then </s>.
    assert rows(["", " \n"], ["en", "en"], kenlm=models) == [(None, None, 10.0)] * 2
    assert rows([], [], kenlm=models) == []


def test_buckets_follow_a_table_of_percentiles(models: Path, tmp_path: Path) -> None:
    table = tmp_path / "cutoffs.csv"
    table.write_text(",en,fr\n30,2.0,1\n60,2.6,1\n", encoding="utf-8")
    found = rows(["a", "a a", "b b b"], ["en"] * 3, kenlm=models, perplexity_cutoffs=table)
    assert [row[:2] for row in found] == [(2.0, "middle"), (2.6, "tail"), (found[2][0], "tail")]
    others = tmp_path / "others.csv"
    others.write_text(",fr\n30,2.0\n60,2.6\n", encoding="utf-8")
    assert [row[1] for row in rows(["a"], ["en"], kenlm=models, perplexity_cutoffs=others)] == [None]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(texts=st.lists(st.text(max_size=60), min_size=1, max_size=5))
def test_equals_one_text_at_a_time(models: Path, texts: list[str]) -> None:
    together = rows([*texts, None], ["en"] * (len(texts) + 1), kenlm=models)
    assert together == [rows([text], ["en"], kenlm=models)[0] for text in [*texts, None]]


def test_a_model_is_found_by_any_name_of_its_language(tmp_path: Path) -> None:
    for name in ("no.arpa.bin", "no.arpa", "no.sp.model", "srp_Cyrl.arpa", "srp_Cyrl.sp.model", "de.arpa"):
        (tmp_path / name).touch()
    assert find_model(tmp_path, "nob_Latn") == (tmp_path / "no.arpa.bin", tmp_path / "no.sp.model")
    assert find_model(tmp_path, "sr") == (tmp_path / "srp_Cyrl.arpa", tmp_path / "srp_Cyrl.sp.model")
    assert [find_model(tmp_path, language) for language in ("deu_Latn", "sr@latin", None)] == [None] * 3


def test_bad_models_are_named(models: Path, tmp_path: Path) -> None:
    (tmp_path / "en.arpa").write_text("nothing", encoding="utf-8")
    with pytest.raises(ValueError, match=r"en\.arpa or en\.sp\.model is no language model"):
        load_model(tmp_path / "en.arpa", models / "en.sp.model")
    (tmp_path / "en.arpa.bin").write_bytes(bytes(range(256)) * 9)
    with pytest.raises(ValueError, match=r"en\.arpa\.bin.* is no language model"):
        load_model(tmp_path / "en.arpa.bin", models / "en.sp.model")
    (tmp_path / "en.arpa.bin").unlink()
    with pytest.raises(ValueError, match="holds no language model; expected files such as"):
        rows(["a"], ["en"], kenlm=tmp_path)
    with pytest.raises(ValueError, match="group perplexity reads kenlm, which is not given"):
        rows(["a"], ["en"])


def test_a_recipe_without_models_is_refused(tmp_path: Path) -> None:
    annotate = AnnotateSection(groups=("core", "language", "perplexity"))
    with pytest.raises(RecipeError, match="annotate: group perplexity reads kenlm, which is not given"):
        group_schemas(annotate, tmp_path)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signals.group.find_spec", lambda name: None if name == "kenlm" else io)
    with pytest.raises(ValueError, match=r"needs kenlm: pip install 'loam-curation\[kenlm\]'"):
        group_named("perplexity").check({"kenlm": Path()})
