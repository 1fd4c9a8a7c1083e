"""Training tokenizers: byte-level BPE, and SentencePiece models that fall back to bytes."""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import sentencepiece
from tokenizers import Tokenizer
from tokenizers.decoders import ByteLevel as ByteLevelDecoder
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel
from tokenizers.trainers import BpeTrainer

from pipelines.errors import LoamError
from pipelines.tokens.encoders import use_one_thread
from pipelines.tokens.pretokenizers import pre_tokenizer

# As in BLOOM's tokenizer: the first ids are reserved, in this order.
SPECIAL_TOKENS = ("<unk>", "<s>", "</s>", "<pad>")

BYTE_LEVEL_BPE = "bpe"
SENTENCEPIECE_TYPES = {"sentencepiece_bpe": "bpe", "sentencepiece_unigram": "unigram"}

MIN_PAIR_FREQUENCY = 2

_COVERAGE = 0.99995  # of characters by pieces of their own, the rest by bytes; as Llama's models were trained
_LONGEST_LINE = 1 << 16  # bytes; SentencePiece leaves longer ones out, by default those over 4,192
_QUIET = 2


@dataclass(frozen=True)
class TrainingPlan:
    """What is trained.

    Attributes:
        model: `bpe`, or one of `SENTENCEPIECE_TYPES`.
        vocab_size: Entries to aim for, all reserved ones included; fewer where the texts do not have them.
        reserved: Tokens that no text gives, set aside for later uses.
        pretokenizer: How words are cut for `bpe`; None for SentencePiece, which cuts at white space.
    """

    model: str
    vocab_size: int
    reserved: int = 0
    pretokenizer: str | None = "bloom"

    @property
    def special_tokens(self) -> tuple[str, ...]:
        """All reserved tokens, in the order of their ids."""
        return (*SPECIAL_TOKENS, *(f"<reserved_{number}>" for number in range(self.reserved)))


def train_tokenizer(texts: Iterable[Sequence[str]], plan: TrainingPlan) -> bytes:
    """Train a tokenizer without any normalizer.

    The result depends on the texts alone, for `bpe` not even on their order; never on threads. `tokenizers` keeps
    every distinct word in memory, some 80 bytes for each of its bytes, SentencePiece the texts.

    Args:
        texts: Batches of texts.
        plan: What is trained.

    Returns:
        The content of a `tokenizer.json`, or of a SentencePiece model.

    Raises:
        LoamError: SentencePiece cannot train on these texts.
    """
    if plan.model == BYTE_LEVEL_BPE:
        return _byte_level(texts, plan)
    return _sentencepiece(texts, plan)


def _byte_level(texts: Iterable[Sequence[str]], plan: TrainingPlan) -> bytes:
    use_one_thread()
    tokenizer = Tokenizer(BPE())
    tokenizer.pre_tokenizer = pre_tokenizer(str(plan.pretokenizer))
    tokenizer.decoder = ByteLevelDecoder()
    trainer = BpeTrainer(
        vocab_size=plan.vocab_size,
        min_frequency=MIN_PAIR_FREQUENCY,
        special_tokens=list(plan.special_tokens),
        initial_alphabet=sorted(ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator((list(batch) for batch in texts), trainer)
    return tokenizer.to_str(pretty=True).encode()


def _sentencepiece(texts: Iterable[Sequence[str]], plan: TrainingPlan) -> bytes:
    model = io.BytesIO()
    unk, bos, eos, pad = SPECIAL_TOKENS
    try:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=_lines(texts),
            model_writer=model,
            model_type=SENTENCEPIECE_TYPES[plan.model],
            vocab_size=plan.vocab_size,
            hard_vocab_limit=False,
            byte_fallback=True,
            character_coverage=_COVERAGE,
            normalization_rule_name="identity",
            add_dummy_prefix=False,
            remove_extra_whitespaces=False,
            allow_whitespace_only_pieces=True,
            max_sentence_length=_LONGEST_LINE,
            num_threads=1,
            shuffle_input_sentence=False,
            unk_piece=unk,
            bos_piece=bos,
            eos_piece=eos,
            pad_piece=pad,
            unk_id=0,
            bos_id=1,
            eos_id=2,
            pad_id=3,
            control_symbols=list(plan.special_tokens[len(SPECIAL_TOKENS) :]),
            minloglevel=_QUIET,
        )
    except (RuntimeError, OSError) as error:
        said = str(error).splitlines()[0]
        raise LoamError(f"tokenize.train: SentencePiece cannot train on these texts: {said}") from None
    return model.getvalue()


def _lines(texts: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of texts: what SentencePiece calls sentences. A line end is always encoded as a byte."""
    for batch in texts:
        for text in batch:
            yield from (line for line in text.split("\n") if line)
