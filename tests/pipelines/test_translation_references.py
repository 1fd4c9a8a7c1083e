from pathlib import Path

import pyarrow as pa
import pytest

from pipelines.corpus import Outcome as UnitOutcome
from pipelines.corpus import Shelf, Unit
from pipelines.corpus.identity import write_corpus_identity
from pipelines.corpus.schemas import TRANSLATIONS
from pipelines.errors import CorpusError
from pipelines.recipe import Recipe
from pipelines.translation_references import corpus_translations
from translate.evaluation import Outcome, Pair, Translation

SEGMENTS = (
    ("One day.", "Um dia."),
    ("Two\ndays.", "Dois dias."),
    ("Three days.", None),
    ("Four days.", "Quatro dias."),
)


def document(id_: str, dropped: str | None = None, target: str = "por_Latn") -> dict[str, object]:
    segments, source_at, target_at = [], 0, 0
    for source, translated in SEGMENTS:
        segments.append(
            {
                "source_start": source_at,
                "source": source,
                "target_start": None if dropped else target_at,
                "target": translated,
                "rung": "whole" if translated else "rejected",
                "reason": None if translated else "omission",
            }
        )
        source_at += len(source) + 1
        target_at += len(translated or "") + 1
    return {
        "id": id_,
        "source_lang": "eng_Latn",
        "target_lang": target,
        "dropped": dropped,
        "segments": segments,
    }


@pytest.fixture(name="corpus")
def _corpus(tmp_path: Path) -> Path:
    recipe = Recipe.model_validate({"name": "t", "sources": [{"name": "docs", "kind": "jsonl", "path": ["x"]}]})
    write_corpus_identity(tmp_path, recipe, 1.0)
    return tmp_path


def lay_down(root: Path, *documents: dict[str, object]) -> None:
    shelf = Shelf(root)
    shelf.write("translations/d-to-por_Latn/a.parquet", pa.Table.from_pylist(list(documents), TRANSLATIONS))
    shelf.commit(Unit("translate", "d-to-por_Latn/a", 1, (), {}), 1, {}, UnitOutcome(0, 0, {}, 0))


def test_a_source_is_found_as_one_segment_or_as_several(corpus: Path) -> None:
    lay_down(corpus, document("a"), document("b"))
    whole, lacking = Outcome("whole", None), Outcome("rejected", "omission")
    pairs = [
        Pair("Two days.", "2 dias."),
        Pair("One day. Two days.", "1 dia, 2 dias."),
        Pair("Two  days. Three days.\n", "2 dias, 3 dias."),
        Pair("Five days.", "5 dias."),
    ]
    assert corpus_translations(corpus, pairs, "eng_Latn", "por_Latn") == [
        Translation(pairs[0], "Dois dias.", (whole,)),
        Translation(pairs[1], "Um dia. Dois dias.", (whole, whole)),
        Translation(pairs[2], "Dois dias.", (whole, lacking)),
    ]
    assert corpus_translations(corpus, pairs, "eng_Latn", "fra_Latn") == []


def test_documents_that_were_dropped_are_not_looked_at(corpus: Path) -> None:
    lay_down(corpus, document("a", dropped="omission"))
    assert corpus_translations(corpus, [Pair("One day.", "1 dia.")], "eng_Latn", "por_Latn") == []


def test_a_corpus_without_translations_is_refused(corpus: Path) -> None:
    with pytest.raises(CorpusError, match="nothing is translated"):
        corpus_translations(corpus, [Pair("One day.", "1 dia.")], "eng_Latn", "por_Latn")
