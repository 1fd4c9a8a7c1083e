"""The recipe as a card tells it: without what says more of the machine that ran it than of the corpus."""

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from datacards.manifest import ELSEWHERE
from pipelines.downloads.addresses import shown

_ADDRESS = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<rest>.+)", re.IGNORECASE | re.DOTALL)
_OF_THIS_MACHINE = ("file", "local")  # as fsspec names it
_CHAIN = "::"  # of addresses one within the other, as fsspec has them
_USER = re.compile(r"(?<=://)[^/?#@]*@")
_PATTERN = re.compile(r"[*?\[{]")


def told_recipe(resolved: Mapping[str, Any], directory: Path) -> dict[str, Any]:
    """Return a resolved recipe as it may be published.

    A path below the recipe's folder is told from there; of any other absolute path only its end, behind `…/`: the name,
    or all from the first pattern on. Addresses lose users and, on the web, queries, which may hold keys.

    Args:
        resolved: The recipe as plain JSON.
        directory: The recipe's folder.
    """
    told: dict[str, Any] = _told(resolved, PurePosixPath(directory.absolute()))
    stated = resolved.get("publish")
    if stated is not None:  # what is stated for readers stands as it is stated
        told["publish"] = {**stated, "previous": told["publish"].get("previous")}
    return told


def recipe_text(recipe: Mapping[str, Any]) -> str:
    """Return a recipe as YAML that can be run again, where the whole of its paths is told."""
    stated = _stated(recipe)
    if "build_date" in stated:
        stated["build_date"] = dt.date.fromisoformat(stated["build_date"])
    return yaml.safe_dump(stated, sort_keys=False, allow_unicode=True, width=100)


def _told(value: Any, directory: PurePosixPath) -> Any:  # noqa: ANN401 -- plain JSON in, plain JSON out
    if isinstance(value, Mapping):
        return {key: _told(item, directory) for key, item in value.items()}
    if isinstance(value, list):
        return [_told(item, directory) for item in value]
    if isinstance(value, str):
        return _CHAIN.join(_told_text(part, directory) for part in value.split(_CHAIN))
    return value


def _told_text(text: str, directory: PurePosixPath) -> str:
    address = _ADDRESS.fullmatch(text)
    scheme = address["scheme"].lower() if address else None
    if scheme in ("http", "https"):
        return shown(text)
    if address and scheme not in _OF_THIS_MACHINE:
        return _USER.sub("", text)
    path = PurePosixPath(address["rest"] if address else text)
    if not path.is_absolute() and path.parts[:1] != ("~",):
        return text
    return str(path.relative_to(directory)) if path.is_relative_to(directory) else f"{ELSEWHERE}{_end(path)}"


def _end(path: PurePosixPath) -> str:
    patterned = next((at for at, part in enumerate(path.parts) if _PATTERN.search(part)), len(path.parts) - 1)
    return "/".join(path.parts[patterned:])


def _stated(value: Any) -> Any:  # noqa: ANN401 -- plain JSON in, plain JSON out
    """Leave out what a recipe leaves open: a key without a value reads the same as no key."""
    if isinstance(value, Mapping):
        return {key: _stated(item) for key, item in value.items() if item is not None}
    return [_stated(item) for item in value] if isinstance(value, list) else value
