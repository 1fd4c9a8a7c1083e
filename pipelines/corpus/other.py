"""Another corpus, which is only read."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from pipelines.corpus.identity import read_corpus_identity
from pipelines.corpus.plan import Plan, Shard, Standing
from pipelines.corpus.receipts import read_receipts
from pipelines.corpus.units import canonical_json
from pipelines.errors import CorpusError

_MARK = "@"  # no name of a source has one


@dataclass(frozen=True, order=True)
class OtherShard(Shard):
    """A document shard of another corpus.

    Attributes:
        number: Which of several corpora.
        root: Where it lies, an absolute path.
    """

    number: int
    root: str

    def file(self, table: str, suffix: str) -> str:
        """Return where this shard of a table lies, absolute: joined to the root of a corpus, it stays what it is."""
        return f"{self.root}/{self.own.file(table, suffix)}"

    @property
    def own(self) -> Shard:
        """The shard as its own corpus knows it."""
        return Shard(self.source, self.name)

    @property
    def unit(self) -> str:
        """A name by which this corpus knows the shard, wherever the other one lies."""
        return f"{self.number}{_MARK}{self.own.unit}"

    @classmethod
    def named(cls, unit: str, roots: tuple[str, ...]) -> "OtherShard":
        """Return the shard that `unit` names."""
        number, _, own = unit.partition(_MARK)
        source, name = own.split("/")
        return cls(source, name, int(number), roots[int(number)])


def is_elsewhere(path: str) -> bool:
    """Tell whether a path is one of another corpus."""
    return path.startswith("/")


def open_other(plan: Plan, root: Path) -> Standing:
    """Return what stands in another corpus, as its receipts say; they are read once for a plan.

    Raises:
        CorpusError: There is no corpus, or it is damaged or half written.
    """
    if root not in plan.others:
        plan.others[root] = _opened(root)
    return plan.others[root]


def _opened(root: Path) -> Standing:
    read_corpus_identity(root)
    opened = Standing(root)
    for receipt in read_receipts(root):
        if not receipt.is_complete(root):
            raise CorpusError(f"{root}: {receipt.path} names files that are not there; run it again")
        opened.add(receipt)
    return opened


def digest_of(other: Standing, *stages: str) -> str:
    """Return the SHA-256, in hexadecimal, of all that stages wrote about documents of generation 0.

    Args:
        other: The corpus.
        stages: Beginnings of their names.
    """
    written = {
        path: output.sha256
        for receipt in other.all_receipts()
        if receipt.generation == 0 and receipt.stage.startswith(stages)
        for path, output in receipt.outputs.items()
    }
    return hashlib.sha256(canonical_json(written).encode()).hexdigest()
