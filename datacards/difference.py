"""What changed between two releases, by their manifests alone: counts, rules, licences, sources and the recipe."""

import difflib
from collections.abc import Callable, Iterable

from datacards.blocks import Block, Code, Figures, InTable, Listing, Section, Table, byte_size, count, paragraph
from datacards.cells import Cell, Totals, totals, totals_by
from datacards.flow import records_left_out
from datacards.manifest import Manifest

SHOWN = 20


def difference(before: Manifest, after: Manifest) -> Section:
    """Return the section on what changed from one release to a later one."""
    blocks: list[Block] = [_figures(before, after)]
    for caption, name, key in (
        ("Languages whose published text changed", "language", _language),
        ("Sources whose published text changed", "source", _source),
        ("Licences whose published text changed", "licence", _license),
    ):
        blocks += _changed_sums(caption, name, before.published, after.published, key)
    blocks += _changed_rules(before, after)
    blocks += _changed_drops(before, after)
    blocks += _changed_recipe(before, after)
    if len(blocks) == 1:
        blocks.append(paragraph("Nothing else changed."))
    return Section(f"Changes since {_named(before)}", tuple(blocks))


def _named(manifest: Manifest) -> str:
    return f"the build of {manifest.build_date}" if manifest.build_date else "the build before"


def _language(cell: Cell) -> str:
    return cell.language


def _source(cell: Cell) -> str:
    return cell.source


def _license(cell: Cell) -> str:
    return cell.license


def _figures(before: Manifest, after: Manifest) -> Figures:
    old, new = totals(before.published), totals(after.published)
    return Figures(
        (
            ("documents", f"{new.documents:,} ({_signed(new.documents - old.documents)})"),
            ("text", f"{byte_size(new.bytes)} ({_signed_size(new.bytes - old.bytes)})"),
            ("tokens", f"{new.tokens:,} ({_signed(new.tokens - old.tokens)})"),
        )
    )


def _changed_sums(
    caption: str, name: str, before: Iterable[Cell], after: Iterable[Cell], key: Callable[[Cell], str]
) -> list[Block]:
    old, new = totals_by(before, key), totals_by(after, key)
    groups = [group for group in {**new, **old} if new.get(group) != old.get(group)]
    groups.sort(key=lambda group: (-abs(new.get(group, Totals()).bytes - old.get(group, Totals()).bytes), group))
    rows = []
    for group in groups:
        was, now = old.get(group, Totals()), new.get(group, Totals())
        row: tuple[InTable, ...] = (
            Code(group),
            was.documents,
            now.documents,
            _signed(now.documents - was.documents),
            _signed_size(now.bytes - was.bytes),
            _signed(now.tokens - was.tokens),
        )
        rows.append(row)
    header = (name, "documents before", "documents now", "change", "text", "tokens")
    return [Table(caption, header, tuple(rows), SHOWN, f"{name}s")] if rows else []


def _changed_rules(before: Manifest, after: Manifest) -> list[Block]:
    old, new = ({rule.name: rule.definition for rule in manifest.rules} for manifest in (before, after))
    rows = [
        (Code(name), Code(old[name]) if name in old else "none", Code(new[name]) if name in new else "none")
        for name in {**new, **old}
        if new.get(name) != old.get(name)
    ]
    return [Table("Rules that changed", ("rule", "before", "now"), tuple(rows), SHOWN, "rules")] if rows else []


def _changed_drops(before: Manifest, after: Manifest) -> list[Block]:
    old, new = _dropped(before), _dropped(after)
    rows = [
        (Code(reason), old.get(reason, 0), new.get(reason, 0), _signed(new.get(reason, 0) - old.get(reason, 0)))
        for reason in {**new, **old}
        if new.get(reason, 0) != old.get(reason, 0)
    ]
    caption = "Reasons that left out more or fewer"
    return [Table(caption, ("reason", "before", "now", "change"), tuple(rows), SHOWN, "reasons")] if rows else []


def _dropped(manifest: Manifest) -> dict[str, int]:
    refused = totals_by(manifest.refused, lambda cell: cell.rule or "")
    return {**records_left_out(manifest), **{rule: sums.documents for rule, sums in refused.items()}}


def _changed_recipe(before: Manifest, after: Manifest) -> list[Block]:
    if before.recipe == after.recipe and before.software == after.software:
        return []
    lines = list(difflib.unified_diff(before.recipe.splitlines(), after.recipe.splitlines(), "before", "now", n=1))
    changed = sum(line[:1] in "+-" for line in lines[2:])
    blocks: list[Block] = []
    if before.software != after.software:
        blocks.append(paragraph("Built by ", Code(after.software), ", before by ", Code(before.software), "."))
    if lines:
        blocks.append(Listing("diff", "\n".join(lines), f"The recipe: {count(changed, 'line')} changed"))
    return blocks


def _signed(number: int) -> str:
    return f"{number:+,}" if number else "±0"


def _signed_size(size: int) -> str:
    return f"{'+' if size > 0 else '-'}{byte_size(abs(size))}" if size else "±0"
