"""What translating will take, by model: tokens, hours of a GPU, and what they cost."""

from dataclasses import dataclass
from pathlib import PurePath

from pipelines.forecast.throughput import PUBLISHED, Throughput, published
from pipelines.forecast.translation_trial import Chosen, Written
from pipelines.recipe.engines import EngineSection
from pipelines.recipe.translate import TranslateSection
from translate.engines import engine_gpus

# Where no trial tells: English takes about four bytes a token, and its translations a third more tokens than it does.
BYTES_A_TOKEN, EXPANSION = 4.0, 1.3
_HOUR = 3600
_SERVER = "openai"
HERE, AT_SERVER = "this machine", "the server"


@dataclass(frozen=True)
class ModelForecast:
    """What one model takes for all that is translated.

    Attributes:
        model: Its name.
        device: On what it was measured.
        tokens_per_second: Output tokens a second of one device.
        is_measured: Whether the trial measured it; it was published otherwise.
        is_asked: Whether the recipe asks it.
        gpu_hours: Hours of one such device.
        cost: At the price given; None without one, and where the device is no GPU of one's own.
    """

    model: str
    device: str
    tokens_per_second: float
    is_measured: bool
    is_asked: bool
    gpu_hours: float
    cost: float | None


@dataclass(frozen=True)
class TranslationForecast:
    """What translating will take.

    Attributes:
        documents: Documents to translate, each into every language.
        languages: Into how many languages.
        source_bytes: UTF-8 bytes of those documents.
        tokens_out: Tokens to be written, in all languages.
        is_measured: Whether the trial told how many; they are reckoned from the bytes otherwise.
        untried: Why the trial did not translate; None where it did.
        model: The model that the recipe asks, or its engine.
        models: The recipe's own first, then what was published of others, the fastest first.
        price: Of an hour of a GPU.
    """

    documents: int
    languages: int
    source_bytes: int
    tokens_out: int
    is_measured: bool
    untried: str | None
    model: str
    models: tuple[ModelForecast, ...]
    price: float | None


@dataclass(frozen=True)
class TranslationTrial:
    """What a trial told of translation.

    Attributes:
        chosen: What it chose.
        written: What its engines did; None where it translated nothing.
        weight: How many times as much the whole input holds.
        untried: Why it did not translate; None where it did.
    """

    chosen: Chosen
    written: Written | None
    weight: float
    untried: str | None


def whole_chosen(chosen: Chosen, weight: float, limit: int | None) -> tuple[int, int]:
    """Return documents and bytes that the whole input has translated.

    Args:
        chosen: What a trial chose.
        weight: How many times as much the whole input holds.
        limit: The recipe's.
    """
    documents = round(chosen.documents * weight)
    if limit is not None:
        documents = min(documents, limit)
    return documents, round(chosen.text_bytes / max(1, chosen.documents) * documents)


def forecast_translation(
    section: TranslateSection, trial: TranslationTrial, price: float | None
) -> TranslationForecast:
    """Return what translating will take.

    Args:
        section: The recipe's.
        trial: What a trial told.
        price: Of an hour of a GPU.
    """
    documents, source_bytes = whole_chosen(trial.chosen, trial.weight, section.source.limit)
    written = trial.written
    if written is not None and trial.chosen.tried_bytes:
        tokens = written.tokens_out * source_bytes / trial.chosen.tried_bytes
    else:
        tokens = source_bytes / BYTES_A_TOKEN * EXPANSION * len(section.to)
    return TranslationForecast(
        documents,
        len(section.to),
        source_bytes,
        round(tokens),
        written is not None,
        trial.untried,
        _name(section.engine),
        _models(section.engine, written, tokens, price),
        price,
    )


def _models(
    engine: EngineSection, written: Written | None, tokens: float, price: float | None
) -> tuple[ModelForecast, ...]:
    """Return what the recipe's model takes, as measured or else as published, and what others take; none on a CPU."""
    gpus, is_server = engine_gpus(engine.spec()), engine.kind == _SERVER
    if not gpus and not is_server:
        return ()
    known = published(engine.model)
    models = [
        _model(one, tokens, price, is_asked=one == known and written is None, is_measured=False)
        for one in PUBLISHED
        if written is None or one != known
    ]
    if written is not None:
        rate = written.tokens_out / written.seconds / max(1, gpus)
        here = Throughput(_name(engine), AT_SERVER if is_server else HERE, rate)
        models.append(_model(here, tokens, None if is_server else price, is_asked=True, is_measured=True))
    return tuple(sorted(models, key=lambda one: (not one.is_asked, -one.tokens_per_second)))


def _name(engine: EngineSection) -> str:
    return PurePath(engine.model or engine.kind).name


def _model(
    throughput: Throughput, tokens: float, price: float | None, *, is_asked: bool, is_measured: bool
) -> ModelForecast:
    hours = tokens / throughput.tokens_per_second / _HOUR
    return ModelForecast(
        throughput.model,
        throughput.device,
        round(throughput.tokens_per_second, 1),
        is_measured,
        is_asked,
        hours,
        None if price is None else hours * price,
    )
