"""What the page reads first: which columns, rules and documents there are, and in which files."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class ColumnFile:
    """A column of the table `corpus`.

    Attributes:
        name: Its name.
        type: Its type, as DuckDB calls it.
        comment: What it says.
        file: Where it lies, below the explorer's folder.
        bytes: The file's size.
    """

    name: str
    type: str
    comment: str
    file: str
    bytes: int


@dataclass(frozen=True)
class ThresholdSlot:
    """A place in a rule's SQL where a threshold stands: which of the rule's thresholds, and its SQL."""

    threshold: int
    sql: str


@dataclass(frozen=True)
class HeldValue:
    """A value that a rule holds against a threshold.

    Attributes:
        value: SQL of the value.
        operator: ``>``, ``>=``, ``<`` or ``<=``, with the value on the left.
        sql: SQL of the threshold.
        number: The threshold where it is one number; None where it is one for each language.
    """

    value: str
    operator: str
    sql: str
    number: float | None


@dataclass(frozen=True)
class ExplorerRule:
    """A rule, in the order in which it is asked.

    Attributes:
        name: Its name.
        sql: Its SQL.
        verdict: The column that holds whether a document meets it.
        columns: The columns that it reads.
        thresholds: What it holds against thresholds; empty where it reads something that the page does not have.
        parts: The rule with its thresholds taken out.
    """

    name: str
    sql: str
    verdict: str
    columns: tuple[str, ...]
    thresholds: tuple[HeldValue, ...]
    parts: tuple[str | ThresholdSlot, ...]


@dataclass(frozen=True)
class DecisionFile:
    """The documents to read of one decision.

    Attributes:
        rule: Why they were dropped; None for those kept.
        documents: How many documents of the sample have this decision.
        shown: How many of them can be read.
        file: Where these lie, below the explorer's folder.
        bytes: The file's size.
    """

    rule: str | None
    documents: int
    shown: int
    file: str
    bytes: int


@dataclass(frozen=True)
class Index:
    """What the page reads first.

    Attributes:
        corpus: The corpus's name.
        documents: Documents in the corpus.
        rows: How many of them are in the table `corpus`.
        characters: Texts are cut to so many.
        table: The file with all columns of the table, for other programs.
        columns: The columns.
        rules: The rules.
        decisions: The documents to read.
        languages: English names by label.
    """

    corpus: str
    documents: int
    rows: int
    characters: int
    table: str
    columns: tuple[ColumnFile, ...]
    rules: tuple[ExplorerRule, ...]
    decisions: tuple[DecisionFile, ...]
    languages: Mapping[str, str]

    def to_json(self) -> str:
        """Return the index as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"
