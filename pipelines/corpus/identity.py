"""`corpus.json`: which corpus this is, in which format, made by which recipe."""

import json
from pathlib import Path
from typing import Any

from pipelines.corpus.files import is_temporary, write_whole
from pipelines.errors import CorpusError
from pipelines.recipe import Recipe

FORMAT_VERSION = 1
CORPUS_FILE = "corpus.json"


def write_corpus_identity(root: Path, recipe: Recipe, sample: float) -> None:
    """Record the resolved recipe, its hash and the sampled share of documents.

    Raises:
        CorpusError: The directory holds a corpus of another format, or something that is no corpus.
    """
    if (root / CORPUS_FILE).exists():
        read_corpus_identity(root)
    elif any(not is_temporary(path) for path in root.iterdir()):
        raise CorpusError(f"{root}: not empty, and no corpus (no {CORPUS_FILE}); give an empty or new directory")
    identity = {
        "format": FORMAT_VERSION,
        "name": recipe.name,
        "recipe": recipe.resolved(),
        "recipe_sha256": recipe.digest(),
        "sample": sample,
    }
    text = json.dumps(identity, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    write_whole(root / CORPUS_FILE, text.encode())


def read_corpus_identity(root: Path) -> dict[str, Any]:
    """Return what `corpus.json` says.

    Raises:
        CorpusError: The directory is no corpus, or one of another format.
    """
    try:
        identity: dict[str, Any] = json.loads((root / CORPUS_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CorpusError(
            f"{root}: no corpus (no {CORPUS_FILE}); `loam run RECIPE --corpus {root}` makes one"
        ) from None
    except ValueError as error:
        raise CorpusError(f"{root / CORPUS_FILE}: damaged ({error}); delete it and run again") from None
    if identity.get("format") != FORMAT_VERSION:
        raise CorpusError(
            f"{root}: corpus format {identity.get('format')}, expected {FORMAT_VERSION}; use a new directory"
        )
    return identity
