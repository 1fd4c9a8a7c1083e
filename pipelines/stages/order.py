"""The order of the stages, and the names that users know them by."""

from pathlib import Path

from pipelines.corpus import Stage
from pipelines.errors import UsageError
from pipelines.recipe import Recipe
from pipelines.rules.columns import recipe_columns
from pipelines.rules.line_rules import chosen_line_rules
from pipelines.stages import (
    annotate,
    annotate_datatrove,
    card,
    choose_translations,
    decontaminate,
    dedup,
    dedup_spans,
    edit_lines,
    edit_pii,
    encode,
    explore,
    ingest,
    learn_bounds,
    license,  # noqa: A004 -- the stage's name
    mix,
    publish,
    publish_removals,
    publish_signals,
    select,
    thresholds,
    tokenize,
    train_tokenizer,
    transform,
    transform_comparisons,
    transform_report,
    translate,
)
from pipelines.stages.card_own_terms import metadata_license
from pipelines.transforms.catalogue import chosen_operations

_TRANSFORM = (*transform_comparisons.STAGES, transform.STAGE, transform_report.STAGE)

# (what the user calls it, stage, generation). Generation 0 is decided completely before a translation is made;
# translations then go the same way, against a frozen generation 0, and meet it again when tokens are made.
_WAY: tuple[tuple[str, Stage, int], ...] = (
    ("ingest", ingest.STAGE, 0),
    *(("annotate", stage, 0) for stage in _TRANSFORM),
    ("annotate", annotate.LANGUAGE, 0),
    *(("annotate", stage, 0) for stage in annotate.AFTER_LANGUAGE),
    ("annotate", annotate_datatrove.STAGE, 0),
    ("annotate", edit_lines.STAGE, 0),
    ("annotate", edit_pii.STAGE, 0),
    *(("dedup", stage, 0) for stage in (*dedup.STAGES, *dedup_spans.STAGES, *decontaminate.STAGES)),
    ("license", license.STAGE, 0),
    ("select", thresholds.STAGE, 0),
    ("select", select.STAGE, 0),
    ("translate", ingest.STAGE, 1),
    ("translate", choose_translations.STAGE, 1),
    ("translate", learn_bounds.STAGE, 1),
    ("translate", translate.STAGE, 1),
    *(("annotate", stage, 1) for stage in _TRANSFORM),
    ("annotate", annotate.LANGUAGE, 1),
    *(("annotate", stage, 1) for stage in annotate.AFTER_LANGUAGE),
    ("annotate", annotate_datatrove.STAGE, 1),
    ("annotate", edit_lines.STAGE, 1),
    ("annotate", edit_pii.STAGE, 1),
    *(("dedup", stage, 1) for stage in (*dedup.STAGES, *dedup_spans.STAGES, *decontaminate.STAGES)),
    ("license", license.STAGE, 1),
    ("select", select.STAGE, 1),
    ("tokenize", train_tokenizer.STAGE, 0),
    ("tokenize", encode.STAGE, 0),
    ("tokenize", encode.STAGE, 1),
    ("tokenize", tokenize.STAGE, 0),
    ("mix", mix.STAGE, 0),
    ("publish", publish.STAGE, 0),
    ("publish", publish.STAGE, 1),
    ("publish", publish_signals.STAGE, 0),
    ("publish", publish_signals.STAGE, 1),
    ("publish", explore.STAGE, 0),
    ("publish", publish_removals.STAGE, 0),
    ("publish", card.STAGE, 0),
)

PASSES: tuple[tuple[Stage, int], ...] = tuple((stage, generation) for _, stage, generation in _WAY)
STAGE_NAMES: tuple[str, ...] = tuple(dict.fromkeys(name for name, _, _ in _WAY))

_OF_SOURCES = frozenset(word for name, stage, generation in _WAY if generation == 0 for word in (name, stage.name))
_TOGETHER = ("tokenize", "publish")  # tokens and cards are made of all generations


def stage_named(name: str) -> Stage:
    """Return the stage with a name in the ledger."""
    return next(stage for stage, _ in PASSES if stage.name == name)


def user_name(stage: str, generation: int) -> str:
    """Return what users call a pass of the way."""
    return next(name for name, member, passed in _WAY if (member.name, passed) == (stage, generation))


def shown_generation(stage: str, generation: int) -> int:
    """Return with which generation tables show a pass: with 0 where both are one line."""
    return 0 if user_name(stage, generation) in _TOGETHER else generation


def shown_name(name: str, generation: int) -> str:
    """Return what tables call a stage or a pass of it: told apart where documents from sources have one of that name.

    >>> shown_name("select", 0), shown_name("select", 1), shown_name("translate", 1)
    ('select', 'select (translations)', 'translate')
    """
    return f"{name} (translations)" if generation and name in _OF_SOURCES else name


def check_recipe(recipe: Recipe, directory: Path) -> None:
    """Check what a recipe asks of stages further on, so that no work is done for one that cannot be finished.

    Args:
        recipe: The recipe.
        directory: Its folder.

    Raises:
        RecipeError: A rule, the keep order, a file of signals or the licence of the card cannot be used.
    """
    for source in recipe.sources:
        chosen_operations(source.name, source.transforms)
        ingest.check_source(source)
    annotate_datatrove.check_filters(recipe)
    chosen_line_rules(recipe.annotate.edits.lines)
    columns = recipe_columns(recipe, directory)
    dedup.keep_order(recipe, columns)
    select.checked_rules(recipe, select.rule_columns(recipe, columns))
    choose_translations.checked_where(recipe, columns)
    metadata_license(recipe)


def passes_until(last: str | None) -> tuple[tuple[Stage, int], ...]:
    """Return the stages to run, each with its generation, up to the stage that a user names.

    The stages that translations pass again stop at generation 0: they come before any translation.

    Raises:
        UsageError: No stage has that name.
    """
    if last is None:
        return PASSES
    if last not in STAGE_NAMES:
        raise UsageError(f"no stage {last!r}: expected one of {', '.join(STAGE_NAMES)}")
    positions = [position for position, (name, _, _) in enumerate(_WAY) if name == last]
    first_stretch = [position for index, position in enumerate(positions) if position - index == positions[0]]
    return PASSES[: first_stretch[-1] + 1]
