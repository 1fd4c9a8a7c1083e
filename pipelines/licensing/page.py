"""The reference page on licences, `docs/licences.md`: the profiles cell by cell, and how real statements are read."""

from collections.abc import Iterator, Mapping

from pipelines.licensing.conclude import EVIDENCE_CLASSES
from pipelines.licensing.explanation import explain_statement
from pipelines.licensing.profiles import ROWS, Operation, load_profile, shipped_profiles
from pipelines.licensing.statuses import REASON_MEANINGS

_STANDS = {"allow": "✓", "quarantine": "held", "deny": "✗"}


def licences_page(statements: Mapping[str, int] | None = None) -> str:
    """Return the page, in Markdown.

    Args:
        statements: Licence statements as found, and how many documents have each; a table says how each is read.
    """
    lines = [
        "# Licences",
        "",
        "Written by `loam license page`; do not edit. What a document declares is read into an SPDX expression, `NONE`",
        "(nothing is granted) or `NOASSERTION` (it is not known what is); what is concluded follows from all evidence;",
        "a profile decides what may be done. `loam license explain STRING` shows the way of one statement.",
        *_profiles(),
        *_reasons(),
    ]
    return "\n".join([*lines, *(_statements(statements) if statements else [])]) + "\n"


def _profiles() -> Iterator[str]:
    yield from ("", "## Profiles", "")
    yield "✓ allowed, with what the licence asks · held: in quarantine until somebody settles it · ✗ refused"
    for name in ("open", *(other for other in shipped_profiles() if other != "open")):
        profile = load_profile(name)
        yield from ("", f"### {name}", "", profile.summary, "")
        yield "| kind | " + " | ".join(operation.replace("_", " ") for operation in Operation) + " |"
        yield "| --- |" + " --- |" * len(Operation)
        for row in ROWS:
            cells = (_STANDS[profile.matrix[row][operation]] for operation in Operation)
            yield f"| {row.replace('_', ' ')} | " + " | ".join(cells) + " |"


def _reasons() -> Iterator[str]:
    yield from (
        "",
        "## Reasons",
        "",
        f"Evidence is of the classes {', '.join(EVIDENCE_CLASSES)}, from strong to weak.",
        "",
    )
    yield from ("| reason | meaning |", "| --- | --- |")
    yield from (f"| `{reason}` | {meaning} |" for reason, meaning in REASON_MEANINGS.items())


def _statements(statements: Mapping[str, int]) -> Iterator[str]:
    yield from ("", "## Statements as found, and what they come to under `open`", "")
    yield from (
        "| as found | documents | read as | may mean | decision | why |",
        "| --- | --- | --- | --- | --- | --- |",
    )
    for statement, count in sorted(statements.items(), key=lambda item: (-item[1], item[0])):
        explained = explain_statement(statement)
        decided = explained["profiles"]["open"]
        cells = [
            f"`{statement}`",
            f"{count:,}",
            f"`{explained['spdx']}`",
            ", ".join(f"`{candidate}`" for candidate in explained["candidates"]),
            decided["status"]["keep_whole"].replace("_", " "),
            decided["why"] or (f"as `{decided['license']}`" if decided["license"] != explained["spdx"] else ""),
        ]
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
