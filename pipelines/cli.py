"""The `loam` command.

Exit codes: 0 all is well; 1 something failed or does not agree, and the message says what to do; 2 the command line
or the recipe is wrong.
"""

import typer

from pipelines.commands.catalogue import packs, signals
from pipelines.commands.corpus import sql, status, verify, what_if, why
from pipelines.commands.difference import diff
from pipelines.commands.export import export
from pipelines.commands.fetch import fetch
from pipelines.commands.init import init
from pipelines.commands.license import license_commands
from pipelines.commands.plan import plan
from pipelines.commands.publish import publish
from pipelines.commands.redpajama import redpajama
from pipelines.commands.removals import forget
from pipelines.commands.report import report
from pipelines.commands.run import run
from pipelines.commands.tokens import tokens
from pipelines.commands.training import classifier, dsir, lm
from pipelines.commands.translate import translate

app = typer.Typer(
    name="loam",
    help=(
        "Curate multilingual pretraining corpora: raw sources in; licensed, deduplicated, translated, tokenized shards "
        "and a dataset card out.\n\n"
        "Exit codes: 0 all is well; 1 something failed or does not agree; 2 the command line or the recipe is wrong."
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.add_typer(redpajama, name="redpajama")
app.add_typer(export, name="export")
app.add_typer(classifier, name="classifier")
app.add_typer(lm, name="lm")
app.add_typer(dsir, name="dsir")
app.add_typer(license_commands, name="license")
app.add_typer(tokens, name="tokens")
app.add_typer(translate, name="translate")

for command in (init, run, plan, sql, why, status, report, verify, signals, packs, fetch, forget, publish, diff):
    app.command()(command)
app.command("what-if")(what_if)


def main() -> None:
    """Run the command line."""
    app()
