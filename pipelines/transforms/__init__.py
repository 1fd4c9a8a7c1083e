"""Cleaning operations of a source: named, in the order of the recipe, each giving edits of texts or drops."""
