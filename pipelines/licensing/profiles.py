"""Profiles: which operations a corpus allows under which kinds of licence, as data in `data/profiles/`."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from typing import Any

import yaml

from pipelines.errors import RecipeError
from pipelines.licensing.obligations import LicenseClass, Restriction

NO_LICENSE_ROW = "none"
UNKNOWN_ROW = "unknown"


class Operation(StrEnum):
    """What is done with a text."""

    KEEP_WHOLE = "keep_whole"
    ALTER = "alter"
    TRANSLATE = "translate"
    REWRITE = "rewrite"
    MERGE = "merge"
    REDISTRIBUTE = "redistribute"
    PUBLISH_STATISTICS = "publish_statistics"


ADAPTATIONS = frozenset({Operation.ALTER, Operation.TRANSLATE, Operation.REWRITE, Operation.MERGE})
"""Operations that make what copyright law calls an adaptation (CC 4.0: "translated, altered, arranged")."""


class Verdict(StrEnum):
    """What a profile says of one kind of licence, from best to worst."""

    ALLOW = "allow"
    QUARANTINE = "quarantine"
    DENY = "deny"


@dataclass(frozen=True)
class Profile:
    """What a corpus allows.

    Attributes:
        name: As a recipe names it.
        summary: What it stands for, in a sentence or two.
        preference: Kinds of licence, the one to choose among alternatives first.
        matrix: Verdicts by row (a kind of licence, a restriction, `none` or `unknown`) and operation.
    """

    name: str
    summary: str
    preference: tuple[LicenseClass, ...]
    matrix: Mapping[str, Mapping[Operation, Verdict]]


@functools.cache
def load_profile(name: str) -> Profile:
    """Return a shipped profile.

    Raises:
        RecipeError: No such profile is shipped.
    """
    profiles = files(__package__).joinpath("data/profiles")
    shipped = sorted(file.name.removesuffix(".yaml") for file in profiles.iterdir() if file.name.endswith(".yaml"))
    if name not in shipped:
        raise RecipeError(f"licensing.profile: no profile {name!r}; expected one of {', '.join(shipped)}")
    return read_profile(yaml.safe_load(profiles.joinpath(f"{name}.yaml").read_text(encoding="utf-8")))


def read_profile(value: Mapping[str, Any]) -> Profile:
    """Return the profile that a mapping describes; every cell of the matrix must be filled.

    Raises:
        ValueError: A kind of licence, row, operation or verdict is missing or unknown.
    """
    rows = [*LicenseClass, *Restriction, NO_LICENSE_ROW, UNKNOWN_ROW]
    matrix = {
        row: {Operation(operation): Verdict(verdict) for operation, verdict in cells.items()}
        for row, cells in value["matrix"].items()
    }
    for row in rows:
        missing = set(Operation) - set(matrix.get(row, {}))
        if missing:
            raise ValueError(f"profile {value['name']}: row {row} lacks {', '.join(sorted(missing))}")
    if unknown := set(matrix) - set(rows):
        raise ValueError(f"profile {value['name']}: unknown rows {', '.join(sorted(unknown))}")
    preference = tuple(LicenseClass(name) for name in value["preference"])
    if sorted(preference) != sorted(LicenseClass):
        raise ValueError(f"profile {value['name']}: preference must name every kind of licence once")
    return Profile(value["name"], value["summary"], preference, matrix)
