"""Models and tokenizers that somebody else made: refused in words where they are damaged, dear or something else."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import LoamError
from pipelines.tokens.tokenizer import parse_tokenizer
from signals.fasttext.model import load_model
from tests.security.pickled import PICKLE

OTHER_THINGS = {
    "pickle": PICKLE,
    "empty": b"",
    "annex": b"/annex/objects/MD5E-s1--d41d8cd98f00b204e9800998ecf8427e.bin",
    "pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
    "zip": b"PK\x03\x04" + bytes(100),
    "html": b"<!DOCTYPE html><script>alert(1)</script>",
    "pieces-alone": b"\x0a\x05<unk>" + bytes(range(256)),
}


def _split(pattern: str) -> dict[str, Any]:
    return {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False}


def _tokenizer(ids: dict[str, int] | None = None, **parts: Any) -> bytes:  # noqa: ANN401 -- any JSON
    model = {"type": "BPE", "dropout": parts.pop("dropout", None), "unk_token": "<unk>", "fuse_unk": False}
    described: dict[str, Any] = {
        "version": "1.0",
        "added_tokens": [
            {"id": 2, "content": "</s>", "special": True, "normalized": False}
            | dict.fromkeys(("single_word", "lstrip", "rstrip"), False)
        ],
        "model": {
            **model,
            "vocab": {"a": 0, "b": 1, "</s>": 2, "<unk>": 3, **(ids or {})},
            "merges": parts.pop("merges", []),
        },
    }
    parts = dict.fromkeys(("truncation", "padding", "normalizer", "pre_tokenizer", "post_processor", "decoder")) | parts
    return json.dumps(described | parts).encode()


REFUSED = {
    "negative-id": _tokenizer({"z": -1}),
    "large-id": _tokenizer({"z": 2**40}),
    "gaps": _tokenizer({"z": 99}),
    "nested": b'{"normalizer": ' + b'{"type": "Sequence", "normalizers": [' * 20_000 + b"]}" * 20_000 + b"}",
    "no-merge": _tokenizer(merges=["a q"]),
    "pattern": _tokenizer(pre_tokenizer=_split("(unclosed")),
    "code": _tokenizer(pre_tokenizer={"type": "Custom", "module": "os", "function": "system"}),
}
ENDLESS = {
    "split": _tokenizer(pre_tokenizer=_split("(a+)+$")),
    "alternatives": _tokenizer(pre_tokenizer=_split("(a|aa)+$")),
    "replace": _tokenizer(normalizer={"type": "Replace", "pattern": {"Regex": "(a+)+$"}, "content": "x"}),
}


@pytest.mark.parametrize("content", [*OTHER_THINGS.values(), *REFUSED.values()], ids=[*OTHER_THINGS, *REFUSED])
def test_a_tokenizer_is_refused(content: bytes) -> None:
    with pytest.raises(LoamError, match=r"^tokenizer\.json: "):
        parse_tokenizer(content, "tokenizer.json")


@pytest.mark.parametrize("content", ENDLESS.values(), ids=ENDLESS)
def test_a_pattern_that_takes_for_ever_ends_in_words(content: bytes) -> None:
    tokenizer = parse_tokenizer(content, "tokenizer.json")
    with pytest.raises(LoamError, match="the tokenizer makes its library give up"):
        tokenizer.encode(["a" * 200 + "b"])


def test_no_chance_is_taken_over_from_a_tokenizer() -> None:
    tokenizer = parse_tokenizer(_tokenizer({"ab": 4}, merges=["a b"], dropout=0.9), "tokenizer.json")
    assert tokenizer.encode(["ab" * 50]).ids.tolist() == [4] * 50


@pytest.mark.parametrize("content", OTHER_THINGS.values(), ids=OTHER_THINGS)
def test_a_classifier_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"model\.bin"):
        load_model(path)
