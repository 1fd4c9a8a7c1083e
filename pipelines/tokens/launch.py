"""What a trainer is given beside the shards: a launch command, BLOOM's split files, and a page that explains them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.errors import RecipeError
from pipelines.tokens.blend import Blend
from pipelines.tokens.shares import formatted_weight
from pipelines.tokens.vocabulary import SENTENCEPIECE

# BlendedDataset numbers data sets in int16; BLOOM's Megatron-DeepSpeed in uint8.
MOST_SHARDS = 2**15 - 2
MOST_SHARDS_OF_BLOOM = 2**8 - 1

_SEQUENCE_LENGTH = 2048

_PAGE = """\
# Token shards

- {train} for training, {valid} for validation.
- One sequence is one document, in an order that the seed {seed} decides; {ends}.
- Vocabulary: {entries:,} entries, {rows:,} rows of an embedding; ids take {bits} bits. The tokenizer is `tokenizer/`.
- A shard is named by its content: what a loader cached under a name stays true.
- `<shard>.provenance.parquet` says of each sequence its document, source, language, licence and place;
  `loam why CORPUS SHARD SEQUENCE` tells the whole story.

| file | for |
| --- | --- |
| `blend.json` | Megatron-LM `--per-split-data-args-path`, prefixes relative to the corpus |
| `data_path.txt` | Megatron-LM `--data-args-path`, absolute prefixes, training alone |
| `pretrain_gpt.sh` | a launch of `pretrain_gpt.py`; further options of yours go behind it |
{bloom}
| `mixture.parquet` | every shard: tokens, weight, tokens seen, epochs, and why |

`--data-path` takes what `data_path.txt` holds. Don't give these shards `--split`: what is set aside has shards of its
own, and a split that gets no sequence makes loaders wait forever.
"""


@dataclass(frozen=True)
class Release:
    """Token shards, ready for training.

    Attributes:
        train: Blend of the training shards.
        valid: Blend of the validation shards; without shards where nothing was set aside.
        tokens: Tokens of the training run.
        vocabulary: The facts of `tokenizer/vocabulary.json`.
        has_eod: Whether a token ends each sequence.
        seed: The recipe's seed.
    """

    train: Blend
    valid: Blend
    tokens: int
    vocabulary: Mapping[str, Any]
    has_eod: bool
    seed: int

    def __post_init__(self) -> None:
        for blend in (self.train, self.valid):
            if len(blend.shards) > MOST_SHARDS:
                raise RecipeError(
                    f"mix: {len(blend.shards):,} token shards in one blend; Megatron numbers at most {MOST_SHARDS:,}: "
                    "keep fewer languages (select.languages), or merge sources"
                )

    @property
    def samples(self) -> int:
        """Training samples of 2,048 tokens."""
        return max(1, self.tokens // _SEQUENCE_LENGTH)


def weighted_split_paths(name: str, blend: Blend) -> str:
    """Return the content of a `--train-weighted-split-paths-path` file of BLOOM's Megatron-DeepSpeed.

    All of a shard belongs to the split: validation has shards of its own, not the tail of those for training.
    """
    pairs = zip(blend.weights, blend.shards, strict=True)
    paths = ", ".join(f"{formatted_weight(weight)} 0:1 {shard.prefix}" for weight, shard in pairs)
    return f'"{name}: {paths}"\n'


def launch_command(release: Release) -> str:
    """Return a shell script that trains a small model on the shards with Megatron-LM's `pretrain_gpt.py`."""
    is_sentencepiece = release.vocabulary["kind"] == SENTENCEPIECE
    tokenizer = (
        ("GPTSentencePieceTokenizer", "tokenizer/tokenizer.model")
        if is_sentencepiece
        else ("HuggingFaceTokenizer", "tokenizer")
    )
    options = (
        "--num-layers 12 --hidden-size 768 --num-attention-heads 12",
        f"--seq-length {_SEQUENCE_LENGTH} --max-position-embeddings {_SEQUENCE_LENGTH}",
        "--micro-batch-size 4 --global-batch-size 256",
        f"--train-samples {release.samples} --lr 3e-4 --min-lr 3e-5 --lr-decay-style cosine --bf16",
        f"--tokenizer-type {tokenizer[0]} --tokenizer-model {tokenizer[1]}",
        f"--make-vocab-size-divisible-by {release.vocabulary['make_vocab_size_divisible_by']}",
        "--per-split-data-args-path mixture/blend.json",
        *(() if release.valid.shards else ("--eval-iters 0",)),
        f'--seed {release.seed} --data-cache-path "${{CACHE:?a folder outside the corpus}}"',
        '--num-dataset-builder-threads 4 --num-workers 2 --no-create-attention-mask-in-dataloader "$@"',
    )
    body = " \\\n  ".join(
        ('torchrun --nproc_per_node "${GPUS:-8}" "${MEGATRON:?where Megatron-LM lies}/pretrain_gpt.py"', *options)
    )
    return (
        "#!/bin/sh\n"
        "# Prefixes are relative to the corpus, so it is run from there.\n"
        'set -eu\ncd "$(dirname "$0")/.."\n'
        f"{body}\n"
    )


def page(release: Release) -> str:
    """Return the page that stands beside the shards, in Markdown."""
    facts = release.vocabulary
    bits = 16 if facts["vocab_size"] < 65_500 else 32  # noqa: PLR2004 -- see `token_dtype`
    ends = f"id {facts['eod']} (`{facts['eod_token']}`) ends each" if release.has_eod else "nothing marks their ends"
    return _PAGE.format(
        train=_counted(release.train),
        valid=_counted(release.valid),
        seed=release.seed,
        ends=ends,
        entries=facts["vocab_size"],
        rows=facts["padded_vocab_size"],
        bits=bits,
        bloom="\n".join(_bloom_rows(release)),
    )


def writes_bloom_files(release: Release) -> bool:
    """Tell whether BLOOM's Megatron-DeepSpeed can number the shards."""
    return max(len(release.train.shards), len(release.valid.shards)) <= MOST_SHARDS_OF_BLOOM


def _bloom_rows(release: Release) -> Sequence[str]:
    if not writes_bloom_files(release):
        most = MOST_SHARDS_OF_BLOOM
        return (f"| | BLOOM's Megatron-DeepSpeed numbers at most {most} shards: `loam tokens merge` makes fewer |",)
    row = "| `{}_split_paths.txt` | BLOOM's Megatron-DeepSpeed, `--{}-weighted-split-paths-path`, run in the corpus |"
    names = ("train", "valid") if release.valid.shards else ("train",)
    return [row.format(name, name) for name in names]


def _counted(blend: Blend) -> str:
    tokens = sum(shard.tokens for shard in blend.shards)
    sequences = sum(shard.sequences for shard in blend.shards)
    return f"{tokens:,} tokens in {sequences:,} sequences and {len(blend.shards):,} shards"
