import pytest

from tests.translate.engines.scripted_server import Answer, Json, completion, failure, serving
from translate.engines import EngineDiedError, EngineSpec
from translate.evaluation import Pair
from translate.template_comparison import compare_templates

PAIRS = [
    Pair("The river flows to the sea.", "O rio corre para o mar."),
    Pair("The farmer rests under the tree.", "O agricultor descansa debaixo da árvore."),
    Pair("See `make all` for details.", "Veja `make all` para mais detalhes."),
    Pair("The window is open today.", "A janela está aberta hoje."),
]


def respond(body: Json) -> Answer:
    """Translate well when asked by `tags`; by `tower_plus`, copy one segment, refuse one and break off one."""
    message = body["messages"][0]["content"]
    for number, pair in enumerate(PAIRS):
        source = pair.source.replace("`make all`", "XPH11")
        reference = pair.reference.replace("`make all`", "XPH11")
        if f"<text>{source}</text>" in message:
            return completion(f"<translation>{reference}</translation>")
        if f"\nEnglish: {source}\n" in message:
            odd = [completion("O rio", "length"), failure(400, "no"), completion("Veja mais."), completion(reference)]
            return odd[number]
    raise AssertionError(message)


def test_templates_are_scored_by_chrf_and_by_their_failures() -> None:
    with serving(respond) as (url, _):
        spec = EngineSpec("openai", "m", {"base_url": url, "license": "MIT", "retries": 0})
        good, bad = compare_templates(spec, ["tags", "tower_plus"], PAIRS, "eng_Latn", "por_Latn")
    assert (good.template, good.segments, good.failures, good.chrf) == ("tags", 4, {}, pytest.approx(100))
    assert (bad.template, bad.failures) == ("tower_plus", {"finish": 1, "refused": 1, "placeholders": 1})
    assert 10 < bad.chrf < 50
    assert (good.tokens_in, good.tokens_out, bad.tokens_in) == (28, 20, 21)
    assert good.sha256 != bad.sha256


def test_a_server_that_refuses_ends_the_comparison() -> None:
    with serving(lambda _: failure(401, "who are you")) as (url, _):
        spec = EngineSpec("openai", "m", {"base_url": url, "license": "MIT"})
        with pytest.raises(EngineDiedError, match="who are you"):
            list(compare_templates(spec, ["tags"], PAIRS, "eng_Latn", "por_Latn"))


def test_engines_without_templates_are_refused() -> None:
    with pytest.raises(ValueError, match="takes no argument 'template'"):
        list(compare_templates(EngineSpec("fxtranslate"), ["tags"], PAIRS, "eng_Latn", "por_Latn"))
