"""The rows of a translation: the new document under its parent's terms, and its segments beside their sources."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.licensing.attribution import with_change
from pipelines.licensing.translations import Translator, change_note, translation_evidence, translation_license
from translate.documents import TranslatedDocument
from translate.engines import EngineIdentity

_ID_BYTES = 16


def translation_id(parent: str, target: str) -> str:
    """Return the id of a document's translation into a language."""
    return hashlib.blake2b(f"{parent}\0{target}".encode(), digest_size=_ID_BYTES).hexdigest()


@dataclass(frozen=True)
class Lineage:
    """Where the translations of one shard come from and what made them.

    Attributes:
        source_name: The source that they form.
        source: Language of the parents.
        target: Language of the translations.
        engines: The engine, and those that it falls back to.
    """

    source_name: str
    source: str
    target: str
    engines: Sequence[EngineIdentity]

    def document(self, parent: Mapping[str, Any], license_: str, translated: TranslatedDocument) -> dict[str, object]:
        """Return a translation as a row of `documents`.

        Args:
            parent: The parent's row of `documents`.
            license_: The parent's concluded licence.
            translated: The translation.
        """
        engines = self._engines_of(translated)
        translators = [_translator(engine) for engine in engines]
        facts = {
            "engine": engines[0].name,
            "engine_version": engines[0].version,
            "model": engines[0].model,
            "model_license": engines[0].output_license.model_license,
            "template": engines[0].template,
            "engines": [engine.label for engine in engines],
            "source_language": self.source,
            "segments": len(translated.segments),
            "segments_rejected": translated.rejected,
        }
        return {
            "id": translation_id(parent["id"], self.target),
            "text": translated.text,
            "lang": self.target,
            "source": self.source_name,
            **{name: parent[name] for name in ("source_id", "url", "title", "created", "preferences")},
            "license_declared": translation_license(license_, translators),
            "license_evidence": translation_evidence(parent, license_, translators),
            "attribution": with_change(parent["attribution"], change_note(self.source, self.target, translators)),
            "derived_from": parent["id"],
            "generation": 1,
            "meta": _json({"translation": facts}),
        }

    def alignment(self, parent: Mapping[str, Any], translated: TranslatedDocument) -> dict[str, object]:
        """Return a document's row of `translations`, less its segments."""
        return {
            "id": translation_id(parent["id"], self.target),
            "derived_from": parent["id"],
            "source_lang": self.source,
            "target_lang": self.target,
            "engine": self.engines[0].name,
            "model": self.engines[0].model,
            "dropped": translated.reason,
        }

    def _engines_of(self, translated: TranslatedDocument) -> list[EngineIdentity]:
        """Return the engines whose answers stand in a translation; the first one, if none does."""
        asked = {segment.result.engine for segment in translated.segments if segment.result.text is not None}
        return [engine for engine in self.engines if engine.label in asked] or [self.engines[0]]


def _translator(engine: EngineIdentity) -> Translator:
    terms = engine.output_license
    return Translator(
        engine.name, engine.version, engine.model, terms.model_license, terms.restricts_outputs, terms.evidence
    )


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
