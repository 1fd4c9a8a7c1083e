"""The sections on collection and preprocessing: where records came from, and what each step made of them."""

from collections.abc import Mapping

from datacards.blocks import (
    Block,
    Code,
    InTable,
    Paragraph,
    Section,
    Share,
    Size,
    Table,
    count,
    enumeration,
    paragraph,
    share_of,
)
from datacards.cells import Cell, Totals, totals, totals_by
from datacards.flow import in_asking_order, records_left_out
from datacards.manifest import Manifest, Translator
from datacards.measured import Pictures, copies, fertility, translation

TOP_LANGUAGES = 3
NULL_CASE = ":null"


def collection(manifest: Manifest) -> Section:
    """Return the section on where records came from and which became no documents."""
    rows = tuple(
        (
            Code(source.name),
            Code(source.kind),
            tuple(Code(pattern) for pattern in source.patterns),
            Code(source.license) if source.license else "as each record states",
            Code(source.language) if source.language else "as each record states",
        )
        for source in manifest.sources
    )
    read = sum(flow.rows_in for flow in manifest.flows("ingest", 0))
    left_out = records_left_out(manifest)
    blocks: list[Block] = [
        paragraph(
            f"{count(read, 'record')} were read from {count(len(rows), 'source')}. What a record or its source states "
            "about its licence is kept as it was found, with the place where it stands, as evidence; what is concluded "
            "from it stands beside it."
        ),
        Table(
            caption="Where the records come from",
            header=("source", "kind", "files", "licence declared", "language declared"),
            rows=rows,
            rest="sources",
        ),
    ]
    if left_out:
        bad = tuple((Code(reason), number, share_of(number, read)) for reason, number in left_out.items())
        caption = f"{count(sum(left_out.values()), 'record')} left out while reading, by reason"
        blocks.append(Table(caption, ("reason", "records", "share of records"), bad, rest="reasons"))
    return Section("Collection process", tuple(blocks))


def preprocessing(manifest: Manifest, pictures: Pictures = None) -> Section:
    """Return the section on stages, rules, translation, tokenizer and mixture."""
    blocks: list[Block] = [
        Section("Stages", (_stages(manifest),)),
        Section("Rules, and what each removed", _rules(manifest)),
    ]
    if duplicates := copies(manifest, pictures):
        blocks.append(Section("Duplicates", duplicates))
    if any(cell.generation > 0 for cell in manifest.cells):
        blocks.append(Section("Translation", (_translation(manifest), *translation(pictures), *_segments(manifest))))
    if manifest.tokenizer is not None:
        blocks.append(Section("Tokens", (*_tokens(manifest), *fertility(manifest, pictures))))
    return Section("Preprocessing", tuple(blocks))


def _stages(manifest: Manifest) -> Table:
    rows: list[tuple[InTable, ...]] = []
    for flow in manifest.stages:
        by_size = sorted(flow.dropped.items(), key=lambda item: (-item[1], item[0]))
        dropped = ", ".join(f"{reason} {number:,}" for reason, number in by_size if number)
        documents = "translations" if flow.generation else "originals"
        rows.append((flow.stage, documents, flow.rows_in, flow.rows_out, sum(flow.dropped.values()), dropped or None))
    return Table(
        caption="Rows through each stage: in = out + dropped",
        header=("stage", "documents", "in", "out", "dropped", "by reason"),
        rows=tuple(rows),
        shown=len(rows),
    )


def _rules(manifest: Manifest) -> tuple[Block, ...]:
    by_rule = totals_by(manifest.refused, lambda cell: cell.rule or "")
    everything = totals(manifest.cells)
    split_up = {name.partition(":")[0] for name in by_rule if ":" in name and not name.endswith(NULL_CASE)}
    whole_rules = (rule.name for rule in manifest.rules if rule.name not in split_up)
    names = in_asking_order(manifest, dict.fromkeys([*whole_rules, *by_rule]))
    definitions = {rule.name: rule for rule in manifest.rules}
    rows: list[tuple[InTable, ...]] = []
    for name in names:
        removed = by_rule.get(name, Totals())
        rule = definitions.get(name)
        shown: InTable = (
            _case_in_words(manifest, name)
            if rule is None
            else Code(rule.definition)
            if rule.is_sql
            else rule.definition
        )
        rows.append(
            (
                Code(name),
                shown,
                removed.documents,
                share_of(removed.documents, everything.documents),
                Size(removed.bytes),
            )
        )
    kept = totals(manifest.published)
    table = Table(
        caption=f"{count(kept.documents, 'document')} of {everything.documents:,} passed every rule",
        header=("rule", "kept when", "removed", "share of documents", "text removed"),
        rows=tuple(rows),
        shown=max(len(manifest.rules), 20),
        rest="rules",
    )
    words = paragraph(
        "Rules are asked in this order, and the first that fails is the reason. A rule is an SQL condition on what was "
        "measured of one document; where it gives NULL the document is dropped too, as ",
        Code("<rule>:null"),
        ".",
    )
    return words, table, *_by_group(manifest, names)


def _case_in_words(manifest: Manifest, name: str) -> str:
    if name.endswith(NULL_CASE):
        return "dropped: a measure that the rule reads is missing"
    case = name.partition(":")[2]
    return f"dropped: {manifest.reasons.get(case, case)}"


def _by_group(manifest: Manifest, names: list[str]) -> tuple[Block, ...]:
    """Return, for each rule, from which languages and licences it removed most."""
    whole_by_language = totals_by(manifest.cells, lambda cell: cell.language)
    whole_by_licence = totals_by(manifest.cells, lambda cell: cell.license)
    rows: list[tuple[InTable, ...]] = []
    for name in names:
        removed = tuple(cell for cell in manifest.refused if cell.rule == name)
        if removed:
            languages = _most_removed(totals_by(removed, _language_of), whole_by_language)
            licences = _most_removed(totals_by(removed, _licence_of), whole_by_licence)
            rows.append((Code(name), languages, licences))
    if not rows:
        return ()
    header = ("rule", "most from these languages", "most from these licences")
    caption = "Whom the rules hit: documents removed, and their share of the language's or licence's documents"
    return (Table(caption, header, tuple(rows), rest="rules"),)


def _language_of(cell: Cell) -> str:
    return cell.language


def _licence_of(cell: Cell) -> str:
    return cell.license


def _most_removed(removed: Mapping[str, Totals], whole: Mapping[str, Totals]) -> str:
    ranked = sorted(removed.items(), key=lambda item: (-item[1].documents, item[0]))
    parts = [
        f"{name} {sums.documents:,} ({share_of(sums.documents, whole[name].documents)})"
        for name, sums in ranked[:TOP_LANGUAGES]
    ]
    left = len(ranked) - TOP_LANGUAGES
    return ", ".join(parts) + (f", and {left} more" if left > 0 else "")


def _translation(manifest: Manifest) -> Paragraph:
    made = totals(cell for cell in manifest.cells if cell.generation > 0)
    kept = totals(cell for cell in manifest.published if cell.generation > 0)
    languages = sorted({cell.language for cell in manifest.published if cell.generation > 0})
    into = f" into {enumeration(languages)}" if languages else ""
    by = "; ".join(f"{_in_words(one)} {one.documents:,}" for one in manifest.translators)
    return paragraph(
        f"{count(made.documents, 'machine translation')} of kept originals, measured, deduplicated and decided on as "
        f"documents of their own; {kept.documents:,} kept{into}. Each names its original in ",
        Code("derived_from"),
        f" and carries its licence on.{f' Made by: {by}.' if by else ''}",
    )


def _in_words(translator: Translator) -> str:
    """Return engine and model as a card names them: `fxtranslate 0.5.0 (enpt, MPL-2.0)`."""
    version = f" {translator.engine_version}" if translator.engine_version else ""
    model = ", ".join(filter(None, (translator.model, translator.model_license)))
    return f"{translator.engine}{version}{f' ({model})' if model else ''}"


def _segments(manifest: Manifest) -> tuple[Block, ...]:
    """Return a table of what became of translated segments, by language; nothing when none was translated here."""
    if not manifest.translated_segments:
        return ()
    rows: list[tuple[InTable, ...]] = []
    for language in sorted({found.language for found in manifest.translated_segments}):
        asked = [f for f in manifest.translated_segments if f.language == language and f.rung != "untouched"]
        total = sum(found.segments for found in asked)
        by_rung: dict[str, int] = {}
        reasons: dict[str, int] = {}
        for found in asked:
            by_rung[found.rung] = by_rung.get(found.rung, 0) + found.segments
            if found.rung == "rejected":
                reasons[str(found.reason)] = reasons.get(str(found.reason), 0) + found.segments
        why = ", ".join(f"{name} {number:,}" for name, number in sorted(reasons.items(), key=lambda r: (-r[1], r[0])))
        first = by_rung.get("whole", 0)
        rejected = by_rung.get("rejected", 0)
        rows.append((language, total, share_of(first, total), total - first - rejected, rejected, why or "none"))
    head = ("language", "segments", "passed at once", "after retries", "rejected", "rejected by reason")
    caption = "Segments of translations: every answer is checked, and one that fails is asked for in other ways"
    return (Table(caption, head, tuple(rows)),)


def _tokens(manifest: Manifest) -> tuple[Block, ...]:
    tokenizer = manifest.tokenizer
    if tokenizer is None:
        return ()
    sums = totals(manifest.published)
    per_byte = f" ({sums.bytes / sums.tokens:.2f} bytes a token)" if sums.tokens else ""
    ending = (
        "Each document ends in an end-of-document token"
        if tokenizer.appends_end_of_document
        else "Documents end without a mark"
    )
    words = paragraph(
        f"{count(sums.tokens, 'token')}{per_byte}, in a vocabulary of {tokenizer.vocabulary_size:,}; tokenizer "
        f"{tokenizer.kind}, SHA-256 ",
        Code(tokenizer.sha256),
        f". {ending}.",
    )
    if not manifest.mixture:
        return (words,)
    whole = sum(part.tokens for part in manifest.mixture)
    ranked = sorted(manifest.mixture, key=lambda part: (-part.weight, part.language))
    table = Table(
        caption="The training mixture: how often each language is seen, beside how much of it there is",
        header=("language", "tokens", "share of tokens", "share in training"),
        rows=tuple(
            (Code(part.language), part.tokens, share_of(part.tokens, whole), Share(part.weight)) for part in ranked
        ),
        rest="languages",
    )
    return words, table
