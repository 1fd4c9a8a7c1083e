"""The inputs that readers are measured on are read as they are meant."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks import crawls, dumps, intake
from benchmarks.documents import Material
from pipelines.sources import stackexchange, wikipedia
from pipelines.sources.record import InputFile, Part, Reader

TEXTS = [f"The first line of text {n} & more\nA second line, <b>{n}</b>" for n in range(7)]


@pytest.fixture
def material(tmp_path: Path) -> Material:
    material = Material(tmp_path)
    pq.write_table(pa.table({"text": TEXTS, "url": [f"https://e.org/{n}" for n in range(7)]}), material.documents)
    return material


def test_pages_are_made_where_no_real_ones_are(material: Material, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crawls, "_REAL_PAGES", Path("/nowhere"))
    sizes = {work() for work in (crawls.libraries_alone(material), crawls.read_archive(material, "evidence"))}
    assert len(sizes) == 1
    assert sizes.pop() > sum(map(len, TEXTS))


@pytest.mark.parametrize(
    ("reader", "lay_down", "alone", "documents"),
    [
        (wikipedia.READER, dumps._wiki_dump, dumps.wikitext_parser_alone, 7),
        (stackexchange.READER, dumps._posts, dumps.posts_parser_alone, 3),
    ],
)
def test_dumps_are_read_without_a_fault(
    material: Material,
    reader: Reader,
    lay_down: Callable[[Material], Path],
    alone: Callable[[Material], Callable[[], int]],
    documents: int,
) -> None:
    path = lay_down(material)
    batches = list(reader.read(Part(InputFile(str(path), path.name, path.stat().st_size)), {}, {"site": None}))
    assert sum(batch.records.num_rows for batch in batches) == documents
    assert not any(batch.bad or batch.dropped for batch in batches)
    assert alone(material)() == path.stat().st_size


@pytest.mark.parametrize("kind", ["parquet", "jsonl"])
def test_documents_are_taken_in_again_and_again(material: Material, kind: str) -> None:
    work = intake.ingest(material, kind)
    assert work() == work() == sum(len(text.encode()) for text in TEXTS)
