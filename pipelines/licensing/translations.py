"""Licences of translations: the terms of the text, and those of the model that wrote it where they reach its outputs.

Whether a model's licence reaches what it writes is told by the engine. Such terms are no licence of the text: they can
only take away, so that they stand in the evidence on their own, and a text without a licence gets none from them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.licensing import spdx
from pipelines.licensing.collectors.statements import statement
from pipelines.licensing.decide import derive
from pipelines.licensing.normalise import normalise
from pipelines.licensing.profiles import Operation
from pipelines.licensing.spdx import NOASSERTION, NONE

PARENT_DOCUMENT = "parent_document"
MODEL_LICENSE = "model_license"
MODEL_OUTPUT_LICENSE = "model_output_license"
_ABOUT_MODEL = "translator"
_WEAKEST = "E6"


@dataclass(frozen=True)
class Translator:
    """What wrote a translation.

    Attributes:
        name: The engine.
        version: Its version.
        model: Its model.
        license: SPDX expression of the model's licence.
        restricts_outputs: Whether that licence reaches what the model writes.
        evidence: Where the licence is stated.
    """

    name: str
    version: str
    model: str
    license: str
    restricts_outputs: bool
    evidence: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.name} {self.version} ({self.model}, {self.license})"


def change_note(source: str, target: str, translators: Sequence[Translator]) -> str:
    """Return the note of change that a translation carries.

    >>> change_note("eng_Latn", "por_Latn", [Translator("fxtranslate", "0.5", "enpt", "MPL-2.0", False)])
    'machine-translated eng_Latn → por_Latn by fxtranslate 0.5 (enpt, MPL-2.0)'
    """
    return f"machine-translated {source} → {target} by {' and '.join(map(str, translators))}"


def translation_license(parent: str, translators: Sequence[Translator]) -> str:
    """Return the licence that a translation declares: what its parent's lets be made, and what models add to it.

    Args:
        parent: The parent's concluded licence.
        translators: What wrote the translation.

    Returns:
        SPDX expression; NONE where the parent's licence forbids translations, NOASSERTION where it is not known.
    """
    derived = derive(parent, Operation.TRANSLATE)
    imposed = [_license(translator.license) for translator in translators if translator.restricts_outputs]
    joined = [derived, *imposed]
    unclear = next((license_ for license_ in (NONE, NOASSERTION) if license_ in joined), None)
    return unclear or str(spdx.combine("AND", tuple(spdx.parse(license_) for license_ in joined)))


def _license(stated: str) -> str:
    return stated if spdx.LICENSE_REF.fullmatch(stated) else normalise(stated).expression


def translation_evidence(parent: Mapping[str, Any], license_: str, translators: Sequence[Translator]) -> str:
    """Return the `license_evidence` of a translation: what its parent's licence lets be made, and the models' licences.

    All are as strong as the parent's own evidence.

    Args:
        parent: The parent's row of `documents`.
        license_: The parent's concluded licence.
        translators: What wrote the translation.
    """
    found = json.loads(parent["license_evidence"] or "[]")
    strongest = min((entry["class"] for entry in found if "about" not in entry), default=_WEAKEST)
    own = statement(strongest, PARENT_DOCUMENT, derive(license_, Operation.TRANSLATE), parent["id"])
    models = [
        statement(
            strongest,
            MODEL_OUTPUT_LICENSE if translator.restricts_outputs else MODEL_LICENSE,
            translator.license,
            "; ".join(translator.evidence) or f"{translator.name} {translator.model}",
            about=_ABOUT_MODEL,
        )
        for translator in translators
    ]
    return json.dumps([own, *models], sort_keys=True, ensure_ascii=False)
