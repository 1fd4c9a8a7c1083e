"""What every translation engine is: its identity, its limits, its licence, and one method."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from translate.segmentation import EngineUnit


@dataclass(frozen=True)
class OutputLicense:
    """What the licence of an engine's model says about the texts it writes.

    Attributes:
        model_license: SPDX expression of the model's own licence.
        restricts_outputs: Whether that licence reaches the translations (as CC-BY-NC weights do in common reading).
        evidence: Where the licence is stated.
    """

    model_license: str
    restricts_outputs: bool
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class EngineIdentity:
    """Everything that an engine's answers depend on, and what may be done with them.

    Attributes:
        name: The engine's name in recipes.
        version: Version of the software that computes.
        model: The model's name.
        model_sha256: SHA-256 of each model file, by name.
        pairs: (source, target) languages that it translates, as in FLORES-200 (`eng_Latn`).
        unit: What one segment is.
        max_segment_characters: Longer segments are not given to it.
        unspellable: Inside of a regular-expression character class: what its vocabulary cannot write.
        output_license: What its model's licence says about translations.
    """

    name: str
    version: str
    model: str
    model_sha256: Mapping[str, str]
    pairs: tuple[tuple[str, str], ...]
    unit: EngineUnit
    max_segment_characters: int
    unspellable: str
    output_license: OutputLicense

    def parameters(self) -> dict[str, str | dict[str, str]]:
        """Return what identifies its answers, as plain JSON."""
        return {
            "name": self.name,
            "version": self.version,
            "model": self.model,
            "model_sha256": dict(self.model_sha256),
        }


class Engine(Protocol):
    """A loaded engine. Deterministic: an answer depends on its segment, the languages and `identity` alone."""

    @property
    def identity(self) -> EngineIdentity:
        """What its answers depend on."""

    def spell(self, text: str) -> str:
        """Return a text with typographic characters outside the vocabulary replaced by plain ones."""

    def translate(self, segments: Sequence[str], source: str, target: str) -> list[str]:
        """Translate segments, one answer each, in order.

        Args:
            segments: Texts on one line, each at most `identity.max_segment_characters` long.
            source: Their language (`eng_Latn`).
            target: The language wanted (`por_Latn`).

        Raises:
            ValueError: The engine does not translate between these languages.
        """
