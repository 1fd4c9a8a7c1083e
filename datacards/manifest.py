"""The manifest: every fact that a card states, and the only thing it is rendered from."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import cast

from datacards.cells import Cell
from datacards.decoding import decoded
from datacards.domains import Domains
from datacards.measures import Measures
from datacards.own_terms import OwnTerms
from datacards.published import Column, Configuration, PublishedFile
from datacards.release import Release
from datacards.reviews import Review

FORMAT_VERSION = 1
ELSEWHERE = "…/"  # before the end of a path of which the rest is not told


@dataclass(frozen=True)
class Source:
    """Where documents came from: name, format, licence and language declared for the whole source, file patterns."""

    name: str
    kind: str
    license: str | None
    language: str | None
    patterns: tuple[str, ...]


@dataclass(frozen=True)
class StageFlow:
    """Rows through one stage for one generation; `rows_in == rows_out + sum(dropped)`."""

    stage: str
    generation: int
    rows_in: int
    rows_out: int
    dropped: Mapping[str, int]


@dataclass(frozen=True)
class Rule:
    """What a document must pass: the rule's name, and its condition in SQL or in words.

    Documents that fail are counted under the name, or under `name:case` where a rule has several ways to fail.
    """

    name: str
    definition: str
    is_sql: bool


@dataclass(frozen=True)
class LicenceFinding:
    """One concluded licence, what was decided about it and why, how often, and a few ids to look at."""

    license: str
    status: str
    obligations: tuple[str, ...]
    reason: str | None
    documents: int
    bytes: int
    samples: tuple[str, ...]


@dataclass(frozen=True)
class Tokenizer:
    """The tokenizer: how it was come by, its size, the SHA-256 of its file, and whether sequences end in a token."""

    kind: str
    vocabulary_size: int
    sha256: str
    appends_end_of_document: bool


@dataclass(frozen=True)
class MixtureWeight:
    """The share of one language in what a trainer sees, beside its tokens in the corpus."""

    language: str
    tokens: int
    weight: float


@dataclass(frozen=True)
class TranslatedSegments:
    """Segments of translations in a language by the rung of the ladder that they reached, and why not the first."""

    language: str
    rung: str
    reason: str | None
    segments: int


@dataclass(frozen=True)
class Translator:
    """What translated published documents: engine, model and the model's licence, as far as they are known."""

    engine: str
    engine_version: str | None
    model: str | None
    model_license: str | None
    documents: int


@dataclass(frozen=True)
class StageRoot:
    """The root of the Merkle tree over all files that a stage wrote, and how many units wrote them."""

    stage: str
    units: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """Everything that a card says.

    Attributes:
        name: Name of the corpus, as in file names.
        title: Name for readers.
        build_date: ISO 8601 date that the recipe states; None when it states none. The only time in a card.
        software: Name and version of what built the corpus.
        recipe_sha256: Hash of the resolved recipe.
        recipe: The resolved recipe, as YAML; of paths outside its folder the end alone.
        profile: The licensing profile.
        openness: `openly-licensed` where every published document is under an open licence, else `open-access`.
        spdx_list: Version of the SPDX licence list that expressions were read by.
        obligations: What each obligation asks of whoever passes a text on, in words.
        reasons: What each reason of a licence decision means, in words.
        sources: Where documents came from.
        stages: Rows through each stage, in the order of the way.
        rules: What may drop a document, in the order in which it is asked.
        cells: All documents, counted.
        findings: Licences found, and what was decided.
        tokenizer: The tokenizer; None when nothing was tokenized.
        mixture: Shares of the languages; empty when nothing was mixed.
        columns: Columns of the published tables.
        files: Published tables.
        configurations: Parts that can be loaded by name.
        reviews: Reviews and overrides of the recipe.
        release: Who publishes it, and where; None where the recipe does not say.
        domains: The sites that published documents are from.
        roots: One hash for all that each stage wrote, by the name of the stage.
        masks_personal_data: Whether addresses, numbers and keys were masked.
        translated_segments: What became of the segments of translations made here.
        translators: What translated the published translations.
        measures: What the pictures show.
        signal_columns: Columns of the published signals; empty where none are published.
        signal_files: Published signals.
        own_terms: Licences of the card itself, and of its explorer.
    """

    name: str
    title: str
    build_date: str | None
    software: str
    recipe_sha256: str
    recipe: str
    profile: str
    openness: str
    spdx_list: str
    obligations: Mapping[str, str]
    reasons: Mapping[str, str]
    sources: tuple[Source, ...]
    stages: tuple[StageFlow, ...]
    rules: tuple[Rule, ...]
    cells: tuple[Cell, ...]
    findings: tuple[LicenceFinding, ...]
    tokenizer: Tokenizer | None
    mixture: tuple[MixtureWeight, ...]
    columns: tuple[Column, ...]
    files: tuple[PublishedFile, ...]
    configurations: tuple[Configuration, ...]
    reviews: tuple[Review, ...] = ()
    release: Release | None = None
    domains: Domains | None = None
    roots: tuple[StageRoot, ...] = ()
    masks_personal_data: bool = False
    translated_segments: tuple[TranslatedSegments, ...] = ()
    translators: tuple[Translator, ...] = ()
    measures: Measures = field(default_factory=Measures)
    signal_columns: tuple[Column, ...] = ()
    signal_files: tuple[PublishedFile, ...] = ()
    own_terms: OwnTerms = field(default_factory=OwnTerms)

    @property
    def published(self) -> tuple[Cell, ...]:
        """The cells of published documents."""
        return tuple(cell for cell in self.cells if cell.rule is None)

    @property
    def all_files(self) -> tuple[PublishedFile, ...]:
        """Every published table, of documents and of signals."""
        return self.files + self.signal_files

    @property
    def refused(self) -> tuple[Cell, ...]:
        """The cells of documents that are not published."""
        return tuple(cell for cell in self.cells if cell.rule is not None)

    def flows(self, stage: str, generation: int) -> tuple[StageFlow, ...]:
        """Return the flows of one stage for one generation."""
        return tuple(flow for flow in self.stages if flow.stage == stage and flow.generation == generation)

    def to_json(self) -> str:
        """Return the manifest as JSON: one line a key, and in lists one line an item."""
        lines = [f' "format": {FORMAT_VERSION}']
        for key, value in asdict(self).items():
            lines.append(f" {json.dumps(key)}: {_lines_of(value)}")
        return "{\n" + ",\n".join(lines) + "\n}\n"

    @classmethod
    def from_json(cls, text: str) -> "Manifest":
        """Read a manifest back; what an older one does not tell has its default.

        Raises:
            ValueError: The text is no manifest of this format; the message names the key.
        """
        value = json.loads(text)
        if not isinstance(value, dict) or value.pop("format", None) != FORMAT_VERSION:
            raise ValueError(f"manifest: expected an object with format {FORMAT_VERSION}")
        return cast("Manifest", decoded(cls, value, "manifest"))


def _lines_of(value: object) -> str:
    if isinstance(value, list | tuple) and value:
        return "[\n  " + ",\n  ".join(json.dumps(item, ensure_ascii=False) for item in value) + "\n ]"
    return json.dumps(value, ensure_ascii=False)
