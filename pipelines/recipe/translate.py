"""The section of a recipe on translation: which documents, into which languages, by which engines."""

import dataclasses
from typing import Literal

from pydantic import ConfigDict, Field, model_validator

from pipelines.recipe.engines import Engine, Engines, EngineSection
from pipelines.recipe.fields import Language, Languages, Number, Section
from pipelines.recipe.second_look import SecondLookSection
from translate.engines import EngineSpec, check_spec

AUTO = "auto"


class TranslateFromSection(Section):
    """Which documents are translated."""

    lang: Language = "eng_Latn"
    where: str | None = None
    limit: int | None = Field(default=None, ge=1)


class LengthRatioSection(Section):
    """How long translations into a language are, in letters of an alphabet.

    Attributes:
        usual: Length of a usual translation for one of its text.
        spread: Standard deviation of the logarithm of that ratio in long segments; 0.13 by default.
    """

    usual: Number = Field(gt=0)
    spread: Number | None = Field(default=None, gt=0, le=1)


class TranslateSection(Section):
    """Into which languages, from which documents, by which engine.

    Attributes:
        to: The target languages.
        source: Which documents.
        engine: The engine.
        engine_by_language: Other engines for some of the target languages.
        fallback: Engines that are given, one after the other, what the first one fails at.
        template: Name of the prompt's template, of engines that have one; `auto` goes by the model.
        length_ratio: By target language, what is usual; where it is not given it is learnt from the first translations.
        second_look: What else is measured in some of the answers; nothing by default.
        on_failure: What a segment that every engine fails at does: drops its document, stays in its source language,
            or is left out.
        max_failed_share: Where such segments are kept or left out: the greatest share of a document's tokens in them;
            above it the document is dropped. 0.1 by default.
    """

    model_config = ConfigDict(populate_by_name=True)  # `from` is no name for an attribute

    to: Languages = Field(min_length=1)
    source: TranslateFromSection = Field(default=TranslateFromSection(), alias="from")
    engine: Engine = EngineSection(kind="fxtranslate")
    engine_by_language: dict[Language, Engine] = Field(default_factory=dict)
    fallback: Engines = ()
    template: str = AUTO
    length_ratio: dict[Language, LengthRatioSection] = Field(default_factory=dict)
    second_look: SecondLookSection | None = None
    on_failure: Literal["drop_document", "keep_source_segment", "drop_segment"] = "drop_document"
    max_failed_share: Number | None = Field(default=None, ge=0, le=1)

    @model_validator(mode="after")
    def _consistent(self) -> "TranslateSection":
        for name, targets in (("engine_by_language", self.engine_by_language), ("length_ratio", self.length_ratio)):
            for target in targets:
                if target not in self.to:
                    raise ValueError(f"{name}: {target} is none of the languages in `to`")
        if self.max_failed_share is not None and self.on_failure == "drop_document":
            raise ValueError("max_failed_share has no effect with on_failure drop_document: one failure drops it")
        if self.template != AUTO:
            engines = (self.engine, *self.engine_by_language.values())
            if not any(_takes_template(engine) for engine in engines):
                raise ValueError(f"engine {self.engine.kind} takes no template")
        return self

    def specs(self, target: str) -> tuple[EngineSpec, ...]:
        """Return the engine of a target language, and those that it falls back to."""
        first = self.engine_by_language.get(target, self.engine)
        return (self._with_template(first), *(self._with_template(engine) for engine in self.fallback))

    def failed_share(self) -> float:
        """Return the greatest share of a document's tokens in failed segments."""
        default = 0.0 if self.on_failure == "drop_document" else 0.1
        return default if self.max_failed_share is None else self.max_failed_share

    def _with_template(self, engine: EngineSection) -> EngineSpec:
        spec = engine.spec()
        if self.template == AUTO or "template" in spec.arguments or not _takes_template(engine):
            return spec
        return dataclasses.replace(spec, arguments={**spec.arguments, "template": self.template})


def _takes_template(engine: EngineSection) -> bool:
    return any(option.name == "template" for option in dataclasses.fields(check_spec(engine.spec()).options))
