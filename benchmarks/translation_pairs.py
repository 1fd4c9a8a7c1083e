"""`python -m benchmarks.translation_pairs DOCUMENTS OUT.jsonl --to por_Latn`: human translations by segment.

Lines of Debian's documents, paragraphs of the Declaration of Human Rights; `loam translate eval` reads what is written.
Documents of one page in two languages are paired line by line where they have as many lines. A line is left out where
the translation is none: the same text, or text that CLD2, which no check uses, takes with confidence for the source's
language or for another than the document's.
"""

import itertools
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import langcodes
import numpy as np
import pyarrow.parquet as pq
import pycld2
import typer

# English is what Debian's pages are translated from; pages in two other languages are both translations of it, and say
# the same less exactly.
ENGLISH, OTHER_SOURCES = "en", ("it", "fr", "de", "es")
# So many lines of one pair of languages, so that none outweighs the others.
_LINES_A_PAIR = 1000
# CLD2 is not asked about shorter texts.
_DETECTABLE = 30
_UNTRANSLATED = 0.25
# Chinese languages of which CLDR knows no script.
_UNKNOWN_SCRIPT = frozenset({"cjy", "gan", "hak", "hsn", "nan", "wuu", "yue"})
_ENOUGH_LINES, _LEAST_CORRELATION = 4, 0.9


@dataclass(frozen=True)
class HumanTranslation:
    """One line and its translation by a human.

    Attributes:
        languages: FLORES codes of both (`eng_Latn`, `por_Latn`).
        source: The line.
        target: Its translation.
        page: Which page it stands on; the same in every language.
        line: Its number there.
    """

    languages: tuple[str, str]
    source: str
    target: str
    page: str
    line: int


def debian_translations(documents: Path, sources: Sequence[str] = (ENGLISH,)) -> list[HumanTranslation]:
    """Return the paired lines of a Parquet file with the columns `text`, `lang`, `parallel_key` and `genre`.

    Args:
        documents: The file.
        sources: From which languages; pages that there are in English are no sources in others.
    """
    pages: dict[str, dict[str, list[str]]] = defaultdict(dict)
    table = pq.read_table(documents, columns=["text", "lang", "parallel_key", "genre"])
    for row in table.to_pylist():
        if row["parallel_key"] and row["genre"] != "ui-strings":
            pages[row["parallel_key"]].setdefault(row["lang"], _lines(row["text"]))
    return _evenly(_paired(pages, sources))


def declaration_translations(declarations: Path) -> list[HumanTranslation]:
    """Return the paired paragraphs of `udhr.jsonl`, as `make demo` fetches it: from English into every language."""
    pages: dict[str, dict[str, list[str]]] = {"udhr": {}}
    for line in declarations.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if record["lang"] and record["lang"] not in _UNKNOWN_SCRIPT:
            pages["udhr"].setdefault(record["lang"], _lines(record["text"]))
    return _evenly(_paired(pages, (ENGLISH,)))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _paired(pages: Mapping[str, Mapping[str, Sequence[str]]], sources: Sequence[str]) -> Iterator[HumanTranslation]:
    for page, versions in sorted(pages.items()):
        untranslated = _untranslated(versions)
        if ENGLISH in versions and ENGLISH not in sources:
            continue
        for source in sources:
            for target in sorted(versions):
                if source not in versions or source == target or len(versions[source]) != len(versions[target]):
                    continue
                lines = list(zip(versions[source], versions[target], strict=True))
                if _is_aligned(lines):
                    yield from _translated(page, (source, target), lines, untranslated)


def _is_aligned(lines: Sequence[tuple[str, str]]) -> bool:
    """Tell whether long lines meet long ones: versions of a page may have as many lines and say other things."""
    lengths = np.log([[len(source), len(target)] for source, target in lines]).T
    if len(lines) < _ENOUGH_LINES or not np.all(lengths.std(axis=1)):
        return True
    return bool(np.corrcoef(lengths)[0, 1] >= _LEAST_CORRELATION)


def _untranslated(versions: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Return lines of words that stand in the versions of a page in two languages, not counting regional ones."""
    languages = {tag.partition("-")[0]: lines for tag, lines in versions.items()}
    counts = Counter(line for lines in languages.values() for line in set(lines) if " " in line)
    return frozenset(line for line, count in counts.items() if count > 1)


def _translated(
    page: str, languages: tuple[str, str], lines: Sequence[tuple[str, str]], untranslated: frozenset[str]
) -> Iterator[HumanTranslation]:
    codes = flores(languages[0]), flores(languages[1])
    kept = [
        HumanTranslation(codes, source, target, page, number)
        for number, (source, target) in enumerate(lines)
        if any(map(str.isalpha, source))
        and target not in untranslated
        and (languages[0] == ENGLISH or source not in untranslated)
        and source != target
        and not _is_other(target, languages[1])
    ]
    if len(kept) >= (1 - _UNTRANSLATED) * len(lines):
        yield from kept


def flores(language: str) -> str:
    """Return the FLORES code of a language tag: `por_Latn` of `pt`, `zho_Hans` of `zh-Hans`.

    Examples:
        >>> [flores(tag) for tag in ("pt", "zh-Hant", "sr-Latn")]
        ['por_Latn', 'zho_Hant', 'srp_Latn']
    """
    tag = langcodes.Language.get(language)
    return f"{tag.to_alpha3()}_{tag.maximize().script}"


def _is_other(text: str, language: str) -> bool:
    if len(text) < _DETECTABLE:
        return False
    try:
        reliable, _, found = pycld2.detect(text.encode(), bestEffort=True)
    except pycld2.error:
        return False
    return bool(reliable) and found[0][1].partition("-")[0] != language.partition("-")[0] and found[0][1] != "un"


def _evenly(translations: Iterable[HumanTranslation]) -> list[HumanTranslation]:
    """Return some of each pair of languages, each text once, over all pages."""
    unique = {(found.languages, found.source): found for found in translations}
    pairs: dict[tuple[str, str], list[HumanTranslation]] = defaultdict(list)
    for found in unique.values():
        pairs[found.languages].append(found)
    chosen = (
        [lines[number * len(lines) // _LINES_A_PAIR] for number in range(_LINES_A_PAIR)]
        if len(lines) > _LINES_A_PAIR
        else lines
        for lines in pairs.values()
    )
    return list(itertools.chain.from_iterable(chosen))


def main(
    documents: Annotated[Path, typer.Argument(help="Parquet with `text`, `lang`, `parallel_key`, `genre`.")],
    to: Annotated[Path, typer.Argument(metavar="OUT", help="Receives {source, reference} as JSON Lines.")],
    target: Annotated[str, typer.Option("--to", help="Language of the references, as in FLORES-200.")],
    declarations: Annotated[
        Path | None, typer.Option(help="Its paragraphs instead: `udhr.jsonl` as `make demo` fetches it.")
    ] = None,
) -> None:
    """Write the human translations out of English into a language."""
    pairs = declaration_translations(declarations) if declarations else debian_translations(documents)
    with to.open("w", encoding="utf-8") as lines:
        for pair in pairs:
            if pair.languages[1] == target:
                row = {"source": pair.source, "reference": pair.target, "page": pair.page, "line": pair.line}
                lines.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    typer.run(main)
