"""Engines are opened when they are asked: what the journal answers needs none."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.errors import LoamError
from pipelines.recipe.translate import TranslateSection
from pipelines.stages import learn_bounds, open_engines, translate
from pipelines.stages.open_engines import EngineOnDemand, close_engines, engines_of, opened, use_engine
from pipelines.stages.translation_engines import ENGINE, places_of
from tests.pipelines.stages.test_translate import TEXTS, Corpus
from tests.translate.scripted_engine import ScriptedEngine, from_table
from translate.engines import Engine, EngineSpec, Request, engine_memory

KEY = EngineSpec("fxtranslate").key()
UNIT = "docs-to-por_Latn/a"


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    def refuse(spec: EngineSpec) -> Engine:
        raise OSError(f"{spec.kind} cannot be opened")

    def close_for_good() -> None:
        close_engines()
        monkeypatch.setattr(open_engines, "open_engine", refuse)

    return close_for_good


def translated(root: Path, **section: object) -> Corpus:
    corpus = Corpus(root, **section)  # type: ignore[arg-type]
    corpus.add_shard("a", TEXTS)
    corpus.translate()
    return corpus


@pytest.mark.parametrize("lost", [f"ledger/translate/{UNIT}.json", f"documents/{UNIT}.parquet"])
def test_what_is_lost_is_made_again_without_an_engine(tmp_path: Path, no_engine: Callable[[], None], lost: str) -> None:
    clean = translated(tmp_path).files()
    (tmp_path / lost).unlink()
    no_engine()
    assert translated(tmp_path).files() == clean


def test_fewer_documents_and_another_policy_need_no_engine(tmp_path: Path, no_engine: Callable[[], None]) -> None:
    changed = {"from": {"where": "word_count < 12"}, "on_failure": "keep_source_segment"}
    expected = translated(tmp_path / "clean", **changed).files()
    translated(tmp_path / "used")
    no_engine()
    assert translated(tmp_path / "used", **changed).files() == expected


def test_a_text_that_is_new_needs_one(tmp_path: Path, no_engine: Callable[[], None]) -> None:
    corpus = translated(tmp_path)
    no_engine()
    corpus.add_shard("b", ["A sentence that nobody translated before."])
    with pytest.raises(LoamError, match=r"translate\.engine: fxtranslate cannot be opened"):
        corpus.translate()


def test_an_engine_is_opened_at_the_first_request_and_then_kept() -> None:
    close_engines()
    (engine,) = engines_of([KEY])
    spelled = engine.spell("“It rains…”")
    counts = engine.count_tokens([spelled, ""])
    assert isinstance(engines_of([KEY])[0], EngineOnDemand)
    ((number, reply),) = engine.translate([Request("It rains.")], "eng_Latn", "por_Latn")
    assert (number, reply.finish) == (0, "stop")
    real = opened(KEY)
    assert engines_of([KEY]) == [real]
    assert (real.identity, real.spell("“It rains…”"), real.count_tokens([spelled, ""])) == (
        engine.identity,
        spelled,
        counts,
    )
    engine.close()
    assert isinstance(engines_of([KEY])[0], EngineOnDemand)


def test_engines_of_other_units_are_closed_before_one_is_opened() -> None:
    close_engines()
    others = {kind: ScriptedEngine(from_table({})) for kind in ("beside", "elsewhere")}
    for kind, engine in others.items():
        use_engine(EngineSpec(kind), engine)
    keys = [KEY, EngineSpec("beside").key()]
    first, beside = engines_of(keys, [ENGINE, ENGINE])
    assert beside is others["beside"]
    assert not others["elsewhere"].closed
    list(first.translate([Request("It rains.")], "eng_Latn", "por_Latn"))
    assert others["elsewhere"].closed
    assert not others["beside"].closed
    close_engines()


def test_what_does_not_open_is_told_by_the_key_that_names_it(no_engine: Callable[[], None]) -> None:
    no_engine()
    back = EngineSpec("fxtranslate", arguments={"direction": "pt-en"}).key()
    section = TranslateSection.model_validate({"to": ["pt", "es"], "engine_by_language": {"pt": "fxtranslate"}})
    assert places_of(section, "spa_Latn", 1) == [ENGINE]
    places = places_of(section, "por_Latn", 2)
    assert places == ["translate.engine_by_language.por_Latn", "translate.fallback"]
    for engine, where in zip(engines_of([KEY, back], places), places, strict=True):
        with pytest.raises(LoamError, match=rf"^{re.escape(where)}: fxtranslate cannot be opened"):
            engine.translate([Request("It rains.")], "eng_Latn", "por_Latn")


def test_units_say_what_memory_their_engines_take(tmp_path: Path) -> None:
    corpus = translated(tmp_path)
    for stage in (learn_bounds.STAGE, translate.STAGE):
        (unit,) = stage.plan(corpus.plan, 1)
        assert stage.memory is not None
        assert stage.memory(corpus.plan, unit) == engine_memory(EngineSpec("fxtranslate")) > 50_000_000
