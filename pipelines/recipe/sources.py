"""The section of a recipe on sources: where files lie, how they are brought, and what their columns mean."""

import re
from typing import Any

from pydantic import Field, field_validator, model_validator

from pipelines.recipe.fields import FolderName, Language, Number, OptionValue, Section, Size, Words

BUILT_KINDS = (
    "jsonl",
    "parquet",
    "wikipedia",
    "code",
    "stackexchange",
    "c4",
    "arxiv",
    "github",
    "books",
    "redpajama_v1",
    "redpajama_v2",
    "commoncrawl",
    "ccnet",
    "fineweb",
    "fineweb_edu",
    "fineweb2",
    "huggingface",
    "jats",
    "roots",
    "oscar",
    "debian",
    "text",
    "datatrove",
    "own",
    "translation",
)


class HubSection(Section):
    """Files of a dataset repository on a hub, at a commit."""

    repository: str
    revision: str
    files: Words = ("**",)


class FetchSection(Section):
    """Which files `loam fetch` brings, and how servers are treated.

    Attributes:
        to: The folder, below the working directory; `path` names what is in it.
        urls: Addresses, each of one file.
        sha256: The checksum of each, in their order.
        lists: Files with an address or a path a line, with its SHA-256 before it or not.
        base: What paths in lists are below.
        hub: A repository.
        first: Only so many files, in the order in which they are named.
        rate: Bytes a second at most.
        interval: Seconds between two requests to one host.
        allow_http: Whether hosts are asked without encryption too.
        allow_private: Whether hosts that are not on the public network are asked too.
    """

    to: str
    urls: Words = ()
    sha256: Words = ()
    lists: Words = ()
    base: str | None = None
    hub: HubSection | None = None
    first: int | None = Field(default=None, ge=1)
    rate: Size | None = None
    interval: Number = Field(default=0.0, ge=0)
    allow_http: bool = False
    allow_private: bool = False

    @model_validator(mode="after")
    def _names_something(self) -> "FetchSection":
        if not (self.urls or self.lists or self.hub):
            raise ValueError("expected urls, lists or hub")
        if self.sha256 and len(self.sha256) != len(self.urls):
            raise ValueError(f"{len(self.sha256)} checksums for {len(self.urls)} urls")
        return self


class SourceSection(Section):
    """One source: where its files lie, what its columns mean, and the settings that its kind of source takes.

    Attributes:
        path: Globs and lists of files (`.paths`, `.urls`), local or at `https://`, `s3://` and `hf://`.
        base: What paths in lists are below; the host or bucket of the list itself, if nothing is said.
        first: Only so many files of each list, in its order.
    """

    name: FolderName
    kind: str
    path: Words = Field(min_length=1)
    base: str | None = Field(default=None, pattern="^(https?|s3|hf)://")
    first: int | None = Field(default=None, ge=1)
    sha256: Words | None = None
    columns: dict[str, str] = Field(default_factory=dict)
    options: dict[str, OptionValue] = Field(default_factory=dict)
    license: str | None = None
    lang: Language | None = None
    transforms: Words = ()
    fetch: FetchSection | None = None
    limit: int | None = Field(default=None, ge=1)
    optional: bool = False

    @field_validator("name")
    @classmethod
    def _no_translation(cls, value: str) -> str:
        if "-to-" in value:
            raise ValueError("'-to-' in a name is kept for translations")
        return value

    @field_validator("kind")
    @classmethod
    def _known_kind(cls, value: str) -> str:
        if value in BUILT_KINDS:
            return value
        raise ValueError(f"expected one of {', '.join(BUILT_KINDS)}")

    @field_validator("sha256")
    @classmethod
    def _digests(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        for digest in value or ():
            if not re.fullmatch("[0-9a-f]{64}", digest):
                raise ValueError(f"{digest!r} is no SHA-256: expected 64 hexadecimal digits in lower case")
        return value

    @field_validator("columns", "options")
    @classmethod
    def _sorted(cls, value: dict[str, Any]) -> dict[str, Any]:
        return dict(sorted(value.items()))
