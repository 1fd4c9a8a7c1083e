"""Loam and datatrove (extra `datatrove`): Loam's work as steps of its pipelines, its filters as columns of a corpus."""
