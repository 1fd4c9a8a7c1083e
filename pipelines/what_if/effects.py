"""What each rule removes: alone, first and as the only one, by language; and what changed rules change."""

from dataclasses import dataclass

from pipelines.what_if.judged import JUDGED, Judged

ALL = "all"

# What the columns of tables of effects mean, for those who read them.
LEGEND = (
    "removes: whatever other rules say; first: it is the reason that decisions name; it alone: no other rule removes "
    "them, and without it they would be kept; null: there is no value to judge by, which removes them too"
)


@dataclass(frozen=True)
class Effect:
    """What a rule does to the documents of a language.

    Attributes:
        rule: Its name.
        language: A FLORES code, or `all`.
        documents: Documents that reached the rules.
        alone: Of these, how many it removes whatever other rules say.
        first: How many it removes first, in the rules' order: the reason that `decisions` names.
        only: How many no other rule removes: they come back if it is left out.
        null: How many it cannot be computed for, which removes them too.
        bytes_only: UTF-8 bytes of those that no other rule removes.
    """

    rule: str
    language: str
    documents: int
    alone: int
    first: int
    only: int
    null: int
    bytes_only: int


@dataclass(frozen=True)
class Change:
    """What the rules asked about do to a language, beside those that the corpus was selected by."""

    language: str
    documents: int
    kept_now: int
    kept_then: int
    lost: int
    won: int
    bytes_now: int
    bytes_then: int


def effects(judged: Judged) -> list[Effect]:
    """Return the effect of each rule on all documents and on each language, languages with most documents first."""
    found: list[Effect] = []
    for number, rule in enumerate(judged.rules):
        earlier = " OR ".join(["false", *(f"fails_{other}" for other in range(number))])
        query = f"""
            SELECT coalesce(concluded, '{ALL}'), count(*), count(*) FILTER (fails_{number}),
                   count(*) FILTER (fails_{number} AND NOT ({earlier})),
                   count(*) FILTER (fails_{number} AND failures = 1), count(*) FILTER (null_{number}),
                   coalesce(sum(bytes) FILTER (fails_{number} AND failures = 1), 0)::BIGINT
            FROM {JUDGED} GROUP BY GROUPING SETS ((concluded), ())
            ORDER BY grouping(concluded) DESC, count(*) DESC, concluded
        """  # noqa: S608 -- numbers and names of this module
        found += [Effect(rule.name, *row) for row in judged.connection.execute(query).fetchall()]
    return found


def changes(judged: Judged) -> list[Change]:
    """Return what the rules keep now and would keep then, for all documents and each language."""
    query = f"""
        SELECT coalesce(concluded, '{ALL}'), count(*), count(*) FILTER (kept_now), count(*) FILTER (failures = 0),
               count(*) FILTER (kept_now AND failures > 0), count(*) FILTER (NOT kept_now AND failures = 0),
               coalesce(sum(bytes) FILTER (kept_now), 0)::BIGINT,
               coalesce(sum(bytes) FILTER (failures = 0), 0)::BIGINT
        FROM {JUDGED} GROUP BY GROUPING SETS ((concluded), ())
        ORDER BY grouping(concluded) DESC, count(*) DESC, concluded
    """  # noqa: S608 -- numbers and names of this module
    return [Change(*row) for row in judged.connection.execute(query).fetchall()]
