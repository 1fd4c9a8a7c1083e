"""`corpus.json`: which corpus this is, in which format, made by which recipe."""

import contextlib
import json
from pathlib import Path
from typing import Any

from pipelines.corpus.files import is_temporary, write_whole
from pipelines.corpus.receipts import read_receipts
from pipelines.errors import CorpusError, UsageError
from pipelines.recipe import Recipe

FORMAT_VERSION = 1
CORPUS_FILE = "corpus.json"
REMOVALS = "removals"  # the folder of tombstones and pins: an input of every build


def write_corpus_identity(root: Path, recipe: Recipe, sample: float) -> None:
    """Record the resolved recipe, its hash and the sampled share of documents; a damaged or lost record is replaced.

    Raises:
        CorpusError: The directory holds a corpus of another format, or something that is no corpus.
    """
    refuse_what_is_no_corpus(root)
    identity = {
        "format": FORMAT_VERSION,
        "name": recipe.name,
        "recipe": recipe.resolved(),
        "recipe_sha256": recipe.digest(),
        "sample": sample,
    }
    text = json.dumps(identity, indent=1, ensure_ascii=False) + "\n"
    write_whole(root / CORPUS_FILE, text.encode())


def refuse_what_is_no_corpus(root: Path) -> None:
    """Keep a corpus from being made where something else lies; a damaged or lost record is no hindrance.

    Raises:
        CorpusError: The directory holds a corpus of another format, or something that is no corpus.
    """
    path = root / CORPUS_FILE
    if path.exists():
        with contextlib.suppress(ValueError):
            _check_format(root, _parsed(path))
    elif any(not _may_come_first(other) for other in root.iterdir()) and not any(read_receipts(root, tolerant=True)):
        raise CorpusError(f"{root}: not empty, and no corpus (no {CORPUS_FILE}); give an empty or new directory")


def refuse_another_name(root: Path, recipe: Recipe, named: str) -> None:
    """Keep a recipe from making anew what was made under another name; a lost or damaged record tells none.

    Args:
        root: The directory of the corpus.
        recipe: The recipe.
        named: How the user calls the directory.

    Raises:
        UsageError: The corpus has another name than the recipe.
    """
    try:
        name = _parsed(root / CORPUS_FILE).get("name", recipe.name)
    except (FileNotFoundError, ValueError):
        return
    if name != recipe.name:
        raise UsageError(
            f"{named}: holds the corpus `{name}`, and the recipe is called `{recipe.name}`; give another --corpus, or "
            f"--rename to have this one made anew as `{recipe.name}`"
        )


def _may_come_first(path: Path) -> bool:
    """Tell whether a path may stand in a folder that becomes a corpus: what another corpus was told to leave out."""
    return is_temporary(path) or path.name == REMOVALS


def read_corpus_identity(root: Path) -> dict[str, Any]:
    """Return what `corpus.json` says.

    Raises:
        CorpusError: The directory is no corpus, or one of another format.
    """
    try:
        identity = _parsed(root / CORPUS_FILE)
    except (FileNotFoundError, NotADirectoryError):
        raise CorpusError(
            f"{root}: no corpus (no {CORPUS_FILE}); `loam run RECIPE --corpus {root}` makes one"
        ) from None
    except ValueError as error:
        raise CorpusError(f"{root / CORPUS_FILE}: damaged ({error}); run again to have it written anew") from None
    _check_format(root, identity)
    return identity


def _parsed(path: Path) -> dict[str, Any]:
    identity = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(identity, dict) or "format" not in identity:
        raise ValueError("names no format")
    return identity


def _check_format(root: Path, identity: dict[str, Any]) -> None:
    if identity["format"] != FORMAT_VERSION:
        raise CorpusError(f"{root}: corpus format {identity['format']}, expected {FORMAT_VERSION}; use a new directory")
