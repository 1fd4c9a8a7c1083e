"""The section of a recipe on rules: which documents are kept."""

from typing import Literal

from pydantic import Field

from pipelines.recipe.fields import Language, Languages, Rules, Section, Words


class SelectSection(Section):
    """Which documents are kept: named SQL expressions, all of which must hold.

    Attributes:
        use: Rule packs, in the order in which their rules are asked.
        rules: One's own rules, asked after those of packs; one of a pack's names takes the place of the pack's.
        by_language: What stands for a rule in documents of one language.
        thresholds: By pack, whether its figures by language are those published or derived from this corpus.
        languages: Keep only these.
    """

    use: Words = ()
    rules: Rules = Field(default_factory=dict)
    by_language: dict[Language, Rules] = Field(default_factory=dict)
    thresholds: dict[str, Literal["published", "derived"]] = Field(default_factory=dict)
    languages: Languages | None = None
