"""Rule packs: published sets of rules as data, each figure with its source, used by name in a recipe."""
