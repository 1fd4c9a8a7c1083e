"""The form of `license_evidence`: one licence statement as it was found, how strong it is and where it stands."""

import hashlib
from typing import TypeAlias

Statement: TypeAlias = dict[str, str]
"""One entry of `license_evidence`.

`class` (E1 strong to E6 weak), `kind` (what sort of place it stood in), `value` (as found), `locator` (where); and,
where known, `retrieved_at` (ISO 8601), `sha256` (of the text it was read from) and `about` (the part of the page that
it alone speaks of, such as `image`: such a statement is kept and decides nothing).
"""


def statement(
    evidence_class: str, kind: str, value: str, locator: str, *, about: str | None = None, sha256: str | None = None
) -> Statement:
    """Return one licence statement in the form of `license_evidence`."""
    entry = {"class": evidence_class, "kind": kind, "value": value, "locator": locator}
    if about is not None:
        entry["about"] = about
    if sha256 is not None:
        entry["sha256"] = sha256
    return entry


def text_digest(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8 form; lone surrogates count as the bytes that they stand for."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def ordered(found: list[Statement]) -> list[Statement]:
    """Return statements from strong to weak, each said once, otherwise in the order in which they were found."""
    distinct: dict[tuple[str | None, ...], Statement] = {}
    for entry in found:
        distinct.setdefault((entry["class"], entry["kind"], entry["value"], entry.get("about")), entry)
    return sorted(distinct.values(), key=lambda entry: entry["class"])
