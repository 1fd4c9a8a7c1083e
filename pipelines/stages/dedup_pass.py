"""One pass of deduplication: the documents of a generation, and those of the one before, which are decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from pipelines.corpus import Plan, Shard, Unit
from pipelines.corpus.other import OtherShard, is_elsewhere
from pipelines.dedup.clusters import Measure
from pipelines.dedup.numbering import Numbering, read_joint_numbering, read_numbering
from pipelines.dedup.profiles import PROFILES, Profile
from pipelines.errors import LoamError
from pipelines.stages import dedup_order
from pipelines.stages.against import Against, against_of, documents_in, planned_against

if TYPE_CHECKING:
    from pipelines.corpus import Json, Shelf

FOLDER = "matches"
JOINT_ORDER = f"{FOLDER}/joint_order"
TEXT = "text"

_BYTES_A_DOCUMENT = 48  # of the largest arrays held at once, with keys beside the text a little more
_BYTES_BESIDE = 600_000_000  # for sets of shingles, DuckDB and the program


@dataclass(frozen=True)
class Pass:
    """What is deduplicated, and how.

    Attributes:
        generation: 0, or 1 for translations.
        shards: The shards to be decided.
        frozen: The shards that are decided.
        on: Keys of which documents that share one are copies: text, url, digest.
        profile: The profile of fuzzy deduplication; None where only copies are looked for.
        measure: When two documents are alike.
        against: Other corpora whose documents take part.
    """

    generation: int
    shards: tuple[Shard, ...]
    frozen: tuple[Shard, ...]
    on: tuple[str, ...]
    profile: Profile | None
    measure: Measure
    against: Against | None = None

    @property
    def joined(self) -> tuple[Shard, ...]:
        """The shards of other corpora that are decided anew, together with this one's."""
        return () if self.against is None else self.against.joined

    @property
    def all_shards(self) -> tuple[Shard, ...]:
        """All shards, frozen ones first, those of this corpus to be decided last."""
        return (*self.frozen, *self.joined, *self.shards)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of keys that are grouped: that of the text always, for one of several copies is compared."""
        return (TEXT, *(kind for kind in self.on if kind != TEXT))

    def folder(self, table: str) -> str:
        """Return where a table of this pass lies."""
        return f"{FOLDER}/{table}/generation-{self.generation}"

    def order_paths(self) -> tuple[str, ...]:
        """Return where the places of all documents in the order of preference lie."""
        folder = dedup_order.FOLDER if self.against is None else f"{JOINT_ORDER}/generation-{self.generation}"
        return tuple(f"{folder}/{shard.unit}.arrow" for shard in self.all_shards)

    def unit(self, stage: str, name: str, inputs: Sequence[str], **parameters: "Json") -> Unit:
        """Return a unit of this pass; `pass_of` finds the pass again.

        Tables of other corpora are no inputs by name: the digest of the corpora stands for them.
        """
        described: dict[str, Json] = {
            "shards": [shard.unit for shard in self.shards],
            "frozen": [shard.unit for shard in self.frozen if not isinstance(shard, OtherShard)],
            "on": list(self.on),
            "profile": None if self.profile is None else self.profile.name,
            "threshold": self.measure.threshold,
            "containment": self.measure.containment,
            **({} if self.against is None else {"against": self.against.described()}),
            **parameters,
        }
        own = tuple(path for path in inputs if not is_elsewhere(path))
        roots = () if self.against is None else self.against.roots
        return Unit(stage, f"generation-{self.generation}/{name}", self.generation, own, described, roots)

    def numbering(self, shelf: "Shelf") -> Numbering:
        """Return the numbers of all documents."""
        if self.against is not None:
            return read_joint_numbering(
                [shelf.root / path for path in self.order_paths()], self.all_shards, len(self.frozen)
            )
        return read_numbering(shelf.root, dedup_order.FOLDER, self.shards, self.frozen)


def memory_needed(documents: int) -> int:
    """Return the bytes that the steps over all documents need, each of them."""
    return documents * _BYTES_A_DOCUMENT + _BYTES_BESIDE


def pass_memory(plan: Plan, unit: Unit) -> int:
    """Return the bytes that a unit over all documents of its pass needs."""
    return memory_needed(_documents(plan, unit.generation))


def _documents(plan: Plan, generation: int) -> int:
    """Return how many documents take part in a pass: those of earlier generations and of other corpora too."""
    shards = (shard for earlier in range(generation + 1) for shard in plan.document_shards(earlier))
    own = sum(plan.output(shard.path("documents")).rows or 0 for shard in shards)
    return own + documents_in(plan)


def planned_pass(plan: Plan, generation: int) -> Pass | None:
    """Return what a recipe asks for; None where that is nothing.

    Raises:
        LoamError: The documents are too many for the memory allowed.
    """
    section, shards = plan.recipe.dedup, plan.document_shards(generation)
    if (section.exact is None and section.fuzzy is None) or not shards:
        return None
    against = planned_against(plan, generation)
    frozen = tuple(plan.document_shards(0)) if generation == 1 else ()
    if against is not None:
        frozen = (*against.frozen, *frozen)
    documents = _documents(plan, generation)
    needed = memory_needed(documents)
    if needed > plan.memory:
        raise LoamError(
            f"dedup: {documents:,} documents need about {needed / 1e9:.1f} GB; allow as much in run.memory, "
            f"now {plan.memory / 1e9:.1f} GB"
        )
    fuzzy = section.fuzzy
    profile = None if fuzzy is None else PROFILES[fuzzy.profile]
    measure = Measure(PROFILES["loam"].threshold)
    if fuzzy is not None and profile is not None:
        measure = Measure(fuzzy.threshold or profile.threshold, fuzzy.measure == "containment")
    on = () if section.exact is None else section.exact.on
    return Pass(generation, tuple(shards), frozen, on, profile, measure, against)


def pass_of(unit: Unit) -> Pass:
    """Return the pass that a unit belongs to."""
    given: Mapping[str, Json] = unit.parameters
    shards, frozen = (
        tuple(Shard(*name.split("/")) for name in cast("list[str]", given[key])) for key in ("shards", "frozen")
    )
    measure = Measure(cast("float", given["threshold"]), bool(given["containment"]))
    profile = None if given["profile"] is None else PROFILES[str(given["profile"])]
    against = against_of(given, unit.externals)
    if against is not None:
        frozen = (*against.frozen, *frozen)
    return Pass(unit.generation, shards, frozen, tuple(cast("list[str]", given["on"])), profile, measure, against)
