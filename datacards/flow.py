"""The way of the documents from raw to published, in steps that add up."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from datacards.cells import totals, totals_by
from datacards.manifest import Manifest


@dataclass(frozen=True)
class Step:
    """A level that is reached, or what was dropped or added on the way to the next.

    Attributes:
        label: The level's name, or the reason.
        kind: What the step does to the number of documents.
        stage: The stage in which it happens.
        records: The level's height, or the size of the change.
    """

    label: str
    kind: Literal["level", "drop", "add"]
    stage: str
    records: int


def flow_steps(manifest: Manifest) -> tuple[Step, ...]:
    """Return the steps from the records read to the documents published.

    Every level is the level before it, less the drops and plus the additions between them.
    """
    originals = [cell for cell in manifest.cells if cell.generation == 0]
    left_out = records_left_out(manifest)
    steps = [Step("records read", "level", "ingest", sum(flow.rows_in for flow in manifest.flows("ingest", 0)))]
    if left_out:
        steps += [Step(reason, "drop", "ingest", rows) for reason, rows in left_out.items()]
        steps.append(Step("documents", "level", "ingest", totals(originals).documents))
    dropped = totals_by((cell for cell in originals if cell.rule is not None), lambda cell: cell.rule or "")
    steps += [Step(rule, "drop", "select", dropped[rule].documents) for rule in in_asking_order(manifest, dropped)]
    translated = totals(cell for cell in manifest.published if cell.generation > 0).documents
    if translated:
        kept = totals(cell for cell in originals if cell.rule is None).documents
        steps.append(Step("originals kept", "level", "select", kept))
        steps.append(Step("translations kept", "add", "translate", translated))
    steps.append(Step("published", "level", "publish", totals(manifest.published).documents))
    return tuple(steps)


def records_left_out(manifest: Manifest) -> dict[str, int]:
    """Return the records that never became documents, by reason, the commonest first."""
    reasons: dict[str, int] = {}
    for flow in manifest.flows("ingest", 0):
        for reason, rows in flow.dropped.items():
            reasons[reason] = reasons.get(reason, 0) + rows
    ranked = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    return {reason: rows for reason, rows in ranked if rows}


def in_asking_order(manifest: Manifest, reasons: Iterable[str]) -> list[str]:
    """Return reasons in the order in which rules are asked: `rule:case` where its rule stands, strangers last."""
    order = {rule.name: number for number, rule in enumerate(manifest.rules)}

    def place(reason: str) -> tuple[int, str]:
        return order.get(reason, order.get(reason.partition(":")[0], len(order))), reason

    return sorted(reasons, key=place)
