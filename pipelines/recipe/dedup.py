"""The section of a recipe on duplicates: which documents say the same, and which one speaks for them."""

from typing import Literal

from pydantic import Field, field_validator, model_validator

from pipelines.recipe.fields import Number, Section, Words


class ExactSection(Section):
    """On what documents are compared for exact duplicates."""

    on: Words = Field(default=("text",), min_length=1)

    @field_validator("on")
    @classmethod
    def _known_keys(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for key in value:
            if key not in ("text", "url", "digest"):
                raise ValueError(f"unknown key {key}: expected some of text, url, digest")
        if len(set(value)) < len(value):
            raise ValueError("a key stands there twice")
        return value


class FuzzySection(Section):
    """From which similarity on documents are near copies, and by which shingles."""

    profile: Literal["loam", "redpajama_v2", "fineweb", "slimpajama"] = "loam"
    threshold: Number | None = Field(default=None, gt=0, le=1)
    measure: Literal["jaccard", "containment"] = "jaccard"

    @property
    def group(self) -> str:
        """The group of signals that holds the signatures."""
        return {"loam": "minhash", "fineweb": "minhash"}.get(self.profile, f"minhash_{self.profile}")


class SpansSection(Section):
    """Which spans that are repeated across the corpus are removed from documents."""

    lines: Literal["ccnet", "c4", "roots"] | None = None
    tokens: int | None = Field(default=None, ge=5)

    @model_validator(mode="after")
    def _asks_for_something(self) -> "SpansSection":
        if self.lines is None and self.tokens is None:
            raise ValueError("expected lines (ccnet, c4 or roots), tokens (such as 50), or both")
        return self


class DecontaminateSection(Section):
    """Which benchmarks are kept out of the corpus."""

    path: Words = Field(min_length=1)
    ngram: int = Field(default=13, ge=5)
    action: Literal["drop", "flag"] = "drop"


class AgainstSection(Section):
    """Other corpora, deduplicated before, whose documents take part: they are read, and never made or written again.

    Their translations take no part, and `spans` looks for repeats in the new corpus alone.

    Attributes:
        corpus: Where they lie.
        drop: `both`: documents are decided as if all corpora were deduplicated together, and what that changes for
            those of others is told beside it. `new_only`: those of others stay decided as they are, and new ones join
            them, also where together the new one would have been preferred: that is not equal to it.
    """

    corpus: Words = Field(min_length=1)
    drop: Literal["both", "new_only"] = "both"


class DedupSection(Section):
    """Which documents count as saying the same, and which one speaks for them."""

    exact: ExactSection | None = ExactSection()
    fuzzy: FuzzySection | None = None
    spans: SpansSection | None = None
    keep: Words = ("evidence_rank", "created", "word_count desc")
    against: AgainstSection | None = None
    decontaminate: DecontaminateSection | None = None

    @field_validator("exact", mode="before")
    @classmethod
    def _switch(cls, value: object) -> object:
        if isinstance(value, bool):
            return ExactSection() if value else None
        if value is None or isinstance(value, dict):
            return value
        raise ValueError("expected true, false or {on: [text, url, digest]}")

    @field_validator("fuzzy", mode="before")
    @classmethod
    def _fuzzy_switch(cls, value: object) -> object:
        if isinstance(value, bool):
            return FuzzySection() if value else None
        if value is None or isinstance(value, dict):
            return value
        raise ValueError("expected true, false or {profile: loam}")

    @field_validator("against", mode="before")
    @classmethod
    def _corpora_alone(cls, value: object) -> object:
        return {"corpus": value} if isinstance(value, str | list) else value

    @model_validator(mode="after")
    def _compares_something(self) -> "DedupSection":
        if self.against is not None and self.exact is None and self.fuzzy is None:
            raise ValueError("against names another corpus, and neither exact nor fuzzy says what is compared with it")
        return self
