"""What a card says about personal data in its texts."""

from datacards.manifest import Manifest


def statement(manifest: Manifest) -> str:
    """Return what was done about personal data, as a clause of a sentence."""
    if manifest.masks_personal_data:
        return (
            "e-mail and network addresses, telephone, card and account numbers, keys and user names were masked where "
            "they were found, names of persons were not"
        )
    return "names and addresses that stand in the texts were not masked"
