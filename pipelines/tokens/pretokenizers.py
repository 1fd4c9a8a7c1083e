"""How byte-level tokenizers cut a text into the words that merges never cross."""

from tokenizers import Regex
from tokenizers.pre_tokenizers import ByteLevel, PreTokenizer, Sequence, Split

# BLOOM's (Le Scao et al. 2022, "BLOOM", section 3.2.2): a word takes the space before it; runs of white space and of
# punctuation stand alone. In Oniguruma the inner brackets are part of what is negated.
BLOOM_WORD = r" ?[^(\s|[.,!?…。，、।۔،])]+"  # noqa: RUF001 -- other scripts' punctuation

# That of cl100k_base (GPT-4), which Llama 3 took over: a word takes the one character before it that is no letter,
# digits stand in threes, line ends go with the punctuation before them.
GPT4_WORD = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
    r"|\s+(?!\S)|\s+"
)

WORDS = {"bloom": BLOOM_WORD, "gpt4": GPT4_WORD}

NAMES = (*WORDS, "gpt2")


def pre_tokenizer(name: str) -> PreTokenizer:
    """Return a pre-tokenizer: a text is cut into words, and these are spelled in bytes.

    GPT-2's own (Radford et al. 2019: English contractions, words, numbers and other signs, each with the space before
    it) is built into `tokenizers`.

    Args:
        name: One of `NAMES`.
    """
    if name == "gpt2":
        return ByteLevel(add_prefix_space=False, use_regex=True)
    words = Split(Regex(WORDS[name]), behavior="isolated")
    return Sequence([words, ByteLevel(add_prefix_space=False, use_regex=False)])
