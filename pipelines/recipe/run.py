"""The section of a recipe on running: where, and how wide."""

from typing import Literal

from pydantic import Field

from pipelines.recipe.fields import Section, Size


class RunSection(Section):
    """Where and how wide the stages run; nothing here changes an output."""

    executor: Literal["local", "ray"] = "local"
    workers: int | None = Field(default=None, ge=1)
    memory: Size = 4_000_000_000
