"""Files that a recipe names beside its sources, looked up before work begins that needs them in the end."""

from pathlib import Path

from pipelines.corpus import Plan
from pipelines.licensing.profiles import profile_reference
from pipelines.recipe import Recipe
from pipelines.recipe.tokens import TRAIN
from pipelines.stages import card, decontaminate, train_tokenizer
from pipelines.stages.license import recipe_reviews
from pipelines.stages.order import passes_until, user_name


def check_named_files(recipe: Recipe, directory: Path, until: str | None) -> None:
    """Look up what stages read that a run comes to: benchmarks, a profile, reviews, a tokenizer, the release before.

    Args:
        recipe: The recipe.
        directory: Its folder; relative paths are looked up there, and then in the working directory.
        until: The last stage, as the user names it; None for all.

    Raises:
        LoamError: A file is not there, or is none of its kind.
    """
    directories, plan = (directory, Path.cwd()), Plan(recipe, directory, directory)
    reached = {user_name(stage.name, generation) for stage, generation in passes_until(until)}
    if "dedup" in reached and recipe.dedup.decontaminate is not None:
        decontaminate.benchmark_files(recipe.dedup.decontaminate, directories)
    if "license" in reached and recipe.licensing is not None:
        profile_reference(recipe.licensing.profile, directories)
        recipe_reviews(plan)
    if "tokenize" in reached and recipe.tokenize is not None and recipe.tokenize.tokenizer != TRAIN:
        train_tokenizer.given_tokenizer(recipe.tokenize, directories)
    if "publish" in reached and recipe.licensing is not None:
        card.previous_release(plan)
