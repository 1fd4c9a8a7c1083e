"""What became of translated segments: counted by language, rung of the ladder and reason, from receipts."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from rich.table import Table

from pipelines.corpus import Receipt

PREFIX = "segments "
_LOOKED_AT, _FAILED, _UNMEASURED = "second_look ", " failed", " unmeasured"
_UNTOUCHED = "untouched"


def count_segments(receipts: Iterable[Receipt]) -> list[dict[str, str | int | None]]:
    """Return the segments of the translations that some receipts stand for.

    Args:
        receipts: Any; those of the stage `translate` are read.

    Returns:
        Rows of language, rung, reason (why the rung before was not enough; None on the first) and segments, sorted.
    """
    counts = Counter[tuple[str, str]]()
    for receipt in receipts:
        if receipt.stage == "translate":
            for name, count in receipt.outcome.counts.items():
                if name.startswith(PREFIX):
                    counts[str(receipt.parameters["to"]), name.removeprefix(PREFIX)] += count
    return [
        {
            "language": language,
            "rung": name.partition(" ")[0],
            "reason": name.partition(" ")[2] or None,
            "segments": count,
        }
        for (language, name), count in sorted(counts.items())
    ]


def segments_table(rows: Sequence[dict[str, str | int | None]]) -> Table:
    """Return a table of what became of the segments in each language, the reasons of rejection in full."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("segments into")
    for column in ("whole", "again", "parts", "fallback", "rejected"):
        table.add_column(column, justify="right")
    table.add_column("rejected by reason", overflow="fold")
    for language in dict.fromkeys(str(row["language"]) for row in rows):
        here = [row for row in rows if row["language"] == language and row["rung"] != _UNTOUCHED]
        whole = sum(int(row["segments"] or 0) for row in here)
        by_rung = Counter[str]()
        reasons = Counter[str]()
        for row in here:
            by_rung[str(row["rung"])] += int(row["segments"] or 0)
            if row["rung"] == "rejected":
                reasons[str(row["reason"])] += int(row["segments"] or 0)
        shares = (
            f"{by_rung[rung]:,} ({by_rung[rung] / whole:.1%})" if by_rung[rung] else "0"
            for rung in ("whole", "again", "parts", "fallback", "rejected")
        )
        table.add_row(language, *shares, ", ".join(f"{reason} {count:,}" for reason, count in reasons.most_common()))
    return table


def count_looks(receipts: Iterable[Receipt]) -> list[dict[str, str | int]]:
    """Return how many answers a second look was taken at, in the translations that some receipts stand for.

    Args:
        receipts: Any; those of the stage `translate` are read.

    Returns:
        Rows of language, look, answers measured, those of them that failed, and answers that could not be measured.
    """
    counts = Counter[tuple[str, str]]()
    for receipt in receipts:
        if receipt.stage == "translate":
            for name, count in receipt.outcome.counts.items():
                if name.startswith(_LOOKED_AT):
                    counts[str(receipt.parameters["to"]), name.removeprefix(_LOOKED_AT)] += count
    return _looks(counts)


def looks_into(language: str, counts: Mapping[str, int]) -> list[dict[str, str | int]]:
    """Return rows as those of `count_looks` of what a second look at answers in one language counted."""
    return _looks(Counter({(language, name): count for name, count in counts.items()}))


def _looks(counts: Counter[tuple[str, str]]) -> list[dict[str, str | int]]:
    return [
        {
            "language": language,
            "look": look,
            "answers": answers,
            "failed": counts[language, look + _FAILED],
            "unmeasured": counts[language, look + _UNMEASURED],
        }
        for (language, look), answers in sorted(counts.items())
        if not look.endswith((_FAILED, _UNMEASURED))
    ]


def looks_table(rows: Sequence[dict[str, str | int]]) -> Table:
    """Return a table of second looks."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("second look at answers in")
    table.add_column("by")
    for column in ("measured", "failed", "could not be measured"):
        table.add_column(column, justify="right")
    for row in rows:
        answers, failed = int(row["answers"]), int(row["failed"])
        share = f"{failed:,} ({failed / answers:.1%})" if answers else "0"
        table.add_row(str(row["language"]), str(row["look"]), f"{answers:,}", share, f"{int(row['unmeasured']):,}")
    return table
