"""Which document stands for which, decided in the order in which they are preferred."""

import numpy as np
import numpy.typing as npt

from signals.kernels import kernel

Numbers = npt.NDArray[np.uint32]

NOBODY = np.uint32(0xFFFFFFFF)

# How a document matches the one that stands for it.
KEPT = np.uint8(0)
EXACT = np.uint8(1)
FUZZY = np.uint8(2)
BY_KEY = np.uint8(3)  # and above: of the first further key, of the second, …


@kernel
def assign(
    begin: int,
    end: int,
    frozen_until: int,
    same_text: Numbers,
    same_key: Numbers,
    later: Numbers,
    earlier: Numbers,
    similarity: npt.NDArray[np.float64],
    representative: Numbers,
    likeness: npt.NDArray[np.float64],
    match: npt.NDArray[np.uint8],
    text_kept: Numbers,
    key_kept: Numbers,
    late_kept: Numbers,
    late_likeness: npt.NDArray[np.float64],
) -> None:
    """Let each document join one that is kept, or be kept itself.

    It joins a copy of its text, where one is kept; else whom its first copy has joined, if by likeness; else the most
    similar one that is kept, of several the preferred; else one with which it shares a further key; else it is kept.

    Args:
        begin: The first document to decide, by number; all before it are decided.
        end: The one behind the last to decide.
        frozen_until: Documents before it are kept whatever they are like.
        same_text: uint32[documents], the first document of the same text.
        same_key: uint32[keys, documents], the first document of the same further key; NOBODY without one.
        later: uint32[pairs], of the pairs alike enough the later document, sorted, `begin` to `end`; first copies.
        earlier: uint32[pairs], the earlier one.
        similarity: float64[pairs].
        representative: uint32[documents], receives who stands for each.
        likeness: float64[documents], receives how similar they are; NaN where only a further key tells.
        match: uint8[documents], receives how they match.
        text_kept: uint32[documents], by first copy: who is kept of a text; NOBODY at first.
        key_kept: uint32[keys, documents], by first document: who is kept of a further key; NOBODY at first.
        late_kept: uint32[documents], by first copy: the most similar one kept after it; NOBODY at first.
            Empty without further keys: only by them can a text whose first copy has joined another be met again.
        late_likeness: float64[documents], how similar that one is.
    """
    pair = 0
    for document in range(begin, end):
        text = same_text[document]
        chosen, best, how = NOBODY, 1.0, EXACT
        if document >= frozen_until:
            chosen = text_kept[text]
        while pair < len(later) and later[pair] < document:
            pair += 1
        first_pair = pair
        if chosen == NOBODY and document >= frozen_until:
            best, how = 0.0, FUZZY
            if text != document and match[text] == FUZZY:
                chosen, best = representative[text], likeness[text]
            elif text != document and len(late_kept):
                chosen, best = late_kept[text], late_likeness[text]
            while pair < len(later) and later[pair] == document:
                kept = text_kept[earlier[pair]]
                if kept != NOBODY and (similarity[pair] > best or (similarity[pair] == best and kept < chosen)):
                    chosen, best = kept, similarity[pair]
                pair += 1
            if chosen == NOBODY:
                for key in range(len(same_key)):
                    first = same_key[key, document]
                    if chosen == NOBODY and first != NOBODY and key_kept[key, first] != NOBODY:
                        chosen, best, how = key_kept[key, first], np.nan, np.uint8(BY_KEY + key)
        if chosen != NOBODY:
            representative[document], likeness[document], match[document] = chosen, best, how
            continue
        representative[document], likeness[document], match[document] = np.uint32(document), 1.0, KEPT
        if text_kept[text] == NOBODY:  # frozen documents may have a text, or a key, in common
            text_kept[text] = np.uint32(document)
        for key in range(len(same_key)):
            first = same_key[key, document]
            if first != NOBODY and key_kept[key, first] == NOBODY:
                key_kept[key, first] = np.uint32(document)
        if len(late_kept):
            pair = first_pair
            while pair < len(later) and later[pair] == document:
                before = earlier[pair]
                if text_kept[before] == NOBODY and similarity[pair] > late_likeness[before]:
                    late_kept[before], late_likeness[before] = np.uint32(document), similarity[pair]
                pair += 1


@kernel
def count_members(representative: Numbers, sizes: Numbers) -> None:
    """Add to `sizes`, uint32[documents], how many documents each one stands for.

    NumPy's `bincount` would hold sixteen bytes a document for it.
    """
    for document in range(len(representative)):
        sizes[representative[document]] += np.uint32(1)
