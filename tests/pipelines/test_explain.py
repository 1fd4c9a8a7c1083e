import dataclasses
import io
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from rich.console import Console

from pipelines.errors import LoamError
from pipelines.explain import story_of_document, story_of_sequence
from pipelines.story import print_story, verdict
from pipelines.tokens.provenance import SequenceOrigin
from tests.pipelines.conftest import SmallCorpus, loam


def _story(corpus: SmallCorpus, source_id: str, generation: int = 0) -> dict[str, Any]:
    return story_of_document(corpus.root, corpus.id_of(source_id, generation))


def _printed(story: dict[str, Any]) -> list[str]:
    out = io.StringIO()
    print_story(story, Console(file=out, width=80))
    return out.getvalue().splitlines()


def _part(lines: list[str], title: str) -> list[str]:
    start = next(number for number, line in enumerate(lines) if line.startswith(title))
    part = lines[start + 1 :]
    return [line.strip() for line in part[: part.index("")]] if "" in part else [line.strip() for line in part]


def test_a_kept_document(small_corpus: SmallCorpus) -> None:
    story = _story(small_corpus, "d7")
    assert story["document"]["license_declared"] == "CC-BY-4.0"
    assert story["license"]["status"] == "allow_with_obligations"
    assert story["decision"] == {"id": story["document"]["id"], "kept": True, "rule": None, "lang": "eng_Latn"}
    assert story["duplicates"] is None
    assert [rule["rule"] for rule in story["rules"]] == ["words_enough", "no_repetition", "dated"]
    assert all(rule["passed"] is True for rule in story["rules"])
    (sequence,) = story["sequences"]
    assert (
        story_of_sequence(small_corpus.root, sequence["shard"], sequence["sequence"])["document"] == story["document"]
    )
    lines = _printed(story)
    assert lines[0] == f"{story['document']['id']} is kept, as eng_Latn."
    assert "license_evidence  E2 record_field: CC-BY-4.0  (a.jsonl:license)" in _part(lines, "Document")
    assert _part(lines, "Copies") == ["no other document has this text"]
    assert _part(lines, "Edits") == ["none: the text goes on as it stands"]
    (tokens,) = _part(lines, "Tokens")
    assert tokens.startswith(f"{sequence['shard']}, sequence {sequence['sequence']}: {sequence['length']} tokens")


def test_of_a_long_signature_the_beginning_is_printed(small_corpus: SmallCorpus) -> None:
    story = _story(small_corpus, "d7")
    story["signals"] = {"id": "x", "word_count": 60, "minhash": "0f" * 512, "text_hash": "a" * 64}
    assert _part(_printed(story), "Signals") == [
        "word_count  60",
        f"minhash     {'0f' * 32}… (1,024 characters; --json has all)",
        f"text_hash   {'a' * 64}",
    ]


def test_rules_stand_in_the_order_they_are_asked_with_their_values(small_corpus: SmallCorpus) -> None:
    lines = _part(_printed(_story(small_corpus, "d0")), "Rules")
    assert [line.split()[:2] for line in lines] == [
        ["words_enough", "passes"],
        ["no_repetition", "passes"],
        ["dated", "fails"],
    ]
    assert lines[2].endswith("created >= '2012'                    created = 2010-01-01")
    assert (
        len(
            {
                line.index(condition)
                for line, condition in zip(lines, ("word_count >=", "rps_doc", "created >="), strict=True)
            }
        )
        == 1
    )


@pytest.mark.parametrize(
    ("source_id", "sentence"),
    [
        ("d0", "is dropped (dated): created >= '2012' with created = 2010-01-01."),
        ("undated", "is dropped (dated:null): created >= '2012' with created = null."),
        ("short", "is dropped (words_enough): word_count >= 50 with word_count = 2."),
        ("d2", "is dropped (license:noncommercial): its licence, CC-BY-NC-4.0: deny under the profile open."),
    ],
)
def test_a_dropped_document_begins_with_the_reason(small_corpus: SmallCorpus, source_id: str, sentence: str) -> None:
    story = _story(small_corpus, source_id)
    assert verdict(story) == f"{small_corpus.id_of(source_id)} {sentence}"
    assert story["sequences"] == []
    assert _part(_printed(story), "Tokens") == ["in no token shard"]


def test_a_copy_names_the_document_that_speaks_for_it(small_corpus: SmallCorpus) -> None:
    story = _story(small_corpus, "copy")
    original = small_corpus.id_of("d4")
    assert verdict(story).endswith(f"is dropped (duplicate): a copy of {original}, which speaks for all 2 documents.")
    assert story["duplicates"]["cluster_licenses"] == ["CC-BY-SA-4.0", "MIT"]
    copies = _part(_printed(story), "Copies")
    assert copies[-2:] == ["cluster_licenses  CC-BY-SA-4.0", "MIT"]
    assert verdict(_story(small_corpus, "d4")).endswith("is kept, as eng_Latn.")


def test_a_null_rule_says_so(small_corpus: SmallCorpus) -> None:
    lines = _part(_printed(_story(small_corpus, "undated")), "Rules")
    assert lines[-1].split("  ")[:2] == ["dated", ""]
    assert "fails (null)" in lines[-1]
    assert lines[-1].endswith("created = null")


def test_text_of_a_document_cannot_steer_the_terminal(small_corpus: SmallCorpus) -> None:
    lines = _printed(_story(small_corpus, "undated"))
    assert any("Le�[31m port" in line for line in lines)
    assert not any("\x1b" in line for line in lines)


def test_a_translation_and_its_parent_know_each_other(small_corpus: SmallCorpus) -> None:
    answer = loam(
        "sql", str(small_corpus.root), "FROM documents SELECT id, derived_from WHERE generation = 1", "--format", "json"
    )
    if not answer.stdout:
        pytest.skip("needs the translation engine of the extra `mt`")
    row = json.loads(answer.stdout)
    story = story_of_document(small_corpus.root, row["id"])
    assert story["document"]["derived_from"] == row["derived_from"]
    assert story["document"]["generation"] == 1
    assert verdict(story).endswith("is kept, as por_Latn.")
    parent = story_of_document(small_corpus.root, row["derived_from"])
    license_ = story["license"]["license"]
    assert parent["translations"] == [
        {
            "id": row["id"],
            "lang": "por_Latn",
            "source": "docs-to-por_Latn",
            "license": license_,
            "kept": True,
            "rule": None,
        }
    ]
    (line,) = _part(_printed(parent), "Translations")
    assert line == f"por_Latn  {row['id']}  docs-to-por_Latn  {license_}  kept"
    (line,) = _part(_printed(story), "Made from")
    assert line.split()[1:3] == [row["derived_from"], "docs"]


def test_the_beginning_of_an_id_is_enough(small_corpus: SmallCorpus) -> None:
    identity = small_corpus.id_of("d7")
    assert story_of_document(small_corpus.root, identity[:12])["document"]["id"] == identity
    with pytest.raises(LoamError, match="no document with an id that begins with 'zz'"):
        story_of_document(small_corpus.root, "zz")
    with pytest.raises(LoamError, match="several documents with an id that begins with ''"):
        story_of_document(small_corpus.root, "")


def test_every_sequence_leads_back_to_its_document(small_corpus: SmallCorpus) -> None:
    for path in sorted((small_corpus.root / "tokens").rglob("*.provenance.parquet")):
        shard = path.relative_to(small_corpus.root).as_posix()
        for row in pq.read_table(path).to_pylist():
            story = story_of_sequence(small_corpus.root, shard, row["sequence"])
            assert story["document"]["id"] == row["id"]
            assert story["sequence"] in story["sequences"]
            assert set(story["sequence"]) == {field.name for field in dataclasses.fields(SequenceOrigin)}
        with pytest.raises(LoamError, match=r"no sequence 999; its sequences are 0 to"):
            story_of_sequence(small_corpus.root, shard, 999)


def test_a_document_that_is_only_ingested(tmp_path: Path, small_corpus: SmallCorpus) -> None:
    result = loam("run", str(small_corpus.recipe), "--corpus", str(tmp_path / "c"), "--until", "ingest", "--quiet")
    assert result.exit_code == 0
    story = story_of_document(tmp_path / "c", small_corpus.id_of("d7"))
    assert [story[part] for part in ("signals", "duplicates", "license", "decision", "edits", "sequences")] == [
        *(None, None, None, None, [], []),
    ]
    assert all(rule["values"] is None for rule in story["rules"])
    lines = _printed(story)
    assert lines[0].endswith("is not decided yet.")
    assert _part(lines, "Signals") == ["not measured yet"]
    assert all("not measured yet" in line for line in _part(lines, "Rules"))


def test_a_lone_document_speaks_for_itself_in_rules(tmp_path: Path, small_corpus: SmallCorpus) -> None:
    rule = "select.rules={alone: cluster_size = 1 AND representative}"
    result = loam(
        "run", str(small_corpus.recipe), "--corpus", str(tmp_path / "c"), "--until", "select", "--quiet", "--set", rule
    )
    assert result.exit_code == 0, result.output
    story = story_of_document(tmp_path / "c", small_corpus.id_of("d7"))
    assert story["rules"] == [
        {
            "rule": "alone",
            "sql": "cluster_size = 1 AND representative",
            "passed": True,
            "values": {"cluster_size": 1, "representative": True},
        }
    ]
    assert verdict(story_of_document(tmp_path / "c", small_corpus.id_of("d4"))).endswith(
        "is dropped (alone): cluster_size = 1 AND representative with cluster_size = 2, representative = True."
    )
