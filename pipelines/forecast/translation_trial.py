"""Translation in a trial: what there is to translate, whether this machine can try it, and what engines wrote."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow.compute as pc

from pipelines.corpus import Plan, Shard, Shelf
from pipelines.corpus.receipts import read_receipts
from pipelines.errors import LoamError
from pipelines.recipe import Recipe
from pipelines.run import PassReport
from pipelines.run_order import Order
from pipelines.stages import choose_translations, learn_bounds, second_look, translate
from pipelines.stages.order import passes_until
from translate.engines import EngineSpec, engine_gpus

# Documents of an excerpt that are translated at most: engines take seconds for each where other stages take none.
MOST_TRIED = 64


@dataclass(frozen=True)
class Chosen:
    """What there is to translate in a corpus, and what a trial translated of it.

    Attributes:
        documents: Documents that a recipe has translated, were it not for its limit.
        text_bytes: Their UTF-8 bytes.
        tried_bytes: Those of the documents that were translated.
    """

    documents: int
    text_bytes: int
    tried_bytes: int


@dataclass(frozen=True)
class Written:
    """What engines did.

    Attributes:
        tokens_out: Tokens that they wrote.
        seconds: Wall time of the units.
    """

    tokens_out: int
    seconds: float


def translates(order: Order) -> bool:
    """Tell whether an order goes as far as translation."""
    return order.recipe.translate is not None and (translate.STAGE, 1) in passes_until(order.until)


def without_translation(order: Order) -> Order:
    """Return an order for the same that translates nothing."""
    return replace(order, recipe=order.recipe.model_copy(update={"translate": None}))


def untried(recipe: Recipe, directory: Path) -> str | None:
    """Return why this machine cannot try a recipe's translations; None where it can."""
    section = recipe.translate
    if section is None:
        return None
    for target in section.to:
        try:
            keys = translate.usable_engines(section, target, directory)
            keys += second_look.planned(section, target, directory).engines
        except LoamError as error:
            return str(error).removeprefix("translate.engine: ")
        on_gpus = [spec.kind for spec in map(EngineSpec.of_key, keys) if engine_gpus(spec)]
        if on_gpus and not _has_gpu():
            return f"engine {on_gpus[0]} computes on a GPU, and this machine has none"
    return None


def chosen_in(order: Order) -> Chosen:
    """Return what there is to translate in a trial's corpus, whose generation 0 is decided.

    The corpus is of no use for anything else after that.

    Raises:
        LoamError: The corpus is damaged.
    """
    stage, shelf = choose_translations.STAGE, Shelf(order.root)
    tried_bytes = sum(_bytes(shelf, shard) for shard in _plan(order).document_shards(0))
    outcomes = []
    for unit in stage.plan(_plan(_unlimited(order)), 1):
        outcomes.append(stage.work(unit, shelf))
        shelf.commit(unit, stage.version, dict.fromkeys(unit.inputs, ""), outcomes[-1])
    text_bytes = sum(_bytes(shelf, shard) for shard in _plan(order).document_shards(0))
    return Chosen(sum(outcome.rows_out for outcome in outcomes), text_bytes, tried_bytes)


def written_in(reports: Sequence[PassReport]) -> Written | None:
    """Return what engines did in a run; None where they did nothing.

    Learning what is usual asks for answers, too, which translation counts when it finds them in the journal.
    """
    asking = (learn_bounds.STAGE.name, translate.STAGE.name)
    passes = [report for report in reports if report.stage in asking]
    written = [receipt for report in passes for receipt in report.receipts if receipt.stage == translate.STAGE.name]
    tokens = sum(receipt.outcome.counts.get("tokens_out", 0) for receipt in written)
    seconds = sum(timing.wall_seconds for report in passes for timing in report.timings)
    return Written(tokens, seconds) if tokens and seconds else None


def _unlimited(order: Order) -> Order:
    section = order.recipe.translate
    if section is None:
        return order
    source = section.source.model_copy(update={"limit": None})
    translate_all = section.model_copy(update={"source": source})
    return replace(order, recipe=order.recipe.model_copy(update={"translate": translate_all}))


def _plan(order: Order) -> Plan:
    plan = Plan(order.recipe, order.recipe_directory, order.root, sample=order.sample)
    for receipt in read_receipts(order.root):
        plan.add(receipt)
    return plan


def _bytes(shelf: Shelf, shard: Shard) -> int:
    path = shard.path(choose_translations.FOLDER)
    if not (shelf.root / path).is_file():
        return 0
    documents = shelf.read(shard.path("documents"), ["id", "text"])
    texts = documents.filter(pc.is_in(documents["id"], value_set=shelf.read(path)["id"]))["text"]
    return int(pc.sum(pc.binary_length(texts)).as_py() or 0)


def _has_gpu() -> bool:
    devices = Path("/dev")
    return (devices / "kfd").exists() or any(devices.glob("nvidia[0-9]*"))
