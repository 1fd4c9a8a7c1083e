import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from pipelines.errors import RecipeError
from pipelines.recipe import load_recipe
from pipelines.recipe.translate import TranslateSection
from translate.engines import EngineSpec

Load: TypeAlias = Callable[[str], TranslateSection]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def read(section: str) -> TranslateSection:
        path = tmp_path / "r.yaml"
        head = "name: x\nsources:\n  - {name: docs, kind: jsonl, path: a}\nlicensing: {profile: open}\n"
        path.write_text(f"{head}translate: {section}\n", encoding="utf-8")
        translate = load_recipe(path).translate
        assert translate is not None
        return translate

    return read


def test_an_engine_is_named_alone_or_with_model_and_arguments(load: Load) -> None:
    assert load("{to: pt}").specs("por_Latn") == (EngineSpec("fxtranslate"),)
    assert load("{to: pt, engine: fxtranslate}").specs("por_Latn") == (EngineSpec("fxtranslate"),)
    assert load("{to: pt, engine: {kind: fxtranslate, args: {}}}").specs("por_Latn") == (EngineSpec("fxtranslate"),)


def test_engines_by_language_and_to_fall_back_to(load: Load) -> None:
    section = load("{to: [pt, es], engine_by_language: {es: fxtranslate}, fallback: fxtranslate}")
    assert section.specs("spa_Latn") == (EngineSpec("fxtranslate"), EngineSpec("fxtranslate"))
    assert section.engine_by_language.keys() == {"spa_Latn"}


def test_the_share_that_may_fail_goes_by_the_policy(load: Load) -> None:
    assert load("{to: pt}").failed_share() == 0
    assert load("{to: pt, on_failure: drop_segment}").failed_share() == 0.1
    assert load("{to: pt, on_failure: drop_segment, max_failed_share: 0.3}").failed_share() == 0.3


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("{to: pt, engine: fxtranlate}", "translate.engine: no translation engine 'fxtranlate': did you mean fxtr"),
        ("{to: pt, engine: babelfish}", "translate.engine: no translation engine 'babelfish': expected one of"),
        ("{to: pt, engine: {kind: fxtranslate, model: m}}", "translate.engine: engine fxtranslate takes no model"),
        ("{to: pt, engine: {kind: fxtranslate, args: {beam: 4}}}", "translate.engine: engine fxtranslate takes no arg"),
        ("{to: pt, engine_by_language: {es: fxtranslate}}", "translate: engine_by_language: spa_Latn is none of"),
        ("{to: pt, max_failed_share: 0.1}", "translate: max_failed_share has no effect with on_failure drop_document"),
        ("{to: pt, template: tower}", "translate: engine fxtranslate takes no template"),
        ("{to: pt, second_look: {share: 0.1}}", "translate.second_look: has nothing to look with"),
        (
            "{to: pt, second_look: {share: 0, suspicious: false, round_trip: {engine: fxtranslate}}}",
            "translate.second_look: looks at nothing",
        ),
        ("{to: pt, second_look: {round_trip: {engine: babelfish}}}", "no translation engine 'babelfish'"),
        ("{to: pt, second_look: {round_trip: {engine: fxtranslate, floor: 101}}}", "second_look.round_trip.floor"),
        ("{to: []}", "translate.to: expected at least one"),
    ],
)
def test_what_cannot_be_done_is_refused(load: Load, section: str, message: str) -> None:
    with pytest.raises(RecipeError, match=re.escape(message)) as caught:
        load(section)
    assert "\n" not in str(caught.value)
