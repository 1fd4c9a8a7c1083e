"""The signals of group `cld2`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

import numpy as np
import pyarrow as pa

from signals.batches import as_large_strings, batches
from signals.cld2.declared import CLD2
from signals.group import Columns
from signals.language.compute import declared_languages
from signals.language.rule import same_language
from signals.language.scripts import batch_scripts
from signals.languages import UNKNOWN, to_flores

# CLD2 refuses text that is not "interchange valid": C0 and C1 controls but tab, line feed, form feed and carriage
# return, and the 66 noncharacters of Unicode.
_NONCHARACTERS = "".join(chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(17))
_REFUSED = re.compile(f"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef{_NONCHARACTERS}]")


@dataclass(frozen=True)
class Answer:
    """What CLD2 says of one text.

    Attributes:
        language: FLORES code in a likely script, ``und_Zyyy`` where it knows none.
        reliable: Whether it calls the answer reliable.
        fraction: Share of the text in that language, None where it knows none.
    """

    language: str
    reliable: bool
    fraction: float | None


def compute_cld2(inputs: Columns, names: Sequence[str]) -> pa.Table:
    """Compute the named signals of group `cld2`; see `signals.compute`."""
    chunks = as_large_strings(inputs.texts)
    concluded = declared_languages(inputs.languages, sum(map(len, chunks)))
    rows: dict[str, list[object]] = {signal.name: [] for signal in CLD2}
    for batch in batches(chunks):
        scripts = batch_scripts(batch)
        for document in range(len(batch.offsets) - 1):
            answer = detect(bytes(batch.text(document)))
            label = scripts.in_script(answer.language, document)
            agrees = same_language(concluded[batch.first + document], label)
            for name, value in zip(rows, (label, answer.reliable, answer.fraction, agrees), strict=True):
                rows[name].append(value)
    absent = np.concatenate([np.empty(0, np.bool_), *(chunk.is_null().to_numpy(False) for chunk in chunks)])
    types = {signal.name: signal.type for signal in CLD2}
    return pa.table([pa.array(rows[name], types[name], mask=absent) for name in names], names=list(names))


def detect(text: bytes) -> Answer:
    """Return what CLD2 says of a text, without hints, as plain text.

    Args:
        text: UTF-8.
    """
    cld2 = import_module("pycld2")  # extra `cld2`
    try:
        found = cld2.detect(text, isPlainText=True)
    except cld2.error:  # all that it refuses; what is left is taken
        found = cld2.detect(_REFUSED.sub(" ", text.decode(errors="replace")).encode(), isPlainText=True)
    return _answer(found)


def _answer(found: tuple[bool, int, Sequence[tuple[str, str, int, float]]]) -> Answer:
    reliable, _, languages = found
    _, code, percent, _ = languages[0]
    language = to_flores(code)
    return Answer(language, reliable, None if language == UNKNOWN else percent / 100)
