"""Keys: what copies and candidates of a document have in common with it, shard by shard."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from pipelines.corpus import Outcome, Plan, Shard, Shelf, Stage, Unit
from pipelines.dedup import urls
from pipelines.dedup.arrays import write_arrays
from pipelines.dedup.keys import banded, digest_keys, halves_of_hashes, url_keys
from pipelines.dedup.profiles import PROFILES
from pipelines.stages.dedup_pass import FOLDER, TEXT, planned_pass

if TYPE_CHECKING:
    from pipelines.corpus import Json

TABLE = f"{FOLDER}/keys"

_CORE = "signals/core"


def _plan(plan: Plan, generation: int) -> Sequence[Unit]:
    planned = planned_pass(plan, generation)
    if planned is None:
        return []
    profile = planned.profile
    tables = [_CORE]
    parameters: dict[str, Json] = {"kinds": list(planned.kinds), "profile": None}
    if "url" in planned.on:
        parameters["url_version"] = urls.VERSION
    if len(planned.kinds) > 1:
        tables.append("documents")
    if profile is not None:
        tables.append(f"signals/{profile.shingling.signal}")
        parameters |= {"profile": profile.name, "threshold": planned.measure.threshold}
    return [
        Unit(STAGE.name, shard.unit, generation, tuple(shard.path(table) for table in tables), parameters)
        for shard in planned.shards
    ]


def keys_path(shard: Shard) -> str:
    """Return where the keys of a shard lie."""
    return shard.file(TABLE, "arrow")


def _work(unit: Unit, shelf: Shelf) -> Outcome:
    shard = Shard(*unit.name.split("/"))
    hashes = shelf.read(shard.path(_CORE), ["text_hash"])["text_hash"]
    columns: dict[str, Any] = {}
    columns["text_upper"], columns["text_lower"] = halves_of_hashes(hashes)
    for kind in cast("list[str]", unit.parameters["kinds"]):
        if kind == "url":
            found = url_keys(shelf.read(shard.path("documents"), ["url"])["url"])
            columns["url_upper"], columns["url_lower"] = found
        elif kind == "digest":
            found = digest_keys(shelf.read(shard.path("documents"), ["meta"])["meta"])
            columns["digest_upper"], columns["digest_lower"] = found
        elif kind != TEXT:
            raise ValueError(f"no key is named {kind}")
    if unit.parameters["profile"] is not None:
        profile = PROFILES[str(unit.parameters["profile"])]
        name = profile.shingling.signal
        signatures = shelf.read(shard.path(f"signals/{name}"), [name])[name]
        bands = banded(signatures, profile.banding(cast("float", unit.parameters["threshold"])))
        columns |= {f"band_{band}": keys for band, keys in enumerate(bands)}
    write_arrays(shelf.temporary(keys_path(shard)), columns)
    return Outcome(len(hashes), len(hashes), {}, 0)


STAGE = Stage("dedup-keys", 1, (TABLE,), _plan, _work)
