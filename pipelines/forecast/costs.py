"""From what two excerpts took to what the whole will take.

A pass costs something to begin with in each process, something whatever it works on, and something a byte of text:
three trials tell these apart, a small one twice, the first time in a fresh process, and a larger one.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipelines.forecast.trial import PassCost, Trial
from pipelines.stages.ingest_intake import SHARD_TEXT_BYTES

_TELLING = 2  # so many times as much text tells how memory grows with it


@dataclass(frozen=True)
class Whole:
    """What the whole input holds, as the larger trial tells.

    Attributes:
        documents: How many documents.
        text_bytes: UTF-8 bytes of their text.
        shards: Into how many shards they are divided.
        limits: Bytes of text that a pass reads at most, or that its rows stand for, by its stage's name.
        memory_needed: Bytes that a pass over all documents needs, by the beginning of its stage's name.
        memory_allowed: Bytes that it may take.
        translated_bytes: UTF-8 bytes of the text that is translated; None where nothing is.
        languages: Into how many languages.
    """

    documents: int
    text_bytes: int
    shards: int
    limits: Mapping[str, int]
    memory_needed: Mapping[str, int]
    memory_allowed: int
    translated_bytes: int | None = None
    languages: int = 1


@dataclass(frozen=True)
class PassForecast:
    """What one pass will take.

    Attributes:
        stage: Its name in the ledger.
        generation: 0, or 1 for translations.
        units: How many units.
        cpu_seconds: CPU seconds of all units, and of loading what they work with in each process.
        wall_seconds: With every worker on a core of its own.
        disk_bytes: Bytes that it writes.
        peak_bytes: Memory of all its processes together.
    """

    stage: str
    generation: int
    units: int
    cpu_seconds: float
    wall_seconds: float
    disk_bytes: int
    peak_bytes: int


@dataclass(frozen=True)
class _Sizes:
    """Bytes of text of both trials and of the whole, as far as a pass reads them."""

    small: int
    large: int
    whole: int

    def line(self, small: float, large: float) -> tuple[float, float]:
        """Return what a pass takes whatever it reads, and what it takes a byte; neither is negative."""
        if self.large <= self.small:
            return 0.0, large / max(1, self.large)
        slope = min(max(0.0, (large - small) / (self.large - self.small)), large / self.large)
        return large - slope * self.large, slope

    def extrapolated(self, small: float, large: float) -> float:
        """Return what the whole takes."""
        fixed, slope = self.line(small, large)
        return fixed + slope * self.whole

    def grown(self, small: int, large: int) -> int:
        """Return the memory that the whole takes.

        A process has hundreds of megabytes of its own: where both trials read about as much, the little that they
        differ by tells of nothing, and what the larger one took is what is known.
        """
        if self.large < _TELLING * self.small:
            return large
        return round(self.extrapolated(small, large))


def forecast_passes(cold: Trial, small: Trial, large: Trial, whole: Whole, workers: int) -> list[PassForecast]:
    """Return a forecast for every pass of the larger trial.

    Args:
        cold: The small excerpt in a fresh process.
        small: The same again in that process.
        large: The larger excerpt.
        whole: What the whole input holds.
        workers: Units side by side.
    """
    at_first, again = (_by_pass(trial) for trial in (cold, small))
    found = []
    for cost in large.passes:
        key = (cost.stage, cost.generation)
        trials, all_of_it = _of_generation(cost.generation, (small, large), whole)
        if key in again:
            start_up = max(0.0, at_first[key].seconds - again[key].seconds)
            # What later passes of the run before left in the process, a worker does not hold yet.
            left = max(0, again[key].peak_bytes - at_first[key].peak_bytes)
            before, after = (replace(one, peak_bytes=max(0, one.peak_bytes - left)) for one in (again[key], cost))
            found.append(_forecast(before, after, trials, start_up, all_of_it, workers))
        else:  # the small excerpt held nothing for it
            nothing = PassCost(*key, cost.by_shard, 0, 0, 0.0, 0, cost.peak_bytes)
            found.append(_forecast(nothing, cost, trials, 0.0, all_of_it, workers))
    return found


def _of_generation(generation: int, trials: tuple[Trial, Trial], whole: Whole) -> tuple[tuple[Trial, Trial], Whole]:
    """Return trials and the whole in bytes of the text that a generation is made of: trials translate a part only."""
    small, large = trials
    if generation == 0 or whole.translated_bytes is None or small.chosen is None or large.chosen is None:
        return trials, whole
    return (
        replace(small, text_bytes={"chosen": small.chosen.tried_bytes}),
        replace(large, text_bytes={"chosen": large.chosen.tried_bytes}),
    ), replace(whole, text_bytes=whole.translated_bytes, shards=whole.shards * whole.languages)


def _by_pass(trial: Trial) -> dict[tuple[str, int], PassCost]:
    return {(cost.stage, cost.generation): cost for cost in trial.passes}


def _forecast(
    small: PassCost, large: PassCost, trials: tuple[Trial, Trial], start_up: float, whole: Whole, workers: int
) -> PassForecast:
    first, second = (sum(trial.text_bytes.values()) for trial in trials)
    text = _Sizes(first, second, whole.text_bytes)
    sizes = text
    if large.stage in whole.limits:
        limit = whole.limits[large.stage]
        # A pass that reads no text works on what goes with it, document by document.
        begun, ended = (small.text_bytes, large.text_bytes) if large.text_bytes else (first, second)
        sizes = _Sizes(min(begun, limit), min(ended, limit), min(ended * text.whole // max(1, text.large), limit))
    units = max(whole.shards, large.units) if large.by_shard else large.units
    seconds = sizes.extrapolated(small.seconds, large.seconds)
    peak = _peak(small, large, trials, sizes, whole)
    side_by_side = workers if large.by_shard else min(workers, max(1, whole.memory_allowed // max(1, peak)))
    at_work = min(side_by_side, units)
    rounds = math.ceil(units / at_work)
    return PassForecast(
        large.stage,
        large.generation,
        units,
        seconds + start_up * at_work,
        seconds / units * rounds + start_up,
        round(sizes.extrapolated(small.disk_bytes, large.disk_bytes)),
        at_work * peak,
    )


def _peak(small: PassCost, large: PassCost, trials: tuple[Trial, Trial], sizes: _Sizes, whole: Whole) -> int:
    """Return the highest memory of one process: bounded by the size of a shard, or by what a global step may take."""
    if large.by_shard:
        begun, ended = (min(max(trial.text_bytes.values(), default=0), SHARD_TEXT_BYTES) for trial in trials)
        shard = _Sizes(begun, ended, max(ended, min(SHARD_TEXT_BYTES, whole.text_bytes)))
        return shard.grown(small.peak_bytes, large.peak_bytes)
    needed = [size for name, size in whole.memory_needed.items() if large.stage.startswith(name)]
    if needed:
        return max(large.peak_bytes, *needed)
    return min(sizes.grown(small.peak_bytes, large.peak_bytes), max(large.peak_bytes, whole.memory_allowed))
