"""How recipes name engines of translation."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from pipelines.recipe.fields import Section
from translate.engines import ENGINE_NAMES, EngineSpec, check_spec, unknown_engine


def _engine(value: object) -> object:
    return {"kind": value} if isinstance(value, str) else value


def _engines(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value if isinstance(value, tuple) else (value,)


class EngineSection(Section):
    """An engine of translation; its name alone where it needs no model and no arguments.

    Attributes:
        kind: `fxtranslate`, `ctranslate2`, `apertium`, `vllm` or `openai`.
        model: A model's directory, below the recipe's folder or absolute, or its name where the engine goes by names.
        args: Arguments of the engine, by name.
    """

    kind: str
    model: str | None = None
    args: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _known(self) -> "EngineSection":
        if self.kind not in ENGINE_NAMES:
            raise ValueError(unknown_engine(self.kind))
        check_spec(self.spec())
        return self

    def spec(self) -> EngineSpec:
        """Return it as the translation library names engines."""
        return EngineSpec(self.kind, self.model, self.args)


Engine = Annotated[EngineSection, BeforeValidator(_engine)]
Engines = Annotated[tuple[Engine, ...], BeforeValidator(_engines)]
