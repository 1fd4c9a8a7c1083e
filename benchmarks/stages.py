"""Cases: one pass of the way each, done again on a corpus that stands."""

from collections.abc import Callable

from benchmarks.cases import Case, stage_case
from benchmarks.documents import Material
from pipelines.corpus import Plan
from pipelines.corpus.receipts import read_receipts
from pipelines.executors import InProcess
from pipelines.recipe import load_recipe
from pipelines.run import run
from pipelines.run_order import Order
from pipelines.stages.order import PASSES
from pipelines.summary import Silence
from pipelines.work import Task, perform


def build_corpus(material: Material) -> Callable[[], int]:
    """Prepare the whole way from the documents to a corpus, in one process."""

    def work() -> int:
        order = Order(load_recipe(material.recipe), material.folder, material.corpus)
        reports = run(order, InProcess(), Silence())
        return max(report.bytes_done for report in reports)

    return work


def one_pass(material: Material, stage_name: str, generation_text: str) -> Callable[[], int]:
    """Prepare all units of one stage and generation, as a run would plan them if everything else stood."""
    generation = int(generation_text)
    plan = Plan(load_recipe(material.recipe), material.folder, material.corpus)
    for receipt in read_receipts(material.corpus):
        plan.add(receipt)
    stage = next(stage for stage, _ in PASSES if stage.name == stage_name)
    tasks = [
        Task(plan.root, unit, {path: plan.output(path).sha256 for path in unit.inputs})
        for unit in stage.plan(plan, generation)
    ]

    def work() -> int:
        return sum(perform(task).receipt.outcome.bytes_in for task in tasks)

    return work


def standing_passes(material: Material) -> list[Case]:
    """Return a case for each pass that did anything when the corpus was built, in their order."""
    done = {(receipt.stage, receipt.generation) for receipt in read_receipts(material.corpus, tolerant=True)}
    return [stage_case(stage.name, generation) for stage, generation in PASSES if (stage.name, generation) in done]
