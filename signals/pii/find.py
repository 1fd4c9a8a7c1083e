"""From texts to spans of personal data: candidates by the kernel, then the rules, then no two that overlap."""

import itertools
from collections.abc import Iterator
from functools import lru_cache
from operator import itemgetter

import numpy as np
import pyarrow as pa

from signals.batches import Batch, as_large_strings, batches
from signals.kernels.pii import AMERICAN_PHONE, CARD_NUMBER, NATIONAL_PHONE, find_candidates, to_characters
from signals.pii.accounts import ACCOUNT_RULES
from signals.pii.beginnings import beginnings
from signals.pii.excerpts import lines_with
from signals.pii.network import NETWORK_RULES
from signals.pii.phones import PHONE_RULES
from signals.pii.rule import Rule
from signals.pii.secrets import SECRET_RULES
from signals.pii.spans import Found, Spans, Texts, found_until_none, without_overlaps
from signals.workspace import Workspace

RULES: tuple[Rule, ...] = (*SECRET_RULES, *NETWORK_RULES, *PHONE_RULES, *ACCOUNT_RULES)

_NO_ROWS = frozenset({AMERICAN_PHONE, NATIONAL_PHONE, CARD_NUMBER})
_LONGEST_NUMBER = 128
_MASK = "<>"


def found_in_batch(batch: Batch, workspace: Workspace) -> Iterator[tuple[int, list[Found]]]:
    """Yield the number of each document of a batch that holds personal data, and its spans in their order."""

    def find(texts: Texts) -> Spans:
        return _found_in_texts(texts, workspace)

    excerpts = {document: lines_with(text, found) for document, text, found in _found_once(batch, workspace)}
    texts = {document: excerpt.text for document, excerpt in excerpts.items()}
    spans = {document: excerpt.spans for document, excerpt in excerpts.items()}
    for document, found in found_until_none(texts, spans, find).items():
        yield document, excerpts[document].in_whole_text(found)


def found_in_text(text: str) -> list[Found]:
    """Return the spans of one text, every rule asked at every place: what `found_in_batch` is held to."""

    def find(texts: Texts) -> Spans:
        found = {
            number: without_overlaps(sorted(_everywhere(text), key=lambda span: RULES.index(span.rule)))
            for number, text in texts.items()
        }
        return {number: spans for number, spans in found.items() if spans}

    return found_until_none({0: text}, find({0: text}), find).get(0, [])


def _everywhere(text: str) -> Iterator[Found]:
    reached = 0
    for place in range(len(text)):
        for anchor in _rules_by_anchor():
            for found in _match(text, place, anchor, reached):
                yield found
                reached = max(reached, found.end)


def _found_in_texts(texts: Texts, workspace: Workspace) -> Spans:
    numbers = list(texts)
    found = batches(as_large_strings(pa.array(texts.values(), pa.large_string())))
    return {numbers[batch.first + row]: spans for batch in found for row, _, spans in _found_once(batch, workspace)}


def _found_once(batch: Batch, workspace: Workspace) -> Iterator[tuple[int, str, list[Found]]]:
    """Yield the number of each document that holds personal data, its text and its spans."""
    for document, group in itertools.groupby(place_candidates(batch, workspace), key=itemgetter(0)):
        text = str(batch.text(document), "utf-8")
        spans: list[Found] = []
        reached = 0
        for _, place, anchor in group:
            for span in _match(text, place, anchor, reached):
                spans.append(span)
                reached = max(reached, span.end)
        if spans:
            spans.sort(key=lambda span: RULES.index(span.rule))
            yield document, text, without_overlaps(spans)


def place_candidates(batch: Batch, workspace: Workspace) -> Iterator[tuple[int, int, int]]:
    """Yield where personal data may begin: the document, the character in it, and what may begin there."""
    array, room = workspace.array, 3 * batch.byte_count + 3
    starts = array("starts", int(np.diff(batch.offsets).max(initial=0)) + 1, np.int64)
    documents, positions = array("documents", room, np.int32), array("positions", room, np.int64)
    anchors = array("anchors", room, np.uint8)
    count = find_candidates(batch.data, batch.offsets, *beginnings(), starts, documents, positions, anchors)
    places = to_characters(batch.data, batch.offsets, documents[:count], positions[:count])
    return zip(documents[:count].tolist(), places.tolist(), anchors[:count].tolist(), strict=True)


def _match(text: str, place: int, anchor: int, reached: int) -> list[Found]:
    """Return what rules find at a place.

    Numbers that no sign announces may not stand in a row of numbers. One that is masked makes no row: behind it is as
    behind a placeholder. Else each would be found in a round of its own.
    """
    spans = []
    for rule in _rules_by_anchor()[anchor]:
        match = rule.pattern.match(text, place)
        span = rule.accept(match) if match else None
        if span is None and anchor in _NO_ROWS and 0 < place - reached <= _LONGEST_NUMBER:
            shift = reached - len(_MASK)
            match = rule.pattern.match(_MASK + text[reached : place + _LONGEST_NUMBER], place - shift)
            found = rule.accept(match) if match else None
            span = (found[0] + shift, found[1] + shift) if found else None
        if span:
            spans.append(Found(*span, rule))
    return spans


@lru_cache(maxsize=1)
def _rules_by_anchor() -> dict[int, tuple[Rule, ...]]:
    return {
        anchor: tuple(rule for rule in RULES if rule.anchor == anchor) for anchor in {rule.anchor for rule in RULES}
    }
