"""Domains are counted as RedPajama-V2 counts them, and read back."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import signals
from signals.models.distributions import languages_of, read_language
from signals.models.importance_training import DomainCounter, write_domain
from signals.models.string_hash import StringHash

WIKI = ["The harbour, as it was in 1900.", "", "A harbour is a place for ships — and naïve 😀 sailors."]
WEB = ["buy now!!! click here", "the best place to buy ships", "a"]

COUNT = r"""
import json, sys, regex
counts, tokens, documents = [0] * 10_000, 0, 0
for text in json.loads(sys.stdin.read()):
    found = regex.findall(r"\w+|[^\w\s]+", text)
    for feature in [*found, *zip(found, found[1:])]:
        counts[abs(hash(feature)) % 10_000] += 1
    tokens, documents = tokens + len(found), documents + 1
print(json.dumps([counts, tokens / documents]))
"""


def counted(texts: list[str], hashing: StringHash | None = None) -> DomainCounter:
    counter = DomainCounter(hashing or StringHash())
    for text in texts:
        counter.add(pa.array([text, None]))
    return counter


def test_counts_are_those_of_pythons_own_hash() -> None:
    environment = os.environ | {"PYTHONHASHSEED": "42"}
    run = subprocess.run(
        [sys.executable, "-c", COUNT],
        input=json.dumps(WIKI),
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    counts, mean = json.loads(run.stdout)
    counter = counted(WIKI)
    assert counter.distribution().counts.tolist() == counts
    assert counter.distribution().mean_tokens == mean
    assert counter.documents == 3


def test_what_is_written_is_read_and_used(tmp_path: Path) -> None:
    for domain, texts in (("wikipedia", WIKI), ("ccnet", WEB)):
        write_domain(tmp_path, "en", domain, counted(texts).distribution(), StringHash())
    assert languages_of(tmp_path) == ["en"]
    model = read_language(tmp_path, "en")
    assert model.targets.keys() == {"wikipedia"}
    assert np.array_equal(model.source.counts, counted(WEB).distribution().counts)
    assert model.source.mean_tokens == counted(WEB).distribution().mean_tokens
    name = "rps_doc_wikipedia_importance"
    scores = signals.compute(pa.array([WIKI[0], WEB[0]]), ["en", "en"], [name], resources={"dsir": tmp_path})
    assert np.sign(scores[name].to_numpy()).tolist() == [1.0, -1.0]


def test_hashes_are_not_mixed(tmp_path: Path) -> None:
    older = StringHash("siphash24")
    write_domain(tmp_path, "en", "ccnet", counted(WEB, older).distribution(), older)
    with pytest.raises(ValueError, match="counted by another hash"):
        write_domain(tmp_path, "en", "wikipedia", counted(WIKI).distribution(), StringHash())


def test_nothing_to_count() -> None:
    with pytest.raises(ValueError, match="no words to count"):
        counted(["", " "]).distribution()
