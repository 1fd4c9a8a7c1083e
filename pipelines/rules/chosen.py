"""The rules that a recipe asks of documents: those of its packs, its own in their place or after them, by language."""

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipelines.errors import RecipeError
from pipelines.rules.expressions import Expression, check_expression
from pipelines.rules.packs.pack import Pack, load_pack, used_packs

if TYPE_CHECKING:
    from pipelines.recipe import Recipe
    from pipelines.recipe.annotate import AnnotateSection
    from pipelines.recipe.select import SelectSection

LANGUAGE = "language"  # the column that tells which language a document counts for


@dataclass(frozen=True)
class ChosenRule:
    """A rule, and what stands for it in some languages.

    Attributes:
        name: The reason under which documents are dropped.
        place: Where it stands, for messages.
        sql: The condition; None where it is asked of no language but those below.
        by_language: Place and condition by language; a None condition lets all documents of it pass.
    """

    name: str
    place: str
    sql: str | None
    by_language: Mapping[str, tuple[str, str | None]] = field(default_factory=dict)

    @property
    def composed(self) -> str:
        """The condition for documents of all languages."""
        if not self.by_language:
            return _or_true(self.sql)
        cases = " ".join(
            f"WHEN '{language}' THEN ({_or_true(sql)}\n)" for language, (_, sql) in self.by_language.items()
        )
        return f"CASE {LANGUAGE} {cases} ELSE ({_or_true(self.sql)}\n) END"

    def check(self, known_columns: Collection[str]) -> Expression:
        """Check each condition, and return the composed one under the rule's place.

        Raises:
            RuleError: A condition is none on one document's columns.
        """
        columns = {LANGUAGE} if self.by_language else set()
        for place, sql in ((self.place, self.sql), *self.by_language.values()):
            if sql is not None:
                columns |= check_expression(place, sql, known_columns).columns
        return Expression(self.place, self.composed, frozenset(columns))


def chosen_rules(select: "SelectSection", groups: Collection[str]) -> list[ChosenRule]:
    """Return a recipe's rules in the order in which they are asked.

    Args:
        select: The recipe's section.
        groups: The groups of signals that the recipe has.

    Raises:
        RecipeError: There is no such pack, or nothing for a rule to turn off or to stand for.
    """
    rules: dict[str, ChosenRule] = {}
    for pack in used_packs(select.use, "select.use"):
        for name, sql in pack.rules.items():
            rules[name] = ChosenRule(name, f"pack {pack.name}: {name}", _of_group(sql, groups))
    for name, own in select.rules.items():
        place = f"select.rules.{name}"
        if own is None:
            _expect(name, rules, place)
        rules[name] = ChosenRule(name, place, own)
    for language, replaced in select.by_language.items():
        for name, own in replaced.items():
            place = f"select.by_language.{language}.{name}"
            _expect(name, rules, place)
            rules[name] = replace(rules[name], by_language={**rules[name].by_language, language: (place, own)})
    return [rule for rule in rules.values() if rule.sql is not None or any(sql for _, sql in rule.by_language.values())]


def check_packs(recipe: "Recipe") -> None:
    """Check that a recipe has what the packs that it uses read.

    Raises:
        RecipeError: A pack needs a group, a model or edits that the recipe lacks; the message names it.
    """
    annotate = recipe.annotate
    for pack in used_packs(recipe.select.use, "select.use"):
        if not pack.rules:
            raise RecipeError(f"select.use: pack {pack.name} has rules of lines only: it goes to annotate.edits.lines")
        _check_groups(pack, annotate, recipe.select.rules)
        if pack.lines and pack.name not in annotate.edits.lines.use:
            raise RecipeError(
                f"select.use: pack {pack.name} judges what its rules of lines leave: add it to annotate.edits.lines"
            )
    for name in recipe.select.thresholds:
        if name not in recipe.select.use or not load_pack(name).thresholds:
            raise RecipeError(f"select.thresholds.{name}: no pack in select.use of that name has figures by language")
        if recipe.select.thresholds[name] == "derived" and None in load_pack(name).thresholds.values():
            raise RecipeError(f"select.thresholds.{name}: how its figures follow from a corpus is not published")


def _check_groups(pack: Pack, annotate: "AnnotateSection", replaced: Collection[str]) -> None:
    present = annotate.all_groups()
    for group in pack.groups:
        if group not in present:
            raise RecipeError(f"select.use: pack {pack.name} reads signals of group {group}: add it to annotate.groups")
    for name, alternatives in pack.rules.items():
        if name not in replaced and not isinstance(alternatives, str) and not set(alternatives) & set(present):
            raise RecipeError(
                f"select.use: rule {name} of pack {pack.name} reads signals of group {' or '.join(alternatives)}: add "
                f"it to annotate.groups, or turn the rule off by {name}: null under select.rules"
            )
    for model in pack.models:
        if getattr(annotate.models, model) is None:
            raise RecipeError(f"select.use: pack {pack.name} needs the model annotate.models.{model}")


def _of_group(sql: str | Mapping[str, str], groups: Collection[str]) -> str:
    """Return a pack's condition, of several the first whose group is there."""
    if isinstance(sql, str):
        return sql
    return next((of_group for group, of_group in sql.items() if group in groups), next(iter(sql.values())))


def _expect(name: str, rules: Collection[str], place: str) -> None:
    if name not in rules:
        near = difflib.get_close_matches(name, rules, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {_listed(list(rules))}"
        raise RecipeError(f"{place}: there is no rule of that name; {hint}")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"


def _or_true(sql: str | None) -> str:
    return "true" if sql is None else sql
