"""What is to be run, and what keeps it from being begun."""

import errno
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.corpus.identity import refuse_another_name, refuse_what_is_no_corpus
from pipelines.corpus.lent import Lent
from pipelines.errors import LoamError
from pipelines.recipe import Recipe
from pipelines.stages.publish import NEEDS_LICENSING


@dataclass(frozen=True)
class Order:
    """What is to be run.

    Attributes:
        recipe: The validated recipe.
        recipe_directory: Where relative source paths are looked up first.
        root: The corpus directory.
        until: The last stage, as the user names it; None for all.
        sample: The share of documents that ingest keeps.
        forgets: Whether only documents are removed: sources are not read, and no stage is begun that has not been.
        lent: What of the corpus stands elsewhere until it is needed.
        brought: Where other corpora are here that the recipe names by addresses in buckets, by these.
        named: How messages call the corpus where it lies in a bucket; empty for its directory.
        renames: Whether a corpus that was made under another name is made anew under the recipe's.
    """

    recipe: Recipe
    recipe_directory: Path
    root: Path
    until: str | None = None
    sample: float = 1.0
    forgets: bool = False
    lent: Lent = field(default_factory=Lent)
    brought: Mapping[str, Path] = field(default_factory=dict)
    named: str = ""
    renames: bool = False


def refuse_what_cannot_begin(order: Order) -> None:
    """Refuse an order that its own corpus, or its recipe as a whole, keeps from being begun; nothing is written.

    Raises:
        LoamError: There is to be a card and no licence is decided, or the folder cannot be read or written, holds
            something else than a corpus, or one of another name or format.
    """
    if order.until == "publish" and order.recipe.licensing is None:
        raise LoamError(NEEDS_LICENSING)
    try:
        _refuse_place(order)
    except OSError as error:
        raise unusable_folder(error) from error


def _refuse_place(order: Order) -> None:
    nearest = next(place for place in (order.root, *order.root.absolute().parents) if place.exists())
    if not nearest.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(nearest))
    if not os.access(nearest, os.W_OK | os.X_OK):
        cause = errno.EROFS if os.statvfs(nearest).f_flag & os.ST_RDONLY else errno.EACCES
        raise OSError(cause, os.strerror(cause), str(nearest))
    if order.root.exists():
        refuse_what_is_no_corpus(order.root)
    if not order.renames:
        refuse_another_name(order.root, order.recipe, order.named or str(order.root))


def unusable_folder(error: OSError) -> LoamError:
    """Return what to tell of a folder that cannot be made, or read."""
    return LoamError(f"--corpus: {error}; give a directory that can be written")
