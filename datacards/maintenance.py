"""The maintenance section: who publishes a release, how it was built, and whom to ask for corrections."""

from datacards.blocks import Code, Inline, Link, Listing, Paragraph, Section, Table, enumeration, paragraph
from datacards.manifest import ELSEWHERE, Manifest
from datacards.release import dated_version


def maintenance(manifest: Manifest) -> Section:
    """Return the section."""
    date = f" of {manifest.build_date}" if manifest.build_date else ""
    return Section(
        "Maintenance",
        (
            *_publisher(manifest),
            paragraph(
                f"This is the build{date}, made by {manifest.software} from the recipe with SHA-256 ",
                Code(manifest.recipe_sha256),
                ". The same recipe over the same sources gives the same bytes again, so a later build differs from "
                "this one only by what changed in either. Use the latest: what was withdrawn is gone from it.",
            ),
            *_roots(manifest),
            _redress(manifest),
            *_untold(manifest),
            Listing("yaml", manifest.recipe, summary="The whole recipe"),
        ),
    )


def _roots(manifest: Manifest) -> tuple[Table, ...]:
    if not manifest.roots:
        return ()
    caption = "One SHA-256 for all files that each stage wrote (Merkle tree, RFC 6962): loam verify prints the same"
    rows = tuple((Code(root.stage), root.units, Code(root.sha256)) for root in manifest.roots)
    return (Table(caption, ("stage", "units", "root"), rows, shown=0, rest="stages"),)


def _publisher(manifest: Manifest) -> tuple[Paragraph, ...]:
    release = manifest.release
    if release is None:
        return ()
    names = enumeration([creator.name for creator in release.creators])
    version = release.version or dated_version(manifest.build_date)
    told = f" as version {version}" if version else ""
    return (paragraph(f"Published by {names}{told} at ", Link(release.url, release.url), "."),)


def _untold(manifest: Manifest) -> tuple[Paragraph, ...]:
    if ELSEWHERE not in manifest.recipe:
        return ()
    return (
        paragraph(
            "Files that the recipe names outside its own folder are told by the end of their paths, behind ",
            Code(ELSEWHERE),
            "; the hash is of the recipe with the whole of them.",
        ),
    )


def _redress(manifest: Manifest) -> Paragraph:
    release = manifest.release
    asked: tuple[Inline, ...] = ("tell whoever gave you this release its ",)
    if release is not None:
        place = release.contact or release.url
        asked = ("ask ", Link(place, place), " and name its ")
    return paragraph(
        "To have a document corrected or taken out, ",
        *asked,
        Code("id"),
        " (or its ",
        Code("url"),
        "): the id stays the same from build to build. Where documents have been taken out, ",
        Code("removals.jsonl"),
        " lists them for whoever has an older build.",
    )
