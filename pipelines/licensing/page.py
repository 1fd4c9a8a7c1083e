"""The reference page on licences, `docs/licences.md`: the profiles cell by cell, and how real statements are read."""

from collections.abc import Iterator, Mapping

from pipelines.licensing.conclude import EVIDENCE_CLASSES
from pipelines.licensing.explanation import explain_statement
from pipelines.licensing.profiles import ROWS, Operation, load_profile, shipped_profiles
from pipelines.licensing.statuses import REASON_MEANINGS

_REVIEWS = """
## Reviews and overrides

`licensing: {reviews: reviews.yaml}` names files of what people found out: YAML or JSON (a list), or CSV.

```yaml
- by: Ada Reader
  date: 2026-01-02
  host: example.org             # or source, pattern (a regular expression found in the address), id
  read: https://example.org/terms
  sha256: 4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a   # of the terms as they were read
  license: CC-BY-4.0            # SPDX expression, NONE or NOASSERTION
  expires: 2027-01-02           # optional; compared with the recipe's build_date
- kind: override
  by: Ada Reader
  date: 2026-01-03
  id: 0b1c6a4f2e7d4c7d8a9b3c2d1e0f9a8b
  license: CC-BY-SA-4.0
  reason: the author wrote to us
```

A review is evidence of class E3: it makes up for weak evidence or none, yields to what a document says of itself, and
is in conflict with weaker words that ask for more; one that finds no rights (NONE) refuses. An override settles the
licence of a document whatever else is said of it; the most specific one counts, of equals the last. Both stand in the
column `review` of `licences`, in `loam why`, in the licence report with the number of documents that rest on them, and
in `loam license explain STRING --reviews FILE --url URL`. An expired one does not count, and is told of.

## Translations

A translation is under what its parent's licence lets be made: joint share-alike licences that lead to one licence
become that one. Where the model's licence reaches what it writes, it is joined to the translation's (AND); under
share-alike terms, which bear no further limit, such a translation is refused. The row `model_output` says where a
profile lets a model's limit pass that it refuses in a text's own licence; the limit stays among the obligations.
"""
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
        *_REVIEWS.splitlines(),
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
