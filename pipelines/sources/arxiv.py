"""Papers of arXiv from their LaTeX sources: arXiv's own tars, papers one by one, plain `.tex`."""

from collections.abc import Iterator, Mapping
from typing import Any

from pipelines.sources.arxiv_metadata import Metadata, metadata_of
from pipelines.sources.arxiv_sources import Paper, papers
from pipelines.sources.latex_project import source_of
from pipelines.sources.latex_text import Paper as PaperText
from pipelines.sources.latex_text import paper_text
from pipelines.sources.options import Option, Options
from pipelines.sources.pending import PendingRecords
from pipelines.sources.record import (
    BATCH_TEXT_BYTES,
    MAX_TEXT_BYTES,
    Batch,
    Part,
    Reader,
    evidence,
    json_text,
    meta_of,
    nothing_before,
    unreadable,
    whole_file,
)

BATCH_PAPERS = 256

_CHANGES = ["reduced from LaTeX to its text, without the bibliography and pictures"]

OPTIONS = {
    "metadata": Option(
        tuple, None, "arXiv's metadata as JSON Lines: licence, title and authors of each paper", files=True
    ),
}


def read(part: Part, _columns: Mapping[str, str], options: Options) -> Iterator[Batch]:
    """Yield the papers of a file as text; those without a source are dropped by name."""
    if part.file.size == 0:
        yield unreadable("empty_file", "0 bytes")
        return
    rows = PendingRecords(BATCH_PAPERS, BATCH_TEXT_BYTES)
    named = options["metadata"]
    paths = named if isinstance(named, tuple) else ()
    for found in papers(part.file):
        row = rows.next_row()
        if isinstance(found, Paper):
            _add_paper(rows, row, found, part.file.relative, paths)
        elif found.detail is None:
            rows.drop(found.reason)
        else:
            rows.fault(found.reason, found.detail, offset=found.offset)
        if rows.is_full():
            yield rows.batch()
    yield rows.batch() if rows.row else unreadable("empty_file", "no paper")


def _add_paper(rows: PendingRecords, row: int, paper: Paper, relative: str, paths: tuple[str, ...]) -> None:
    source = source_of(paper.files) if paper.files else None
    if source is None:
        rows.drop("no_source")
        return
    shown = paper_text(source)
    size = len(shown.text.encode())
    if not shown.text:
        rows.drop("no_text")
    elif size > MAX_TEXT_BYTES:
        rows.fault("too_large", f"{paper.name or relative}: a text of {size:,} bytes", shown.text[:4096].encode())
    else:
        known = metadata_of(paper.id, paths) if paper.id is not None else None
        rows.keep(_record(row, paper, shown, known, relative), size)


def _record(row: int, paper: Paper, shown: PaperText, known: Metadata | None, relative: str) -> dict[str, Any]:
    url = f"https://arxiv.org/abs/{paper.id}" if paper.id else None
    title = (known.title if known else None) or shown.title
    creators = list(known.creators if known and known.creators else shown.authors)
    license_ = known.license if known else None
    details: dict[str, Any] = {"arxiv_id": paper.id, "files": len(paper.files), **(known.details if known else {})}
    if shown.cut:
        details["macros"] = "without end, left as they are"
    attribution = {"title": title, "creators": creators, "source_url": url, "changes": _CHANGES}
    return {
        "row": row,
        "key": paper.id or (f"{relative}#{paper.name}" if paper.name else relative),
        "text": shown.text,
        "url": url,
        "title": title,
        "created": (known.created if known else None) or _month(paper.id),
        "license_declared": license_,
        "license_evidence": license_ and evidence("E1", "submission_license", license_, url or relative),
        "attribution": json_text(attribution),
        "meta": meta_of(details, None),
    }


def _month(number: str | None) -> str | None:
    """Return the month that a paper's number names.

    >>> [_month(number) for number in ("0704.0001", "hep-th/9711200", None)]
    ['2007-04', '1997-11', None]
    """
    if number is None:
        return None
    digits = number.rpartition("/")[2]
    century = "19" if "/" in number and digits[0] == "9" else "20"
    return f"{century}{digits[:2]}-{digits[2:4]}"


READER = Reader(whole_file, read, nothing_before, has_columns=False, options=OPTIONS)
