"""What a card says about personal data in its texts."""

import yaml

from datacards.manifest import Manifest


def is_masked(manifest: Manifest) -> bool:
    """Tell whether the recipe had addresses, numbers and keys masked."""
    recipe = yaml.safe_load(manifest.recipe) or {}
    edits = (recipe.get("annotate") or {}).get("edits") or {}
    return edits.get("pii") == "mask"


def statement(manifest: Manifest) -> str:
    """Return what was done about personal data, as a clause of a sentence."""
    if is_masked(manifest):
        return (
            "e-mail and network addresses, telephone, card and account numbers, keys and user names were masked where "
            "they were found, names of persons were not"
        )
    return "names and addresses that stand in the texts were not masked"
