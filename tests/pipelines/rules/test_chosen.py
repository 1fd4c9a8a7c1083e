from typing import Any

import pytest

from pipelines.errors import RecipeError
from pipelines.recipe import Recipe
from pipelines.rules.chosen import check_packs, chosen_rules
from pipelines.rules.expressions import RuleError
from pipelines.rules.packs.pack import load_pack, pack_names

GROUPS = ("core", "language")
FINEWEB = list(load_pack("fineweb").rules)


def recipe(annotate: dict[str, Any] | None = None, **select: Any) -> Recipe:  # noqa: ANN401 -- sections of a recipe
    sources = [{"name": "docs", "kind": "jsonl", "path": ["none"]}]
    return Recipe.model_validate({"name": "x", "sources": sources, "annotate": annotate or {}, "select": select})


def rules_of(**select: Any) -> dict[str, str]:  # noqa: ANN401 -- keys of the section
    return {rule.name: rule.composed for rule in chosen_rules(recipe(**select).select, GROUPS)}


def test_packs_come_first_and_in_their_order() -> None:
    found = list(rules_of(use=["fineweb", "gopher"], rules={"own": "true"}))
    assert found == [*FINEWEB, *load_pack("gopher").rules, "own"]


def test_a_rule_of_a_packs_name_takes_its_place() -> None:
    found = rules_of(use=["fineweb"], rules={"own": "true", FINEWEB[1]: "short_line_fraction <= 0.5"})
    assert list(found) == [*FINEWEB, "own"]
    assert found[FINEWEB[1]] == "short_line_fraction <= 0.5"


def test_null_turns_a_rule_off() -> None:
    assert list(rules_of(use=["fineweb"], rules={FINEWEB[0]: None})) == FINEWEB[1:]


def test_a_rule_may_differ_by_language() -> None:
    languages = {"fr": {FINEWEB[0]: "terminal_line_fraction >= 0.1"}, "th": {FINEWEB[0]: None}}
    found = rules_of(use=["fineweb"], by_language=languages)
    assert found[FINEWEB[0]] == (
        "CASE language WHEN 'fra_Latn' THEN (terminal_line_fraction >= 0.1\n) WHEN 'tha_Thai' THEN (true\n) "
        "ELSE (terminal_line_fraction >= 0.12\n) END"
    )
    assert found[FINEWEB[1]] == "short_line_fraction <= 0.67"


def test_a_rule_may_be_asked_of_one_language_alone() -> None:
    found = rules_of(use=["fineweb"], rules={FINEWEB[0]: None}, by_language={"fr": {FINEWEB[0]: "word_count > 1"}})
    assert found[FINEWEB[0]] == "CASE language WHEN 'fra_Latn' THEN (word_count > 1\n) ELSE (true\n) END"


@pytest.mark.parametrize(
    ("select", "message"),
    [
        ({"use": ["gophr"]}, "select.use: no rule pack 'gophr'; did you mean gopher?"),
        ({"use": ["mine"]}, "select.use: no rule pack 'mine'; there are c4, ccnet_head, fineweb, "),
        (
            {"use": ["fineweb"], "rules": {"fineweb_short_line": None}},
            "select.rules.fineweb_short_line: there is no rule",
        ),
        (
            {"by_language": {"fr": {"x": "true"}}},
            "select.by_language.fra_Latn.x: there is no rule of that name; there are",
        ),
    ],
)
def test_what_is_not_there(select: dict[str, Any], message: str) -> None:
    with pytest.raises(RecipeError) as caught:
        chosen_rules(recipe(**select).select, GROUPS)
    assert str(caught.value).startswith(message)


def test_every_condition_is_checked_where_it_stands() -> None:
    rule = chosen_rules(
        recipe(use=["fineweb"], by_language={"fr": {FINEWEB[0]: "terminal_line_fraction) OR (true"}}).select, GROUPS
    )[0]
    with pytest.raises(RuleError, match=r"^select\.by_language\.fra_Latn\.fineweb_terminal_lines: "):
        rule.check({"terminal_line_fraction", "language"})
    with pytest.raises(RuleError, match=r"^pack fineweb: fineweb_terminal_lines: no column terminal_line_fraction"):
        rule.check({"language"})


def test_rules_by_language_read_the_language() -> None:
    rule = chosen_rules(recipe(use=["fineweb"], by_language={"fr": {FINEWEB[0]: "true"}}).select, GROUPS)[0]
    assert rule.check({"terminal_line_fraction", "language"}).columns == {"terminal_line_fraction", "language"}


@pytest.mark.parametrize(
    ("annotate", "select", "message"),
    [
        (
            {},
            {"use": ["ccnet_head"]},
            "select.use: rule ccnet_head of pack ccnet_head reads signals of group ccnet or perplexity: add it to",
        ),
        (
            {},
            {"use": ["redpajama_v1"]},
            "select.use: pack redpajama_v1 reads signals of group models: add it to annotate",
        ),
        (
            {"groups": ["core", "language", "models"]},
            {"use": ["redpajama_v1"]},
            "select.use: pack redpajama_v1 needs the model annotate.models.wikiref",
        ),
        (
            {},
            {"use": ["c4"]},
            "select.use: pack c4 judges what its rules of lines leave: add it to annotate.edits.lines",
        ),
        (
            {},
            {"use": ["fineweb"], "thresholds": {"fineweb": "derived"}},
            "select.thresholds.fineweb: no pack in select.use of that name has figures by language",
        ),
    ],
)
def test_what_a_pack_lacks_is_named(annotate: dict[str, Any], select: dict[str, Any], message: str) -> None:
    with pytest.raises(RecipeError) as caught:
        check_packs(recipe(annotate, **select))
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("groups", [["ccnet"], ["perplexity"], ["perplexity", "ccnet"]])
def test_the_head_is_told_by_what_the_recipe_has(groups: list[str]) -> None:
    found = chosen_rules(recipe(use=["ccnet_head"]).select, groups)[0].composed
    assert found == ("ccnet_bucket = 0" if "ccnet" in groups else "perplexity_bucket = 'head'")


def test_every_pack_is_complete() -> None:
    for pack in map(load_pack, pack_names()):
        assert pack.summary.endswith(".")
        assert "arXiv" in pack.source
        names = [*pack.rules, *pack.lines, *pack.phrases]
        prefix = pack.name.partition("_")[0]
        assert all(name.startswith(prefix) for name in names)
        assert len(set(names)) == len(names)


def test_a_group_is_needed_for_rules_that_are_asked_alone() -> None:
    check_packs(recipe(use=["ccnet_head"], rules={"ccnet_head": None}))
    check_packs(recipe(use=["ccnet_head"], rules={"ccnet_head": "word_count > 1"}))


def test_figures_that_nobody_tells_how_to_derive() -> None:
    derived = recipe(use=["roots"], thresholds={"roots": "derived"})
    annotate = derived.annotate.model_copy(update={"groups": ("core", "language", "roots", "perplexity")})
    with pytest.raises(RecipeError, match=r"select\.thresholds\.roots: how its figures follow from a corpus is not"):
        check_packs(derived.model_copy(update={"annotate": annotate}))
