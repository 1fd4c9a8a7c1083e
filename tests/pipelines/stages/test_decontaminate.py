import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.corpus import Receipt, Shelf
from pipelines.stages import decontaminate
from pipelines.stages.order import passes_until
from tests.pipelines.stages.curation import PROSE, Curation, document_id

QUESTION = (
    "A farmer has seventeen sheep and all but nine run away; how many sheep are left for the farmer to count at dusk?"
)
CHINESE = "小明的爷爷今年七十二岁,奶奶比爷爷小三岁,请问奶奶今年多少岁?"
THAI = "เมืองหลวงของประเทศไทยคือเมืองใดและตั้งอยู่ริมแม่น้ำอะไร"
SHORT = "Which river flows through the city of Prague?"


def curation_of(folder: Path, texts: dict[str, str], **section: Any) -> Curation:  # noqa: ANN401 -- a recipe's section
    curation = Curation(folder / "corpus", dedup={"decontaminate": {"path": [str(folder / "bench/*")], **section}})
    curation.add("one", [{"name": name, "text": text} for name, text in texts.items()])
    return curation


def write_benchmark(folder: Path, *items: object) -> None:
    (folder / "bench").mkdir(exist_ok=True)
    lines = (json.dumps(item, ensure_ascii=False) for item in items)
    (folder / "bench" / "quiz.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def run(curation: Curation) -> list[Receipt]:
    return curation.run(*[stage for stage, generation in passes_until("select") if generation == 0][1:])


def evidence(curation: Curation) -> list[tuple[str, str, int, str]]:
    rows = Shelf(curation.root).read("contamination/docs/one.parquet").to_pylist()
    return [(row["id"], row["benchmark"], row["item"], row["field"]) for row in rows]


def test_a_document_with_a_question_in_it_is_dropped_by_name(tmp_path: Path) -> None:
    write_benchmark(tmp_path, {"id": "x"}, {"question": {"stem": QUESTION}, "choices": ["eight", {"text": "nine"}]})
    with_question = f"{PROSE}\n\n{QUESTION.upper().replace(' ', '  ').replace(';', ' -- ')}\n\nHe scratched his head."
    curation = curation_of(tmp_path, {"dirty": with_question, "clean": PROSE + " Nothing here."})
    run(curation)
    assert evidence(curation) == [(document_id("dirty"), "quiz.jsonl", 2, "question.stem")]
    (row,) = Shelf(curation.root).read("contamination/docs/one.parquet").to_pylist()
    words = len(QUESTION.split())
    assert (row["ngrams"], row["fraction"]) == (words - 12, 1.0)
    decisions = curation.rows("decisions")
    assert decisions[document_id("dirty")]["rule"] == "contaminated"
    assert decisions[document_id("clean")]["kept"]


def test_flag_leaves_the_decision_to_rules(tmp_path: Path) -> None:
    write_benchmark(tmp_path, {"question": QUESTION})
    half = " ".join(QUESTION.split()[:13])
    texts = {"whole": f"{PROSE} {QUESTION}", "part": f"{PROSE} {half} xyz", "clean": PROSE + " Nothing here."}
    curation = curation_of(tmp_path, texts, action="flag")
    rules = {"little": "contaminated_fraction < 0.9", "one": "NOT contaminated OR contaminated_texts = 1"}
    recipe = curation.plan.recipe.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    curation.plan.recipe = type(curation.plan.recipe).model_validate({**recipe, "select": {"rules": rules}})
    run(curation)
    decisions = {name: curation.rows("decisions")[document_id(name)]["rule"] for name in texts}
    assert decisions == {"whole": "little", "part": None, "clean": None}
    found = curation.rows("contaminated")
    assert found[document_id("part")]["contaminated_fraction"] == pytest.approx(13 / len(QUESTION.split()))


@pytest.mark.parametrize("text", [CHINESE, THAI, "日本の首都である東京の人口は、いったい何人でしょうか。"])
def test_scripts_without_spaces(tmp_path: Path, text: str) -> None:
    write_benchmark(tmp_path, {"q": text})
    around = text[:9] + "……" + text[9:]  # punctuation does not hide it
    curation = curation_of(
        tmp_path, {"dirty": f"{text[-4:]}。{around}{text[:4]}", "clean": f"{text[:8]}一二三{text[12:20]}"}
    )
    run(curation)
    assert evidence(curation) == [(document_id("dirty"), "quiz.jsonl", 1, "q")]


def test_short_texts_are_sought_whole_and_very_short_ones_not_at_all(tmp_path: Path) -> None:
    write_benchmark(tmp_path, {"q": SHORT, "a": "the Vltava river in the middle"})
    texts = {
        "has": f"{PROSE} {SHORT} {PROSE}",
        "part": f"{PROSE} {SHORT[:-8]}",
        "answer": "the Vltava river in the middle",
    }
    curation = curation_of(tmp_path, texts)
    run(curation)
    assert evidence(curation) == [(document_id("has"), "quiz.jsonl", 1, "q")]
    report = json.loads((curation.root / "contamination/report.json").read_text())
    assert report["benchmarks"]["quiz.jsonl"] == {
        "items": 1,
        "items_found": 1,
        "documents": 1,
        "fields": {
            "a": {"texts": 1, "too_short": 1, "items_found": 0, "documents": 0},
            "q": {"texts": 1, "too_short": 0, "items_found": 1, "documents": 1},
        },
    }
    assert (report["documents"], report["ngram"], report["action"]) == (1, 13, "drop")


def test_benchmarks_in_parquet_and_gzip_with_damage(tmp_path: Path) -> None:
    (tmp_path / "bench").mkdir()
    pq.write_table(pa.table({"n": [1], "doc": [{"text": QUESTION}]}), tmp_path / "bench/a.parquet")
    (tmp_path / "bench/b.jsonl.gz").write_bytes(gzip.compress(json.dumps([CHINESE]).encode() + b'\n\n{"no json\n'))
    (tmp_path / "bench/c.parquet").write_bytes(b"not parquet")
    curation = curation_of(tmp_path, {"one": QUESTION, "two": CHINESE})
    receipts = run(curation)
    outcome = next(receipt.outcome for receipt in receipts if receipt.stage == "decontaminate-benchmarks")
    assert (outcome.rows_in, outcome.rows_out) == (4, 2)
    assert outcome.dropped == {"bad_json": 1, "damaged_parquet": 1}
    bad = Shelf(curation.root).read("quarantine/benchmarks/benchmarks.parquet").to_pylist()
    assert [(row["file"], row["row"]) for row in bad] == [("b.jsonl.gz", 3), ("c.parquet", 1)]
    assert evidence(curation) == [
        (document_id("one"), "a.parquet", 1, "doc.text"),
        (document_id("two"), "b.jsonl.gz", 1, "[]"),
    ]


def test_nothing_to_look_for_or_in(tmp_path: Path) -> None:
    write_benchmark(tmp_path, {"n": 1})
    curation = curation_of(tmp_path, {"a": "", "b": "words"})
    run(curation)
    assert evidence(curation) == []
    assert set(curation.rows("decisions")) == {document_id("a"), document_id("b")}
    assert list(decontaminate.STAGE.plan(Curation(tmp_path / "other").plan, 0)) == []
