"""Operations that change characters of texts: normalisation, line feeds, fixed sentences, sentence boundaries."""

import importlib.util
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import regex

from pipelines.edits.resolve import Integers, Spans
from pipelines.transforms.documents import Documents, Edit, Texts, removals, spans_of

NFC = "nfc"
SENTENCES = "split_sentences_"

# The languages of which ROOTS split sentences, by the codes of its operations.
SENTENCE_LANGUAGES = (
    *("ar", "ca", "en", "es", "eu", "fr", "id", "pt", "vi", "zhs", "zht"),
    *(f"indic-{code}" for code in ("bn", "gu", "hi", "kn", "ml", "mr", "pa", "ta", "te")),
)

# Notes of Wiktionary's editors to each other, as its dump runs them together.
_AUDIO = "This entry needs audio files"
_PHRASEBOOK = (
    "This entry is part of the phrasebook project, which presents criteria for inclusion based on utility, simplicity "
    "and commonality"
)
_PRONUNCIATION = "This entry needs pronunciation information"
_IPA = "If you are familiar with the IPA then please add some!"
_DELETION = (
    "You may continue to edit this entry while the discussion proceeds, but please mention significant edits at the "
    "RFD discussion and ensure that the intention of votes already cast is not left unclear"
)
_VERIFICATION = (
    "A user has added this entry to requests for verification(+) If it cannot be verified that this term meets our "
    "attestation criteria, it will be deleted"
)
WIKTIONARY_NOTES = (
    _PRONUNCIATION,
    f"Please try to find a suitable image on Wikimedia Commons or upload one there yourself!{_PRONUNCIATION}",
    _DELETION,
    _PHRASEBOOK,
    "If you are a native speaker with a microphone, please record some and upload them",
    _IPA,
    "Feel free to edit this entry as normal, but do not remove {{rfv}} until the request has been resolved",
    "This entry needs quotations to illustrate usage",
    f"{_IPA}{_AUDIO}",
    "Please see that page for discussion and justifications",
    f"If you are familiar with the IPA or enPR then please add some!{_VERIFICATION}",
    "This entry needs a photograph or drawing for illustration",
    "A user has added this entry to requests for deletion(+)",
    "Do not remove the {{rfd}} until the debate has finished",
    _AUDIO,
    f"If you come across any interesting, durably archived quotes then please add them!{_PHRASEBOOK}",
    "(For audio required quickly, visit WT:APR)",
)

_TO_NFC: Any = pc.__dict__["Utf8NormalizeOptions"](form="NFC")
_CLUSTER = regex.compile(r"\X")


def text_operations() -> list[Edit]:
    """Return the operations that change texts character by character."""
    return [
        Edit(NFC, _normalised),
        Edit("replace_newline_with_space", _without_newlines),
        Edit("strip_substrings_en_wiktionary", _without_notes),
        *(Edit(f"{SENTENCES}{code}", _split_by(code)) for code in SENTENCE_LANGUAGES),
    ]


def _normalised(documents: Documents) -> Spans:
    """Normalise to NFC (UAX 15), character by character with its marks."""
    normal: Any = pc.call_function("utf8_normalize", [documents.texts], _TO_NFC)
    changed = np.flatnonzero(pc.not_equal(normal, documents.texts).to_numpy(zero_copy_only=False))
    found = []
    for row in changed.tolist():
        text: str = documents.texts[row].as_py()
        found += [(row, *span) for span in normalising_spans(text)]
    return spans_of(found)


def normalising_spans(text: str) -> list[tuple[int, int, str]]:
    """Return what to replace in a text so that it is in NFC: (start, end, replacement).

    No composition reaches over the bounds of a grapheme cluster (UAX 29), as what composes with the character before
    is a mark or a Hangul jamo. Should a version of Unicode break that, the whole text is replaced.
    """
    spans, place = [], 0
    for cluster in _CLUSTER.findall(text):
        if not cluster.isascii():
            normal = unicodedata.normalize("NFC", cluster)
            if normal != cluster:
                spans.append((place, place + len(cluster), normal))
        place += len(cluster)
    whole = unicodedata.normalize("NFC", text)
    return spans if _applied(text, spans) == whole else [(0, len(text), whole)]


def _applied(text: str, spans: list[tuple[int, int, str]]) -> str:
    pieces, place = [], 0
    for start, end, replacement in spans:
        pieces += [text[place:start], replacement]
        place = end
    return "".join([*pieces, text[place:]])


def _without_newlines(documents: Documents) -> Spans:
    rows, places = _characters_at(documents.texts, b"\n")
    return Spans(rows, places, places + 1, pa.array([" "] * len(rows), pa.string()))


def _characters_at(texts: Texts, byte: bytes) -> tuple[Integers, Integers]:
    """Return rows and places, in characters, of an ASCII character in large strings."""
    _, buffer, data = texts.buffers()
    if len(texts) == 0 or data is None:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    offsets = np.frombuffer(memoryview(buffer), np.int64)[texts.offset :][: len(texts) + 1]
    content = np.frombuffer(memoryview(data), np.uint8)[offsets[0] : offsets[-1]]
    found = np.flatnonzero(content == byte[0])
    begins = offsets - offsets[0]
    rows = np.searchsorted(begins, found, "right") - 1
    characters = np.cumsum((content & 0xC0) != 0x80)  # noqa: PLR2004 -- bytes that are no tails begin a character
    through = np.concatenate([[0], characters])
    return rows, through[found] - through[begins[rows]]


def _without_notes(documents: Documents) -> Spans:
    pattern = re.compile("|".join(map(re.escape, WIKTIONARY_NOTES)))
    hits: Any = pc.match_substring_regex(documents.texts, pattern.pattern)
    spans = [
        (row, *match.span())
        for row in np.flatnonzero(hits.to_numpy(zero_copy_only=False)).tolist()
        for match in pattern.finditer(documents.texts[row].as_py())
    ]
    places = np.array(spans, np.int64).reshape(-1, 3)
    return removals(places[:, 0].copy(), places[:, 1].copy(), places[:, 2].copy())


def _split_by(code: str) -> Callable[[Documents], Spans]:
    language = {"zhs": "zh", "zht": "zh"}.get(code, code.removeprefix("indic-"))

    def spans(documents: Documents) -> Spans:
        return spans_of(
            [
                (row, *span)
                for row, text in enumerate(documents.texts.to_pylist())
                for span in _boundaries(text, language)
            ]
        )

    return spans


def has_sentence_splitter() -> bool:
    """Tell whether the package that finds sentences is installed."""
    return importlib.util.find_spec("sentencex") is not None


def _boundaries(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Yield the white space between two sentences of a line, to be a line feed; where there is none, one goes in."""
    import sentencex  # noqa: PLC0415 -- of the extra `mt`

    place = 0
    for line in text.split("\n"):
        end_before = None
        found = place
        for sentence in sentencex.segment(language, line):
            bare = sentence.strip()
            if not bare:
                continue
            start = text.find(bare, found, place + len(line))
            if start < 0:  # the splitter changed it: the line is left as it is
                break
            if end_before is not None:
                yield end_before, start, "\n"
            found = end_before = start + len(bare)
        place += len(line) + 1
