"""The section of a recipe on publishing: who publishes what, where, and what the card's explorer holds."""

import re

from pydantic import Field, field_validator, model_validator

from pipelines.recipe.fields import Section

_ADDRESS = re.compile(r"https?://\S+")
_STATED = ("description", "version", "contact", "citation")


def _address(value: str | None) -> str | None:
    if value is not None and not _ADDRESS.fullmatch(value):
        raise ValueError(f"{value!r} is no address: expected one that begins with http:// or https://")
    return value


class ExplorerSection(Section):
    """What the card's explorer holds.

    Attributes:
        documents: How many documents can be read there, where their licences let them be shown.
        rows: How many documents SQL and thresholds look at, drawn by chance where there are more; 0 for no explorer.
    """

    documents: int = Field(default=2000, ge=0)
    rows: int = Field(default=100_000, ge=0)


class CreatorSection(Section):
    """A person or an organisation that answers for the release."""

    name: str = Field(min_length=1)
    organization: bool = False
    url: str | None = None

    _checked_url = field_validator("url")(_address)


class PublishSection(Section):
    """What the card is called, who publishes it where, and what its explorer holds.

    Croissant, `CITATION.cff` and the summary for model providers need `url`, `creators` and the recipe's `build_date`;
    without them the card has neither.

    Attributes:
        title: Name for readers.
        url: Where the release can be found.
        creators: Who made it.
        description: What it is, in a sentence or two.
        version: Its version; the build date by default.
        contact: Where removals and corrections are asked for.
        citation: How it is cited.
        metadata_license: SPDX expression of what the release says of its documents: card, signals, notices, pictures.
        previous: The `card/manifest.json` of the release before, for a section on what changed.
        signals: Whether what was measured of every document, kept or not, is published beside the kept documents.
        explorer: What the explorer holds.
    """

    title: str | None = None
    url: str | None = None
    creators: tuple[CreatorSection, ...] = ()
    description: str | None = None
    version: str | None = None
    contact: str | None = None
    citation: str | None = None
    metadata_license: str = "CC0-1.0"
    previous: str | None = None
    signals: bool = False
    explorer: ExplorerSection = ExplorerSection()

    _checked_url = field_validator("url")(_address)

    @field_validator("creators", mode="before")
    @classmethod
    def _names(cls, value: object) -> object:
        items = value if isinstance(value, list | tuple) else [value]
        return tuple({"name": item} if isinstance(item, str) else item for item in items)

    @model_validator(mode="after")
    def _together(self) -> "PublishSection":
        if bool(self.creators) != (self.url is not None):
            raise ValueError("url and creators stand together: a release is found somewhere, and made by someone")
        stated = [key for key in _STATED if getattr(self, key) is not None]
        if stated and self.url is None:
            raise ValueError(f"{stated[0]} is published with url and creators, which are missing")
        return self
