"""`python -m benchmarks.translation_structure [DOCUMENTS]`: whether structure survives translation, and a round trip.

English documents with markup are translated into Portuguese by fxtranslate, as the stage `translate` does it; headings,
lists, code and links of each are counted before and after, and the translations are translated back and held to their
sources by chrF. Documents in Markdown are the descriptions of Python packages that are installed.
"""

import importlib.metadata
import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.document_structure import MARKUP, STRUCTURES, differences
from benchmarks.documents import default_documents, read_columns
from translate.checks.lid176 import lid176_scores
from translate.documents import Policy, assemble
from translate.engines import EngineSpec, open_engine
from translate.evaluation import Effort, Evaluation, Pair, evaluate, translate_pairs, translate_texts
from translate.results import Result

_SOURCE, _TARGET = "eng_Latn", "por_Latn"
_ENGLISH = ("en", "eng", _SOURCE)
# What no engine gets right stays in English: its structure is there, and the check that failed is counted.
_POLICY = Policy("keep_source_segment", 1.0)
_SIZES = range(300, 2_500)  # characters: neither a line nor a book


@dataclass
class Kept:
    """How much of one kind of structure survived.

    Attributes:
        documents: Documents that have any of it.
        documents_kept: Those of them that have the same after translation.
        elements: Elements in all sources.
        elements_kept: Those of them that are in the translations, too.
    """

    documents: int = 0
    documents_kept: int = 0
    elements: int = 0
    elements_kept: int = 0


@dataclass
class Report:
    """What came out, by structure.

    Attributes:
        kept: How much survived.
        failures: Number of the document, structure, and what is different.
        whole: Documents of which everything survived.
    """

    kept: dict[str, Kept] = field(default_factory=lambda: defaultdict(Kept))
    failures: list[tuple[int, str, str]] = field(default_factory=list)
    whole: int = 0


def package_descriptions() -> list[str]:
    """Return the English descriptions in Markdown of the Python packages that are installed, in the order of names."""
    described = [distribution.metadata.json for distribution in importlib.metadata.distributions()]
    found = {
        str(metadata["name"]): str(metadata.get("description", ""))
        for metadata in described
        if "markdown" in metadata.get("description_content_type", "")
    }
    texts = (text for _, text in sorted(found.items()))
    return [text for text in texts if _is_english(text)]


def _is_english(text: str) -> bool:
    words = " ".join(word for word in text.split() if word.isalpha())
    scores = lid176_scores(words)
    return bool(scores) and max(scores, key=scores.__getitem__) in _ENGLISH


def choose(texts: Sequence[str], count: int) -> list[str]:
    """Return documents that have markup: those with most kinds of it, each text once."""
    ranked = []
    for text in dict.fromkeys(texts):
        kinds = sum(bool(STRUCTURES[name](text)) for name in MARKUP)
        if kinds and len(text) in _SIZES:
            ranked.append((-kinds, zlib.crc32(text.encode()), text))
    return [text for *_, text in sorted(ranked)[:count]]


def compare(pairs: Sequence[tuple[str, str]]) -> Report:
    """Compare the structure of sources and translations."""
    report = Report()
    for number, (source, translation) in enumerate(pairs):
        failed = False
        for name, count in STRUCTURES.items():
            before, after = count(source), count(translation)
            if before or after:
                kept = report.kept[name]
                kept.documents += 1
                kept.documents_kept += before == after
                kept.elements += before.total()
                kept.elements_kept += (before & after).total()
                failed |= before != after
                report.failures += [(number, name, difference) for difference in differences(before, after)]
        report.whole += not failed
    return report


def main(
    documents: Annotated[Path | None, typer.Argument(help="Parquet file with the columns text and lang.")] = None,
    count: Annotated[int, typer.Option(min=1, help="Documents to translate.")] = 200,
    packages: Annotated[int, typer.Option(min=0, help="Descriptions of Python packages beside them.")] = 40,
    shown: Annotated[int, typer.Option(min=0, help="Failures to show.")] = 30,
    back: Annotated[bool, typer.Option(help="Translate back, for chrF.")] = True,
    write: Annotated[Path | None, typer.Option(help="Write sources and translations here, as JSON Lines.")] = None,
) -> None:
    """Print how much structure survives, what does not, and chrF from English to Portuguese and back."""
    table = read_columns(documents or default_documents(), ["text", "lang"])
    english = [row["text"] for row in table.to_pylist() if row["lang"] in _ENGLISH]
    chosen = choose(english, count) + choose(package_descriptions(), packages)
    climbed = translate_texts([open_engine(EngineSpec("fxtranslate"))], chosen, _SOURCE, _TARGET)
    translated = [assemble(segments, climbed.results, _POLICY) for segments in climbed.segmented]
    pairs = [(text, one.text) for text, one in zip(chosen, translated, strict=True) if one.text is not None]
    report = compare(pairs)
    console = Console(highlight=False, soft_wrap=True)
    console.print(_table(report.kept))
    dropped = Counter(one.reason for one in translated if one.reason)
    console.print(f"\n{report.whole} of {len(pairs)} documents have all of it; dropped: {_counts(dropped)}")
    console.print(f"{_told(climbed.results.values())}; {_rate(climbed.effort, chosen)}")
    for number, name, difference in report.failures[:shown]:
        console.print(f"  {number}: {name}: {difference}", markup=False)
    if write is not None:
        rows = ({"source": source, "translation": translation} for source, translation in pairs)
        write.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    if back:
        returned, _ = translate_pairs(
            [open_engine(EngineSpec("fxtranslate", arguments={"direction": "pt-en"}))],
            [Pair(translation, source) for source, translation in pairs],
            _TARGET,
            _SOURCE,
        )
        scored = evaluate(returned, _SOURCE)
        console.print(f"\nback in English: chrF {scored.chrf.value:.1f} ({scored.chrf.signature}), {_spread(scored)}")


def _table(kept: Mapping[str, Kept]) -> Table:
    table = Table("structure", "documents with it", "kept", "elements", "kept", box=None, header_style="bold")
    for name in STRUCTURES:
        if name in kept:
            one = kept[name]
            shares = (one.documents_kept / one.documents, one.elements_kept / max(1, one.elements))
            table.add_row(name, f"{one.documents:,}", f"{shares[0]:.1%}", f"{one.elements:,}", f"{shares[1]:.2%}")
    return table


def _told(results: Iterable[Result]) -> str:
    found = list(results)
    rungs = Counter(result.rung for result in found)
    rejected = Counter(result.finding.reason for result in found if result.text is None and result.finding)
    return f"distinct segments: {_counts(rungs)}; rejected for {_counts(rejected)}"


def _counts(counts: Counter[Any]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.most_common()) or "none"


def _rate(effort: Effort, texts: Sequence[str]) -> str:
    return f"{sum(map(len, texts)) / effort.seconds:,.0f} characters a second"


def _spread(scored: Evaluation) -> str:
    ordered = sorted(one.chrf for one in scored.scored)
    return f"by document {ordered[len(ordered) // 10]:.1f} (first tenth), {ordered[len(ordered) // 2]:.1f} (median)"


if __name__ == "__main__":
    typer.run(main)
