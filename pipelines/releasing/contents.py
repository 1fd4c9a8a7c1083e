"""What a release consists of, and whether it may go."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.corpus.receipts import read_receipts
from pipelines.errors import CorpusError, LoamError
from pipelines.license_check import check_licences
from pipelines.stages import card, publish
from pipelines.verify import verify

_CHECKED = ("receipts", "files", "conservation", "licences", "removals", "card")
_SHOWN = 5


@dataclass(frozen=True)
class ReleasedFile:
    """One file of a release: its place there, where it lies now, its size, and its SHA-256."""

    path: str
    source: Path
    bytes: int
    sha256: str


MARK = "manifest.json"  # what tells a release from anything else


def gone_from(standing: Collection[str], files: Sequence[ReleasedFile], where: str) -> list[str]:
    """Return the paths of an earlier release that are in the new one no more.

    Raises:
        LoamError: What stands there is neither a release nor the beginning of this one.
    """
    gone = sorted(set(standing) - {file.path for file in files})
    if gone and MARK not in standing:
        raise LoamError(f"--to: {where}: holds {gone[0]} and no release; give a new place, or that of a release")
    return gone


def contents(root: Path, named: str = "") -> tuple[ReleasedFile, ...]:
    """Return the files of a corpus' release: those of the card at the root, the tables below `data/`.

    Args:
        root: Where the corpus lies.
        named: How messages call it where it lies in a bucket; empty for its directory.

    Raises:
        CorpusError: There is no card, or something in the corpus does not agree, or is not allowed out of it.
    """
    named = named or str(root)
    _refuse_what_does_not_agree(root, named)
    files = []
    for receipt in read_receipts(root):
        for path, output in receipt.outputs.items():
            folder, _, below = path.partition("/")
            if folder in (card.FOLDER, publish.FOLDER):
                place = below if folder == card.FOLDER else path
                files.append(ReleasedFile(place, root / path, output.bytes, output.sha256))
    if not any(file.path == "README.md" for file in files):
        raise CorpusError(f"{named}: no card; a recipe with `licensing` makes one (`loam run RECIPE --corpus {named}`)")
    return tuple(sorted(files, key=lambda file: file.path))


def _refuse_what_does_not_agree(root: Path, named: str) -> None:
    """Check receipts, files, counts, licences, removals and card.

    Raises:
        CorpusError: Something does not agree; the first few findings are named.
    """
    found = [f"{finding.part}: {finding.message}" for finding in verify(root, _CHECKED)]
    found = found or [f"licences: {problem}" for problem in check_licences(root)]  # which reads sound tables alone
    if found:
        more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise CorpusError(f"{named}: not published: {'; '.join(found[:_SHOWN])}{more}")
