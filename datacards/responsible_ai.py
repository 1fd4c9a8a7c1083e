"""The Responsible AI part of a Croissant description: what the datasheet says, property by property.

Properties of Croissant RAI 1.0 (http://mlcommons.org/croissant/RAI/1.0). None is stated that the corpus cannot answer
for: there are no annotators, so nothing is said of them.
"""

from typing import Any

from datacards.blocks import count, percent
from datacards.cells import totals, totals_by
from datacards.composition import GUESSES, instances
from datacards.manifest import Manifest
from datacards.personal_data import statement
from datacards.plain import plain_text
from datacards.processing import collection
from datacards.release import Release

PROPERTIES = frozenset(
    {
        "rai:annotationsPerItem",
        "rai:annotatorDemographics",
        "rai:dataAnnotationAnalysis",
        "rai:dataAnnotationPlatform",
        "rai:dataAnnotationProtocol",
        "rai:dataBiases",
        "rai:dataCollection",
        "rai:dataCollectionMissingData",
        "rai:dataCollectionRawData",
        "rai:dataCollectionTimeframe",
        "rai:dataCollectionType",
        "rai:dataImputationProtocol",
        "rai:dataLimitations",
        "rai:dataManipulationProtocol",
        "rai:dataPreprocessingProtocol",
        "rai:dataReleaseMaintenancePlan",
        "rai:dataSocialImpact",
        "rai:dataUseCases",
        "rai:machineAnnotationTools",
        "rai:personalSensitiveInformation",
    }
)


def responsible_ai(manifest: Manifest, release: Release) -> dict[str, Any]:
    """Return the properties that a corpus of texts has something to say about."""
    published = manifest.published
    sums, dropped = totals(published), totals(manifest.refused)
    languages = totals_by(published, lambda cell: cell.language)
    largest = next(iter(languages.items()), None)
    uneven = f"{largest[0]} is {percent(largest[1].bytes / sums.bytes)} of the text. " if largest and sums.bytes else ""
    translated = totals(cell for cell in published if cell.generation > 0)
    properties: dict[str, Any] = {
        "rai:dataCollection": plain_text(collection(manifest).blocks),
        "rai:dataCollectionType": sorted({_collected(source.kind) for source in manifest.sources}),
        "rai:dataCollectionRawData": "\n".join(
            f"{source.name} ({source.kind}): {', '.join(source.patterns)}" for source in manifest.sources
        ),
        "rai:dataCollectionMissingData": (
            f"{count(dropped.documents, 'document')} were read and are not in the release, each by a named rule."
        ),
        "rai:dataPreprocessingProtocol": [f"{rule.name}: {rule.definition}" for rule in manifest.rules],
        "rai:dataManipulationProtocol": (
            f"{count(translated.documents, 'document')} were translated by machine (generation = 1); the others are "
            "as their sources have them, but for edits that stand in attribution."
        ),
        "rai:machineAnnotationTools": [manifest.software],
        "rai:dataBiases": (
            f"{uneven}Rules that measure quality keep some languages and kinds of text more often than others; the "
            "card counts what each of them removed."
        ),
        "rai:dataLimitations": f"{plain_text(instances(manifest))}\n{GUESSES}",
        "rai:dataUseCases": ["Pretraining language models", "Training tokenizers"],
        "rai:personalSensitiveInformation": f"Texts of public sources name persons; {statement(manifest)}.",
        "rai:dataReleaseMaintenancePlan": (
            "Every document keeps its id from build to build, and what is withdrawn is left out of every later one. "
            + (f"Ask {release.contact} for a removal." if release.contact else f"Ask at {release.url} for a removal.")
        ),
    }
    return {name: value for name, value in properties.items() if value}


def _collected(kind: str) -> str:
    """Return how a kind of source comes by its records, in the words of Croissant RAI."""
    return "Web Scraping" if kind in ("commoncrawl", "ccnet", "oscar") else "Secondary Data Analysis"
