"""Documents to read: some that a rule removes, and some that it nearly removes."""

from dataclasses import dataclass

from pipelines.rules.comparisons import Comparison
from pipelines.what_if.judged import JUDGED, Judged

EXCERPT_CHARACTERS = 400
_NEAREST = 200  # documents closest to the threshold among which chance chooses, at most …
_NEAREST_SHARE = 0.02  # … and of all that pass every rule


@dataclass(frozen=True)
class Example:
    """A document beside a rule.

    Attributes:
        rule: Name of the rule.
        removed: Whether the rule removes it; else it is among those that it would remove next.
        id: The document.
        language: Its concluded language.
        value: What the rule holds against its threshold; None for rules without one.
        excerpt: The beginning of its text.
    """

    rule: str
    removed: bool
    id: str
    language: str | None
    value: float | None
    excerpt: str


def examples(judged: Judged, language: str | None, count: int, seed: int) -> list[Example]:
    """Return documents that each rule removes, and those that pass all rules but stand closest to its threshold.

    Chance is a hash of id, rule and seed: the same question gives the same documents, another seed others.

    Args:
        judged: The documents.
        language: The documents of one language alone; None for all.
        count: How many of either kind for each rule.
        seed: Chooses among them.
    """
    found: list[Example] = []
    where = "true" if language is None else "concluded = $language"
    parameters: dict[str, object] = {"count": count}
    nearest_count = max(count, min(_NEAREST, int(_NEAREST_SHARE * _kept(judged, language))))
    if language is not None:
        parameters["language"] = language
    for number, rule in enumerate(judged.rules):
        held = judged.held[number]
        value = f"({held[0].value})::DOUBLE" if held else "NULL::DOUBLE"
        chosen = f"SELECT id, concluded, {value} AS value FROM {JUDGED} WHERE {where}"  # noqa: S608 -- checked parts
        parts = [(True, f"{chosen} AND fails_{number}")]
        if held:
            nearest = f"least({', '.join(map(_distance, held))})"
            near = (
                f"SELECT id, concluded, {value} AS value FROM (SELECT *, {value} AS value FROM {JUDGED}) "  # noqa: S608 -- checked parts
                f"WHERE {where} AND failures = 0 AND {nearest} IS NOT NULL ORDER BY {nearest}, id LIMIT {nearest_count}"
            )
            parts.append((False, near))
        for removed, query in parts:
            rows = judged.connection.execute(
                f"""
                SELECT chosen.id, concluded, value, left(text, {EXCERPT_CHARACTERS})
                FROM (FROM ({query}) ORDER BY md5(id || $salt) LIMIT $count) AS chosen JOIN documents USING (id)
                ORDER BY md5(chosen.id || $salt)
                """,  # noqa: S608 -- checked parts
                {**parameters, "salt": f"{seed}/{rule.name}"},
            ).fetchall()
            found += [Example(rule.name, removed, *row) for row in rows]
    return found


def _kept(judged: Judged, language: str | None) -> int:
    """Return how many documents pass all rules."""
    query = f"SELECT count(*) FROM {JUDGED} WHERE failures = 0 AND concluded = coalesce(?, concluded)"  # noqa: S608 -- a name of this package
    (count,) = judged.connection.execute(query, [language]).fetchall()[0]
    return int(count)


def _distance(comparison: Comparison) -> str:
    """Return the SQL of how far a value is from its threshold, as a share of the threshold where it is not 0."""
    value, threshold = f"({comparison.value})::DOUBLE", f"({comparison.threshold})::DOUBLE"
    return f"abs({value} - {threshold}) / (CASE {threshold} WHEN 0 THEN 1 ELSE abs({threshold}) END)"
