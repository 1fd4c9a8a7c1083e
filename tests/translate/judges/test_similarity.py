from pathlib import Path

import pytest

from tests.translate.judges.tiny_encoder import make_encoder
from translate.answers import Answers
from translate.engines import EngineSpec, Reply, engine_identity, open_engine
from translate.second_look import Judged

MEANINGS = [("the", "o", "a"), ("cat", "gato"), ("sleeps", "dorme"), ("dog", "cão"), ("eats", "come"), ("query",)]
SOURCE, ANSWER, OTHER = "The cat sleeps", "O gato dorme", "o cão come"
PAIR = ("eng_Latn", "por_Latn")


def judged(directory: Path, known: dict[str, Reply] | None = None, **arguments: str) -> tuple[Judged, Answers]:
    judge = open_engine(EngineSpec("similarity", str(directory), arguments))
    answers = Answers(judge, *PAIR, known or {}, lambda *_: None)
    return Judged(answers, lambda: False), answers


@pytest.mark.parametrize("output", ["last_hidden_state", "sentence_embedding"])
def test_texts_that_mean_the_same_are_near(tmp_path: Path, output: str) -> None:
    measure, _ = judged(make_encoder(tmp_path / "encoder", MEANINGS, output))
    same, masked, other = measure.values(
        [(SOURCE.lower(), ANSWER.lower()), ("the cat sleeps XPH11", "XPH11 o gato dorme"), ("the cat sleeps", OTHER)]
    )
    assert same == pytest.approx(1)
    assert masked == same
    assert other is not None
    assert other < 0.8


def test_a_mean_is_taken_over_tokens(tmp_path: Path) -> None:
    measure, _ = judged(make_encoder(tmp_path / "encoder", MEANINGS))
    once, twice = measure.values([("cat dog", "gato cão"), ("cat dog", "gato gato cão cão")])
    assert once == twice == pytest.approx(1)


def test_a_prefix_stands_before_both_texts(tmp_path: Path) -> None:
    directory = make_encoder(tmp_path / "encoder", MEANINGS)
    plain, prefixed = judged(directory)[0], judged(directory, prefix="query ")[0]
    (without,), (with_,) = plain.values([("cat", "cão")]), prefixed.values([("cat", "cão")])
    assert without is not None
    assert with_ is not None
    assert with_ > without


def test_what_the_journal_knows_is_not_computed_again(tmp_path: Path) -> None:
    directory = make_encoder(tmp_path / "encoder", MEANINGS)
    first, answers = judged(directory)
    values = first.values([(SOURCE, ANSWER), (SOURCE, OTHER), (SOURCE, ANSWER)])
    assert answers.asked == 2
    again, asked = judged(directory, {entry.key: entry.reply for entry in first.entries()})
    assert again.values([(SOURCE, ANSWER), (SOURCE, OTHER), (SOURCE, ANSWER)]) == values
    assert asked.asked == 0


def test_the_identity_says_all_that_numbers_depend_on(tmp_path: Path) -> None:
    directory = make_encoder(tmp_path / "encoder", MEANINGS)
    found = engine_identity(EngineSpec("similarity", str(directory), {"prefix": "query: "}))
    assert set(found.model_sha256) == {"model.onnx", "tokenizer.json"}
    assert found.sampling == {"prefix": "query: "}
    assert not found.translates(*PAIR)


def test_what_is_no_encoder_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError, match="no directory"):
        engine_identity(EngineSpec("similarity", str(tmp_path / "none")))
    with pytest.raises(FileNotFoundError, match=r"no model\.onnx or onnx/model\.onnx in it"):
        engine_identity(EngineSpec("similarity", str(tmp_path)))
    directory = make_encoder(tmp_path / "encoder", MEANINGS)
    (directory / "model.onnx").write_bytes(b"no model")
    with pytest.raises(OSError, match=r"model\.onnx: it or its tokenizer\.json cannot be read: .*Protobuf"):
        open_engine(EngineSpec("similarity", str(directory)))
    other = make_encoder(tmp_path / "other", MEANINGS, input_="pixels")
    with pytest.raises(OSError, match=r"takes pixels; an encoder takes input_ids, attention_mask, token_type_ids"):
        open_engine(EngineSpec("similarity", str(other)))
