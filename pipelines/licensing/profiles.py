"""Profiles: which operations a corpus allows under which kinds of licence, as data in `data/profiles/` or one's own."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeAlias, TypeVar, cast

import yaml

from pipelines.errors import RecipeError
from pipelines.licensing.obligations import LicenseClass, Restriction, load_terms

NO_LICENSE_ROW = "none"
UNKNOWN_ROW = "unknown"
UNASSERTED_ROW = "unasserted"
OPTED_OUT_ROW = "opted_out"
UNASSERTED_OPTED_OUT_ROW = "unasserted_opted_out"
MODEL_OUTPUT_ROW = "model_output"
ROWS = (
    *LicenseClass,
    *Restriction,
    NO_LICENSE_ROW,
    UNKNOWN_ROW,
    UNASSERTED_ROW,
    OPTED_OUT_ROW,
    UNASSERTED_OPTED_OUT_ROW,
    MODEL_OUTPUT_ROW,
)

_KEYS = frozenset({"name", "summary", "extends", "preference", "permissive_licenses", "matrix"})

Kind = TypeVar("Kind", bound=StrEnum)
Row: TypeAlias = "Mapping[Operation, Verdict]"


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
        permissive_licenses: Of permissive licences, only these are accepted; None for all.
        matrix: Verdicts by row (one of `ROWS`) and operation.
    """

    name: str
    summary: str
    preference: tuple[LicenseClass, ...]
    permissive_licenses: frozenset[str] | None
    matrix: Mapping[str, Row]


def load_profile(given: str | Mapping[str, Any]) -> Profile:
    """Return a profile: a shipped one by name, one's own by what its file says (see `profile_reference`).

    Raises:
        RecipeError: No such profile is shipped, or it is not complete.
    """
    if isinstance(given, str):
        return _shipped(given)
    try:
        return read_profile(given)
    except ValueError as error:
        raise RecipeError(f"licensing.profile: {error}") from None


def profile_reference(profile: str, directories: Sequence[Path]) -> str | dict[str, Any]:
    """Return what stands for a recipe's profile in a unit's parameters: a name, or what one's own file says.

    Args:
        profile: Name of a shipped profile, or path of a YAML file.
        directories: Where a relative path is looked up, in this order.

    Raises:
        RecipeError: There is no such profile or file, or it is not complete.
    """
    if not profile.endswith((".yaml", ".yml")):
        _shipped(profile)
        return profile
    places = [directory / profile for directory in directories]
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        raise RecipeError(f"licensing.profile: no file {profile}; looked at {', '.join(map(str, places))}")
    try:
        value = yaml.safe_load(found.read_text(encoding="utf-8"))
        return _described(read_profile(value if isinstance(value, dict) else {}))
    except (ValueError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise RecipeError(f"licensing.profile: {profile}: {error}") from None


def shipped_profiles() -> tuple[str, ...]:
    """Return the names of all shipped profiles."""
    folder = files(__package__).joinpath("data/profiles")
    return tuple(sorted(file.name.removesuffix(".yaml") for file in folder.iterdir() if file.name.endswith(".yaml")))


def read_profile(value: Mapping[str, Any]) -> Profile:
    """Return the profile that a mapping describes.

    What it does not say is that of the profile that it `extends`; without one, every cell must be filled.

    Raises:
        ValueError: A key, kind of licence, row, operation or verdict is missing or unknown.
    """
    name = str(value.get("name") or "without a name")
    if unknown := set(value) - _KEYS:
        raise ValueError(f"profile {name}: unknown keys {', '.join(sorted(map(str, unknown)))}")
    base = _shipped(str(value["extends"])) if value.get("extends") else None
    matrix = _matrix(name, value.get("matrix") or {}, {} if base is None else base.matrix)
    preference = base.preference if base and "preference" not in value else _preference(name, value)
    stated = value.get("permissive_licenses")
    permissive = base.permissive_licenses if base and stated is None else _license_list(name, stated)
    return Profile(name, str(value.get("summary") or ""), preference, permissive, matrix)


@functools.cache
def _shipped(name: str) -> Profile:
    if name not in shipped_profiles():
        raise RecipeError(f"licensing.profile: no profile {name!r}; expected one of {', '.join(shipped_profiles())}")
    text = files(__package__).joinpath(f"data/profiles/{name}.yaml").read_text(encoding="utf-8")
    return read_profile(yaml.safe_load(text))


def _matrix(name: str, stated: Mapping[str, Any], base: Mapping[str, Row]) -> dict[str, Row]:
    if unknown := set(stated) - set(ROWS):
        raise ValueError(f"profile {name}: unknown rows {', '.join(sorted(map(str, unknown)))}")
    matrix: dict[str, Row] = {}
    for row in ROWS:
        cells = dict(base.get(row, {}))
        for operation, verdict in (stated.get(row) or {}).items():
            cells[_one_of(Operation, operation, f"profile {name}: row {row}")] = _one_of(
                Verdict, verdict, f"profile {name}: row {row}, {operation}"
            )
        if missing := set(Operation) - set(cells):
            raise ValueError(f"profile {name}: row {row} lacks {', '.join(sorted(missing))}")
        matrix[row] = cells
    return matrix


def _one_of(kind: type[Kind], value: object, place: str) -> Kind:
    members = {str(member): member for member in kind}
    if str(value) not in members:
        raise ValueError(f"{place}: {value!r} is none of {', '.join(members)}")
    return members[str(value)]


def _preference(name: str, value: Mapping[str, Any]) -> tuple[LicenseClass, ...]:
    stated = value.get("preference") or ()
    if sorted(map(str, stated)) != sorted(LicenseClass):
        raise ValueError(f"profile {name}: preference must name every kind of licence once: {', '.join(LicenseClass)}")
    return tuple(LicenseClass(kind) for kind in stated)


def _license_list(name: str, stated: object) -> frozenset[str] | None:
    """Return the licences of a list, given as ids or as the name of a list in `data/`; None where there is none."""
    if stated is None:
        return None
    if isinstance(stated, str):
        place = files(__package__).joinpath(f"data/{stated}.txt")
        if not stated.isidentifier() or not place.is_file():
            raise ValueError(f"profile {name}: permissive_licenses: no list {stated!r}; expected blue_oak or SPDX ids")
        return frozenset(place.read_text(encoding="utf-8").split())
    ids = frozenset(map(str, cast("Sequence[object]", stated)))
    if unknown := ids - set(load_terms()):
        raise ValueError(f"profile {name}: permissive_licenses: unknown ids {', '.join(sorted(unknown))}")
    return ids


def _described(profile: Profile) -> dict[str, Any]:
    """Return a profile as plain JSON that `read_profile` reads back, every cell filled."""
    described = {
        "name": profile.name,
        "summary": profile.summary,
        "preference": [str(kind) for kind in profile.preference],
        "matrix": {
            row: {str(op): str(verdict) for op, verdict in cells.items()} for row, cells in profile.matrix.items()
        },
    }
    if profile.permissive_licenses is not None:
        described["permissive_licenses"] = sorted(profile.permissive_licenses)
    return described
