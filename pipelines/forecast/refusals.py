"""What `loam run` would refuse of what is planned, in its own words."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import LoamError
from pipelines.forecast.early import deduplicates, refuse_what_memory_cannot_hold
from pipelines.forecast.forecast import Forecast
from pipelines.forecast.translation_trial import translates
from pipelines.ray_cluster import nodes_now
from pipelines.ray_requests import Node, engines_side_by_side, refuse_without_room
from pipelines.run_order import Order, refuse_what_cannot_begin
from pipelines.stages import second_look, translate
from pipelines.stages.against import other_roots
from pipelines.stages.dedup_pass import memory_needed, pass_memory
from pipelines.stages.order import passes_until
from translate.engines import EngineSpec, engine_gpus, engine_memory

if TYPE_CHECKING:
    from pipelines.recipe.translate import TranslateSection


def refusals(order: Order, found: Forecast, executor: str) -> list[LoamError]:
    """Return why a run would not begin, or would end at a stage for which there is no room.

    Args:
        order: What would be run.
        found: What it will take.
        executor: Where units would run.
    """
    documents = sum(source.documents for source in found.sources)
    checks: list[Callable[[], object]] = [
        partial(refuse_what_cannot_begin, order),
        partial(other_roots, order.recipe, order.recipe_directory, order.root, order.brought),
        partial(refuse_what_memory_cannot_hold, documents, order.recipe, order.until),
    ]
    if executor == "ray":
        checks.append(partial(_refuse_small_nodes, order, documents, found.workers))
    return [error for check in checks for error in _raised(check)]


def _raised(check: Callable[[], object]) -> Iterator[LoamError]:
    try:
        check()
    except LoamError as error:
        yield error


def _refuse_small_nodes(order: Order, documents: int, workers: int) -> None:
    """Refuse what no node of the cluster has the memory, or the GPUs, for.

    Raises:
        LoamError: There is no such node, or no cluster.
    """
    nodes = nodes_now(workers)
    if deduplicates(order.recipe, order.until):
        for stage, _ in passes_until(order.until):
            if stage.memory is pass_memory:
                refuse_without_room(stage.name, memory_needed(documents), nodes)
    if order.recipe.translate is not None and translates(order):
        _refuse_nodes_without_engines(order.recipe.translate, order.recipe_directory, nodes)


def _refuse_nodes_without_engines(section: "TranslateSection", directory: Path, nodes: Sequence[Node]) -> None:
    for target in section.to:
        keys = translate.usable_engines(section, target, directory)
        keys += second_look.planned(section, target, directory).engines
        specs = [EngineSpec.of_key(key) for key in dict.fromkeys(keys)]
        gpus = sum(map(engine_gpus, specs))
        if gpus:
            engines_side_by_side(gpus, nodes)
        refuse_without_room(f"{translate.STAGE.name} to {target}", sum(map(engine_memory, specs)), nodes)
