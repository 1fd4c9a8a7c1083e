"""What a model's provider needs of its training data for the public summary of Article 53(1)(d) of the EU AI Act.

The template of the European Commission (2025-07-24) asks the provider of a model, not the maker of a dataset: what only
the provider knows is marked so, and what does not apply to this release says that.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from datacards.blocks import byte_size, count
from datacards.cells import totals, totals_by
from datacards.domains import Domains
from datacards.manifest import Manifest, Source, Translator
from datacards.release import Release, dated_version

NOT_APPLICABLE = "not applicable"
NOT_RECORDED = "not recorded"
FOR_THE_PROVIDER = "to be stated by the provider of the model"

NOT_TOLD = "not told apart by the recipe: files of no published dataset stand under 2.6"

_CRAWLS = frozenset({"commoncrawl", "ccnet"})  # read from crawls; datasets made of them are published datasets
_FILES = frozenset({"jsonl", "parquet", "text", "own", "datatrove"})  # of which a recipe does not say whose they are

_NAMES = {"url": "URL", "recipe_sha256": "Recipe, SHA-256"}
_LANGUAGE = re.compile(r"[a-z]{3}_[A-Z][a-z]{3}")


def training_summary(manifest: Manifest, release: Release) -> dict[str, Any]:
    """Return the summary, section by section of the template."""
    published = manifest.published
    sums = totals(published)
    languages = totals_by(published, lambda cell: cell.language)
    translated = totals(cell for cell in published if cell.generation > 0)
    crawled = [source for source in manifest.sources if source.kind in _CRAWLS]
    domains = manifest.domains
    return {
        "about": {
            "dataset": manifest.title,
            "url": release.url,
            "version": release.version or dated_version(manifest.build_date),
            "made_by": [creator.name for creator in release.creators],
            "software": manifest.software,
            "recipe_sha256": manifest.recipe_sha256,
        },
        "1_general_information": {
            "1.1_provider": FOR_THE_PROVIDER,
            "1.2_model": FOR_THE_PROVIDER,
            "1.3_modalities_and_size": {
                "modality": "text",
                "documents": sums.documents,
                "bytes": sums.bytes,
                "tokens": sums.tokens if manifest.tokenizer is not None else NOT_APPLICABLE,
                "acquired_no_later_than": manifest.build_date,
                "bytes_by_language": {label: sums.bytes for label, sums in languages.items()},
            },
        },
        "2_data_sources": {
            "2.1_public_datasets": _listed(s for s in manifest.sources if s.kind not in _CRAWLS | _FILES),
            "2.2_licensed_private_datasets": NOT_TOLD,
            "2.3_crawled": {"crawls": _listed(crawled), "domains": _domains(domains)},
            "2.4_user_data": NOT_APPLICABLE,
            "2.5_synthetic_data": (
                {
                    "what": "machine translations of other documents of this release (generation = 1)",
                    "documents": translated.documents,
                    "bytes": translated.bytes,
                    "generators": [_generator(one) for one in manifest.translators] or NOT_RECORDED,
                }
                if translated.documents
                else NOT_APPLICABLE
            ),
            "2.6_other": _listed(source for source in manifest.sources if source.kind in _FILES),
        },
        "3_processing": {
            "3.1_reservations_of_rights": (
                "Licences are concluded for each document from evidence, and preference signals (robots.txt, "
                "Content-Usage, TDM Reservation Protocol, RSL) are recorded beside them; the licensing profile "
                f"{manifest.profile} decides. "
                f"{count(_refused(manifest), 'document')} were left out for their licence or a reservation."
            ),
            "3.2_illegal_content": _left_out(manifest),
        },
    }


def training_summary_json(summary: Mapping[str, Any]) -> str:
    """Return a summary as JSON."""
    return json.dumps(summary, indent=1, ensure_ascii=False) + "\n"


def training_summary_page(summary: Mapping[str, Any]) -> str:
    """Return a summary as Markdown."""
    lines = ["# Summary of training content", "", "For Article 53(1)(d) of Regulation (EU) 2024/1689.", ""]
    for heading, content in summary.items():
        lines += [f"## {_heading(heading)}", "", *_lines(content), ""]
    return "\n".join(lines).rstrip() + "\n"


def _listed(sources: Any) -> Any:  # noqa: ANN401 -- plain JSON out
    found = [_source(source) for source in sources]
    return found or NOT_APPLICABLE


def _source(source: Source) -> dict[str, Any]:
    return {
        "name": source.name,
        "kind": source.kind,
        "files": list(source.patterns),
        "license_declared": source.license or "by document",
    }


def _generator(translator: Translator) -> dict[str, Any]:
    return {name: value for name, value in asdict(translator).items() if value is not None}


def _domains(domains: Domains | None) -> Any:  # noqa: ANN401 -- plain JSON out
    if domains is None or not domains.count:
        return NOT_APPLICABLE
    return {"count": domains.count, "largest_tenth": "top_domains.csv", "listed": len(domains.largest)}


def _refused(manifest: Manifest) -> int:
    return totals(cell for cell in manifest.refused if (cell.rule or "").startswith("license")).documents


def _left_out(manifest: Manifest) -> str:
    rules = [f"{rule.name} ({rule.definition})" for rule in manifest.rules if rule.is_sql]
    passed = "; ".join(rules) if rules else "none beside those of licence and copies"
    return (
        "What no rule asks was not looked for, and a rule looks for illegal content only where its definition says so. "
        f"Every document passed: {passed}."
    )


def _heading(key: str) -> str:
    if _LANGUAGE.fullmatch(key):
        return key
    if key in _NAMES:
        return _NAMES[key]
    number, _, words = key.partition("_")
    text = words.replace("_", " ") if number[:1].isdigit() else key.replace("_", " ")
    return f"{number} {text.capitalize()}" if number[:1].isdigit() else text.capitalize()


def _lines(content: Any, depth: int = 0) -> list[str]:  # noqa: ANN401 -- plain JSON in
    indent = "  " * depth
    if isinstance(content, Mapping):
        lines = []
        for key, value in content.items():
            if isinstance(value, Mapping | list):
                lines += [f"{indent}- {_heading(key)}:", *_lines(value, depth + 1)]
            else:
                lines.append(f"{indent}- {_heading(key)}: {_shown(key, value)}")
        return lines
    if isinstance(content, list):
        return [line for item in content for line in _item(item, depth)]
    return [f"{indent}{_plain(content)}"]


def _item(item: Any, depth: int) -> list[str]:  # noqa: ANN401 -- plain JSON in
    if isinstance(item, Mapping):
        return ["  " * depth + "- " + "; ".join(f"{_heading(key)}: {_plain(value)}" for key, value in item.items())]
    return ["  " * depth + f"- {_plain(item)}"]


def _shown(key: str, value: object) -> str:
    if isinstance(value, int):
        return byte_size(value) if key == "bytes" else f"{value:,}"
    return _plain(value)


def _plain(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return " ".join(text.split()).replace("<", "&lt;").replace("|", "\\|")
