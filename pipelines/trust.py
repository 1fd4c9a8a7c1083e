"""What a recipe asks for that only its reader can allow: to run Python of its own, and to send a key somewhere.

Everything else that a recipe can name is data. These are refused until whoever runs it says `--trust-recipe`, or sets
LOAM_TRUST_RECIPE=1, which worker processes inherit.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

VARIABLE = "LOAM_TRUST_RECIPE"

_LIBRARY = "datatrove."


def is_trusted() -> bool:
    """Tell whether recipes may run Python of their own and send keys."""
    return os.environ.get(VARIABLE) == "1"


def trust_recipes() -> None:
    """Let recipes run Python of their own and send keys, here and in the processes started from here."""
    os.environ[VARIABLE] = "1"


def powers(recipe: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield the key and the description of all that a recipe, as plain JSON, needs trust for."""
    for position, source in enumerate(recipe["sources"]):
        options = source["options"]
        if source["kind"] == "own":
            yield ("sources", position), f"runs the Python file {options.get('reader')}"
        reader = str(options.get("reader", ""))
        if source["kind"] == "datatrove" and _is_of_others(reader):
            yield ("sources", position), f"runs the Python class {reader}"
    for file in recipe["annotate"]["own"]:
        yield ("annotate", "own"), f"runs the Python file {file}"
    for name, filtering in recipe["annotate"]["datatrove"].items():
        if _is_of_others(filtering["filter"]):
            yield ("annotate", "datatrove", name), f"runs the Python class {filtering['filter']}"
        for address in (str(value) for value in filtering["args"].values() if "://" in str(value)):
            yield ("annotate", "datatrove", name), f"lets datatrove fetch {address}"
    translate = recipe["translate"]
    if translate is not None:
        engines = [translate["engine"], *translate["engine_by_language"].values(), *translate["fallback"]]
        round_trip = (translate["second_look"] or {}).get("round_trip") or {}
        engines += round_trip.get("engine", ())
        for variable in filter(None, map(_key_variable, engines)):
            yield ("translate", "engine"), f"sends the value of ${variable} to a server that it names"


def refusal(descriptions: Sequence[str]) -> str:
    """Return what is said of a recipe that is not trusted."""
    return (
        f"this recipe {'; '.join(dict.fromkeys(descriptions))}: read it, then run it with --trust-recipe "
        f"(or {VARIABLE}=1)"
    )


def _is_of_others(class_name: str) -> bool:
    """Tell whether a class is named by its path, and is none of datatrove's own."""
    return "." in class_name and not class_name.startswith(_LIBRARY)


def _key_variable(engine: Any) -> str | None:  # noqa: ANN401 -- plain JSON
    arguments = engine.get("args", {}) if isinstance(engine, Mapping) else {}
    return arguments.get("api_key_variable")
