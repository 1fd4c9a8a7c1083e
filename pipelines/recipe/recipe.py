"""A recipe: YAML in, a validated, typed, hashable description of a corpus out."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from pipelines.errors import RecipeError
from pipelines.recipe.annotate import AnnotateSection
from pipelines.recipe.dedup import DedupSection
from pipelines.recipe.errors import explain_validation_error
from pipelines.recipe.fields import FolderName, Section
from pipelines.recipe.licensing import LicensingSection
from pipelines.recipe.located_yaml import Located, load_located
from pipelines.recipe.publish import PublishSection
from pipelines.recipe.run import RunSection
from pipelines.recipe.select import SelectSection
from pipelines.recipe.sources import SourceSection
from pipelines.recipe.tokens import MixSection, TokenizeSection
from pipelines.recipe.translate import TranslateSection
from pipelines.trust import is_trusted, powers, refusal


def _sequence(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _date(value: object) -> object:
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError(f"expected a date such as 2026-11-24, got {value!r}") from None


class Recipe(Section):
    """A whole corpus, described."""

    name: FolderName
    build_date: Annotated[dt.date, BeforeValidator(_date)] | None = None
    seed: int = 42
    sources: Annotated[tuple[SourceSection, ...], BeforeValidator(_sequence)] = Field(min_length=1)
    annotate: AnnotateSection = AnnotateSection()
    dedup: DedupSection = DedupSection()
    licensing: LicensingSection | None = None
    select: SelectSection = SelectSection()
    translate: TranslateSection | None = None
    tokenize: TokenizeSection | None = None
    mix: MixSection = MixSection()
    publish: PublishSection | None = None
    run: RunSection = RunSection()

    @model_validator(mode="after")
    def _consistent(self) -> "Recipe":
        seen = set[str]()
        for position, source in enumerate(self.sources):
            if source.name in seen:
                raise _problem("another source has this name: it is a folder and must be unique", "sources", position)
            seen.add(source.name)
        fuzzy = self.dedup.fuzzy
        if fuzzy is not None and fuzzy.group not in self.annotate.groups:
            groups = (*self.annotate.groups, fuzzy.group)
            return self.model_copy(update={"annotate": self.annotate.model_copy(update={"groups": groups})})
        return self

    @model_validator(mode="after")
    def _licensed(self) -> "Recipe":
        for verb in ("translate", "publish"):
            if self.licensing is None and getattr(self, verb) is not None:
                raise _problem(f"{verb} needs a `licensing` section: without one nothing may leave the corpus", verb)
        return self

    @model_validator(mode="after")
    def _trusted(self) -> "Recipe":
        needed = [] if is_trusted() else list(powers(self.resolved()))
        if needed:
            raise _problem(refusal([description for _, description in needed]), *needed[0][0])
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


def _problem(message: str, *key: str | int) -> PydanticCustomError:
    """Return a validation error that is found on the whole recipe, and stands at a key."""
    return PydanticCustomError("recipe", message, {"key": key})


def load_recipe(path: Path, overrides: Mapping[str, str] | None = None) -> Recipe:
    """Read, override and validate a recipe.

    Args:
        path: The YAML file.
        overrides: Dotted keys with YAML values, such as `{"select.rules.long": "word_count >= 80"}`.

    Raises:
        RecipeError: The file is missing, is no YAML, or does not follow the schema; one line a problem.
    """
    return validate_recipe(load_located(path, overrides))


def validate_recipe(located: Located) -> Recipe:
    """Turn a located YAML document into a recipe.

    Raises:
        RecipeError: It does not follow the schema.
    """
    try:
        return Recipe.model_validate(located.value)
    except ValidationError as error:
        raise RecipeError(explain_validation_error(error, located, Recipe)) from None
