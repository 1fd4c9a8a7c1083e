import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.sources import c4, redpajama_v1
from pipelines.sources.record import Reader
from tests.pipelines.sources.reading import Read, read_all

SAMPLES = Path(__file__).parents[4] / "shared" / "data" / "redpajama_v1"


def read(folder: Path, *records: dict[str, Any] | str, reader: Reader = redpajama_v1.READER, name: str = "a") -> Read:
    path = folder / f"{name}.json.gz"
    lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    return read_all(reader, path)


def test_common_crawl(tmp_path: Path) -> None:
    source = "cc/2023-06/en_head_0000.json.gz/line401859"
    scores = {"pred_label": "__label__cc", "pred_label_prob": 0.6, "wiki_prob": 0.4}
    (record,) = read(tmp_path, {"text": "A page.", "source": source, **scores}).records
    assert record["key"] == source
    assert json.loads(record["meta"]) == {"source": source, **scores}
    assert (record["url"], record["license_declared"]) == (None, None)


def test_arxiv(tmp_path: Path) -> None:
    meta = {"arxiv_id": "1712.01076", "language": "en", "timestamp": 1512465451000, "url": "https://arxiv.org/abs/1"}
    (record,) = read(tmp_path, {"text": "x", "meta": meta}).records
    assert (record["lang"], record["url"], record["created"]) == ("eng_Latn", meta["url"], "2017-12-05T09:17:31Z")
    assert json.loads(record["meta"]) == {"arxiv_id": "1712.01076", "lang": "en"}


def test_github(tmp_path: Path) -> None:
    meta = {"repo_name": "a/b", "path": "src/x y.py", "ref": "refs/heads/main", "license": "apache-2.0"}
    languages = {"language": [{"name": "Python", "bytes": "12"}]}
    (record,) = read(tmp_path, {"text": "x", "meta": {**meta, **languages}}).records
    assert record["url"] == "https://github.com/a/b/blob/main/src/x%20y.py"
    assert (record["license_declared"], record["lang"]) == ("apache-2.0", None)
    assert json.loads(record["license_evidence"])[0]["class"] == "E2"
    assert json.loads(record["meta"])["language"] == languages["language"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://cooking.stackexchange.com/questions/1", "CC-BY-SA-2.5 AND CC-BY-SA-3.0 AND CC-BY-SA-4.0"),
        ("https://fr.wikipedia.org/wiki/Pomme", "CC-BY-SA-3.0"),
        ("https://wikipedia.org.example.com/", None),
        ("http://[bad", None),
        ("https://www.gutenberg.org/ebooks/1", None),
    ],
)
def test_licence_of_a_site(tmp_path: Path, url: str, expected: str | None) -> None:
    (record,) = read(tmp_path, {"text": "x", "meta": {"url": url, "timestamp": "20230320"}}).records
    assert (record["license_declared"], record["created"]) == (expected, "2023-03-20")


def test_meta_as_text_is_read_and_never_run(tmp_path: Path) -> None:
    run = tmp_path / "run"
    found = read(
        tmp_path,
        {"text": "a", "meta": '{"url": "https://a.example/"}'},
        {"text": "b", "meta": "{'url': 'https://b.example/', 'title': None}"},
        {"text": "c", "meta": f"__import__('pathlib').Path({str(run)!r}).touch()"},
        {"text": "d", "meta": ["no object"]},
        {"text": "e", "meta": None},
        '{"text": "cut',
    )
    assert [record["url"] for record in found.records] == ["https://a.example/", "https://b.example/", None]
    assert sorted(found.reasons) == [(3, "bad_meta"), (4, "bad_meta"), (6, "not_json")]
    assert not run.exists()


def test_c4(tmp_path: Path) -> None:
    record = {"text": "Bonjour.", "timestamp": "2019-04-25T12:57:54Z", "url": "https://a.example/"}
    name = "c4-fr.tfrecord-00000-of-02048"
    (found,) = read(tmp_path, record, reader=c4.READER, name=name).records
    assert (found["url"], found["created"]) == (record["url"], record["timestamp"])
    assert (found["lang"], found["license_declared"], found["meta"]) == ("fra_Latn", None, None)


@pytest.mark.skipif(not SAMPLES.exists(), reason="../shared/data is not there")
@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("arxiv", 11),
        ("redpajama-c4-refined", 10),
        ("redpajama-cc-2023-06-refined", 10),
        ("redpajama-pile-stackexchange-refined", 10),
        ("stack_exchange", 70),
    ],
)
def test_real_samples(name: str, count: int) -> None:
    found = read_all(redpajama_v1.READER, SAMPLES / f"{name}.jsonl.gz")
    assert (len(found.records), found.bad) == (count, [])
    if name == "arxiv":
        assert all(record["url"].startswith("https://arxiv.org/abs/") for record in found.records)
