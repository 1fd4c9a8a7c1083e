from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipelines.corpus import Json
from pipelines.errors import LoamError, WorkerLostError
from pipelines.stages import choose_translations, translate
from tests.pipelines.stages.test_translate import TEXTS, Corpus
from tests.translate.judges.tiny_encoder import make_encoder
from translate.engines import EngineDiedError, Reply, Request
from translate.engines.firefox import FirefoxEngine

BACK = {"kind": "fxtranslate", "args": {"direction": "pt-en"}}
RATIO = {"por_Latn": {"usual": 1.05}}


def corpus_of(root: Path, **second_look: Json) -> Corpus:
    section: dict[str, Json] = {"share": 1.0, "round_trip": {"engine": BACK}, **second_look}
    corpus = Corpus(root, second_look=section, length_ratio=RATIO)
    corpus.add_shard("a", TEXTS)
    return corpus


def segments(root: Path) -> list[dict[str, Any]]:
    table = pq.read_table(root / "translations/docs-to-por_Latn/a.parquet", partitioning=None)
    return [segment for row in table.to_pylist() for segment in row["segments"]]


def test_every_segment_of_the_sample_is_measured(tmp_path: Path) -> None:
    (receipt,) = corpus_of(tmp_path).translate()
    values = {
        segment["source"]: check["value"]
        for segment in segments(tmp_path)
        for check in segment["checks"]
        if check["check"] == "round_trip"
    }
    assert len(values) > 5
    assert all(35 <= value <= 100.001 for value in values.values())
    assert "Rules" not in values
    looked_at = receipt.outcome.counts["second_look round_trip"]
    assert looked_at >= len(values)
    journal = pq.read_table(tmp_path / "journal/docs-to-por_Latn/a.parquet", partitioning=None)
    assert journal["check_round_trip"].null_count == len(journal) - looked_at
    assert set(journal["engine"].to_pylist()) == {"fxtranslate/enpt-1693087644", "fxtranslate/pten-1693087646"}
    looks: Any = receipt.parameters["second_look"]
    assert looks["looks"]["round_trip"]["engine"]["model_sha256"]["vocab.pten.spm"].startswith("8389979e3c96")


def test_answers_below_the_floor_are_rejected_by_name(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, round_trip={"engine": BACK, "floor": 90})
    (receipt,) = corpus.translate()
    failed = [segment for segment in segments(tmp_path) if segment["reason"] == "round_trip"]
    assert failed
    assert receipt.outcome.counts["second_look round_trip failed"] >= len(failed)
    assert receipt.outcome.dropped["round_trip"] > 0
    assert receipt.outcome.rows_in == receipt.outcome.rows_out + sum(receipt.outcome.dropped.values())


def test_a_restart_asks_neither_engine_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []
    real = FirefoxEngine.translate

    def counting(
        engine: FirefoxEngine, requests: Iterable[Request], source: str, target: str
    ) -> Iterator[tuple[int, Reply]]:
        def counted() -> Iterator[Request]:
            for request in requests:
                asked.append((target, request.text))
                yield request

        return real(engine, counted(), source, target)

    monkeypatch.setattr(FirefoxEngine, "translate", counting)
    corpus = corpus_of(tmp_path)
    corpus.translate()
    clean, first = corpus.files(), len(asked)
    assert {target for target, _ in asked} == {"por_Latn", "eng_Latn"}
    (tmp_path / "ledger/translate/docs-to-por_Latn/a.json").unlink()
    again = corpus_of(tmp_path)
    again.translate()
    assert len(asked) == first
    assert again.files() == clean


def test_what_an_engine_answered_before_it_died_is_not_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clean = corpus_of(tmp_path / "clean")
    clean.translate()
    asked: list[str] = []
    lives = [2, 1000]
    real = FirefoxEngine.translate

    def dying(
        engine: FirefoxEngine, requests: Iterable[Request], source: str, target: str
    ) -> Iterator[tuple[int, Reply]]:
        for number, reply in real(engine, requests, source, target):
            if target == "eng_Latn":
                if not lives[0]:
                    raise EngineDiedError("dead")
                lives[0] -= 1
                asked.append(reply.text)
            yield number, reply

    monkeypatch.setattr(FirefoxEngine, "translate", dying)
    corpus = corpus_of(tmp_path / "killed")
    with pytest.raises(WorkerLostError, match="answers so far are in the journal"):
        corpus.translate()
    assert len(asked) == lives.pop(0) + 2
    corpus.translate()
    assert len(asked) == len(set(asked))
    assert corpus.files() == clean.files()


def test_an_encoder_compares_answers_with_their_sources(tmp_path: Path) -> None:
    words = [("the", "o", "a", "os", "as"), ("cards", "cartões"), ("remove", "remova"), ("all", "todos")]
    model = str(make_encoder(tmp_path / "encoder", words))
    corpus = corpus_of(tmp_path / "corpus", round_trip=None, similarity={"model": model, "floor": -1})
    (receipt,) = corpus.translate()
    assert receipt.outcome.counts["second_look similarity"] > 5
    assert receipt.outcome.dropped == {}
    looks: Any = receipt.parameters["second_look"]
    assert set(looks["looks"]["similarity"]["judge"]["model_sha256"]) == {"model.onnx", "tokenizer.json"}
    strict = corpus_of(tmp_path / "strict", similarity={"model": model, "floor": 0.99})
    strict.translate()
    reasons = {segment["reason"] for segment in segments(tmp_path / "strict")}
    assert "similarity" in reasons


def test_a_missing_model_is_told_before_any_work(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, similarity={"model": "models/none", "floor": 0.5})
    corpus.run(choose_translations.STAGE)
    with pytest.raises(LoamError, match=r"translate\.second_look\.similarity: .*no directory 'models/none'"):
        translate.STAGE.plan(corpus.plan, 1)


def test_a_judge_that_does_not_open_is_told_by_its_own_key(tmp_path: Path) -> None:
    model = make_encoder(tmp_path / "encoder", [("the", "o")])
    (model / "model.onnx").write_bytes(b"no model")
    corpus = corpus_of(tmp_path / "corpus", similarity={"model": str(model), "floor": 0})
    with pytest.raises(LoamError, match=r"^translate\.second_look\.similarity: .*model\.onnx: it or its tokenizer"):
        corpus.translate()


def test_a_language_without_a_way_back_is_refused(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, round_trip={"engine": "fxtranslate"})
    corpus.run(choose_translations.STAGE)
    with pytest.raises(LoamError, match=r"round_trip: fxtranslate does not translate por_Latn to eng_Latn"):
        translate.STAGE.plan(corpus.plan, 1)


def test_without_a_second_look_units_say_nothing_of_one(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path, length_ratio=RATIO)
    corpus.add_shard("a", TEXTS)
    (receipt,) = corpus.translate()
    assert "second_look" not in receipt.parameters
    assert not [name for name in receipt.outcome.counts if name.startswith("second_look")]
