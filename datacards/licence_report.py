"""The licences of a release by themselves: a page for readers, and a report for those who must account for them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from datacards.blocks import Block, Bullets, Card, Code, Section, Size, Table, count, paragraph, share_of
from datacards.cells import Cell, totals, totals_by
from datacards.composition import counts, counts_header, licence_name
from datacards.licences import TEXTS, licence_ids, licence_url
from datacards.manifest import LicenceFinding, Manifest
from datacards.readme import markdown
from datacards.reviews import Review
from datacards.terms import ALLOWED, reason_in_words, status_in_words, terms_of_the_rest

REPORT_FORMAT = 1


def licence_page(manifest: Manifest) -> str:
    """Return LICENSE.md: under which licences the published documents stand, and what these ask."""
    found = totals_by(manifest.published, lambda cell: cell.license)
    whole = totals(manifest.published)
    rows = tuple((licence_name(name), *counts(manifest, sums, whole)) for name, sums in found.items())
    blocks: list[Block] = [
        paragraph(
            "This release is a collection: it has no licence of its own. Each document stands under the licence in its "
            "column ",
            Code("license"),
            ", and whoever passes it on owes what its column ",
            Code("obligations"),
            " says. ",
            Code("ATTRIBUTION.parquet"),
            " holds the notice of each.",
        ),
        Table(count(len(rows), "licence"), ("licence", *counts_header(manifest)), rows, shown=len(rows)),
    ]
    names = sorted({name for expression in found for name in licence_ids(expression)})
    if names:
        texts = tuple((licence_name(name), ": ", Code(f"{TEXTS}/{name}.txt")) for name in names)
        blocks.append(Section("Texts", (Bullets(texts),)))
    duties = sorted({duty for finding in _published_findings(manifest) for duty in finding.obligations})
    if duties:
        meanings = tuple((Code(duty), f": {manifest.obligations.get(duty, duty)}") for duty in duties)
        blocks.append(Section("Obligations", (Bullets(meanings),)))
    blocks.append(Section("What is no document", (terms_of_the_rest(manifest),)))
    return markdown(Card(f"Licences of {manifest.title}", _summary(manifest), tuple(blocks)))


def licence_report(manifest: Manifest) -> str:
    """Return license-report.md: every licence found, what was decided, why, and a few documents to look at."""
    everything = totals(manifest.cells)
    statuses = totals_by(manifest.cells, lambda cell: cell.status)
    overview = tuple(
        (status_in_words(status), *counts(manifest, sums, everything)) for status, sums in statuses.items()
    )
    blocks: list[Block] = [
        paragraph(
            "Decided under the profile ",
            Code(manifest.profile),
            f", with the SPDX licence list {manifest.spdx_list}, by {manifest.software}. ",
            f"The release is {manifest.openness}.",
        ),
        Table("All documents, by decision", ("decision", *counts_header(manifest)), overview, shown=len(overview)),
        Section("Evidence", (_evidence(manifest),)),
        Section("Attribution", (_attribution(manifest),)),
        Section("Licences found", (_findings_table(_ranked(manifest.findings), manifest),)),
        Section("Not let pass, by reason", _reasons(manifest)),
        Section("Published documents by licence and source", (_by_licence_and_source(manifest),)),
    ]
    if manifest.reviews:
        blocks.append(Section("Reviews and overrides", (_reviews(manifest.reviews),)))
    return markdown(Card(f"Licence report of {manifest.title}", _summary(manifest), tuple(blocks)))


def licence_report_json(manifest: Manifest) -> str:
    """Return license-report.json: the same for machines, with counts by licence, status, language and source."""
    groups = totals_by(
        manifest.cells,
        lambda cell: (cell.license, cell.status, cell.language, cell.source, cell.evidence, cell.rule is None),
    )
    report = {
        "format": REPORT_FORMAT,
        "name": manifest.name,
        "build_date": manifest.build_date,
        "software": manifest.software,
        "recipe_sha256": manifest.recipe_sha256,
        "profile": manifest.profile,
        "openness": manifest.openness,
        "spdx_list": manifest.spdx_list,
        "attribution": {
            "published": totals(manifest.published).documents,
            "attributed": sum(cell.attributed for cell in manifest.published),
        },
        "findings": [
            {
                "license": finding.license,
                "license_url": licence_url(finding.license),
                "status": finding.status,
                "obligations": list(finding.obligations),
                "reason": finding.reason,
                "meaning": reason_in_words(manifest, finding.reason),
                "documents": finding.documents,
                "bytes": finding.bytes,
                "samples": list(finding.samples),
            }
            for finding in _ranked(manifest.findings)
        ],
        "reviews": [asdict(review) for review in manifest.reviews],
        "counts": [
            {
                "license": license_,
                "status": status,
                "language": language,
                "source": source,
                "evidence": evidence,
                "published": published,
                "documents": sums.documents,
                "bytes": sums.bytes,
                "tokens": sums.tokens,
            }
            for (license_, status, language, source, evidence, published), sums in groups.items()
        ],
    }
    return json.dumps(report, indent=1, ensure_ascii=False) + "\n"


def _summary(manifest: Manifest) -> str:
    published = totals(manifest.published).documents
    return f"{count(published, 'document')} published, of {totals(manifest.cells).documents:,}."


def _published_findings(manifest: Manifest) -> list[LicenceFinding]:
    published = {(cell.license, cell.status) for cell in manifest.published}
    return [finding for finding in manifest.findings if (finding.license, finding.status) in published]


def _ranked(findings: Iterable[LicenceFinding]) -> list[LicenceFinding]:
    return sorted(findings, key=lambda f: (-f.documents, -f.bytes, f.license, f.status, f.reason or ""))


def _findings_table(findings: list[LicenceFinding], manifest: Manifest) -> Table:
    everything = totals(manifest.cells).documents
    rows = tuple(
        (
            licence_name(finding.license),
            status_in_words(finding.status),
            finding.documents,
            share_of(finding.documents, everything),
            Size(finding.bytes),
            tuple(Code(duty) for duty in finding.obligations) or None,
            reason_in_words(manifest, finding.reason),
        )
        for finding in findings
    )
    header = ("licence", "decision", "documents", "share", "text", "obligations", "why")
    return Table("Every licence, the commonest first", header, rows, shown=len(rows))


def _evidence(manifest: Manifest) -> Table:
    everything = totals(manifest.cells)
    groups = totals_by(manifest.cells, lambda cell: (cell.evidence, cell.status))
    rows = tuple(
        (Code(evidence), status_in_words(status), *counts(manifest, sums, everything))
        for (evidence, status), sums in sorted(groups.items())
    )
    header = ("evidence", "decision", *counts_header(manifest))
    return Table("Strongest evidence for the licence, from E1 (strong) to E6 (weak)", header, rows, shown=len(rows))


def _attribution(manifest: Manifest) -> Block:
    published, named = totals(manifest.published).documents, sum(cell.attributed for cell in manifest.published)
    return paragraph(
        f"{named:,} of {count(published, 'published document')} name their creators, or the address where they stand."
    )


def _reasons(manifest: Manifest) -> tuple[Block, ...]:
    refused = [finding for finding in _ranked(manifest.findings) if finding.status not in ALLOWED]
    if not refused:
        return (paragraph("Every licence found is one that the profile lets pass."),)
    reasons: dict[str, list[LicenceFinding]] = {}
    for finding in refused:
        reasons.setdefault(finding.reason or finding.status, []).append(finding)
    rows = tuple(
        (
            Code(reason),
            reason_in_words(manifest, reason),
            sum(finding.documents for finding in found),
            tuple(Code(sample) for finding in found for sample in finding.samples)[:3],
        )
        for reason, found in reasons.items()
    )
    header = ("reason", "meaning", "documents", "for example")
    return (Table("Documents set aside or refused for their licence", header, rows, shown=len(rows)),)


def _reviews(reviews: Sequence[Review]) -> Table:
    rows = tuple(
        (
            review.kind,
            f"{review.scope} {review.about}",
            licence_name(review.license),
            f"{review.by}, {review.date}",
            review.reason or review.read,
            f"{review.expires} (expired, not counted)" if review.expired else review.expires,
            review.documents,
        )
        for review in reviews
    )
    header = ("kind", "about", "licence", "by", "what was read, or why", "expires", "documents")
    return Table("What people found out, and how many documents' licences rest on it", header, rows, shown=len(rows))


def _by_licence_and_source(manifest: Manifest) -> Table:
    def key(cell: Cell) -> tuple[str, str]:
        return cell.license, cell.source

    whole = totals(manifest.published)
    rows = tuple(
        (licence_name(license_), Code(source), *counts(manifest, sums, whole))
        for (license_, source), sums in totals_by(manifest.published, key).items()
    )
    return Table("The largest first", ("licence", "source", *counts_header(manifest)), rows, shown=50, rest="pairs")
