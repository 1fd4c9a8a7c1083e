"""The looks of a second look, taken one after the other, and who is looked at."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from translate.checks import Finding
from translate.journal import Entry
from translate.second_look.choice import is_sampled, is_suspicious


class Measure(Protocol):
    """Measures how well answers say what their sources say; what it computed is kept in the journal."""

    def values(self, pairs: Sequence[tuple[str, str]]) -> list[float | None]:
        """Return a number for each masked source and its masked answer; None where it cannot be measured.

        Raises:
            EngineDiedError: What it asks is gone.
            StoppedError: It was told to stop.
        """

    def entries(self) -> Iterator[Entry]:
        """Yield what its numbers were computed from, for a part of the journal."""


@dataclass(frozen=True)
class Look:
    """One look.

    Attributes:
        name: One of `translate.checks.LOOK_NAMES`: the reason of a failure.
        measure: What it measures.
        floor: The least value that passes.
    """

    name: str
    measure: Measure
    floor: float


class SecondLook:
    """Looks again at some answers that passed all checks.

    Args:
        looks: In the order in which they are taken.
        share: Share of the texts, by hash, whose answers are always looked at.
        suspicious: Whether also those are that passed a check narrowly, or belong to a text that had failed before.

    Attributes:
        counts: How many answers were measured, by look, how many of them failed, and how many could not be measured.
    """

    def __init__(self, looks: Sequence[Look], share: float, *, suspicious: bool) -> None:
        self.counts = Counter[str]()
        self._looks = looks
        self._share = share
        self._suspicious = suspicious

    def wants(self, text: str, findings: Sequence[Finding], *, failed_before: bool) -> bool:
        """Tell whether an answer is looked at.

        Args:
            text: The masked source.
            findings: What the checks found in the answer; all passed.
            failed_before: Whether an answer to the text, or to one that it is a part of, had been rejected.
        """
        if self._suspicious and (failed_before or is_suspicious(findings)):
            return True
        return is_sampled(text, self._share)

    def look(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[Finding, ...]]:
        """Look at masked sources and their answers, each until a look fails.

        Returns:
            The findings of each; only the last one can have failed.

        Raises:
            EngineDiedError: What a look asks is gone.
            StoppedError: It was told to stop.
        """
        findings: list[list[Finding]] = [[] for _ in pairs]
        passing = list(range(len(pairs)))
        for look in self._looks:
            values = look.measure.values([pairs[number] for number in passing])
            for number, value in zip(passing, values, strict=True):
                if value is not None:
                    findings[number].append(Finding(look.name, value, value >= look.floor))
            looked = [number for number, value in zip(passing, values, strict=True) if value is not None]
            failed = {number for number in looked if not findings[number][-1].passed}
            self.counts[look.name] += len(looked)
            self.counts[f"{look.name} failed"] += len(failed)
            self.counts[f"{look.name} unmeasured"] += len(passing) - len(looked)
            passing = [number for number in passing if number not in failed]
        return list(map(tuple, findings))

    def entries(self) -> Iterator[Entry]:
        """Yield what the looks computed, for a part of the journal."""
        for look in self._looks:
            yield from look.measure.entries()


def look_counts(counts: Mapping[str, int]) -> dict[str, int]:
    """Return the counts of a second look as a receipt names them."""
    return {f"second_look {name}": count for name, count in counts.items()}
