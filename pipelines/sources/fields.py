"""Records given as dictionaries, by readers that others wrote: checked, and brought into the form of records."""

from collections.abc import Mapping
from typing import Any

from pipelines.sources.pending import PendingRecords
from pipelines.sources.plain_text import escaped
from pipelines.sources.record import (
    FIELDS,
    MAX_TEXT_BYTES,
    declared_language,
    given_evidence,
    json_text,
    meta_of,
    object_text,
    text_of,
)


def take_fields(rows: PendingRecords, given: object, locator: str) -> None:
    """Take the present record in, or put it aside with the reason.

    Args:
        rows: Where it goes.
        given: A dictionary with `text` and other names of `FIELDS`; what has another name becomes `meta`. One with
            `bad`, a reason, and perhaps `detail`, is put aside.
        locator: The file, for evidence.
    """
    if not isinstance(given, dict):
        rows.fault("wrong_type", f"a {type(given).__name__}; expected a dictionary")
        return
    if "bad" in given:
        rows.fault(escaped(str(given["bad"])), escaped(str(given.get("detail", ""))))
        return
    text = given.get("text")
    fault = _fault(text)
    if fault is not None:
        rows.fault(*fault, json_text({key: value for key, value in given.items() if key != "text"}).encode())
        return
    rows.keep(_record(rows.row, given, locator), len(str(text).encode()))


def _fault(text: object) -> tuple[str, str] | None:
    if not isinstance(text, str):
        return ("null_text", "no text") if text is None else ("wrong_type", f"the text is a {type(text).__name__}")
    if not text or text.isspace():
        return "empty_text", "the text is empty"
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        return "bad_utf8", f"character {error.start} of the text: {error.reason}"
    too_large = size > MAX_TEXT_BYTES
    return ("too_large", f"a text of {size:,} bytes; at most {MAX_TEXT_BYTES:,} are taken") if too_large else None


def _record(row: int, given: Mapping[str, Any], locator: str) -> dict[str, Any]:
    label = _said(given, "lang")
    license_ = _said(given, "license")
    return {
        "row": row,
        "key": _said(given, "id"),
        "text": given["text"],
        "lang": declared_language(label),
        **{name: _said(given, name) for name in ("url", "title", "created", "derived_from")},
        "license_declared": license_,
        "license_evidence": given_evidence(given.get("license_evidence"), license_, f"{locator}:license"),
        "attribution": object_text(given.get("attribution"), "creators"),
        "preferences": object_text(given.get("preferences"), "raw"),
        "meta": meta_of({name: value for name, value in given.items() if name not in FIELDS}, label),
    }


def _said(given: Mapping[str, Any], name: str) -> str | None:
    found = text_of(given.get(name))
    return None if found is None else escaped(found)
