"""`make fuzz`: every signal but perplexity, on documents that no one would write; a crash or an error ends it."""

import argparse
import tempfile
import time
from pathlib import Path

import pyarrow.compute as pc

import signals
from signals.catalogue import GROUPS
from tests.fuzz.documents import fuzzed_documents

NEEDS_MODELS = "perplexity"  # which no package has
WORDS = {"en": "don't\nthe and\nNaïve\nlorem ipsum", "fr": "Élève\nа\nx y z", "zh": "中文\n漢字"}
DOMAINS = {"adult": "x.y\nexample.org/a\n192.168.1.1", "phishing": "example.org\n日本語.jp"}


def main() -> None:
    """Compute, and check that each document has a row in every column."""
    with tempfile.TemporaryDirectory() as folder:
        _compute(_word_lists(Path(folder)))


def _word_lists(folder: Path) -> dict[str, Path]:
    resources = {"ldnoobw": folder / "words", "ut1": folder / "domains"}
    for name, lists in (
        ("ldnoobw", WORDS),
        ("ut1", {f"{category}/domains": found for category, found in DOMAINS.items()}),
    ):
        for place, found in lists.items():
            path = resources[name] / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(found, encoding="utf-8")
    return resources


def _compute(resources: signals.Resources) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    groups = [group.name for group in GROUPS if group.name != NEEDS_MODELS and signals.schema(group.name).names]
    done = size = 0
    begun = time.process_time()
    for batch in fuzzed_documents(arguments.documents, arguments.seed):
        inputs = signals.Inputs(batch.texts, batch.languages, batch.urls, batch.urls)
        for group in groups:
            table = signals.compute_group(group, inputs, resources)
            table.validate(full=True)
            if table.num_rows != len(batch.texts):
                raise SystemExit(f"{group}: {table.num_rows} rows for {len(batch.texts)} documents")
        done += len(batch.texts)
        size += pc.sum(pc.binary_length(batch.texts)).as_py() or 0
        if done % 1_000_000 < len(batch.texts):
            seconds = time.process_time() - begun
            print(f"{done:,} documents, {size / 1e6:,.0f} MB, {seconds:,.0f} CPU-s", flush=True)  # noqa: T201
    print(f"{done:,} documents through {', '.join(groups)}: no crash, no error")  # noqa: T201


if __name__ == "__main__":
    main()
