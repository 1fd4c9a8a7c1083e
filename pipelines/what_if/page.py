"""The answer of `loam what-if` as one HTML page that needs nothing but itself."""

from datacards.blocks import Block, Card, Code, Paragraph, Picture, Section, Share, Size, Strong, Table
from datacards.histogram import histogram
from datacards.page import html
from pipelines.what_if.answer import Answer
from pipelines.what_if.effects import ALL, LEGEND
from pipelines.what_if.thresholds import Spread


def page(answer: Answer) -> str:
    """Return the page of an answer."""
    sections: list[Block] = [Section("All rules", tuple(_overview(answer)))]
    if answer.changes is not None:
        sections.append(Section("With the rules as asked", (_changes(answer),)))
    sections += [
        Section(rule, tuple(_rule(answer, rule, sql, number)))
        for number, (rule, sql) in enumerate(answer.rules.items())
    ]
    return html(Card(f"What if: {answer.name}", "What each rule removes, and what others would.", tuple(sections)))


def _overview(answer: Answer) -> list[Block]:
    language = answer.effects[0].language
    header = ("rule", "removes", "share", "first", "it alone", "null", "text it alone removes")
    rows = tuple(
        (
            Code(effect.rule),
            effect.alone,
            Share(effect.alone / max(effect.documents, 1)),
            effect.first,
            effect.only,
            effect.null,
            Size(effect.bytes_only),
        )
        for effect in answer.effects
        if effect.language == language
    )
    caption = f"{answer.effects[0].documents:,} documents reached the rules ({language})"
    return [Table(caption, header, rows, shown=len(rows)), Paragraph((f"{LEGEND}.",))]


def _changes(answer: Answer) -> Table:
    header = ("language", "kept now", "then", "lost", "won", "text now", "text then")
    rows = tuple(
        (
            Code(change.language),
            change.kept_now,
            change.kept_then,
            change.lost,
            change.won,
            Size(change.bytes_now),
            Size(change.bytes_then),
        )
        for change in answer.changes or ()
    )
    return Table("Documents that all rules together keep", header, rows, rest="languages")


def _rule(answer: Answer, rule: str, sql: str, number: int) -> list[Block]:
    blocks: list[Block] = [Paragraph((Code(sql),))]
    for place, spread in enumerate(spread for spread in answer.spreads if spread.rule == rule):
        blocks += _spread(spread, f"rule-{number}-{place}")
    by_language = tuple(
        (
            Code(effect.language),
            effect.documents,
            effect.alone,
            Share(effect.alone / max(effect.documents, 1)),
            effect.first,
            effect.only,
        )
        for effect in answer.effects
        if effect.rule == rule and effect.language != ALL
    )
    if by_language:
        header = ("language", "documents", "removes", "share", "first", "it alone")
        blocks.append(Table("By language", header, by_language, shown=10, rest="languages"))
    for removed, caption in ((True, "Some that it removes"), (False, "Some that it would remove next")):
        rows = tuple(
            (
                Code(example.id[:12]),
                example.language,
                None if example.value is None else f"{example.value:.4g}",
                example.excerpt,
            )
            for example in answer.examples
            if example.rule == rule and example.removed == removed
        )
        if rows:
            blocks.append(Table(caption, ("document", "language", "value", "text"), rows, shown=len(rows)))
    return blocks


def _spread(spread: Spread, name: str) -> list[Block]:
    held, found = spread.comparison, spread.histogram
    if found is None:
        return [Paragraph((Code(held.value), " has no value in any document."))]
    title = held.value + (" (logarithmic)" if found.is_logarithmic else "")
    picture = histogram(found.edges, found.counts, found.threshold, is_minimum=held.is_minimum, title=title, name=name)
    words = f"Histogram of {held.value} with the threshold {held.operator} {held.threshold}"
    blocks: list[Block] = [Picture(f"{name}.svg", picture, words)]
    if spread.moves:
        header = (f"if {held.value} {held.operator[0]}=", "it removes", "all rules keep")
        rows = tuple((Strong(f"{move.threshold:.6g}"), move.alone, move.kept) for move in spread.moves)
        blocks.append(Table("What another threshold would do", header, rows, shown=len(rows)))
    return blocks
