"""What a card's pictures show, counted from the tables."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import duckdb

from datacards.measures import BINS_A_DECADE, ClusterSizes, Fertility, LanguagePair, Measures, PerplexityBin
from pipelines.corpus import Json, Shard
from pipelines.rules.columns import LANGUAGES, Columns, planned_columns, table_path
from pipelines.stages import select
from pipelines.stages.card_spreads import LENGTH, rules_of, spreads

if TYPE_CHECKING:
    from pipelines.corpus import Plan, Shelf, Unit

CORE = "signals/core"
DUPLICATES = "duplicates"

_PERPLEXITIES = ("perplexity_ccnet", "ccnet_perplexity", "perplexity_roots")  # the first that a corpus has

_CLUSTERS = """
    SELECT power(2, doubling - 1)::BIGINT + 1, power(2, doubling)::BIGINT, count(*), sum(cluster_size)::BIGINT
    FROM (
        SELECT cluster_size, ceil(log2(cluster_size))::INTEGER AS doubling
        FROM read_parquet($paths) WHERE representative AND cluster_corpus IS NULL AND cluster_size > 1
    ) GROUP BY doubling ORDER BY doubling
"""
_LANGUAGES = """
    SELECT documents.lang, language.detected, count(*)
    FROM read_parquet($documents) AS documents JOIN read_parquet($paths) AS language USING (id)
    WHERE documents.lang IS NOT NULL AND language.detected IS NOT NULL
    GROUP BY ALL ORDER BY ALL
"""
_FERTILITY = """
    SELECT facts.language, sum(sequences.length)::BIGINT, sum(core.word_count)::BIGINT
    FROM sequences JOIN facts USING (id) JOIN read_parquet($paths) AS core USING (id)
    GROUP BY ALL HAVING sum(core.word_count) > 0 ORDER BY ALL
"""


def measured(plan: "Plan", shards: Sequence[Shard]) -> tuple[dict[str, Json], tuple[str, ...]]:
    """Return the parameters of a card's measures, and the tables beside those it counts that they read."""
    known = select.rule_columns(plan.recipe, planned_columns(plan))
    rules = select.checked_rules(plan.recipe, known)
    tables = known.by_table(frozenset({LENGTH}).union(*(rule.columns for rule in rules.values())))
    perplexity = next((name for name in _PERPLEXITIES if _is_measured(known, name)), None)
    read = {*tables, LANGUAGES, DUPLICATES, *([known.known[perplexity][0]] if perplexity else [])}
    inputs = dict.fromkeys(table_path(shard, table) for table in sorted(read) for shard in shards)
    parameters: dict[str, Json] = {
        "rules": [{"name": name, "sql": rule.sql, "columns": sorted(rule.columns)} for name, rule in rules.items()],
        "tables": tables,
        "perplexity": None if perplexity is None else {"column": perplexity, "table": known.known[perplexity][0]},
    }
    return parameters, tuple(path for path in inputs if plan.stands(path))


def _is_measured(known: Columns, name: str) -> bool:
    return name in known.known and known.known[name][0].startswith("signals/")


def count_measures(connection: duckdb.DuckDBPyConnection, unit: "Unit", shelf: "Shelf") -> Measures:
    """Count everything that a card's pictures show.

    Args:
        connection: With the tables `facts`, one row a document, and `sequences`, one row a tokenized document.
        unit: The card's unit, with the parameters and inputs of `measured`.
        shelf: The corpus.
    """
    parameters = cast("Mapping[str, Any]", unit.parameters)
    shards = [Shard.of(path) for path in unit.inputs if path.startswith("documents/")]

    def ask(query: str, table: str, **more: str | list[str]) -> list[tuple[Any, ...]]:
        paths = _paths(unit, shelf, table)
        return connection.execute(query, {"paths": paths, **more}).fetchall() if paths else []

    documents = _paths(unit, shelf, "documents")
    perplexity = parameters["perplexity"]
    return Measures(
        spreads=tuple(spreads(shelf, shards, rules_of(parameters["rules"]), parameters["tables"])),
        clusters=tuple(ClusterSizes(*row) for row in ask(_CLUSTERS, DUPLICATES)),
        languages=tuple(LanguagePair(*row) for row in ask(_LANGUAGES, LANGUAGES, documents=documents)),
        perplexity=perplexity and perplexity["column"],
        perplexities=tuple(
            PerplexityBin(*row)
            for row in (ask(_perplexities(perplexity["column"]), perplexity["table"]) if perplexity else ())
        ),
        fertility=tuple(Fertility(*row) for row in (ask(_FERTILITY, CORE) if _has_tokens(connection) else ())),
    )


def _perplexities(column: str) -> str:
    return f"""
        SELECT facts.language, floor(log10({column}) * {BINS_A_DECADE})::INTEGER AS bin, count(*)
        FROM read_parquet($paths) JOIN facts USING (id) WHERE {column} > 0 AND isfinite({column})
        GROUP BY ALL ORDER BY ALL
    """  # noqa: S608 -- names of this module


def _has_tokens(connection: duckdb.DuckDBPyConnection) -> bool:
    return connection.execute("SELECT 1 FROM sequences LIMIT 1").fetchone() is not None


def _paths(unit: "Unit", shelf: "Shelf", table: str) -> list[str]:
    return [str(shelf.root / path) for path in unit.inputs if path.startswith(f"{table}/")]
