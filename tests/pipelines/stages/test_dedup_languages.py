"""Pages that were never translated, declared as several languages; and true translations, which are no copies."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipelines.dedup.profiles import PROFILES
from pipelines.stages import annotate, dedup
from signals.languages import to_flores
from signals.reference.minhash import jaccard, shingles
from tests.pipelines.stages.curation import PROSE, Curation, document_id

LOAM = PROFILES["loam"]
PAGES = 40


def _curated(root: Path, rows: list[dict[str, Any]], **section: Any) -> dict[str, dict[str, Any]]:  # noqa: ANN401 -- a recipe's section
    curation = Curation(root, dedup=section)
    curation.add("s", rows)
    curation.run(annotate.LANGUAGE, annotate.CORE, annotate.annotation_stage("minhash"), *dedup.STAGES)
    return curation.rows("duplicates")


def _pages(shared: Path) -> dict[str, list[dict[str, Any]]]:
    """Return real pages by the page of which they are versions: some that were not translated, and as many others."""
    columns = ["id", "text", "lang", "parallel_key"]
    versions = defaultdict(list)
    for row in pq.read_table(shared / "data/debian_docs.parquet", columns=columns).to_pylist():
        versions[row["parallel_key"]].append({**row, "name": row["id"], "lang": to_flores(row["lang"])})
    several = {key: rows for key, rows in versions.items() if 3 <= len(rows) <= 8}
    untranslated = [key for key, rows in several.items() if len({row["text"] for row in rows}) < len(rows)]
    translated = [key for key, rows in several.items() if len({row["text"] for row in rows}) == len(rows)]
    return {key: several[key] for key in (*untranslated[:PAGES], *translated[:PAGES])}


def test_untranslated_pages_are_found_and_translations_are_none(tmp_path: Path, shared: Path) -> None:
    pages = _pages(shared)
    rows = [row for versions in pages.values() for row in versions]
    fields = ("name", "text", "lang")
    found = _curated(tmp_path, [{name: row[name] for name in fields} for row in rows], fuzzy=True)
    cluster = {row["name"]: found.get(document_id(row["name"]), {"cluster": row["name"]})["cluster"] for row in rows}
    copies = translations = 0
    for versions in pages.values():
        sets = {row["name"]: shingles(row["text"], LOAM.shingling) for row in versions}
        for number, one in enumerate(versions):
            for other in versions[:number]:
                similarity = jaccard(sets[one["name"]], sets[other["name"]])
                if one["text"] == other["text"] and one["lang"] != other["lang"]:
                    copies += 1
                    assert cluster[one["name"]] == cluster[other["name"]]
                    languages = found[document_id(one["name"])]["cluster_languages"]
                    assert {one["lang"], other["lang"]} <= set(languages)
                elif similarity < 0.5:
                    translations += 1
                    assert cluster[one["name"]] != cluster[other["name"]]
    assert copies > PAGES / 2
    assert translations > PAGES


def test_a_near_copy_is_found_whatever_its_label(tmp_path: Path) -> None:
    words = " ".join(f"{word}{number}" for number, word in enumerate((PROSE * 3).replace(".", "").split()))
    rows: list[dict[str, Any]] = [
        {"name": "a", "text": words, "lang": "eng_Latn"},
        {"name": "b", "text": words + " more", "lang": "jpn_Jpan"},
        {"name": "c", "text": words.upper(), "lang": None},
        {"name": "d", "text": words + " more still", "lang": "eng_Latn"},
    ]
    found = _curated(tmp_path, rows, fuzzy=True, keep=["length(text)"])
    assert {row["cluster"] for row in found.values()} == {min(map(document_id, "ac"))}
    assert [row["cluster_languages"] for row in found.values()] == [["eng_Latn", "jpn_Jpan"]] * 4
