"""What a command's exit code says, and errors turned into one."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from pipelines.errors import LoamError, RecipeError, UsageError
from pipelines.terminal import printable_lines

EXIT_FAILED = 1
EXIT_USAGE = 2


@contextmanager
def explained_errors() -> Iterator[None]:
    """Turn errors that are meant for the user into a line on standard error and an exit code."""
    try:
        yield
    except (RecipeError, UsageError) as error:
        typer.echo(f"loam: {printable_lines(str(error))}", err=True)
        raise typer.Exit(EXIT_USAGE) from None
    except LoamError as error:
        typer.echo(f"loam: {printable_lines(str(error))}", err=True)
        raise typer.Exit(EXIT_FAILED) from None
    except KeyboardInterrupt:
        typer.echo("loam: stopped; run again to go on from here", err=True)
        raise typer.Exit(EXIT_FAILED) from None
