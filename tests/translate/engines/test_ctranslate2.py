import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import ctranslate2
import pytest

from tests.translate.engines.tiny_ctranslate2 import SENTENCES, make_model
from translate.engines import EngineSpec, Reply, Request, engine_gpus, engine_identity, engine_memory, open_engine
from translate.engines.base import Engine, Json
from translate.engines.ctranslate2_families import FAMILIES, family_of

PAIR = ("eng_Latn", "fra_Latn")
NLLB = ("eng_Latn", "fra_Latn", "por_Latn", "arb_Arab")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    make_model(folder / "nllb", NLLB, end_bias=1)
    make_model(folder / "m2m", [f"__{code}__" for code in ("en", "fr", "zh", "no", "tl", "ns", "ar")])
    make_model(folder / "madlad", [f"<2{code}>" for code in ("en", "fr", "zh", "zh_Hant", "sr", "no")])
    make_model(folder / "opus", pieces=("source.spm", "target.spm"), adds_end=True)
    make_model(folder / "opus-roa", [">>fra<<", ">>por<<"], pieces=("source.spm", "target.spm"))
    make_model(folder / "ends", NLLB, end_bias=100)
    make_model(folder / "endless", NLLB, end_bias=-100)
    return folder


def spec(models: Path, name: str, **arguments: Json) -> EngineSpec:
    return EngineSpec("ctranslate2", str(models / name), {"intra_threads": 1, **arguments})


def answers(engine: Engine, requests: list[Request], target: str = "fra_Latn") -> list[Reply]:
    replies = dict(engine.translate(iter(requests), "eng_Latn", target))
    return [replies[number] for number in range(len(requests))]


def test_every_request_gets_its_own_answer(models: Path) -> None:
    engine = open_engine(spec(models, "nllb", batch_tokens=64))
    requests = [Request(sentence[start:]) for sentence in SENTENCES for start in range(0, len(sentence), 9)]
    together = answers(engine, requests)
    alone = [answers(engine, [request])[0] for request in requests]
    assert [reply.text for reply in together] == [reply.text for reply in alone]
    assert len({reply.text for reply in together}) > len(requests) // 2
    engine.close()


def test_the_target_matters_and_is_no_part_of_the_answer(models: Path) -> None:
    engine = open_engine(spec(models, "nllb"))
    requests = [Request(sentence) for sentence in SENTENCES]
    french, portuguese = answers(engine, requests), answers(engine, requests, "por_Latn")
    assert [reply.text for reply in french] != [reply.text for reply in portuguese]
    assert not [reply for reply in french if "fra_Latn" in reply.text]
    (tokens,) = engine.count_tokens([SENTENCES[0]])
    assert french[0].tokens_in == tokens + 2  # its language and the end


def test_an_answer_that_does_not_end_says_so_and_is_bounded_by_its_source(models: Path) -> None:
    engine = open_engine(spec(models, "endless", beam_size=1))
    short, long = answers(engine, [Request("Go."), Request(SENTENCES[0] * 3)])
    assert (short.finish, long.finish) == ("length", "length")
    assert short.tokens_out < long.tokens_out <= 2 * long.tokens_in + 48


def test_an_answer_that_ends_by_itself_is_a_stop(models: Path) -> None:
    (reply,) = answers(open_engine(spec(models, "ends")), [Request("Go.")])
    assert (reply.text, reply.finish) == ("", "stop")


def test_nothing_is_truncated(models: Path) -> None:
    engine = open_engine(spec(models, "ends", beam_size=1))
    text = " ".join(SENTENCES * 2)
    assert answers(engine, [Request(text)])[0].tokens_in == engine.count_tokens([text])[0] + 2


def test_one_request_that_fails_fails_alone(models: Path) -> None:
    engine = open_engine(spec(models, "endless", beam_size=1, batch_tokens=9999))
    # The tiny model has 512 positions, and of a source of so many tokens the answer may have more.
    fine, failed, *_ = answers(engine, [Request(SENTENCES[0]), Request(" ".join(SENTENCES * 2))])
    assert fine.finish == "length"
    assert (failed.finish, failed.text) == ("error", "")
    assert "512" in failed.detail


def test_other_attempts_give_other_answers(models: Path) -> None:
    engine = open_engine(spec(models, "endless"))
    first, second, third = answers(engine, [Request(SENTENCES[0], attempt) for attempt in range(3)])
    assert len({first.text, second.text, third.text}) == 3
    words = [word for word in second.text.split() if word]
    assert len(words) == len(second.text.split())


def test_requests_are_pulled_as_there_is_room(models: Path) -> None:
    engine = open_engine(spec(models, "ends", beam_size=1))
    pulled = 0

    def requests() -> Iterator[Request]:
        nonlocal pulled
        for _ in range(1000):
            pulled += 1
            yield Request("Go on.")

    replies = engine.translate(requests(), "eng_Latn", "fra_Latn")
    next(replies)
    assert pulled <= 256
    assert sum(1 for _ in replies) == 999


@pytest.mark.parametrize(("compute_type", "threads"), [("int8", 1), ("float32", 2)])
def test_number_formats_and_threads(models: Path, compute_type: str, threads: int) -> None:
    engine = open_engine(spec(models, "nllb", compute_type=compute_type, inter_threads=threads))
    assert len(answers(engine, [Request(sentence) for sentence in SENTENCES])) == len(SENTENCES)
    assert engine.identity.sampling["compute_type"] == compute_type


def test_a_number_format_that_is_none_is_refused(models: Path) -> None:
    with pytest.raises(ValueError, match="nllb does not load"):
        open_engine(spec(models, "nllb", compute_type="int3"))


def test_one_model_between_two_languages_needs_them_named(models: Path) -> None:
    with pytest.raises(ValueError, match="opus does not name its languages"):
        engine_identity(spec(models, "opus"))
    engine = open_engine(spec(models, "opus", sources=["eng_Latn"], targets=["deu_Latn"]))
    assert engine.identity.pairs == (("eng_Latn", "deu_Latn"),)
    (reply,) = answers(engine, [Request(SENTENCES[0])], "deu_Latn")
    assert reply.tokens_in == engine.count_tokens([SENTENCES[0]])[0]
    with pytest.raises(ValueError, match="does not translate eng_Latn to fra_Latn"):
        next(engine.translate([Request("Go.")], "eng_Latn", "fra_Latn"))


def test_a_model_of_several_targets_is_told_the_target(models: Path) -> None:
    with pytest.raises(ValueError, match="opus-roa has no token for deu_Latn: it knows fra_Latn, por_Latn"):
        engine_identity(spec(models, "opus-roa", sources=["eng_Latn"], targets=["deu_Latn"]))
    engine = open_engine(spec(models, "opus-roa", sources=["eng_Latn"]))
    french, portuguese = (answers(engine, [Request(SENTENCES[0])], target)[0] for target in ("fra_Latn", "por_Latn"))
    assert french.text != portuguese.text
    assert french.tokens_in == engine.count_tokens([SENTENCES[0]])[0] + 2


def test_madlad_is_told_the_target_before_the_source(models: Path) -> None:
    engine = open_engine(spec(models, "madlad"))
    french, chinese = (answers(engine, [Request(SENTENCES[0])], target)[0] for target in ("fra_Latn", "zho_Hant"))
    assert french.text != chinese.text


@pytest.mark.parametrize(
    ("name", "languages"),
    [
        ("nllb", set(NLLB)),
        ("m2m", {"eng_Latn", "fra_Latn", "zho_Hans", "nob_Latn", "tgl_Latn", "nso_Latn", "arb_Arab"}),
        ("madlad", {"eng_Latn", "fra_Latn", "zho_Hans", "zho_Hant", "srp_Cyrl", "nob_Latn"}),
    ],
)
def test_languages_are_those_of_the_models_tokens(models: Path, name: str, languages: set[str]) -> None:
    assert (engine_identity(spec(models, name)).languages or frozenset()) >= languages


# The languages of M2M-100.
M2M_100 = (
    "af am ar ast az ba be bg bn br bs ca ceb cs cy da de el en es et fa ff fi fr fy ga gd gl gu ha he hi hr ht "
    "hu hy id ig ilo is it ja jv ka kk km kn ko lb lg ln lo lt lv mg mk ml mn mr ms my ne nl no ns oc or pa pl ps "
    "pt ro ru sd si sk sl so sq sr ss su sv sw ta th tl tn tr uk ur uz vi wo xh yi yo zh zu"
)


def test_the_published_tokens_of_every_language_are_found() -> None:
    m2m = M2M_100.split()
    family, found = family_of([f"__{code}__" for code in m2m])
    assert family.name == "m2m100"
    missing = {f"__{code}__" for code in m2m} - set(found.values())
    assert missing <= {"__br__", "__fy__"}  # which FLORES-200 does not have


def test_the_licence_is_that_of_the_family_unless_the_recipe_knows_better(models: Path) -> None:
    licences = {family.name: family.license for family in FAMILIES}
    assert licences["nllb"].restricts_outputs
    nllb = engine_identity(spec(models, "nllb"))
    assert (nllb.output_license.model_license, nllb.output_license.restricts_outputs) == ("CC-BY-NC-4.0", True)
    own = engine_identity(spec(models, "nllb", license="Apache-2.0")).output_license
    assert (own.model_license, own.restricts_outputs) == ("Apache-2.0", False)
    assert engine_identity(
        spec(models, "nllb", license="X", license_restricts_outputs=True)
    ).output_license.restricts_outputs


def test_the_identity_changes_with_model_and_search_and_with_no_path(models: Path, tmp_path: Path) -> None:
    one = engine_identity(spec(models, "nllb")).parameters(*PAIR)
    assert engine_identity(spec(models, "nllb", beam_size=1)).parameters(*PAIR) != one
    assert engine_identity(spec(models, "nllb", batch_tokens=9, inter_threads=2)).parameters(*PAIR) == one
    other = make_model(tmp_path / "nllb", NLLB, seed=2)
    assert engine_identity(EngineSpec("ctranslate2", str(other))).parameters(*PAIR) != one
    same = shutil.copytree(models / "nllb", tmp_path / "elsewhere" / "nllb")
    assert engine_identity(EngineSpec("ctranslate2", str(same))).parameters(*PAIR) == one


def test_what_the_vocabulary_cannot_write_is_masked(models: Path) -> None:
    unspellable = re.compile(f"[{engine_identity(spec(models, 'nllb')).unspellable}]")
    assert all(unspellable.match(character) for character in "ñЖ中😀\U0010fffd")
    assert not any(unspellable.match(character) for character in "aeTX1. \n\u00a0")


@pytest.mark.parametrize("name", ["inter_threads", "beam_size", "batch_tokens", "max_segment_tokens"])
def test_numbers_that_it_would_hang_or_fail_on_are_refused(models: Path, name: str) -> None:
    with pytest.raises(ValueError, match=f"argument {name} of engine ctranslate2: .* greater than 0, got 0"):
        engine_identity(spec(models, "nllb", **{name: 0}))


def test_gpus_are_counted(models: Path) -> None:
    assert engine_gpus(spec(models, "nllb")) == 0
    assert engine_gpus(spec(models, "nllb", device="cuda", device_index=[0, 1])) == 2


def test_its_memory_goes_by_its_weights_and_by_what_it_computes_at_once(models: Path) -> None:
    weights = (models / "nllb/model.bin").stat().st_size
    one = engine_memory(spec(models, "nllb"))
    assert one > weights
    assert engine_memory(spec(models, "nllb", inter_threads=3)) - weights == pytest.approx(
        3 * (one - weights), rel=0.01
    )
    assert engine_memory(spec(models, "nllb", device="cuda")) == 0


@pytest.mark.skipif(ctranslate2.get_cuda_device_count() == 0, reason="needs a GPU")
@pytest.mark.parametrize("every", [False, True], ids=["one GPU", "every GPU"])
def test_gpus_translate_as_a_cpu_does(models: Path, *, every: bool) -> None:
    devices = list(range(ctranslate2.get_cuda_device_count())) if every else [0]
    requests = [Request(sentence) for sentence in SENTENCES]
    on_cpu = open_engine(spec(models, "nllb"))
    on_gpus = open_engine(spec(models, "nllb", device="cuda", device_index=devices))
    replies = [dict(engine.translate(requests, *PAIR)) for engine in (on_cpu, on_gpus)]
    assert {number: reply.text for number, reply in replies[1].items()} == {
        number: reply.text for number, reply in replies[0].items()
    }


def test_a_directory_that_is_no_model_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError, match="no directory"):
        engine_identity(EngineSpec("ctranslate2", str(tmp_path / "none")))
    with pytest.raises(FileNotFoundError, match=r"none of shared_vocabulary\.json"):
        engine_identity(EngineSpec("ctranslate2", str(tmp_path)))
    broken = make_model(tmp_path / "broken", NLLB)
    (broken / "sentencepiece.bpe.model").unlink()
    with pytest.raises(FileNotFoundError, match=r"none of source\.spm"):
        engine_identity(EngineSpec("ctranslate2", str(broken)))
