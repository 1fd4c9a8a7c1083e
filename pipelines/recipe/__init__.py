"""Recipes: YAML in, a validated, typed, hashable description of a corpus out."""

from pipelines.recipe.recipe import Recipe, load_recipe, validate_recipe

__all__ = ["Recipe", "load_recipe", "validate_recipe"]
