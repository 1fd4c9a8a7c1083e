"""The second look of a unit of translation: what its fingerprint says of it, and the look itself."""

import importlib.metadata
import importlib.util
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pipelines.corpus import Unit
from pipelines.errors import LoamError
from pipelines.stages.translation_engines import engine_parameters, identity_of, located
from translate.answers import Answers
from translate.engines import Engine, Reply
from translate.second_look import SECOND_LOOK_VERSION, Look, RoundTrip, SecondLook
from translate.segmentation import sentence_splitter

if TYPE_CHECKING:
    from pipelines.corpus import Json
    from pipelines.recipe.second_look import RoundTripSection
    from pipelines.recipe.translate import TranslateSection

_KEY = "second_look"
_ROUND_TRIP = "round_trip"


@dataclass(frozen=True)
class Planned:
    """The second look into one language, as it is planned.

    Attributes:
        parameters: What translations depend on, for a unit's fingerprint; nothing where there is no second look.
        engines: Keys of the engines that it asks.
    """

    parameters: "Mapping[str, Json]"
    engines: tuple[str, ...] = ()


def planned(section: "TranslateSection", target: str, directory: Path) -> Planned:
    """Return the second look that a recipe wants into a language.

    Raises:
        LoamError: What it needs is not there.
    """
    wanted = section.second_look
    if wanted is None or wanted.round_trip is None:
        return Planned({})
    key = _way_back(wanted.round_trip, section.source.lang, target, directory)
    engine = engine_parameters(identity_of(key, f"translate.{_KEY}.{_ROUND_TRIP}"), target, section.source.lang)
    looks: dict[str, Json] = {
        _ROUND_TRIP: {
            "floor": wanted.round_trip.floor,
            "engine": engine,
            "sacrebleu": importlib.metadata.version("sacrebleu"),
        }
    }
    parameters: dict[str, Json] = {
        "version": SECOND_LOOK_VERSION,
        "share": wanted.share,
        "suspicious": wanted.suspicious,
        "looks": looks,
    }
    return Planned({_KEY: parameters}, (key,))


def second_look_of(
    unit: Unit,
    engines: Sequence[Engine],
    known: Mapping[str, Reply],
    take_down: Callable[[str, Reply], None],
    stopping: Callable[[], bool],
) -> SecondLook | None:
    """Return the second look of a unit; None where it has none.

    Args:
        unit: The unit.
        engines: Those that the look asks.
        known: What the journal holds.
        take_down: See `Answers`.
        stopping: Whether to ask nothing more.
    """
    if _KEY not in unit.parameters:
        return None
    parameters = cast("Mapping[str, Any]", unit.parameters[_KEY])
    source, target = str(unit.parameters["from"]), str(unit.parameters["to"])
    answers = Answers(engines[0], target, source, known, take_down)
    floor = float(parameters["looks"][_ROUND_TRIP]["floor"])
    looks = [Look(_ROUND_TRIP, RoundTrip(answers, sentence_splitter(target), stopping), floor)]
    return SecondLook(looks, parameters["share"], suspicious=parameters["suspicious"])


def _way_back(section: "RoundTripSection", source: str, target: str, directory: Path) -> str:
    """Return the key of the engine that translates from the target language back.

    Raises:
        LoamError: None of those named does, or what measures the way back is not installed.
    """
    where = f"translate.{_KEY}.{_ROUND_TRIP}"
    if importlib.util.find_spec("sacrebleu") is None:
        raise LoamError(f"{where} needs the package sacrebleu: install loam-curation[eval]")
    keys = [located(engine.spec(), directory).key() for engine in section.engine]
    for key in keys:
        if identity_of(key, where).translates(target, source):
            return key
    raise LoamError(
        f"{where}: {', '.join(identity_of(key, where).name for key in keys)} does not translate {target} to {source}; "
        "add an engine that does"
    )
