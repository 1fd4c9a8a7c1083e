"""`loam status`: what of a corpus stands, read from its ledger alone."""

from pathlib import Path

from pipelines.corpus.identity import read_corpus_identity
from pipelines.corpus.receipts import read_receipts
from pipelines.corpus.timing import read_timing
from pipelines.run import PassReport
from pipelines.stages.order import PASSES


def standing_passes(root: Path) -> list[PassReport]:
    """Return a report for each pass that has receipts, with the timings of their last runs.

    Raises:
        CorpusError: The directory is no corpus, or a receipt is damaged.
    """
    read_corpus_identity(root)
    receipts = list(read_receipts(root))
    reports = []
    for stage, generation in PASSES:
        standing = [r for r in receipts if (r.stage, r.generation) == (stage.name, generation)]
        timings = [timing for timing in (read_timing(root, receipt) for receipt in standing) if timing is not None]
        reports.append(
            PassReport(
                stage.name,
                generation,
                standing,
                timings,
                bytes_done=sum(receipt.outcome.bytes_in for receipt in standing),
                wall_seconds=sum(timing.wall_seconds for timing in timings),
            )
        )
    return reports
