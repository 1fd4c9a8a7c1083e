import gzip
import json
from pathlib import Path

from pipelines.sources import oscar
from tests.pipelines.sources.reading import read_all

HEADERS = {
    "warc-refers-to": "<urn:uuid:11>",
    "warc-date": "2022-11-26T09:45:47Z",
    "warc-target-uri": "https://example.org/a",
    "warc-identified-content-language": "fra,eng",
    "warc-record-id": "<urn:uuid:22>",
    "warc-block-digest": "sha1:AAAA",
    "content-type": "text/plain",
}
RECORD = {
    "content": "Bonjour le monde\nune autre phrase",
    "warc_headers": HEADERS,
    "metadata": {
        "identification": {"label": "fr", "prob": 0.93},
        "harmful_pp": 4063.1,
        "annotation": ["short_sentences", "header"],
        "sentence_identifications": [{"label": "fr", "prob": 0.9}, None],
    },
}


def test_since_22_01(tmp_path: Path) -> None:
    path = tmp_path / "fr_part_1.jsonl.gz"
    path.write_bytes(
        gzip.compress(json.dumps(RECORD).encode() + b"\n{broken\n" + json.dumps({"content": "x"}).encode())
    )
    found = read_all(oscar.READER, path)
    first, last = found.records
    assert first["text"] == RECORD["content"]
    assert (first["key"], first["url"], first["created"]) == (
        *("<urn:uuid:22>", "https://example.org/a", "2022-11-26T09:45:47Z"),
    )
    assert (first["lang"], first["license_declared"], first["license_evidence"]) == ("fra_Latn", None, None)
    meta = json.loads(first["meta"])
    assert meta["annotation"] == ["short_sentences", "header"]
    assert meta["sentence_identifications"] == [{"label": "fr", "prob": 0.9}, None]
    assert (meta["identification"]["prob"], meta["digest"], meta["lang"]) == (0.93, "sha1:AAAA", "fr")
    assert meta["warc"]["warc-refers-to"] == "<urn:uuid:11>"
    assert (last["key"], last["lang"]) == (None, None)
    assert found.reasons == [(2, "not_json")]


def test_before(tmp_path: Path) -> None:
    record = {
        "id": 3,
        "text": "Kaixo",
        "meta": {"headers": {**HEADERS, "warc-identified-content-language": "eus"}, "offset": 4},
    }
    path = tmp_path / "eu.jsonl"
    path.write_text(json.dumps(record))
    (found,) = read_all(oscar.READER, path).records
    assert (found["key"], found["lang"], json.loads(found["meta"])["offset"]) == ("<urn:uuid:22>", "eus_Latn", 4)
    assert "headers" not in json.loads(found["meta"])
