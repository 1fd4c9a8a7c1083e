"""Tokenizer: one for the whole corpus, trained on a sample of the kept documents, or the one that the recipe names."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.corpus import Outcome, Shard, Stage, Unit
from pipelines.corpus.files import sha256_of
from pipelines.edits.edited import edit_paths, edited_batches, is_edits, read_edits
from pipelines.errors import LoamError
from pipelines.tokens.megatron import token_dtype
from pipelines.tokens.order import aligned
from pipelines.tokens.tokenizer import (
    TextTokenizer,
    load_tokenizer,
    parse_tokenizer,
    tokenizer_config,
    vocabulary_facts,
)
from pipelines.tokens.training import TrainingSample, train_tokenizer

if TYPE_CHECKING:
    from pipelines.corpus import Plan, Shelf
    from pipelines.recipe_sections import TokenizeSection

FOLDER = "tokenizer"
TOKENIZER_FILE = f"{FOLDER}/tokenizer.json"
CONFIG_FILE = f"{FOLDER}/tokenizer_config.json"
VOCABULARY_FILE = f"{FOLDER}/vocabulary.json"

_TRAIN = "train"
_UNIT = "tokenizer"
_TEXTS_AT_A_TIME = 256


def _plan(plan: "Plan", generation: int) -> Sequence[Unit]:
    """Return one unit: it follows all documents, so it is planned once, with generation 0."""
    section = plan.recipe.tokenize
    shards = plan.document_shards()
    if section is None or generation > 0 or not shards:
        return []
    return [_given(plan, section) if section.tokenizer != _TRAIN else _trained(plan, section, shards)]


def _given(plan: "Plan", section: "TokenizeSection") -> Unit:
    places = [directory / section.tokenizer for directory in (plan.recipe_directory, Path.cwd())]
    path = next((place.resolve() for place in places if place.is_file()), None)
    if path is None:
        raise LoamError(
            f"tokenize.tokenizer: no file {section.tokenizer}; give `{_TRAIN}` or the path of a tokenizer.json"
        )
    return Unit(STAGE.name, _UNIT, 0, (), {"sha256": sha256_of(path)}, (str(path),))


def _trained(plan: "Plan", section: "TokenizeSection", shards: Sequence[Shard]) -> Unit:
    token_dtype(section.vocab_size)  # refuses a size that loaders disagree about before hours are spent on it
    tables = ("decisions", "signals/core", "documents")
    inputs = tuple(
        path for shard in shards for path in (*(shard.path(table) for table in tables), *edit_paths(plan, shard))
    )
    parameters = {
        "vocab_size": section.vocab_size,
        "alpha": section.train.alpha,
        "bytes": section.train.bytes,
        "seed": plan.recipe.seed,
    }
    return Unit(STAGE.name, _UNIT, 0, inputs, parameters)


def _work(unit: Unit, shelf: "Shelf") -> Outcome:
    if unit.externals:
        path = Path(unit.externals[0])
        content = path.read_bytes()
        _write(shelf, content, load_tokenizer(path))
        return Outcome(0, 0, {}, 0)
    sampled = _Sampled(unit, shelf)
    content = train_tokenizer(sampled.texts(), int(str(unit.parameters["vocab_size"])))
    _write(shelf, content, parse_tokenizer(content, TOKENIZER_FILE))
    return Outcome(sampled.documents, sampled.documents, {}, sampled.bytes)


def _write(shelf: "Shelf", content: bytes, tokenizer: TextTokenizer) -> None:
    token_dtype(tokenizer.vocab_size)
    shelf.temporary(TOKENIZER_FILE).write_bytes(content)
    shelf.temporary(CONFIG_FILE).write_bytes(tokenizer_config(tokenizer))
    shelf.temporary(VOCABULARY_FILE).write_bytes(vocabulary_facts(tokenizer, content))


class _Sampled:
    """The texts that a tokenizer is trained on, and how many they were once all of them are read."""

    def __init__(self, unit: Unit, shelf: "Shelf") -> None:
        self.documents = 0
        self.bytes = 0
        self._shelf = shelf
        self._shards = [Shard.of(path) for path in unit.inputs if path.startswith("documents/")]
        self._edits = [path for path in unit.inputs if is_edits(path)]
        self._sample = TrainingSample(salt=f"{unit.parameters['seed']}/tokenizer")
        for shard in self._shards:
            kept = self._kept(shard)
            self._sample.count(kept["id"], kept["lang"], kept["byte_count"])
        budget, alpha = int(str(unit.parameters["bytes"])), Fraction(str(unit.parameters["alpha"]))
        self._taken = self._sample.taken_buckets(budget, alpha)

    def texts(self) -> Iterator[list[str]]:
        """Yield the sample's texts, some at a time."""
        for shard in self._shards:
            kept = self._kept(shard)
            chosen = kept.filter(pa.array(self._sample.chosen(kept["id"], kept["lang"], self._taken)))
            if chosen.num_rows == 0:
                continue
            self.documents += chosen.num_rows
            self.bytes += pc.sum(chosen["byte_count"]).as_py()
            edits = read_edits(self._shelf, [path for path in self._edits if Shard.of(path) == shard])
            documents = shard.path("documents")
            for batch in edited_batches(self._shelf, documents, ["id", "text"], edits, _TEXTS_AT_A_TIME):
                wanted = batch.filter(pc.is_in(batch["id"], value_set=chosen["id"]))
                if wanted.num_rows:
                    yield [str(text) for text in wanted["text"].to_pylist()]

    def _kept(self, shard: Shard) -> pa.Table:
        decisions = self._shelf.read(shard.path("decisions"), ["id", "kept", "lang"])
        sizes = self._shelf.read(shard.path("signals/core"), ["id", "byte_count"])
        kept = decisions.filter(decisions["kept"])
        return kept.append_column("byte_count", aligned(sizes, "byte_count", kept["id"]))


STAGE = Stage(name="tokenizer", version=2, tables=(FOLDER,), plan=_plan, work=_work)
