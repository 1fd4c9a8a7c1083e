"""The part of a recipe on the second look: which translations are measured again, by what."""

from pydantic import Field, model_validator

from pipelines.recipe.engines import Engines
from pipelines.recipe.fields import Number, Section


class RoundTripSection(Section):
    """Translations are translated back.

    Attributes:
        engine: An engine or several; for each target language, the first of them that translates back from it.
        floor: The least chrF of the way back against the source, 0 to 100.
    """

    engine: Engines = Field(min_length=1)
    floor: Number = Field(default=35.0, ge=0, le=100)


class SecondLookSection(Section):
    """Which translations that passed all checks are looked at again, and how.

    Attributes:
        share: Share of the segments, chosen by hash.
        suspicious: Whether those are looked at, too, that passed a check narrowly or only after a failure.
        round_trip: Translates them back.
    """

    share: Number = Field(default=0.02, ge=0, le=1)
    suspicious: bool = True
    round_trip: RoundTripSection | None = None

    @model_validator(mode="after")
    def _has_effect(self) -> "SecondLookSection":
        if self.round_trip is None:
            raise ValueError("names nothing to look at translations with: give `round_trip`")
        if self.share == 0 and not self.suspicious:
            raise ValueError("looks at nothing: give a share, or suspicious: true")
        return self
