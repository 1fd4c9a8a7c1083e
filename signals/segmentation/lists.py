"""Words of documents, as Arrow lists."""

import numpy as np
import pyarrow as pa

from signals.arrow import Column, Texts
from signals.batches import as_large_strings, batches
from signals.characters import character_tables
from signals.kernels import PADDING
from signals.kernels.classify import classify
from signals.kernels.runs import Runs, find_runs
from signals.kernels.words import copy_words
from signals.segmentation.choice import identify
from signals.segmentation.spans import find_spans
from signals.workspace import Workspace

_WORDS = pa.large_list(pa.large_string())


def words_of(texts: Texts, segmentation: str) -> Column:
    """Return the words of each text; see `signals.segmentation.words`."""
    identified, chunks, tables, workspace = (
        identify(segmentation),
        as_large_strings(texts),
        character_tables(),
        Workspace(),
    )
    absent = np.concatenate([np.empty(0, np.bool_), *(chunk.is_null().to_numpy(False) for chunk in chunks)])
    parts: list[Column] = []
    for batch in batches(chunks):
        size, array = batch.byte_count, workspace.array
        classes = array("classes", size + PADDING, np.uint16)
        classify(batch.data, size, tables.pages, tables.flags, classes)
        starts, seen = array("run_starts", size + 1, np.int32), array("run_seen", size + 1, np.uint16)
        runs = Runs(find_runs(classes, batch.offsets, starts, seen), starts, seen)
        spans = find_spans(batch.data, classes, runs, tables, identified, array)
        offsets, text = copy_words(batch.data, spans.starts, spans.ends, int(spans.until[-1]))
        words = pa.LargeStringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets.data), pa.py_buffer(text.data))
        missing = absent[batch.first : batch.first + len(batch.offsets) - 1]
        parts.append(
            pa.LargeListArray.from_arrays(pa.array(spans.until, pa.int64()), words, mask=pa.array(missing, pa.bool_()))
        )
    return pa.concat_arrays(parts) if parts else pa.array([], _WORDS)
