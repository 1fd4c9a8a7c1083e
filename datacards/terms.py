"""The sections on licences: what was found and refused, and on which terms the release is passed on."""

from datacards.blocks import (
    Block,
    Bullets,
    Code,
    Inline,
    InTable,
    Paragraph,
    Section,
    Size,
    Table,
    count,
    enumeration,
    paragraph,
    share_of,
)
from datacards.cells import Totals, totals
from datacards.composition import licence_name
from datacards.manifest import LicenceFinding, Manifest
from datacards.own_terms import LOAM

OPENLY_LICENSED = "openly-licensed"
ALLOWED = ("allow", "allow_with_obligations")
_STATUS_IN_WORDS = {
    "allow": "allowed",
    "allow_with_obligations": "allowed, with obligations",
    "quarantine": "set aside until someone reviews it",
    "deny": "refused",
}


def refusals(manifest: Manifest) -> Section:
    """Return the section on all licences found, what was decided about each, and why."""
    everything = totals(manifest.cells)
    ranked = sorted(manifest.findings, key=lambda f: (-f.documents, f.license, f.status, f.reason or ""))
    refused = sum(finding.documents for finding in manifest.findings if finding.status not in ALLOWED)
    blocks: list[Block] = [
        paragraph(
            f"Of {count(everything.documents, 'document')}, {refused:,} carry a licence that the profile ",
            Code(manifest.profile),
            " does not let pass: no licence stated, one that nobody recognised, or one that forbids what is done here. "
            "None of them is published.",
        ),
        Table(
            caption="Licences found, and what was decided",
            header=("licence", "decision", "documents", "share", "text", "obligations", "why"),
            rows=tuple(_row(manifest, finding, everything) for finding in ranked),
            shown=15,
            rest="licences",
        ),
    ]
    return Section("Licences found, and what was refused", tuple(blocks))


def distribution(manifest: Manifest) -> Section:
    """Return the section on how the release may be passed on."""
    duties = sorted(
        {duty for finding in manifest.findings if finding.status in ALLOWED for duty in finding.obligations}
    )
    blocks: list[Block] = [
        paragraph(
            "There is no licence of the whole: a compiler cannot license what others wrote. Each document stays "
            "under its own, named in the columns ",
            Code("license"),
            " (an SPDX expression) and ",
            Code("obligations"),
            "; ",
            Code("attribution"),
            ", ",
            Code("title"),
            " and ",
            Code("url"),
            " hold what its notice needs. All licences of the release are listed in ",
            Code("LICENSE.md"),
            ", what was decided about every licence found in ",
            Code("license-report.md"),
            " and ",
            Code("license-report.json"),
            ", and one notice for each document in ",
            Code("ATTRIBUTION.parquet"),
            ".",
        )
    ]
    blocks.append(
        paragraph(
            "Concluded from the licences of all its documents, the release is ",
            Code(manifest.openness),
            ": everyone may use, change and pass on every document, as its licence says."
            if manifest.openness == OPENLY_LICENSED
            else ": it can be had, but not every document is under an open licence.",
        )
    )
    if duties:
        blocks.append(paragraph("Whoever passes documents on owes, as the licence of each asks:"))
        blocks.append(Bullets(tuple((Code(duty), *_meaning(manifest, duty)) for duty in duties)))
    blocks.append(terms_of_the_rest(manifest))
    return Section("Distribution", tuple(blocks))


def terms_of_the_rest(manifest: Manifest) -> Paragraph:
    """Return under which licences that stands which is no document."""
    own = manifest.own_terms
    parts: list[Inline] = [
        "What the release says of its documents (card, manifest, signals, notices, reports and pictures) is under ",
        Code(own.metadata),
        "; the style of its page is Loam's, under ",
        Code(LOAM),
    ]
    if own.explorer is not None:
        libraries = enumeration(own.explorer.libraries)
        parts += [
            f", and so are the scripts of its explorer. What these run is others' work, under {libraries}: see ",
            Code("explorer/libraries/LICENSES.txt"),
            "; texts that can be read there stay each under its own licence",
        ]
    return paragraph(*parts, ". ", Code("REUSE.toml"), " says so file by file.")


def status_in_words(status: str) -> str:
    """Return a decision as readers say it."""
    return _STATUS_IN_WORDS.get(status, status)


def reason_in_words(manifest: Manifest, reason: str | None) -> str | None:
    """Return why a licence was decided on as it was; the name itself where the manifest does not explain it."""
    return None if reason is None else manifest.reasons.get(reason, reason)


def _meaning(manifest: Manifest, duty: str) -> tuple[str, ...]:
    return (f": {manifest.obligations[duty]}",) if duty in manifest.obligations else ()


def _row(manifest: Manifest, finding: LicenceFinding, everything: Totals) -> tuple[InTable, ...]:
    return (
        licence_name(finding.license),
        status_in_words(finding.status),
        finding.documents,
        share_of(finding.documents, everything.documents),
        Size(finding.bytes),
        tuple(Code(duty) for duty in finding.obligations) or None,
        reason_in_words(manifest, finding.reason),
    )
