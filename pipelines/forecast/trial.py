"""A recipe tried on excerpts: what each pass took, in a process of its own that runs one unit after the other."""

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from pipelines.executors import InProcess, environment
from pipelines.forecast.translation_trial import Chosen, Written, chosen_in, translates, without_translation, written_in
from pipelines.run import PassReport, run
from pipelines.run_order import Order
from pipelines.summary import Silence
from pipelines.threads import SINGLE_THREADED


@dataclass(frozen=True)
class PassCost:
    """What one stage took for one generation.

    Attributes:
        stage: Its name in the ledger.
        generation: 0, or 1 for translations.
        by_shard: Whether it does a unit for each shard of documents, or a few over all of them.
        units: How many units.
        text_bytes: UTF-8 bytes of text that it says it read; 0 where it reads none.
        seconds: CPU seconds of all units.
        disk_bytes: Bytes of all that it wrote.
        peak_bytes: Highest memory of a unit's process.
    """

    stage: str
    generation: int
    by_shard: bool
    units: int
    text_bytes: int
    seconds: float
    disk_bytes: int
    peak_bytes: int


@dataclass(frozen=True)
class Trial:
    """What a recipe took on an excerpt.

    Attributes:
        passes: Passes that did anything, in the order of the way.
        documents: Documents that came of each source.
        text_bytes: UTF-8 bytes of the text read from each source.
        chosen: What was chosen to be translated; None where the recipe translates nothing.
        written: What engines wrote; None where none was asked.
    """

    passes: tuple[PassCost, ...]
    documents: dict[str, int]
    text_bytes: dict[str, int]
    chosen: Chosen | None = None
    written: Written | None = None


def run_trials(warming: Order, orders: Sequence[Order], *, translating: bool = True) -> list[Trial]:
    """Run orders one after the other in one fresh process of one thread.

    Args:
        warming: Run before, in a process of its own: it leaves compiled kernels on disk.
        orders: Those that count.
        translating: Whether to translate what is chosen, where a recipe says so.

    Raises:
        LoamError: One of them cannot be done.
    """
    _in_one_process([warming], translating=translating)
    return _in_one_process(orders, translating=translating)


def _in_one_process(orders: Sequence[Order], *, translating: bool) -> list[Trial]:
    with (
        environment(SINGLE_THREADED),
        ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process,
    ):
        return [process.submit(_tried, order, translating=translating).result() for order in orders]


def _tried(order: Order, *, translating: bool) -> Trial:
    reports = run(order if translating else without_translation(order), InProcess(), Silence())
    ingested = [receipt for report in reports if report.stage == "ingest" for receipt in report.receipts]
    documents, text_bytes = dict[str, int](), dict[str, int]()
    for receipt in ingested:
        source = receipt.name.partition("/")[0]
        documents[source] = documents.get(source, 0) + receipt.outcome.rows_out
        text_bytes[source] = text_bytes.get(source, 0) + receipt.outcome.bytes_in
    shards = {path.removeprefix("documents/").removesuffix(".parquet") for r in ingested for path in r.outputs}
    passes = tuple(_cost(report, shards) for report in reports if report.receipts)
    chosen = chosen_in(order) if translates(order) else None
    return Trial(passes, documents, text_bytes, chosen, written_in(reports))


def _cost(report: PassReport, shards: set[str]) -> PassCost:
    by_shard = report.stage == "ingest" or any("/".join(r.name.split("/")[-2:]) in shards for r in report.receipts)
    return PassCost(
        report.stage,
        report.generation,
        by_shard,
        len(report.receipts),
        sum(receipt.outcome.bytes_in for receipt in report.receipts),
        sum(timing.cpu_seconds for timing in report.timings),
        sum(output.bytes for receipt in report.receipts for output in receipt.outputs.values()),
        max((timing.peak_bytes for timing in report.timings), default=0),
    )
