"""What a run of a recipe will take."""

import math
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pipelines.errors import LoamError
from pipelines.forecast.costs import PassForecast, Whole, forecast_passes
from pipelines.forecast.excerpts import Excerpt, lay_down
from pipelines.forecast.inputs import SourceInput, inputs_of
from pipelines.forecast.translation import TranslationForecast, TranslationTrial, forecast_translation
from pipelines.forecast.translation_trial import MOST_TRIED, translates, untried
from pipelines.forecast.trial import Trial, run_trials
from pipelines.recipe import Recipe
from pipelines.recipe.run import RunSection
from pipelines.run_order import Order
from pipelines.stages import explore, train_tokenizer
from pipelines.stages.dedup_pass import memory_needed
from pipelines.stages.ingest_intake import SHARD_TEXT_BYTES
from pipelines.stages.order import STAGE_NAMES

LARGEST_SHARE = 0.5  # of the input, that is tried at most
SMALLER = 4  # so many times smaller is the first trial


@dataclass(frozen=True)
class SourceForecast:
    """What a source holds: bytes as stored, documents, and UTF-8 bytes of text."""

    name: str
    files: int
    stored_bytes: int
    parts: int
    documents: int
    text_bytes: int


@dataclass(frozen=True)
class Forecast:
    """What a run will take.

    Attributes:
        sources: What they hold.
        passes: What each pass takes, in the order of the way.
        workers: Units side by side.
        shards: Into how many shards the documents are divided.
        tried_bytes: UTF-8 bytes of text of the larger excerpt.
        disk_free: Bytes free where the corpus will lie.
        translation: What translating takes; None where the recipe translates nothing.
    """

    sources: tuple[SourceForecast, ...]
    passes: tuple[PassForecast, ...]
    workers: int
    shards: int
    tried_bytes: int
    disk_free: int
    translation: TranslationForecast | None = None

    def to_json(self) -> dict[str, object]:
        """Return the forecast as plain JSON."""
        return asdict(self)


def forecast(order: Order, workers: int, excerpt_bytes: int, gpu_price: float | None = None) -> Forecast:
    """Try a recipe on excerpts of its input, and tell what the whole will take.

    Args:
        order: What would be run; nothing is written to its corpus.
        workers: Units side by side.
        excerpt_bytes: Stored bytes of the larger excerpt, about.
        gpu_price: Of an hour of a GPU.

    Raises:
        LoamError: There is no input, or the recipe cannot be run on excerpts of it.
    """
    inputs = inputs_of(order.recipe, order.recipe_directory)
    total = sum(source.wanted_bytes for source in inputs)
    if not total:
        raise LoamError("plan: the sources hold nothing")
    share = min(LARGEST_SHARE, excerpt_bytes / total)
    shares = {"small": share / SMALLER, "large": share}
    with tempfile.TemporaryDirectory(prefix="loam-plan-") as folder:
        excerpts = {
            size: [lay_down(source, part, Path(folder, size, source.section.name)) for source in inputs]
            for size, part in shares.items()
        }
        most = {"small": MOST_TRIED // SMALLER, "large": MOST_TRIED}
        warming, *orders = (
            _order(order, excerpts[size], shares[size], Path(folder, "corpora", name), most[size])
            for size, name in (("small", "warming"), ("small", "cold"), ("small", "again"), ("large", "large"))
        )
        lacking = untried(order.recipe, order.recipe_directory) if translates(order) else None
        cold, small, large = run_trials(warming, orders, translating=lacking is None)
    sources = tuple(
        _source(source, excerpt, large, order.sample) for source, excerpt in zip(inputs, excerpts["large"], strict=True)
    )
    tried_bytes = sum(large.text_bytes.values())
    whole, translation = _whole(sources, order.recipe), None
    if order.recipe.translate is not None and large.chosen is not None:
        trial = TranslationTrial(large.chosen, large.written, whole.text_bytes / max(1, tried_bytes), lacking)
        translation = forecast_translation(order.recipe.translate, trial, gpu_price)
        whole = replace(whole, translated_bytes=translation.source_bytes, languages=translation.languages)
    passes = forecast_passes(cold, small, large, whole, workers)
    free = shutil.disk_usage(next(place for place in (order.root, *order.root.absolute().parents) if place.exists()))
    return Forecast(sources, tuple(passes), workers, whole.shards, tried_bytes, free.free, translation)


def _order(order: Order, excerpts: Sequence[Excerpt], share: float, corpus: Path, most_translated: int) -> Order:
    """Return an order for excerpts: what is limited in number is limited to their share, and little is translated.

    What keeps the whole from being run keeps no excerpt from it: too little memory, and a last stage that is refused.
    """
    memory = max(order.recipe.run.memory, RunSection().memory)
    update: dict[str, object] = {
        "sources": tuple(excerpt.section for excerpt in excerpts),
        "run": order.recipe.run.model_copy(update={"memory": memory}),
    }
    until = None if order.until == STAGE_NAMES[-1] else order.until
    translate = order.recipe.translate
    if translate is not None:
        limit = translate.source.limit
        tried = most_translated if limit is None else min(most_translated, max(1, round(limit * share)))
        limited = translate.source.model_copy(update={"limit": tried})
        update["translate"] = translate.model_copy(update={"source": limited})
    return replace(order, recipe=order.recipe.model_copy(update=update), root=corpus, until=until)


def _source(source: SourceInput, excerpt: Excerpt, large: Trial, sample: float) -> SourceForecast:
    name, weight, text_weight = source.section.name, excerpt.weight, excerpt.text_weight
    documents, text_bytes = (found.get(name, 0) for found in (large.documents, large.text_bytes))
    limit = source.section.limit
    if limit is not None and documents * weight > limit:
        weight, text_weight = limit / documents, text_weight * limit / (documents * weight)
    found = round(documents * weight)
    if source.documents is not None and sample >= 1:
        found = min(found, source.documents)
    text = round(text_bytes * text_weight)
    return SourceForecast(name, len(source.files), source.stored_bytes, source.parts, found, text)


def _whole(sources: Sequence[SourceForecast], recipe: Recipe) -> Whole:
    documents = sum(source.documents for source in sources)
    shards = sum(max(source.parts, math.ceil(source.text_bytes / SHARD_TEXT_BYTES)) for source in sources)
    text_bytes = sum(source.text_bytes for source in sources)
    return Whole(
        documents,
        text_bytes,
        shards,
        _limits(recipe, text_bytes / max(1, documents)),
        {"dedup": memory_needed(documents)},
        recipe.run.memory,
    )


def _limits(recipe: Recipe, document_bytes: float) -> dict[str, int]:
    """Return the bytes of text to which passes are limited, in documents of a mean size."""
    limits = {explore.STAGE.name: math.ceil(explore.section_of(recipe).rows * document_bytes)}
    if recipe.tokenize is not None:
        limits[train_tokenizer.STAGE.name] = recipe.tokenize.train.bytes
    return limits


def known_documents(inputs: Sequence[SourceInput]) -> int:
    """Return how many documents the sources hold at least, by the footers of their files."""
    return sum(source.documents or 0 for source in inputs)
