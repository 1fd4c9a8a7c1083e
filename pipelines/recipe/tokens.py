"""The sections of a recipe on tokens: the tokenizer, the split, and how often each part is seen."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from pipelines.recipe.fields import Number, Section, Size, Words
from signals.languages import UNKNOWN, to_flores

TRAIN = "train"

_MODELS = Literal["bpe", "sentencepiece_bpe", "sentencepiece_unigram"]


def _numbers(value: object) -> object:
    if not isinstance(value, dict):
        return value
    return {key: float(number) if isinstance(number, int) else number for key, number in value.items()}


def _part(key: str) -> str:
    """Return the part of a corpus that `fra_Latn` or `fr/books` names: a language, or a source's share of it."""
    code, slash, source = key.partition("/")
    language = to_flores(code)
    if UNKNOWN == language != code or (slash and not source):
        raise ValueError(f"{key!r} is no part of a corpus: expected a language, or LANGUAGE/SOURCE")
    return f"{language}{slash}{source}"


def _parts(value: dict[str, float]) -> dict[str, float]:
    return {_part(key): number for key, number in value.items()}


Share = Annotated[float, Field(ge=0, le=1)]
ByPart = Annotated[dict[str, Number], BeforeValidator(_numbers)]


class TokenizerTrainingSection(Section):
    """What is trained, and on which sample.

    Attributes:
        model: Byte-level BPE, or a SentencePiece model that falls back to bytes.
        pretokenizer: How words are cut for `bpe`.
        reserved: Tokens set aside.
        alpha: Exponent of a language's share of the sample.
        bytes: Size of the sample.
        upsample: Times that what was sampled of a language counts, 1 where not named.
    """

    model: _MODELS = "bpe"
    pretokenizer: Literal["bloom", "gpt2", "gpt4"] | None = None
    reserved: int = Field(default=0, ge=0)
    alpha: Number = Field(default=0.3, ge=0, le=1)
    bytes: Size = 8_000_000
    upsample: dict[str, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)

    @field_validator("upsample")
    @classmethod
    def _languages(cls, value: dict[str, int]) -> dict[str, int]:
        source = next((key for key in value if "/" in key), None)
        if source is not None:
            raise ValueError(f"expected languages, got {source!r}")
        return {_part(key): times for key, times in value.items()}

    @model_validator(mode="after")
    def _pretokenizer_of_bpe(self) -> "TokenizerTrainingSection":
        if self.pretokenizer is not None and self.model != "bpe":
            raise ValueError(f"pretokenizer goes with model bpe; {self.model} cuts at white space")
        return self


class ValidationSection(Section):
    """Which documents are set aside for validation.

    Attributes:
        fraction: The share of documents, by the hash of their ids; a translation goes where its original goes.
        stratify: Each language, or each language and source, has validation shards of its own.
    """

    fraction: Number = Field(gt=0, lt=1)
    stratify: Words = ("lang", "source")

    @field_validator("stratify")
    @classmethod
    def _known_strata(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if value not in (("lang",), ("lang", "source"), ("source", "lang")):
            raise ValueError("expected [lang] or [lang, source]")
        return value


class TokenizeSection(Section):
    """The tokenizer, given or trained, how sequences end, and what is set aside.

    Attributes:
        tokenizer: `train`, or the path of a `tokenizer.json` or SentencePiece model.
        vocab_size: Entries of a trained one.
        pad_vocab_to: What the rows of the embedding are a multiple of.
        train: How it is trained.
        append_eod: Whether a token ends each document.
        validation: What is set aside.
    """

    tokenizer: str = TRAIN
    vocab_size: int = Field(default=8000, ge=300, le=2**24)
    pad_vocab_to: int = Field(default=128, ge=1)
    train: TokenizerTrainingSection = TokenizerTrainingSection()
    append_eod: bool = True
    validation: ValidationSection | None = None


class MixSection(Section):
    """How often each part of the corpus is seen; parts are languages (`fra_Latn`) or `LANGUAGE/SOURCE`.

    Attributes:
        temperature: Languages weigh `tokens ** (1 / temperature)`.
        weights: Shares of the training samples; what is not named shares the rest. 0 leaves a part out.
        caps: Greatest shares; what is cut off goes to the others.
        epochs: Times a part's tokens count, 1 where not named.
        cluster_size: Times a document counts that spoke for at least so many copies, by their number.
        max_translated_share: Greatest share of machine-translated tokens in each language.
        budgets: Tokens of each part in the training run; they decide alone.
        tokens: Tokens of the training run; by default what parts and their epochs come to.
    """

    temperature: Number = Field(default=1.0, gt=0)
    weights: ByPart = Field(default_factory=dict)
    caps: ByPart = Field(default_factory=dict)
    epochs: ByPart = Field(default_factory=dict)
    cluster_size: dict[int, Number] = Field(default_factory=dict)
    max_translated_share: Number | None = Field(default=None, ge=0, le=1)
    budgets: dict[str, Size] = Field(default_factory=dict)
    tokens: Size | None = None

    @field_validator("cluster_size", mode="before")
    @classmethod
    def _times_are_numbers(cls, value: object) -> object:
        return _numbers(value)

    @field_validator("weights", "caps", "epochs")
    @classmethod
    def _parts_of_the_corpus(cls, value: dict[str, float]) -> dict[str, float]:
        return _parts(value)

    @field_validator("budgets")
    @classmethod
    def _budgets_of_parts(cls, value: dict[str, int]) -> dict[str, int]:
        return {_part(key): tokens for key, tokens in value.items()}

    @field_validator("cluster_size")
    @classmethod
    def _of_clusters(cls, value: dict[int, float]) -> dict[int, float]:
        for least, times in value.items():
            if least < 2 or times <= 0:  # noqa: PLR2004 -- a document alone is no cluster
                raise ValueError("expected a number of copies from 2 on, and how often such a document counts")
        return dict(sorted(value.items()))

    @model_validator(mode="after")
    def _agrees(self) -> "MixSection":
        for key, values in (("weights", self.weights), ("caps", self.caps)):
            wrong = next((part for part, share in values.items() if not 0 <= share <= 1), None)
            if wrong is not None:
                raise ValueError(f"{key}: {wrong}: expected a share from 0 to 1")
        if sum(self.weights.values()) > 1:
            raise ValueError("weights: they sum to more than 1")
        if any(times <= 0 for times in self.epochs.values()):
            raise ValueError("epochs: expected numbers above 0; a weight of 0 leaves a part out")
        if self.budgets and (self.weights or self.caps or self.temperature != 1 or self.tokens):
            raise ValueError("budgets decide alone: leave temperature, weights, caps and tokens out")
        return self
