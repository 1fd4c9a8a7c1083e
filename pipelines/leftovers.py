"""What earlier runs left that counts no longer: receipts of files that are gone, and files that no receipt names."""

import contextlib
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path

from pipelines.corpus import Plan, Receipt, Stage, Unit
from pipelines.corpus.files import is_temporary
from pipelines.corpus.lent import Lent
from pipelines.corpus.receipts import LEDGER, read_receipts
from pipelines.corpus.timing import timing_path


def trusted_receipts(root: Path, lent: Lent) -> list[Receipt]:
    """Return the receipts that can be trusted, and delete the others, so that none is taken for sound later.

    No stage may plan from a file that is gone or cut off, and a file that two receipts name may be either's.
    """
    receipts = list(read_receipts(root, tolerant=True))
    claims = Counter(path for receipt in receipts for path in receipt.outputs)
    standing = []
    for receipt in receipts:
        if receipt.is_complete(root, lent.away) and all(claims[path] == 1 for path in receipt.outputs):
            standing.append(receipt)
        else:
            (root / receipt.path).unlink()
    return standing


def revoke_unplanned(plan: Plan, stage: Stage, generation: int, units: Sequence[Unit]) -> None:
    """Delete receipts of units no longer planned, before work begins.

    A planned unit may write where one of them did: after a kill the old receipt would vouch for the new bytes.
    """
    planned = {unit.name for unit in units}
    for receipt in plan.receipts(stage.name, generation):
        if receipt.name not in planned:
            plan.drop(receipt)
            (plan.root / receipt.path).unlink(missing_ok=True)


def delete_leftovers(plan: Plan, stages: Collection[Stage]) -> None:
    """Delete what no receipt names: outputs and receipts of units no longer planned, and unfinished files."""
    receipts = plan.all_receipts()
    named = {path for receipt in receipts for path in receipt.outputs}
    named |= {path for receipt in receipts for path in (receipt.path, timing_path(receipt))}
    folders = {table for stage in stages for table in stage.tables} | {f"{LEDGER}/{stage.name}" for stage in stages}
    for folder in sorted(folders):
        for path in sorted((plan.root / folder).rglob("*"), reverse=True):
            if path.is_dir():
                _delete_if_empty(path)
            elif path.relative_to(plan.root).as_posix() not in named or is_temporary(path):
                path.unlink()
        for path in (plan.root / folder, *(plan.root / folder).parents):
            if path != plan.root and path.is_relative_to(plan.root):
                _delete_if_empty(path)


def _delete_if_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):  # that it is not empty, or not there
        folder.rmdir()
