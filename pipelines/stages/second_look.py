"""The second look of a unit of translation: what its fingerprint says of it, and the look itself."""

import importlib.metadata
import importlib.util
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pipelines.errors import LoamError
from pipelines.stages.translation_engines import engine_parameters, identity_of, located
from translate.answers import Answers
from translate.checks import LOOK_NAMES
from translate.engines import Engine, Reply
from translate.second_look import SECOND_LOOK_VERSION, Judged, Look, Measure, RoundTrip, SecondLook
from translate.segmentation import sentence_splitter

if TYPE_CHECKING:
    from pipelines.corpus import Json
    from pipelines.recipe.second_look import RoundTripSection
    from pipelines.recipe.translate import TranslateSection

_KEY = "second_look"
_ROUND_TRIP, _SIMILARITY, _QUALITY = LOOK_NAMES


@dataclass(frozen=True)
class Planned:
    """The second look into one language, as it is planned.

    Attributes:
        parameters: What translations depend on, for a unit's fingerprint; nothing where there is no second look.
        engines: Keys of the engines and judges that it asks, one a look.
    """

    parameters: "Mapping[str, Json]"
    engines: tuple[str, ...] = ()


def planned(section: "TranslateSection", target: str, directory: Path) -> Planned:
    """Return the second look that a recipe wants into a language.

    Raises:
        LoamError: What it needs is not there.
    """
    wanted = section.second_look
    if wanted is None:
        return Planned({})
    source = section.source.lang
    looks: dict[str, Json] = {}
    keys: list[str] = []
    if wanted.round_trip is not None:
        key = _way_back(wanted.round_trip, source, target, directory)
        engine = engine_parameters(identity_of(key, _where(_ROUND_TRIP)), target, source)
        version = importlib.metadata.version("sacrebleu")
        looks[_ROUND_TRIP] = {"floor": wanted.round_trip.floor, "engine": engine, "sacrebleu": version}
        keys.append(key)
    for name, judge in ((_SIMILARITY, wanted.similarity), (_QUALITY, wanted.quality)):
        if judge is not None:
            key = located(judge.spec(), directory).key()
            identity = identity_of(key, _where(name))
            looks[name] = {"floor": judge.floor, "judge": identity.parameters(source, target)}
            keys.append(key)
    parameters: dict[str, Json] = {
        "version": SECOND_LOOK_VERSION,
        "share": wanted.share,
        "suspicious": wanted.suspicious,
        "looks": looks,
    }
    return Planned({_KEY: parameters}, tuple(keys))


def second_look_of(
    parameters: "Mapping[str, Json]",
    languages: tuple[str, str],
    engines: Sequence[Engine],
    known: Mapping[str, Reply],
    take_down: Callable[[str, Reply], None],
    stopping: Callable[[], bool],
) -> SecondLook | None:
    """Return the second look that was planned; None where none was.

    Args:
        parameters: Those of `Planned`, or of a unit that holds them.
        languages: Source and target.
        engines: Those that the looks ask, one each.
        known: What the journal holds.
        take_down: See `Answers`.
        stopping: Whether to ask nothing more.
    """
    if _KEY not in parameters:
        return None
    second_look = cast("Mapping[str, Any]", parameters[_KEY])
    source, target = languages

    def measure(name: str, engine: Engine) -> Measure:
        if name == _ROUND_TRIP:
            answers = Answers(engine, target, source, known, take_down)
            return RoundTrip(answers, sentence_splitter(target), stopping)
        return Judged(Answers(engine, source, target, known, take_down), stopping)

    looks = [
        Look(name, measure(name, engine), float(second_look["looks"][name]["floor"]))
        for name, engine in zip(_names(parameters), engines, strict=True)
    ]
    return SecondLook(looks, second_look["share"], suspicious=second_look["suspicious"])


def places_of_looks(parameters: "Mapping[str, Json]") -> list[str]:
    """Return the keys of the recipe that name the engines of a second look, one each, where one was planned."""
    return [_where(name) for name in _names(parameters)]


def _names(parameters: "Mapping[str, Any]") -> list[str]:
    return [name for name in LOOK_NAMES if name in parameters.get(_KEY, {}).get("looks", {})]


def _way_back(section: "RoundTripSection", source: str, target: str, directory: Path) -> str:
    """Return the key of the engine that translates from the target language back.

    Raises:
        LoamError: None of those named does, or what measures the way back is not installed.
    """
    where = _where(_ROUND_TRIP)
    if importlib.util.find_spec("sacrebleu") is None:
        raise LoamError(f"{where} needs the package sacrebleu: install loam-curation[eval]")
    keys = [located(engine.spec(), directory).key() for engine in section.engine]
    for key in keys:
        if identity_of(key, where).translates(target, source):
            return key
    names = ", ".join(identity_of(key, where).name for key in keys)
    raise LoamError(f"{where}: {names} does not translate {target} to {source}; add an engine that does")


def _where(look: str) -> str:
    return f"translate.{_KEY}.{look}"
