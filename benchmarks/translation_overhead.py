"""`python -m benchmarks.translation_overhead [DOCUMENTS]`: what translation costs beside the engine.

English documents are translated by an engine that answers at once, from a table made before: what is timed is all
else, reading, segmentation, packing, masking, checks, the journal and the written tables. Answers are Portuguese words
in the places of the English ones, so that every check is run to its end.
"""

import json
import random
import re
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
import pyarrow.compute as pc
import typer
from rich.console import Console
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from benchmarks.documents import default_documents, read_columns
from pipelines.corpus import Json, Outcome, Shelf, Unit
from pipelines.corpus.schemas import DOCUMENTS
from pipelines.stages import translate_shard
from pipelines.stages.choose_translations import CHOSEN, FOLDER
from pipelines.stages.open_engines import use_engine
from translate.engines import EngineIdentity, EngineSpec, OutputLicense, Reply, Request

_SOURCE, _TARGET = "eng_Latn", "por_Latn"
_TARGET_RATE = 10_000
_WORD = re.compile(r"(?<![\w])[^\W\d_]{2,}(?![\w])")
_PORTUGUESE = """
a ao as com da de do em e entre essa esta foi mais mas na no não nos o os ou para pela pelo por que são se sem seu sua
também um uma ainda antes cada como depois desde durante embora então exemplo forma grande hoje língua lugar maior
melhor mesmo muito mundo nesse nunca outro outras pessoas pode podem porque primeiro programa qualquer quando sempre
sistema sobre tempo todas todos trabalho usuário utilização vários vezes arquivo arquivos biblioteca configuração
desenvolvimento ferramentas funcionalidade implementação informações programação responsabilidade
"""


class InstantEngine:
    """Answers from a table; what is not in it yet is made, which is not timed."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.identity = EngineIdentity(
            name="instant",
            version="1",
            model="table",
            model_sha256={},
            unit="segment",
            max_segment_tokens=512,
            output_license=OutputLicense("CC0-1.0", restricts_outputs=False, evidence=()),
        )
        self._tokenizer = Tokenizer(models.BPE())
        self._tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel()
        trainer = trainers.BpeTrainer(vocab_size=32_000, show_progress=False)
        self._tokenizer.train_from_iterator(texts, trainer)
        self._answers: dict[str, Reply] = {}
        self._by_length: dict[int, list[str]] = {}
        for word in _PORTUGUESE.split():
            self._by_length.setdefault(len(word), []).append(word)
        self._random = random.Random(1)  # noqa: S311 -- words, not secrets

    def spell(self, text: str) -> str:
        """Return the text as it is."""
        return text

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count byte-level BPE tokens, as for a language model."""
        return [len(encoding) for encoding in self._tokenizer.encode_batch_fast(list(texts))]

    def translate(self, requests: Iterable[Request], source: str, target: str) -> Iterator[tuple[int, Reply]]:
        """Answer in order."""
        del source, target
        for number, request in enumerate(requests):
            reply = self._answers.get(request.text)
            if reply is None:
                text = _WORD.sub(self._word, request.text)
                tokens_in, tokens_out = self.count_tokens([request.text, text])
                reply = Reply(text, "stop", tokens_in, tokens_out)
                self._answers[request.text] = reply
            yield number, reply

    def close(self) -> None:
        """Nothing to let go."""

    def _word(self, match: re.Match[str]) -> str:
        if match[0].isupper():
            return match[0]
        nearest = min(self._by_length, key=lambda length: abs(length - len(match[0])))
        word = self._random.choice(self._by_length[nearest])
        return word.capitalize() if match[0][0].isupper() else word


def _lay_down(root: Path, documents: pa.Table) -> Unit:
    """Write a shard of chosen documents, and return the unit that translates it."""
    shelf, size = Shelf(root), documents.num_rows
    filled: dict[str, Any] = {
        "id": documents["id"],
        "text": documents["text"],
        "license_evidence": pa.repeat("[]", size),
        "attribution": pa.repeat("{}", size),
        "generation": pa.repeat(pa.scalar(0, pa.int8()), size),
    }
    columns = [filled.get(field.name, pa.nulls(size, field.type)) for field in DOCUMENTS]
    tables = {
        "documents": pa.Table.from_arrays(columns, DOCUMENTS.names).cast(DOCUMENTS),
        "licences": pa.Table.from_arrays([documents["id"], pa.repeat("CC0-1.0", size)], ["id", "license"]),
        FOLDER: documents.select(["id"]).cast(CHOSEN),
    }
    for name, table in tables.items():
        shelf.write(f"{name}/docs/a.parquet", table)
    shelf.commit(Unit("ingest", "docs/a", 0, (), {}), 1, {}, Outcome(size, size, {}, 0))
    parameters: dict[str, Json] = {
        "engines": [{}],
        "from": _SOURCE,
        "to": _TARGET,
        "on_failure": "keep_source_segment",
        "max_failed_share": 1.0,
        "bounds": {"centre": 0.05, "spread": 0.13},
    }
    inputs = tuple(f"{name}/docs/a.parquet" for name in tables)
    return Unit("translate", f"docs-to-{_TARGET}/a", 1, inputs, parameters, (EngineSpec("instant").key(),))


def main(
    documents: Annotated[Path | None, typer.Argument(help="Parquet file with the columns id, text and lang.")] = None,
    megabytes: Annotated[float, typer.Option(help="Text to translate.")] = 4.0,
    runs: Annotated[int, typer.Option(help="Timed runs; the best counts.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say how many output tokens a CPU-second all but the engine can serve."""
    table = read_columns(documents or default_documents(), ["id", "text", "lang"])
    english = table.filter(pc.is_in(table["lang"], pa.array(["en", _SOURCE])))
    sizes = pc.cumulative_sum(pc.cast(pc.binary_length(english["text"]), pa.int64()))
    english = english.filter(pc.less(sizes, pa.scalar(int(megabytes * 1e6))))
    engine = InstantEngine([str(text) for text in english["text"].to_pylist()])
    use_engine(EngineSpec("instant"), engine)
    seconds = []
    for run in range(runs + 1):  # the first fills the table
        with tempfile.TemporaryDirectory() as folder:
            unit = _lay_down(Path(folder), english)
            shelf = Shelf(Path(folder))
            begun = time.process_time()
            outcome = translate_shard.translate_shard(unit, shelf)
            shelf.commit(unit, 1, dict.fromkeys(unit.inputs, ""), outcome)
            if run:
                seconds.append(time.process_time() - begun)
    best, tokens = min(seconds), outcome.counts["tokens_out"]
    rungs = {name: count for name, count in outcome.counts.items() if name.startswith("segments")}
    measured = {
        "documents": outcome.rows_in,
        "text_bytes": outcome.bytes_in,
        "segments": sum(rungs.values()),
        "segments_passed": rungs["segments whole"],
        "tokens_out": tokens,
        "cpu_seconds": [round(second, 3) for second in seconds],
        "tokens_per_cpu_second": round(tokens / best),
        "segments_per_cpu_second": round(sum(rungs.values()) / best),
        "share_at_10000_tokens_per_second": round(_TARGET_RATE * best / tokens, 4),
    }
    console = Console(soft_wrap=True, highlight=False)
    if as_json:
        console.print(json.dumps(measured))
        return
    for name, value in measured.items():
        console.print(f"{name.replace('_', ' ')}: {value}")


if __name__ == "__main__":
    typer.run(main)
