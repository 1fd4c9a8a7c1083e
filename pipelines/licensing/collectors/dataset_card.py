"""What a dataset card (the YAML front matter of a README.md) says: a third party's label for the whole collection."""

import re

import yaml

from pipelines.licensing.collectors.statements import Statement, statement, text_digest

_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\n(?P<yaml>.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)


def card_evidence(card: str, locator: str) -> list[Statement]:
    """Return the licence statements of a dataset card, all of class E6.

    The licence of a collection is not that of its documents, and a list of licences does not say which holds for which
    document. `license: other` is told by `license_name` and `license_link`.

    Args:
        card: The card, Markdown with front matter; without it, or where that cannot be read, there is no statement.
        locator: Where the card stands.
    """
    match = _FRONT_MATTER.match(card)
    try:
        fields = yaml.safe_load(match["yaml"]) if match else None
    except yaml.YAMLError:
        return []  # the Hub shows no licence of such a card either
    if not isinstance(fields, dict):
        return []
    stated = fields.get("license")
    values = [value for value in (stated if isinstance(stated, list) else [stated]) if value]
    if values == ["other"]:
        values = [value for value in (fields.get("license_name"), fields.get("license_link")) if value] or values
    digest = text_digest(card)
    return [statement("E6", "dataset_card", str(value), f"{locator}#license", sha256=digest) for value in values]
