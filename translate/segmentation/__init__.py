"""Segmentation: a document as segments, each the text that an engine is given, with the exact characters between them.

`join(segment_document(text)) == text` for every text: nothing is normalised, cut or lost, and `pack` keeps it so.
Hard-wrapped lines of one sentence are one segment; marks of headings, lists and quotes, bars of tables, code and maths
stand between segments.
"""

from translate.blocks import is_code
from translate.segmentation.cuts import finer
from translate.segmentation.documents import segment_document
from translate.segmentation.packing import TokenCounter, pack
from translate.segmentation.segments import Segment, flatten, join
from translate.segmentation.sentences import SentenceSplitter, sentence_splitter

__all__ = [
    "SEGMENTATION_VERSION",
    "Segment",
    "SentenceSplitter",
    "TokenCounter",
    "finer",
    "flatten",
    "is_code",
    "join",
    "pack",
    "segment_document",
    "sentence_splitter",
]

SEGMENTATION_VERSION = 6
