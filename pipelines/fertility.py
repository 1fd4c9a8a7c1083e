"""The fertility of a corpus's tokenizer beside others, on a sample of the corpus's own documents."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.corpus import Shard, Shelf
from pipelines.corpus.identity import read_corpus_identity
from pipelines.corpus.receipts import read_receipts
from pipelines.edits.edited import edited_batches, read_edits
from pipelines.errors import CorpusError, LoamError
from pipelines.stages.train_tokenizer import TOKENIZER_FILES, kept_documents
from pipelines.tokens.fertility import Fertility, measure_fertility
from pipelines.tokens.order import aligned
from pipelines.tokens.sample import Stratum, TrainingSample
from pipelines.tokens.tokenizer import TextTokenizer, load_tokenizer
from signals.resources import resolve

OWN = "corpus"

_SALT = "fertility"  # another sample than that of training
_EQUAL = Fraction(0)


def corpus_fertility(root: Path, others: Mapping[str, str], size: int) -> list[Fertility]:
    """Measure the tokenizer of a corpus, and others, on kept documents.

    Args:
        root: The corpus.
        others: Paths, or `package:NAME/FILE`, of a `tokenizer.json` or SentencePiece model by the name to show.
        size: UTF-8 bytes of the sample; languages have equal parts of it, as far as they fill them.

    Raises:
        CorpusError: The corpus has no tokenizer or no decisions yet.
        LoamError: A tokenizer cannot be read.
    """
    own = next((root / path for path in TOKENIZER_FILES.values() if (root / path).is_file()), None)
    if own is None:
        raise CorpusError(f"{root}: no tokenizer yet; `loam run RECIPE --corpus {root} --until tokenize` makes one")
    tokenizers = {OWN: load_tokenizer(own)} | {name: _load(name, reference) for name, reference in others.items()}
    fast = {name: tokenizer.with_fast_encoder() for name, tokenizer in tokenizers.items()}
    return measure_fertility(_sampled_texts(root, size), fast)


def _load(name: str, reference: str) -> TextTokenizer:
    if name == OWN:
        raise LoamError(f"{OWN!r} is the name of the corpus's own tokenizer; give the other one another")
    try:
        path = resolve(reference)
    except (OSError, ValueError) as error:
        raise LoamError(f"{name}: {error}") from None
    return load_tokenizer(path)


def _sampled_texts(root: Path, size: int) -> dict[Stratum, list[str]]:
    read_corpus_identity(root)
    standing = sorted(path for receipt in read_receipts(root) for path in receipt.outputs)
    shards = [Shard.of(path) for path in standing if path.startswith("documents/")]
    decided = [shard for shard in shards if shard.path("decisions") in standing]
    if not decided:
        raise CorpusError(f"{root}: no decisions yet; `loam run RECIPE --corpus {root}` makes them")
    shelf = Shelf(root)
    sample = TrainingSample(_SALT)
    kept = {shard: kept_documents(shelf, shard) for shard in decided}
    for shard, rows in kept.items():
        sample.count(shard.source, rows["id"], rows["lang"], rows["byte_count"])
    taken = sample.taken_buckets(size, _EQUAL)
    texts: defaultdict[Stratum, list[str]] = defaultdict(list)
    for shard, rows in kept.items():
        wanted = pa.array(sample.chosen(shard.source, rows["id"], rows["lang"], taken))
        _add_texts(texts, shelf, shard, rows.filter(wanted), _edits_of(standing, shard))
    return dict(texts)


def _edits_of(standing: Sequence[str], shard: Shard) -> list[str]:
    return [path for path in standing if path.startswith("edits/") and Shard.of(path) == shard]


def _add_texts(
    texts: defaultdict[Stratum, list[str]], shelf: Shelf, shard: Shard, chosen: pa.Table, edits: Sequence[str]
) -> None:
    if not chosen.num_rows:
        return
    for batch in edited_batches(shelf, shard.path("documents"), ["id", "text"], read_edits(shelf, edits)):
        rows = batch.filter(pc.is_in(batch["id"], value_set=chosen["id"].combine_chunks()))
        languages = aligned(chosen, "lang", rows["id"]).to_pylist()
        for lang, text in zip(languages, rows["text"].to_pylist(), strict=True):
            texts[Stratum(str(lang), shard.source)].append(str(text))
