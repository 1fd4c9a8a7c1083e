from pathlib import Path
from typing import Any

import pytest

from pipelines.stages.card_recipe import told_recipe

FOLDER = Path("/home/ada/corpus")


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ("docs/*.jsonl", "docs/*.jsonl"),
        ("../shared/a.parquet", "../shared/a.parquet"),
        ("/home/ada/corpus/docs/*.jsonl", "docs/*.jsonl"),
        ("/home/ada/other/a.jsonl", "…/a.jsonl"),
        ("/home/ada/corpus2/a.jsonl", "…/a.jsonl"),
        ("/home/ada/crawl-*/part-?.gz", "…/crawl-*/part-?.gz"),
        ("/data/{a,b}.jsonl", "…/{a,b}.jsonl"),
        ("~/secret/a.jsonl", "…/a.jsonl"),
        ("file:///home/ada/corpus/a.jsonl", "a.jsonl"),
        ("file:///srv/x/a.jsonl", "…/a.jsonl"),
        ("https://ada:pw@example.org/a.jsonl?X-Amz-Signature=0123", "https://example.org/a.jsonl"),
        ("s3://key:word@bucket/part-?.parquet", "s3://bucket/part-?.parquet"),
        ("s3://key:word@bucket/a part.parquet", "s3://bucket/a part.parquet"),
        ("https://ada:pw@example.org/a b.jsonl?key=0123", "https://example.org/a b.jsonl"),
        ("local:///srv/x/a.jsonl", "…/a.jsonl"),
        ("zip://*.jsonl::/srv/x/a.zip", "zip://*.jsonl::…/a.zip"),
        ("zip://*.jsonl::s3://key:word@bucket/a.zip", "zip://*.jsonl::s3://bucket/a.zip"),
        ("word_count::DOUBLE / 2 >= 50", "word_count::DOUBLE / 2 >= 50"),
        ("hf://datasets/a/b/*.parquet", "hf://datasets/a/b/*.parquet"),
        ("word_count / 2 >= 50", "word_count / 2 >= 50"),
        ("Found at https://example.org/?a=1 and elsewhere", "Found at https://example.org/?a=1 and elsewhere"),
        ("", ""),
    ],
)
def test_what_is_told_of_a_path_or_an_address(stated: str, told: str) -> None:
    assert told_recipe({"sources": [{"path": [stated]}]}, FOLDER) == {"sources": [{"path": [told]}]}


def test_all_else_stays_as_it_is() -> None:
    recipe: dict[str, Any] = {"name": "a", "seed": 3, "mix": None, "on": True, "rules": {"b": "word_count >= 1.5"}}
    assert told_recipe(recipe, FOLDER) == recipe


def test_what_is_stated_for_readers_is_told_whole() -> None:
    url = "https://example.org/find?id=3#top"
    recipe: dict[str, Any] = {"publish": {"url": url, "creators": [{"url": url}], "previous": "/home/ada/old.json"}}
    told = told_recipe(recipe, FOLDER)
    assert told == {"publish": {"url": url, "creators": [{"url": url}], "previous": "…/old.json"}}
