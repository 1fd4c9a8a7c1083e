"""The way of a document: sources, stages, executors and the `loam` command."""
