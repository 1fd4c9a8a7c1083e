"""From repeated windows to edits: copies held against the text that they repeat, and the spans that go."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipelines.corpus.schemas import EDITS
from pipelines.dedup.kernels.matches import are_copies, cover
from pipelines.dedup.kernels.removal import line_spans, to_characters, word_spans
from pipelines.dedup.span_index import FoldedTexts
from pipelines.dedup.span_matches import KEPT, Matches
from pipelines.dedup.span_rules import SpanRule
from pipelines.dedup.span_tokens import Tokens, fold
from signals.batches import Batch, as_large_strings, batches
from signals.characters import SPACE
from signals.workspace import Workspace

Integers = npt.NDArray[np.int64]

_ROW_SHIFT = np.uint64(32)
_PLACE_IN_TEXT = np.uint64(0xFFFFFFFF)


def remove_copies(
    documents: pa.Table, matches: Matches, rule: SpanRule, folded_texts: Callable[[int], FoldedTexts]
) -> pa.Table:
    """Return the edits that remove the repeated spans of a shard.

    A token goes if a window that covers it is a copy, word for word, of one that is kept elsewhere, unless a window
    that covers it is itself the copy that is kept.

    Args:
        documents: Columns `id` and `text`, whole.
        matches: The shard's repeated windows.
        rule: Which windows they are.
        folded_texts: From a shard's number to its folded texts.

    Returns:
        Columns of `EDITS`, in the order of the documents; spans of a document do not overlap.
    """
    copied = matches.partner_shards != KEPT
    rows = np.unique((matches.places[copied] >> _ROW_SHIFT).astype(np.int64))
    affected = documents.take(rows)
    edits = [EDITS.remove_metadata().empty_table()]
    workspace = Workspace()
    for batch in batches(as_large_strings(affected["text"])):
        batch_rows = rows[batch.first : batch.first + len(batch.offsets) - 1]
        tokens = fold(batch, rule.comparison, workspace, rule.at_least)
        part = _matches_between(matches, batch_rows[0], batch_rows[-1] + 1)
        removed = _removed_tokens(tokens, batch_rows, part, rule, folded_texts)
        edits.append(_edits(affected["id"], batch, tokens, removed, rule))
    return pa.concat_tables(edits)


def _matches_between(matches: Matches, first: int, behind: int) -> Matches:
    bounds = np.array([first, behind], np.uint64) << _ROW_SHIFT
    begin, end = np.searchsorted(matches.places, bounds)
    return Matches(matches.places[begin:end], matches.partner_shards[begin:end], matches.partner_places[begin:end])


def _edits(
    ids: "pa.ChunkedArray[Any]", batch: Batch, tokens: Tokens, removed: npt.NDArray[np.bool_], rule: SpanRule
) -> pa.Table:
    """Return the edits that remove tokens of a batch; a space stays where two words would become one."""
    documents, starts, ends = (np.empty(len(removed), np.int64) for _ in range(3))
    glued = np.zeros(len(removed), np.bool_)
    places = (tokens.until, tokens.starts, tokens.ends, removed, documents, starts, ends)
    if rule.is_of_lines:
        count = line_spans(batch.data, batch.offsets, *places)
    else:
        count = word_spans(batch.offsets, tokens.classes, SPACE, *places, glued)
    both = np.stack([starts[:count], ends[:count]], axis=1).ravel()
    to_characters(batch.data, batch.offsets, np.repeat(documents[:count], 2), both)
    columns = [
        ids.take(documents[:count] + batch.first),
        both[::2],
        both[1::2],
        np.where(glued[:count], " ", ""),
        pa.repeat(rule.name, count),
    ]
    return pa.table(columns, EDITS.names).cast(EDITS.remove_metadata())


def _removed_tokens(
    tokens: Tokens,
    rows: Integers,
    matches: Matches,
    rule: SpanRule,
    folded_texts: Callable[[int], FoldedTexts],
) -> npt.NDArray[np.bool_]:
    """Return which tokens of a batch go."""
    match_rows = (matches.places >> _ROW_SHIFT).astype(np.int64)
    known = np.isin(match_rows, rows)  # rows between them may have first copies only
    matches = Matches(matches.places[known], matches.partner_shards[known], matches.partner_places[known])
    documents = np.searchsorted(rows, match_rows[known])
    folded_begins = tokens.folded_starts[tokens.until[documents]]
    begins = folded_begins + (matches.places & _PLACE_IN_TEXT).astype(np.int64)
    windows = np.searchsorted(tokens.folded_starts, begins)
    copies = _verified(tokens, windows, begins, matches, rule.size, folded_texts)
    removed = np.zeros(len(tokens.starts), np.bool_)
    cover(rule.size, windows, copies, True, removed)
    cover(rule.size, windows, matches.partner_shards == KEPT, False, removed)
    return removed


def _verified(
    tokens: Tokens,
    windows: Integers,
    begins: Integers,
    matches: Matches,
    size: int,
    folded_texts: Callable[[int], FoldedTexts],
) -> npt.NDArray[np.bool_]:
    """Return which windows read, byte for byte, as the windows that they are copies of.

    Neighbouring windows with neighbouring partners are one span and compared once.
    """
    verified = np.zeros(len(windows), np.bool_)
    copied = np.flatnonzero(matches.partner_shards != KEPT)
    if not len(copied):
        return verified
    shards, places = matches.partner_shards[copied], matches.partner_places[copied].astype(np.int64)
    joined = (np.diff(windows[copied]) == 1) & (np.diff(shards) == 0) & (np.diff(places) == np.diff(begins[copied]))
    firsts = np.flatnonzero(np.concatenate(([True], ~joined)))
    lasts = np.append(firsts[1:], len(copied)) - 1
    starts, ends = begins[copied[firsts]], tokens.folded_starts[windows[copied[lasts]] + size]
    equal = np.zeros(len(firsts), np.bool_)
    for shard in np.unique(shards[firsts]):
        spans = np.flatnonzero(shards[firsts] == shard)
        others, partners = folded_texts(int(shard)), places[firsts[spans]]
        other_starts = others.offsets[partners >> 32] + (partners & int(_PLACE_IN_TEXT))
        answers = np.empty(len(spans), np.bool_)
        are_copies(tokens.folded, starts[spans], ends[spans], others.data, other_starts, answers)
        equal[spans] = answers
    verified[copied] = np.repeat(equal, lasts - firsts + 1)
    return verified
