"""A corpus on disk: its tables, its shards, the receipts that say which of them stand, and SQL over them.

This package is the only code that knows the layout of a corpus directory.
"""

from pipelines.corpus.plan import Plan, Shard
from pipelines.corpus.receipts import Receipt
from pipelines.corpus.shelf import Shelf
from pipelines.corpus.stage import Stage
from pipelines.corpus.units import Json, Outcome, Unit

__all__ = ["Json", "Outcome", "Plan", "Receipt", "Shard", "Shelf", "Stage", "Unit"]
