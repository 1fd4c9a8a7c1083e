"""The commands that list what there is to choose from: `loam signals` and `loam packs`."""

import json
from typing import Annotated

import typer
from rich.console import Console

from pipelines.exit_codes import explained_errors


def signals(
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Write the reference page.")] = False,
) -> None:
    """List every signal: unit, range, definition and source."""
    from dataclasses import asdict

    from rich.padding import Padding
    from rich.text import Text

    from signals import declared_signals
    from signals.reference_page import reference_page

    declared = declared_signals()
    if as_json:
        rows = [asdict(signal) | {"type": str(signal.type)} for signal in declared]
        typer.echo(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    if as_markdown:
        typer.echo(reference_page(declared), nl=False)
        return
    console = Console(highlight=False, markup=False)
    for signal in declared:
        facts = " · ".join((str(signal.type), signal.unit, signal.range, signal.group))
        console.print(Text.assemble((signal.name, "bold"), f"  {facts}"))
        console.print(Padding(Text(f"{signal.definition} Source: {signal.source}"), (0, 0, 0, 4), expand=False))


def packs(
    name: Annotated[str | None, typer.Argument(metavar="PACK", help="A pack, to list its rules.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """List the rule packs that recipes use by name, or the rules of one.

    For example: loam packs gopher
    """
    from dataclasses import asdict

    from rich.table import Table

    from pipelines.rules.packs.pack import load_pack, pack_names

    with explained_errors():
        chosen = [load_pack(pack) for pack in (pack_names() if name is None else (name,))]
    if as_json:
        typer.echo(json.dumps([asdict(pack) for pack in chosen], indent=1, ensure_ascii=False))
        return
    console = Console(highlight=False, markup=False)
    if name is None:
        table = Table("pack", "rules", "what it keeps", box=None, header_style="bold")
        for pack in chosen:
            table.add_row(pack.name, str(len(pack.rules) + len(pack.lines) + len(pack.phrases)), pack.summary)
        console.print(table)
        return
    (pack,) = chosen
    console.print(f"{pack.summary}\n{pack.source}\n")
    table = Table("of", "rule", "condition", box=None, header_style="bold")
    for rule, sql in pack.lines.items():
        table.add_row("lines", rule, sql)
    for rule, phrase in pack.phrases.items():
        table.add_row("phrases", rule, f"{phrase.pattern} where {phrase.where}")
    for rule, condition in pack.rules.items():
        alternatives = {"": condition} if isinstance(condition, str) else condition
        table.add_row("documents", rule, "\n".join(sql for sql in alternatives.values()))
    console.print(table)
