"""Tokenizer: one for the whole corpus, trained on a sample of the kept documents, or the one that the recipe names.

One that was trained before documents were removed is pinned: it stays, and all tokens with it.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.corpus import Outcome, Shard, Stage, Unit
from pipelines.corpus.files import sha256_of
from pipelines.edits.edited import edit_paths, edited_batches, is_edits, read_edits
from pipelines.errors import LoamError
from pipelines.recipe.tokens import TRAIN
from pipelines.removals.pins import PINNED, TRAINED_BY, find_pin
from pipelines.tokens.megatron import token_dtype
from pipelines.tokens.order import Column, aligned
from pipelines.tokens.sample import Sampled, TrainingSample, without_repeated_lines
from pipelines.tokens.tokenizer import TextTokenizer, load_tokenizer, parse_tokenizer
from pipelines.tokens.training import BYTE_LEVEL_BPE, TrainingPlan, train_tokenizer
from pipelines.tokens.vocabulary import SENTENCEPIECE, TOKENIZER_JSON, transformers_config, vocabulary_facts

if TYPE_CHECKING:
    from pipelines.corpus import Json, Plan, Shelf
    from pipelines.recipe.tokens import TokenizeSection

FOLDER = "tokenizer"
TOKENIZER_FILES = {TOKENIZER_JSON: f"{FOLDER}/tokenizer.json", SENTENCEPIECE: f"{FOLDER}/tokenizer.model"}
CONFIG_FILE = f"{FOLDER}/tokenizer_config.json"
VOCABULARY_FILE = f"{FOLDER}/vocabulary.json"

_UNIT = "tokenizer"
_PRETOKENIZER = "bloom"
_TEXTS_AT_A_TIME = 256


def _plan(plan: "Plan", generation: int) -> Sequence[Unit]:
    """Return one unit: it follows all documents, so it is planned once, with generation 0."""
    section = plan.recipe.tokenize
    shards = plan.document_shards()
    if section is None or generation > 0 or not shards:
        return []
    return [_given(plan, section) if section.tokenizer != TRAIN else _trained(plan, section, shards)]


def tokenizer_file(plan: "Plan") -> str | None:
    """Return where the corpus's tokenizer stands; None before there is one."""
    return next((path for path in TOKENIZER_FILES.values() if plan.stands(path)), None)


def given_tokenizer(section: "TokenizeSection", directories: Sequence[Path]) -> Path:
    """Return where the tokenizer lies that a recipe names.

    Args:
        section: The section of the recipe.
        directories: Where a relative path is looked up, in this order.

    Raises:
        LoamError: There is no such file.
    """
    places = [directory / section.tokenizer for directory in directories]
    path = next((place.resolve() for place in places if place.is_file()), None)
    if path is None:
        raise LoamError(
            f"tokenize.tokenizer: no file {section.tokenizer}; give `{TRAIN}`, or the path of a tokenizer.json or of a "
            "SentencePiece model"
        )
    return path


def _given(plan: "Plan", section: "TokenizeSection") -> Unit:
    path = given_tokenizer(section, (plan.recipe_directory, Path.cwd()))
    parameters: dict[str, Json] = {"sha256": sha256_of(path), "pad_vocab_to": section.pad_vocab_to}
    return Unit(STAGE.name, _UNIT, 0, (), parameters, (str(path),))


def _trained(plan: "Plan", section: "TokenizeSection", shards: Sequence[Shard]) -> Unit:
    token_dtype(section.vocab_size)  # refuses a size that loaders disagree about before hours are spent on it
    tables = ("decisions", "signals/core", "documents")
    inputs = tuple(
        path for shard in shards for path in (*(shard.path(table) for table in tables), *edit_paths(plan, shard))
    )
    training = section.train
    parameters: dict[str, Json] = {
        "vocab_size": section.vocab_size,
        "pad_vocab_to": section.pad_vocab_to,
        "model": training.model,
        "pretokenizer": (training.pretokenizer or _PRETOKENIZER) if training.model == BYTE_LEVEL_BPE else None,
        "reserved": training.reserved,
        "alpha": training.alpha,
        "bytes": training.bytes,
        "seed": plan.recipe.seed,
        **({"upsample": dict(training.upsample)} if training.upsample else {}),
    }
    pin = find_pin(plan.root, f"{STAGE.name}/{_UNIT}", parameters, TRAINED_BY)
    if pin is not None:
        return Unit(STAGE.name, _UNIT, 0, (), {**parameters, PINNED: pin.sha256}, (str(plan.root / pin.path),))
    return Unit(STAGE.name, _UNIT, 0, inputs, parameters)


def _work(unit: Unit, shelf: "Shelf") -> Outcome:
    multiple = cast("int", unit.parameters["pad_vocab_to"])
    if unit.externals:
        _write(shelf, load_tokenizer(Path(unit.externals[0])), multiple)
        return Outcome(0, 0, {}, 0)
    sampled = _Sampled(unit, shelf)
    given = cast("dict[str, Any]", unit.parameters)
    training = TrainingPlan(given["model"], given["vocab_size"], given["reserved"], given["pretokenizer"])
    content = train_tokenizer(without_repeated_lines(sampled.texts()), training)
    _write(shelf, parse_tokenizer(content, FOLDER), multiple)
    return Outcome(sampled.documents, sampled.documents, {}, sampled.bytes)


def _write(shelf: "Shelf", tokenizer: TextTokenizer, multiple: int) -> None:
    vocabulary = tokenizer.vocabulary
    token_dtype(vocabulary.size)
    shelf.temporary(TOKENIZER_FILES[vocabulary.kind]).write_bytes(tokenizer.content)
    if vocabulary.kind == TOKENIZER_JSON:
        shelf.temporary(CONFIG_FILE).write_bytes(transformers_config(vocabulary))
    facts = vocabulary_facts(vocabulary, tokenizer.content, multiple)
    shelf.temporary(VOCABULARY_FILE).write_bytes(facts)


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
            kept = kept_documents(self._shelf, shard)
            self._sample.count(shard.source, kept["id"], kept["lang"], kept["byte_count"])
        budget, alpha = int(str(unit.parameters["bytes"])), Fraction(str(unit.parameters["alpha"]))
        self._taken = self._sample.taken_buckets(budget, alpha)
        self._times = cast("dict[str, int]", unit.parameters.get("upsample", {}))

    def texts(self) -> Iterator[Sampled]:
        """Yield the sample's texts, some at a time, those of a language with as many times as it counts."""
        for shard in self._shards:
            kept = kept_documents(self._shelf, shard)
            wanted = self._sample.chosen(shard.source, kept["id"], kept["lang"], self._taken)
            chosen = kept.filter(pa.array(wanted))
            if chosen.num_rows == 0:
                continue
            self.documents += chosen.num_rows
            self.bytes += pc.sum(chosen["byte_count"]).as_py()
            edits = read_edits(self._shelf, [path for path in self._edits if Shard.of(path) == shard])
            documents = shard.path("documents")
            for batch in edited_batches(self._shelf, documents, ["id", "text"], edits, _TEXTS_AT_A_TIME):
                rows = batch.filter(pc.is_in(batch["id"], value_set=chosen["id"]))
                if rows.num_rows:
                    yield from _counted(rows, aligned(chosen, "lang", rows["id"]), self._times)


def _counted(rows: pa.Table, languages: Column, upsample: Mapping[str, int]) -> Iterator[Sampled]:
    """Yield the texts of rows in their order, in runs that count as often as their languages do."""
    times = [upsample.get(str(language), 1) for language in languages.to_pylist()]
    for run, texts in groupby(zip(times, rows["text"].to_pylist(), strict=True), key=itemgetter(0)):
        yield Sampled([str(text) for _, text in texts], run)


def kept_documents(shelf: "Shelf", shard: Shard) -> pa.Table:
    """Return `id`, concluded `lang` and `byte_count` of the documents of a shard that are kept."""
    decisions = shelf.read(shard.path("decisions"), ["id", "kept", "lang"])
    sizes = shelf.read(shard.path("signals/core"), ["id", "byte_count"])
    kept = decisions.filter(decisions["kept"])
    return kept.append_column("byte_count", aligned(sizes, "byte_count", kept["id"]))


STAGE = Stage(name="tokenizer", version=3, tables=(FOLDER,), plan=_plan, work=_work)
