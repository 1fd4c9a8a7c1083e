"""Training a byte-level BPE tokenizer, and which documents it is trained on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from tokenizers import Regex, Tokenizer
from tokenizers.decoders import ByteLevel as ByteLevelDecoder
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel, Sequence, Split
from tokenizers.trainers import BpeTrainer

from pipelines.tokens.order import Column, order_keys
from pipelines.tokens.shares import filled_budgets
from pipelines.tokens.tokenizer import use_one_thread

# As in BLOOM's tokenizer: the first ids are reserved, in this order.
RESERVED_TOKENS = ("<unk>", "<s>", "</s>", "<pad>")

# BLOOM's pre-tokenizer (Le Scao et al. 2022, "BLOOM", section 3.2.2): a word takes the space before it; runs of white
# space and of punctuation stand alone. In Oniguruma the inner brackets are part of what is negated.
BLOOM_WORD = r" ?[^(\s|[.,!?…。，、।۔،])]+"  # noqa: RUF001 -- other scripts' punctuation

MIN_PAIR_FREQUENCY = 2

_BUCKETS = 4096


@dataclass
class TrainingSample:
    """A share of the documents for each language, chosen by the hash of their ids.

    Documents fall into 4,096 buckets; of each language the first buckets are taken, up to the one that reaches its
    budget. So memory is a table of languages and buckets, whatever the number of documents.

    Attributes:
        salt: What makes this choice of documents another than the next seed's.
        sizes: UTF-8 bytes by language and bucket, int64 `[4096]` each.
    """

    salt: str
    sizes: dict[str, npt.NDArray[np.int64]] = field(default_factory=dict)

    def count(self, ids: Column, languages: Column, sizes: Column) -> None:
        """Add documents: their ids, languages and UTF-8 bytes."""
        buckets = self._buckets(ids)
        weights = np.array(sizes.to_pylist(), np.int64)
        names, numbers = np.unique(np.array(languages.to_pylist(), np.str_), return_inverse=True)
        for number, language in enumerate(names.tolist()):
            here = numbers == number
            table = self.sizes.setdefault(language, np.zeros(_BUCKETS, np.int64))
            table += np.bincount(buckets[here], weights[here], _BUCKETS).astype(np.int64)

    def taken_buckets(self, budget: int, alpha: Fraction) -> dict[str, int]:
        """Return for each language how many of its first buckets belong to the sample.

        Args:
            budget: UTF-8 bytes of the whole sample; each language may go beyond its part by one bucket.
            alpha: Exponent of a language's share, 1 for proportional to its bytes, 0 for equal (BLOOM: 0.3).
        """
        totals = {language: int(table.sum()) for language, table in self.sizes.items() if table.any()}
        budgets = filled_budgets(totals, budget, alpha)
        return {
            language: int(np.searchsorted(self.sizes[language].cumsum(), part)) + 1
            for language, part in budgets.items()
        }

    def chosen(self, ids: Column, languages: Column, taken: Mapping[str, int]) -> npt.NDArray[np.bool_]:
        """Tell of each document whether it belongs to the sample, given `taken_buckets`."""
        limits = np.array([taken.get(str(language), 0) for language in languages.to_pylist()], np.int64)
        chosen: npt.NDArray[np.bool_] = self._buckets(ids) < limits
        return chosen

    def _buckets(self, ids: Column) -> npt.NDArray[np.int64]:
        return (order_keys(ids, self.salt) // np.uint64(2**64 // _BUCKETS)).astype(np.int64)


def train_tokenizer(texts: Iterable[list[str]], vocab_size: int) -> bytes:
    """Train a byte-level BPE tokenizer as BLOOM's was: no normalizer, no byte fallback, four reserved tokens.

    The result depends on the texts alone, not on their order or batches. `tokenizers` keeps every distinct word in
    memory: some 80 bytes for each of its bytes.

    Args:
        texts: Batches of texts.
        vocab_size: Entries to aim for, reserved tokens included; fewer when no pair of tokens occurs twice.

    Returns:
        The content of a `tokenizer.json`.
    """
    use_one_thread()
    tokenizer = Tokenizer(BPE())
    words = Split(Regex(BLOOM_WORD), behavior="isolated")
    tokenizer.pre_tokenizer = Sequence([words, ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = ByteLevelDecoder()
    trainer = BpeTrainer(
        vocab_size=vocab_size,
        min_frequency=MIN_PAIR_FREQUENCY,
        special_tokens=list(RESERVED_TOKENS),
        initial_alphabet=sorted(ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(iter(texts), trainer)
    return tokenizer.to_str(pretty=True).encode()
