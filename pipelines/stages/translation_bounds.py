"""How long translations between two languages are: learnt from the corpus, or given by the recipe."""

import math
from typing import TYPE_CHECKING

import pyarrow as pa

from pipelines.corpus.schemas import LENGTH_BOUNDS
from translate.checks import PairBounds

if TYPE_CHECKING:
    from pipelines.corpus import Json, Shelf, Unit
    from pipelines.recipe.translate import TranslateSection

FOLDER = "length_bounds"

# Hundredths: they tell apart what is usual, and seldom change when documents come or go.
_DECIMALS = 2


def bounds_path(source: str, target: str) -> str:
    """Return where what is usual between two languages lies in a corpus."""
    return f"{FOLDER}/{source}-to-{target}.parquet"


def given_bounds(section: "TranslateSection", target: str) -> PairBounds | None:
    """Return what a recipe gives for a target language; None where it is learnt."""
    given = section.length_ratio.get(target)
    if given is None:
        return None
    return PairBounds(round(math.log(given.usual), 4), given.spread or PairBounds().spread)


def bounds_parameter(given: PairBounds | None) -> "dict[str, Json] | None":
    """Return what a recipe gives as a parameter of a unit, which `bounds_for` reads."""
    return None if given is None else {"centre": given.centre, "spread": given.spread}


def write_bounds(shelf: "Shelf", source: str, target: str, learnt: PairBounds) -> PairBounds:
    """Write what was learnt, rounded, and return it so."""
    rounded = PairBounds(round(learnt.centre, _DECIMALS), round(learnt.spread, _DECIMALS), learnt.learnt_from)
    row = {"source_lang": source, "target_lang": target, "centre": rounded.centre, "spread": rounded.spread}
    shelf.write(bounds_path(source, target), pa.Table.from_pylist([row], LENGTH_BOUNDS))
    return rounded


def bounds_for(unit: "Unit", shelf: "Shelf") -> PairBounds:
    """Return what is usual in the answers that a unit asks for."""
    given = unit.parameters["bounds"]
    if isinstance(given, dict):
        return PairBounds(given["centre"], given["spread"])
    path = next(path for path in unit.inputs if path.startswith(f"{FOLDER}/"))
    (row,) = shelf.read(path).to_pylist()
    return PairBounds(row["centre"], row["spread"])
