"""RedPajama-V2's importance, against a few lines of Python that hash with CPython's own `hash`."""

import json
import math
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import signals
from signals.models.poisson import log_factorial, probability

DOMAINS = ("wikipedia", "books", "openwebtext")
NAMES = [f"rps_doc_{domain}_importance{suffix}" for domain in DOMAINS for suffix in ("", "_length_correction")]

# What RedPajama-V2's importance_weights.py computes, for one document after the other.
SCORE = r"""
import json, math, sys
from pathlib import Path
import numpy as np, regex

def poisson(number, mean):
    return math.exp(number * math.log(mean) - math.lgamma(number + 1) - mean)

folder, documents = Path(sys.argv[1]), json.loads(sys.stdin.read())
for text, language in documents:
    tokens = regex.findall(r"\w+|[^\w\s]+", text)
    counts = np.zeros(10_000)
    for feature in [*tokens, *zip(tokens, tokens[1:])]:
        counts[abs(hash(feature)) % 10_000] += 1
    scores = []
    for domain in ("wikipedia", "books", "openwebtext"):
        files = {name: folder / language / f"{name}.{language}.10000.counts.npy" for name in (domain, "ccnet")}
        if not files[domain].exists() or not text:
            scores += [None, None]
            continue
        target, source = (np.load(path) / np.load(path).sum() for path in files.values())
        score = math.fsum(counts * (np.log(target + 1e-8) - np.log(source + 1e-8)))
        means = [float(np.load(folder / language / f"{name}.{language}.lambda.npy")) for name in (domain, "ccnet")]
        likely, usual = (poisson(len(text), mean) for mean in means)
        scores += [round(score, 8), round(score + math.log(likely + 1e-8) - math.log(usual + 1e-8), 8)]
    print(json.dumps(scores))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """English in all domains and German in one, with means that some of the texts are about as long as."""
    made, draw = tmp_path_factory.mktemp("dsir"), np.random.default_rng(7)
    means = {"ccnet": 60.5, "wikipedia": 75.25, "books": 420.0, "openwebtext": 900.125}
    for language, domains in (("en", ("ccnet", *DOMAINS)), ("de", ("ccnet", "wikipedia"))):
        (made / language).mkdir()
        for domain in domains:
            counts = draw.zipf(1.3, 10_000).clip(0, 10**7) * (draw.random(10_000) < 0.9)
            np.save(made / language / f"{domain}.{language}.10000.counts.npy", counts.astype(np.int64))
            np.save(made / language / f"{domain}.{language}.lambda.npy", means[domain])
    return made


TEXTS = [
    "Hello, world! The quick brown fox: it isn't as quick as 3.14 — “naïve” café.",
    "x",
    " \n",
    "Grüße aus Köln 😀 日本語 ЖЖЖ e\u0301 " * 9,
    "word " * 180,
    "The end.\n" * 100,
]


def by_python(folder: Path, documents: list[tuple[str, str]]) -> list[list[float | None]]:
    run = subprocess.run(
        [sys.executable, "-c", SCORE, str(folder)],
        input=json.dumps(documents),
        env=os.environ | {"PYTHONHASHSEED": "42"},
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in run.stdout.splitlines()]


def importance(folder: Path, texts: Sequence[str | None], languages: Sequence[str | None]) -> list[list[float | None]]:
    table = signals.compute(pa.array(texts, pa.string()), languages, NAMES, resources={"dsir": folder})
    return [list(row.values()) for row in table.to_pylist()]


def test_values_are_those_of_pythons_own_hash(folder: Path) -> None:
    assert sys.hash_info.algorithm == "siphash13"
    documents = [(text, language) for text in TEXTS for language in ("en", "de")]
    expected = by_python(folder, documents)
    assert importance(folder, *map(list, zip(*documents, strict=True))) == expected
    assert any(score[0] != score[1] for score in expected)  # some texts are as long as the means are
    assert expected[1][2:] == [None] * 4


def test_values_on_real_documents(folder: Path, shared: Path) -> None:
    table = pq.read_table(shared / "data/debian_docs.parquet", columns=["text", "lang"])
    documents = [(row["text"], "en") for row in table.take(np.arange(0, table.num_rows, 300)).to_pylist()]
    texts, languages = map(list, zip(*documents, strict=True))
    found = importance(folder, texts, languages)
    compared = np.abs(np.array(found) - np.array(by_python(folder, documents)))
    assert compared.shape == (len(documents), 6)
    assert compared.max() < 1.5e-8  # a sum of a hundred thousand numbers, in another order
    assert (compared == 0).mean() > 0.99


def test_nulls(folder: Path) -> None:
    rows = importance(folder, [None, "", "word", "word", "word"], ["en", "en", "fr", None, "xx"])
    assert rows == [[None] * 6] * 5
    assert importance(folder, [" \n"], ["en"])[0][0] == 0.0


@pytest.mark.parametrize("language", ["en", "eng", "eng_Latn", "en_GB"])
def test_any_code_of_the_language(folder: Path, language: str) -> None:
    assert importance(folder, ["word"], [language]) == importance(folder, ["word"], ["en"])
    assert importance(folder, ["word"], [language])[0][0] is not None


def test_languages_are_told_apart_within_a_batch(folder: Path) -> None:
    apart = [importance(folder, ["Wort und Wort"], [language])[0] for language in ("en", "de", "fr")]
    assert importance(folder, ["Wort und Wort"] * 3, ["en", "de", "fr"]) == apart
    assert apart[0] != apart[1]


def copied(folder: Path, target: Path) -> Path:
    for path in folder.glob("en/*"):
        (target / "en").mkdir(exist_ok=True)
        (target / "en" / path.name).write_bytes(path.read_bytes())
    return target


def test_the_older_hash_gives_other_values(folder: Path, tmp_path: Path) -> None:
    older = copied(folder, tmp_path)
    (older / "hash.json").write_text('{"str_hash": "siphash24"}')
    assert importance(older, TEXTS[:1], ["en"]) != importance(folder, TEXTS[:1], ["en"])


def test_what_is_missing_is_null(folder: Path, tmp_path: Path) -> None:
    partly = copied(folder, tmp_path)
    (partly / "en/books.en.10000.counts.npy").unlink()
    (partly / "en/openwebtext.en.lambda.npy").unlink()
    row = importance(partly, ["word"], ["en"])[0]
    full = importance(folder, ["word"], ["en"])[0]
    assert row == [*full[:2], None, None, full[4], None]
    assert importance(Path(partly), ["word"], ["de"])[0] == [None] * 6


def test_without_the_resource_all_is_null() -> None:
    assert signals.compute(pa.array(["word"]), ["en"], NAMES).to_pylist() == [dict.fromkeys(NAMES)]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("ccnet.en.10000.counts.npy", None, "no LANGUAGE/ccnet"),
        ("books.en.20000.counts.npy", np.ones(20_000, np.int64), "several files of counts for books"),
        ("books.en.10000.counts.npy", np.ones(20_000, np.int64), "domains differ in their number of buckets"),
        ("books.en.10000.counts.npy", np.ones((10, 1000), np.int64), "expected a one-dimensional array of counts"),
        ("books.en.10000.counts.npy", np.zeros(10_000, np.int64), "expected a one-dimensional array of counts"),
        ("books.en.10000.counts.npy", np.full(10_000, 0.5), "expected a one-dimensional array of counts"),
        ("books.en.10000.counts.npy", b"broken", "no NumPy array can be read"),
        ("books.en.10000.counts.npy", np.array([{}], object), "no NumPy array can be read"),
        ("books.en.lambda.npy", np.array([1.0, 2.0]), "expected the mean number of tokens"),
        ("books.en.lambda.npy", np.array(np.nan), "expected the mean number of tokens"),
    ],
)
def test_files_that_do_not_fit_are_named(
    folder: Path, tmp_path: Path, name: str, content: np.ndarray | bytes | None, message: str
) -> None:
    path = copied(folder, tmp_path) / "en" / name
    if content is None:
        path.unlink()
    elif isinstance(content, bytes):
        path.write_bytes(content)
    else:
        np.save(path, content)
    with pytest.raises(ValueError, match=message):
        importance(tmp_path, ["word"], ["en"])


def test_languages_that_differ_in_buckets_are_refused(folder: Path, tmp_path: Path) -> None:
    (copied(folder, tmp_path) / "fr").mkdir()
    for domain in ("ccnet", "wikipedia"):
        np.save(tmp_path / "fr" / f"{domain}.fr.500.counts.npy", np.ones(500, np.int64))
    assert importance(tmp_path, ["mot"], ["fr"])[0][:2] == [0.0, None]
    with pytest.raises(ValueError, match="languages differ in their number of buckets"):
        importance(tmp_path, ["mot", "word"], ["fr", "en"])


def test_poisson() -> None:
    numbers = np.array([*range(200), 1000, 10**6, 50_000_000])
    np.testing.assert_allclose(log_factorial(numbers), [math.lgamma(number + 1) for number in numbers], rtol=5e-16)
    np.testing.assert_allclose(probability(np.array([0, 3, 2000]), 3.0), [math.exp(-3), math.exp(-3) * 4.5, 0.0])
    assert probability(np.array([0, 3]), 0.0).tolist() == [1.0, 0.0]
