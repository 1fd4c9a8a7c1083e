"""What is known of a vocabulary beside its tokens, and the files that tell a trainer."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

TOKENIZER_JSON, SENTENCEPIECE = "tokenizer.json", "sentencepiece"  # kinds of tokenizer files

# What tokenizers call the token that ends a document, most common first.
EOD_TOKENS = (
    "</s>",
    "<|endoftext|>",
    "<|end_of_text|>",
    "<eos>",
    "<EOS>",
    "[EOS]",
    "<eod>",
    "<|eos|>",
    "<｜end▁of▁sentence｜>",  # noqa: RUF001 -- DeepSeek spells it with full-width bars
)

_ROLES = {"bos_token": ("<s>", "<bos>"), "unk_token": ("<unk>",), "pad_token": ("<pad>",)}


@dataclass(frozen=True)
class Vocabulary:
    """A vocabulary, and its tokens of meaning.

    Attributes:
        kind: `tokenizer.json` or `sentencepiece`.
        size: Entries, added tokens included; every id is below.
        eod: The id that ends a document.
        eod_token: Its spelling.
        control_ids: Ids that no text may give, sorted, int32.
        roles: Spelling by role: `bos_token`, `unk_token`, `pad_token`, where there is one.
        pad: The id that fills up samples; None without one.
    """

    kind: str
    size: int
    eod: int
    eod_token: str
    control_ids: npt.NDArray[np.int32]
    roles: Mapping[str, str]
    pad: int | None

    def padded_size(self, multiple: int) -> int:
        """Return the rows of an embedding for it, a multiple of some number (Megatron: 128)."""
        return -(-self.size // multiple) * multiple


def roles_of(ids: Mapping[str, int]) -> dict[str, str]:
    """Return which tokens of a vocabulary begin a text, stand for the unknown and fill up, by their usual spelling."""
    found = ((role, next((name for name in names if name in ids), None)) for role, names in _ROLES.items())
    return {role: name for role, name in found if name is not None}


def transformers_config(vocabulary: Vocabulary) -> bytes:
    """Return a `tokenizer_config.json` with which `transformers` (and so Megatron) loads the folder of a tokenizer."""
    config: dict[str, object] = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "clean_up_tokenization_spaces": False,
        "eos_token": vocabulary.eod_token,
        **vocabulary.roles,
    }
    return _json(config)


def vocabulary_facts(vocabulary: Vocabulary, content: bytes, multiple: int) -> bytes:
    """Return, as JSON, what a trainer must be told of a tokenizer.

    Args:
        vocabulary: The vocabulary.
        content: The file of the tokenizer.
        multiple: What the number of embedding rows is a multiple of.
    """
    facts = {
        "kind": vocabulary.kind,
        "vocab_size": vocabulary.size,
        "padded_vocab_size": vocabulary.padded_size(multiple),
        "make_vocab_size_divisible_by": multiple,
        "eod": vocabulary.eod,
        "eod_token": vocabulary.eod_token,
        "pad": vocabulary.pad,
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    return _json(facts)


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
