"""Other corpora that a corpus's documents are compared with; of these, tables are read, and nothing is written.

By default the result is that of deduplicating all of them together, and what that changes for their documents is told
beside it. With `drop: new_only` their documents stay decided as they are, which is another result.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pipelines.corpus.other import OtherShard, digest_of, open_other
from pipelines.errors import CorpusError, RecipeError
from pipelines.rules.columns import TRANSFORM_DROPS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipelines.corpus import Json, Plan, Receipt, Shard
    from pipelines.corpus.plan import Standing
    from pipelines.recipe import Recipe

NEW_ONLY = "new_only"

_READ = ("ingest", "transform", "annotate-", "dedup")  # the stages whose tables are read
_DECIDES = "dedup"
_KEYS = "dedup-keys"
_SIGNALS = "signals/"


@dataclass(frozen=True)
class Against:
    """The shards of other corpora that a pass is held against.

    Attributes:
        roots: Where the corpora lie, absolute paths.
        names: How the recipe names them.
        digests: What they hold; a corpus that changed has another one.
        shards: All their document shards.
        drop: `both` or `new_only`.
        settled: Whether generation 0 is decided: translations join documents of all corpora, and move none.
    """

    roots: tuple[str, ...]
    names: tuple[str, ...]
    digests: tuple[str, ...]
    shards: tuple[OtherShard, ...]
    drop: str
    settled: bool = False

    @property
    def frozen(self) -> tuple[OtherShard, ...]:
        """The shards whose documents stay decided as they are."""
        return self.shards if self.drop == NEW_ONLY or self.settled else ()

    @property
    def joined(self) -> tuple[OtherShard, ...]:
        """The shards whose documents are decided anew, together with those of this corpus."""
        return () if self.drop == NEW_ONLY or self.settled else self.shards

    @property
    def changed(self) -> tuple[OtherShard, ...]:
        """The shards whose documents stay as deduplicating all corpora together decided them before."""
        return self.shards if self.settled and self.drop != NEW_ONLY else ()

    def described(self) -> "dict[str, Json]":
        """Return all but the place of the corpora, for the parameters of units; `against_of` reads it."""
        return {
            "corpora": list(self.names),
            "drop": self.drop,
            "settled": self.settled,
            "sha256": list(self.digests),
            "shards": [shard.unit for shard in self.shards],
        }


def against_of(parameters: "Mapping[str, Json]", roots: tuple[str, ...]) -> Against | None:
    """Return what a unit's parameters describe."""
    if "against" not in parameters:
        return None
    given = cast("Mapping[str, Json]", parameters["against"])
    names, digests, units = (tuple(cast("list[str]", given[key])) for key in ("corpora", "sha256", "shards"))
    shards = tuple(OtherShard.named(unit, roots) for unit in units)
    return Against(roots, names, digests, shards, str(given["drop"]), bool(given["settled"]))


def planned_against(plan: "Plan", generation: int) -> Against | None:
    """Return what a recipe's `dedup.against` asks for, for a generation.

    Raises:
        CorpusError: A corpus is not there, or not deduplicated.
        RecipeError: A corpus was deduplicated against one that is not named, or is this corpus itself.
    """
    section = plan.recipe.dedup.against
    if section is None:
        return None
    others = other_corpora(plan)
    for other in others:
        _check_deduplicated(other)
    digests = tuple(digest_of(other, *_READ) for other in others)
    for other in others:
        _check_ancestors(other, digests)
    shards = tuple(
        OtherShard(shard.source, shard.name, number, str(other.root))
        for number, other in enumerate(others)
        for shard in other.document_shards(0)
    )
    roots = tuple(str(other.root) for other in others)
    return Against(roots, section.corpus, digests, shards, section.drop, settled=generation > 0)


def other_corpora(plan: "Plan") -> "list[Standing]":
    """Return what stands in the corpora that a recipe names, in the order in which it does.

    Raises:
        CorpusError: One is not there.
        RecipeError: One is this corpus itself, or named twice.
    """
    return [open_other(plan, root) for root in other_roots(plan.recipe, plan.recipe_directory, plan.root, plan.brought)]


def shards_with_drops(plan: "Plan", shards: "Sequence[Shard]") -> frozenset[str]:
    """Return the units of the shards, of this corpus and others, whose sources have operations that drop documents."""
    others = other_corpora(plan)
    return frozenset(
        shard.unit
        for shard in shards
        if (
            others[shard.number].stands(shard.own.path(TRANSFORM_DROPS))
            if isinstance(shard, OtherShard)
            else plan.stands(shard.path(TRANSFORM_DROPS))
        )
    )


def other_roots(recipe: "Recipe", directory: Path, corpus: Path, brought: "Mapping[str, Path]") -> list[Path]:
    """Return where the corpora lie that a recipe names.

    Args:
        recipe: The recipe.
        directory: Its folder; relative paths are looked up there, and then in the working directory.
        corpus: This corpus.
        brought: Where those are that lie in buckets, by their addresses.

    Raises:
        RecipeError: One is this corpus itself, or named twice.
    """
    section = recipe.dedup.against
    roots: list[Path] = []
    for name in () if section is None else section.corpus:
        candidates = (
            [brought[name]] if name in brought else [(base / name).resolve() for base in (directory, Path.cwd())]
        )
        root = next((candidate for candidate in candidates if candidate.is_dir()), candidates[0])
        if root == corpus.resolve():
            raise RecipeError(f"dedup.against: {name} is this corpus itself; name another, or give another --corpus")
        if root in roots:
            raise RecipeError(f"dedup.against: {name} is named twice")
        roots.append(root)
    return roots


def documents_in(plan: "Plan") -> int:
    """Return how many documents the corpora hold that a recipe's `dedup.against` names."""
    return sum(
        other.output(shard.path("documents")).rows or 0
        for other in other_corpora(plan)
        for shard in other.document_shards(0)
    )


def _check_deduplicated(other: "Standing") -> None:
    """Refuse a corpus whose documents are not all decided, or where something changed after they were."""
    again = f"`loam run RECIPE --corpus {other.root} --until dedup` does it"
    if not all(other.stands(shard.path("duplicates")) for shard in other.document_shards(0)):
        raise CorpusError(f"{other.root}: not deduplicated yet; {again}")
    for receipt in other.all_receipts():
        if receipt.generation == 0 and receipt.stage.startswith(_DECIDES):
            for path, sha256 in receipt.inputs.items():
                if not other.stands(path) or other.output(path).sha256 != sha256:
                    raise CorpusError(f"{other.root}: {path} changed since it was deduplicated; {again}")


def _check_ancestors(other: "Standing", digests: tuple[str, ...]) -> None:
    """Refuse a corpus some of whose documents are copies of documents that would not take part."""
    for receipt in other.receipts(_DECIDES, 0):
        before = cast("Mapping[str, list[str]]", receipt.parameters.get("against", {}))
        if not set(before.get("sha256", [])) <= set(digests):
            raise RecipeError(
                f"dedup.against: {other.root} was itself deduplicated against "
                f"{' and '.join(before['corpora'])}; name that too, unchanged since"
            )


def check_alike(plan: "Plan", signal: str | None, tables: "Mapping[str, Sequence[str]]") -> None:
    """Refuse corpora whose keys and signals were not made as this corpus's were.

    Args:
        plan: The plan; the signals and the keys of this corpus stand.
        signal: The signatures that near copies are found by.
        tables: The columns that tell which documents are preferred, by table.

    Raises:
        CorpusError: A corpus lacks some of them.
        RecipeError: They were made in another way.
    """
    shard = plan.document_shards(0)[0]
    tables = {table: names for table, names in tables.items() if table != TRANSFORM_DROPS}  # each source its own
    columns = {
        table.removeprefix(_SIGNALS): set(names) for table, names in tables.items() if table.startswith(_SIGNALS)
    }
    columns.setdefault("core", set()).add("text_hash")
    if plan.recipe.dedup.fuzzy is not None and signal is not None:
        columns.setdefault(plan.recipe.dedup.fuzzy.group, set()).add(signal)
    for other in other_corpora(plan):
        for one in other.document_shards(0):
            for table in tables:
                if not other.stands(one.path(table)):
                    raise CorpusError(f"{other.root}: no {table}, which this recipe's dedup.keep reads; run both alike")
            _check_keys(_receipt(plan, _KEYS, shard.unit), _receipt(other, _KEYS, one.unit), other.root)
            for group, names in columns.items():
                measured = _receipt(plan, f"annotate-{group}", f"{group}/{shard.unit}")
                before = _receipt(other, f"annotate-{group}", f"{group}/{one.unit}")
                _check_signals(names, measured, before, other.root)


def _receipt(standing: "Standing", stage: str, unit: str) -> "Receipt":
    receipt = standing.receipt(stage, unit)
    if receipt is None:
        raise CorpusError(f"{standing.root}: {stage} of {unit} is missing, which dedup.against needs; run both alike")
    return receipt


def _check_keys(here: "Receipt", there: "Receipt", root: Path) -> None:
    lacking = set(cast("list[str]", here.parameters["kinds"])) - set(cast("list[str]", there.parameters["kinds"]))
    if lacking:
        raise RecipeError(
            f"dedup.exact: on {', '.join(sorted(lacking))}, of which {root} has no keys; deduplicate both alike"
        )
    if here.version != there.version or here.parameters.get("url_version") not in (
        None,
        there.parameters.get("url_version"),
    ):
        raise RecipeError(f"dedup.against: {root} was deduplicated by another version of Loam; run it again")
    profile, threshold = _signatures(here)
    if profile is not None and _signatures(there) != (profile, threshold):
        made = "without fuzzy" if _signatures(there)[0] is None else "by {} at {}".format(*_signatures(there))
        raise RecipeError(
            f"dedup.fuzzy: by {profile} at {threshold}, and {root} was deduplicated {made}; deduplicate both alike"
        )


def _signatures(keys: "Receipt") -> "tuple[Json, Json]":
    return keys.parameters["profile"], keys.parameters.get("threshold")


def _check_signals(names: set[str], here: "Receipt", there: "Receipt", root: Path) -> None:
    declared, before = (cast("Mapping[str, Json]", receipt.parameters["signals"]) for receipt in (here, there))
    for name in sorted(names):
        if declared[name] != before.get(name) or here.version != there.version:
            raise RecipeError(f"dedup.against: {root} has {name} of another version; run it again")
    if here.parameters["resources"] != there.parameters["resources"]:
        raise RecipeError(
            f"dedup.against: {root} has {', '.join(sorted(names))} of other models or word lists; annotate both alike"
        )
