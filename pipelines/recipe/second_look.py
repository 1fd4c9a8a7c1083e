"""The part of a recipe on the second look: which translations are measured again, by what."""

from pydantic import Field, model_validator

from pipelines.recipe.engines import Engines
from pipelines.recipe.fields import Number, Section
from translate.engines import EngineSpec


class RoundTripSection(Section):
    """Translations are translated back.

    Attributes:
        engine: An engine or several; for each target language, the first of them that translates back from it.
        floor: The least chrF of the way back against the source, 0 to 100.
    """

    engine: Engines = Field(min_length=1)
    floor: Number = Field(default=35.0, ge=0, le=100)


class SimilaritySection(Section):
    """A sentence encoder compares translations with their sources.

    Attributes:
        model: Directory of an encoder in ONNX, below the recipe's folder or absolute.
        floor: The least cosine, -1 to 1: what is usual depends on the encoder.
        prefix: What the encoder wants before every text: `"query: "` for E5.
    """

    model: str
    floor: Number = Field(ge=-1, le=1)
    prefix: str = ""

    def spec(self) -> EngineSpec:
        """Return it as the translation library names judges."""
        return EngineSpec("similarity", self.model, {"prefix": self.prefix})


class QualitySection(Section):
    """COMET estimates the quality of translations.

    Attributes:
        model: A checkpoint that needs no reference, below the recipe's folder or absolute.
        floor: The least estimate: what is usual depends on the checkpoint.
    """

    model: str
    floor: Number

    def spec(self) -> EngineSpec:
        """Return it as the translation library names judges."""
        return EngineSpec("comet", self.model)


class SecondLookSection(Section):
    """Which translations that passed all checks are looked at again, and how.

    Attributes:
        share: Share of the segments, chosen by hash.
        suspicious: Whether those are looked at, too, that passed a check narrowly or only after a failure.
        round_trip: Translates them back.
        similarity: Compares them with their sources.
        quality: Estimates how good they are.
    """

    share: Number = Field(default=0.02, ge=0, le=1)
    suspicious: bool = True
    round_trip: RoundTripSection | None = None
    similarity: SimilaritySection | None = None
    quality: QualitySection | None = None

    @model_validator(mode="after")
    def _has_effect(self) -> "SecondLookSection":
        if self.round_trip is None and self.similarity is None and self.quality is None:
            raise ValueError("has nothing to look with: give `round_trip`, `similarity` or `quality`")
        if self.share == 0 and not self.suspicious:
            raise ValueError("looks at nothing: give a share, or suspicious: true")
        return self
