"""CPython's hash of strings and pairs, in the kernel, in plain Python, and in CPython itself."""

import itertools
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from signals.batches import as_large_strings, batches
from signals.models.importance import FeatureHasher
from signals.models.string_hash import StringHash, read_string_hash
from signals.reference import python_hash

ROUNDS = {"siphash13": (1, 3), "siphash24": (2, 4)}
TOKEN = regex.compile(r"\w+|[^\w\s]+")

# Latin-1, wider ones, the widest; lengths around SipHash's blocks of eight bytes.
AWKWARD = [
    *("a" * length for length in range(1, 18)),
    *("é" * length for length in range(1, 18)),
    *("Ж" * length for length in range(1, 10)),
    *("\U00010348" * length for length in range(1, 6)),
    "naïve caf\xe9 \xff\u0100 \uffff\U00010000 \U0010ffff 日本語テキスト don't … “—” 😀👍 x" + "y" * 300,
    "e\u0301a\u001cb नमस्ते ไม่ได้",
]


def buckets(texts: list[str], hashing: StringHash, count: int) -> list[list[int]]:
    hasher, found = FeatureHasher(hashing, count), []
    for batch in batches(as_large_strings(pa.array(texts, pa.string()))):
        features = hasher.features(batch, np.ones(len(batch.offsets) - 1, np.bool_))
        found += [part.tolist() for part in np.split(features.buckets[: features.until[-1]], features.until[1:-1])]
    return found


def expected(text: str, hashing: StringHash, count: int) -> list[int]:
    key = python_hash.secret(hashing.seed)
    hashes = [python_hash.hash_string(token, key, ROUNDS[hashing.str_hash]) for token in TOKEN.findall(text)]
    found = []
    for place, hashed in enumerate(hashes):
        found.append(abs(hashed) % count)
        if place:
            found.append(abs(python_hash.hash_tuple([hashes[place - 1], hashed])) % count)
    return found


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.one_of(st.text(), st.sampled_from(AWKWARD)), min_size=1, max_size=4),
    st.sampled_from(list(ROUNDS)),
    st.one_of(st.just(42), st.integers(0, 2**32 - 1)),
)
@example(AWKWARD, "siphash13", 42)
@example(AWKWARD, "siphash24", 42)
@example(AWKWARD, "siphash24", 0)
def test_the_kernel_equals_the_reference(texts: list[str], algorithm: str, seed: int) -> None:
    hashing = StringHash(algorithm, seed)  # type: ignore[arg-type]
    for count in (10_000, 2**31 - 1):
        assert buckets(texts, hashing, count) == [expected(text, hashing, count) for text in texts]


HASH_ALL = """
import json, sys
words = json.loads(sys.stdin.read())
print(json.dumps([[hash(word) for word in words], [hash(pair) for pair in zip(words, words[1:])], hash(("a",))]))
"""


@pytest.mark.parametrize("seed", [0, 1, 42, 4294967295])
def test_the_reference_equals_this_python(seed: int) -> None:
    words = ["", *(token for text in AWKWARD for token in TOKEN.findall(text))]
    run = subprocess.run(
        [sys.executable, "-c", HASH_ALL],
        input=json.dumps(words),
        env=os.environ | {"PYTHONHASHSEED": str(seed)},
        capture_output=True,
        text=True,
        check=True,
    )
    singles, pairs, alone = json.loads(run.stdout)
    key, rounds = python_hash.secret(seed), ROUNDS[sys.hash_info.algorithm]
    hashes = [python_hash.hash_string(word, key, rounds) for word in words]
    assert singles == hashes
    assert pairs == [python_hash.hash_tuple(pair) for pair in itertools.pairwise(hashes)]
    assert alone == python_hash.hash_tuple([python_hash.hash_string("a", key, rounds)])


def test_hello_is_where_redpajama_has_it() -> None:
    """Under SipHash-1-3; seed 43 is another hash."""
    assert buckets(["hello"], StringHash(), 10_000) == [[1200]]
    assert buckets(["hello"], StringHash(seed=43), 10_000) == [[2016]]


@pytest.mark.parametrize(
    ("length", "digest"),
    [(0, "310e0edd47db6f72"), (1, "fd67dc93c539f874"), (2, "5a4fa9d909806c0d"), (15, "e545be4961ca29a1")],
)
def test_published_vectors_of_siphash_2_4(length: int, digest: str) -> None:
    """From the appendix of the paper and the authors' own test vectors: key 00 … 0f, message 00, 01, …"""
    key = (0x0706050403020100, 0x0F0E0D0C0B0A0908)
    assert python_hash.siphash(bytes(range(length)), key, (2, 4)).to_bytes(8, "little").hex() == digest


def test_key_of_seed_42() -> None:
    assert StringHash().key.tolist() == list(python_hash.secret(42))
    assert StringHash(seed=0).key.tolist() == [0, 0]


def test_what_a_folder_says(tmp_path: Path) -> None:
    assert read_string_hash(tmp_path) == StringHash("siphash13", 42)
    (tmp_path / "hash.json").write_text('{"str_hash": "siphash24"}')
    assert read_string_hash(tmp_path) == StringHash("siphash24", 42)
    (tmp_path / "hash.json").write_text('{"str_hash": "siphash13", "seed": 7}')
    assert read_string_hash(tmp_path) == StringHash("siphash13", 7)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "expected"),
        ("[]", "expected"),
        ('{"algorithm": "siphash13"}', "expected"),
        ('{"str_hash": "fnv"}', "str_hash is 'fnv', expected siphash13 or siphash24"),
        ('{"seed": "42"}', "seed is '42'"),
        ('{"seed": -1}', "seed is -1"),
        ('{"seed": 4294967296}', "seed is 4294967296"),
        ('{"seed": true}', "seed is True"),
    ],
)
def test_another_hash_is_refused(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "hash.json").write_text(content)
    with pytest.raises(ValueError, match=rf"hash\.json: {message}"):
        read_string_hash(tmp_path)


CHECK = """
import random
import numpy as np, pyarrow as pa
from signals.batches import as_large_strings, batches
from signals.models.importance import FeatureHasher
from signals.models.string_hash import StringHash
from tests.signals.models.test_string_hash import AWKWARD, expected
np.seterr(over="ignore")  # scalars warn where machine code wraps
draw = random.Random(7)
broken = [bytes(draw.randrange(256) for _ in range(draw.randrange(30))) for _ in range(200)]
broken += [b"\\xf4", b"a\\xe1\\x80"]
for algorithm in ("siphash13", "siphash24"):
    hashing = StringHash(algorithm)
    hasher = FeatureHasher(hashing, 10_000)
    for texts in (pa.array(AWKWARD), pa.array(broken).view(pa.string())):
        for batch in batches(as_large_strings(texts)):
            features = hasher.features(batch, np.ones(len(batch.offsets) - 1, np.bool_))
            found = features.buckets[: features.until[-1]].tolist()
            assert set(found) <= set(range(10_000))
            if len(texts) == len(AWKWARD):
                assert found == [bucket for text in AWKWARD for bucket in expected(text, hashing, 10_000)]
"""


@pytest.mark.parametrize("setting", ["NUMBA_DISABLE_JIT", "NUMBA_BOUNDSCHECK"])
def test_kernels_as_plain_python_and_with_bounds_checked(setting: str, tmp_path: Path) -> None:
    environment = os.environ | {setting: "1", "PYTHONPATH": str(Path(__file__).parents[3])}
    if setting == "NUMBA_BOUNDSCHECK":  # such code must not be found by those who do not check
        environment |= {"XDG_CACHE_HOME": str(tmp_path)}
    run = subprocess.run([sys.executable, "-c", CHECK], env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
