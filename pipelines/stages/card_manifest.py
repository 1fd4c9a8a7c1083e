"""The manifest of a corpus: what its tables count, and what recipe and receipts say, put together."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa
import pyarrow.compute as pc

from datacards import Manifest
from datacards.manifest import MixtureWeight, Rule, Source, StageFlow, StageRoot, Tokenizer, TranslatedSegments
from datacards.published import SIGNALS, Column, Configuration, PublishedFile
from datacards.release import Creator, Release
from pipelines.corpus.sql import bounded_connection
from pipelines.licensing.obligations import OBLIGATION_MEANINGS
from pipelines.licensing.openness import openness
from pipelines.licensing.statuses import REASON_MEANINGS
from pipelines.recipe.tokens import TRAIN as TRAINED_HERE
from pipelines.stages import mix, publish, select
from pipelines.stages.card_counts import check_counts, counted_cells, counted_findings, load_facts
from pipelines.stages.card_domains import counted_domains
from pipelines.stages.card_measures import count_measures
from pipelines.stages.card_own_terms import own_terms
from pipelines.stages.card_recipe import recipe_text
from pipelines.stages.card_reviews import counted_reviews
from pipelines.stages.card_translators import counted_translators
from pipelines.stages.train_tokenizer import VOCABULARY_FILE
from pipelines.tokens.parts import TRAIN

if TYPE_CHECKING:
    from pipelines.corpus import Shelf, Unit

_TRAINED_MODELS = {
    "bpe": "byte-level BPE",
    "sentencepiece_bpe": "SentencePiece BPE with byte fallback",
    "sentencepiece_unigram": "SentencePiece unigram with byte fallback",
}


def build_manifest(unit: "Unit", shelf: "Shelf") -> Manifest:
    """Return everything that a card says.

    Args:
        unit: The card's unit: its inputs are counted, its parameters hold what recipe and receipts say.
        shelf: Where the tables lie.
    """
    facts = cast("Mapping[str, Any]", unit.parameters)
    recipe: Mapping[str, Any] = facts["recipe"]
    with bounded_connection(shelf.root) as connection:
        load_facts(connection, unit, shelf)
        cells, findings = counted_cells(connection), counted_findings(connection)
        reviews = counted_reviews(connection, facts["reviews"])
        domains = counted_domains(connection)
        documents = [str(shelf.root / path) for path in unit.inputs if path.startswith("documents/")]
        translators = counted_translators(connection, documents)
        measures = count_measures(connection, unit, shelf)
    flows = tuple(StageFlow(**flow) for flow in facts["flows"])
    files = tuple(PublishedFile(**file) for file in facts["files"])
    check_counts(cells, flows, files)
    return Manifest(
        name=recipe["name"],
        title=(recipe["publish"] or {}).get("title") or recipe["name"],
        build_date=recipe["build_date"],
        software=facts["software"],
        recipe_sha256=facts["recipe_sha256"],
        recipe=recipe_text(recipe),
        profile=recipe["licensing"]["profile"],
        openness=openness({cell.license for cell in cells if cell.rule is None}),
        spdx_list=facts["spdx_list"],
        obligations={str(duty): meaning for duty, meaning in OBLIGATION_MEANINGS.items()},
        reasons={str(reason): meaning for reason, meaning in REASON_MEANINGS.items()},
        sources=tuple(
            Source(source["name"], source["kind"], source["license"], source["lang"], tuple(source["path"]))
            for source in recipe["sources"]
        ),
        stages=flows,
        rules=_rules(recipe, facts["rules"]),
        cells=cells,
        findings=findings,
        tokenizer=_tokenizer(unit, shelf, recipe),
        mixture=_mixture(unit, shelf),
        columns=tuple(Column(**column) for column in described_columns(publish.PUBLISHED)),
        files=files,
        configurations=_configurations(files, has_signals="signal_files" in facts),
        reviews=reviews,
        release=_release(recipe),
        roots=tuple(StageRoot(**root) for root in facts["roots"]),
        domains=domains,
        masks_personal_data=recipe["annotate"]["edits"]["pii"] == "mask",
        translated_segments=tuple(TranslatedSegments(**row) for row in facts.get("translated_segments", ())),
        translators=translators,
        measures=measures,
        signal_columns=tuple(Column(**column) for column in facts.get("signal_columns", ())),
        signal_files=tuple(PublishedFile(**file) for file in facts.get("signal_files", ())),
        own_terms=own_terms(unit, shelf),
    )


def _rules(recipe: Mapping[str, Any], own: Sequence[Mapping[str, str]]) -> tuple[Rule, ...]:
    profile = recipe["licensing"]["profile"]
    rules = [
        Rule(select.DUPLICATE, "no other document of the corpus that says the same speaks for it", is_sql=False),
        Rule(select.LICENSE_PREFIX.rstrip(":"), f"the profile {profile} lets its licence pass", is_sql=False),
    ]
    if any(source["transforms"] for source in recipe["sources"]):
        rules.insert(0, Rule(select.TRANSFORM_PREFIX.rstrip(":"), "its source's operations leave it", is_sql=False))
    languages = recipe["select"]["languages"]
    if languages is not None:
        rules.append(Rule(select.LANGUAGE, f"its language is one of {', '.join(languages)}", is_sql=False))
    rules += [Rule(rule["name"], rule["sql"], is_sql=True) for rule in own]
    return tuple(rules)


def _tokenizer(unit: "Unit", shelf: "Shelf", recipe: Mapping[str, Any]) -> Tokenizer | None:
    section = recipe["tokenize"]
    if section is None or VOCABULARY_FILE not in unit.inputs:
        return None
    facts = json.loads((shelf.root / VOCABULARY_FILE).read_text(encoding="utf-8"))
    given = section["tokenizer"] != TRAINED_HERE
    kind = "given by the recipe" if given else f"trained on this corpus ({_TRAINED_MODELS[section['train']['model']]})"
    return Tokenizer(kind, facts["vocab_size"], facts["sha256"], section["append_eod"])


def _mixture(unit: "Unit", shelf: "Shelf") -> tuple[MixtureWeight, ...]:
    if mix.TABLE_FILE not in unit.inputs:
        return ()
    table = shelf.read(mix.TABLE_FILE, ["lang", "split", "tokens", "weight"])
    languages: dict[str, tuple[int, float]] = {}
    for row in table.filter(pc.equal(table["split"], pa.scalar(TRAIN))).to_pylist():
        tokens, weight = languages.get(row["lang"], (0, 0.0))
        languages[row["lang"]] = tokens + row["tokens"], weight + row["weight"]
    return tuple(MixtureWeight(language, *sums) for language, sums in sorted(languages.items()))


def described_columns(schema: pa.Schema) -> list[dict[str, str]]:
    """Return the name, the type and the description of each column of a published table."""
    return [
        {
            "name": field.name,
            "type": str(field.type).replace("item: ", ""),
            "description": (field.metadata or {})[b"comment"].decode(),
        }
        for field in schema
    ]


def _configurations(files: Sequence[PublishedFile], *, has_signals: bool) -> tuple[Configuration, ...]:
    """Return one configuration for all tables, one a language, and one for signals, as far as there are tables."""
    languages = sorted({file.path.split("/")[1] for file in files})
    everything = (Configuration("default", (f"{publish.FOLDER}/*/*.parquet",)),) if languages else ()
    by_language = (Configuration(name, (f"{publish.FOLDER}/{name}/*.parquet",)) for name in languages)
    signals = (Configuration(SIGNALS, (f"{SIGNALS}/*.parquet",)),) if has_signals else ()
    return (*everything, *by_language, *signals)


def _release(recipe: Mapping[str, Any]) -> Release | None:
    stated = recipe["publish"] or {}
    if not stated.get("url"):
        return None
    creators = tuple(Creator(**creator) for creator in stated["creators"])
    return Release(stated["url"], creators, *(stated[key] for key in ("description", "version", "contact", "citation")))
