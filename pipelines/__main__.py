"""`python -m pipelines`: the `loam` command, where it is not installed."""

from pipelines.cli import main

main()
