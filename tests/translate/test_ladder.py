from collections.abc import Iterable, Iterator, Mapping, Sequence

from translate.blocks import Block
from translate.documents import assemble
from translate.engines import EngineIdentity, OutputLicense, Reply, Request
from translate.ladder import Ladder, Result
from translate.segmentation import Segment, segment_document, sentence_splitter

SPLIT = sentence_splitter("en")
LICENSE = OutputLicense("MIT", restricts_outputs=False, evidence=())
IDENTITY = EngineIdentity("fixed", "1", "m", {}, "segment", 60, LICENSE, pairs=(("eng_Latn", "por_Latn"),))


class FixedEngine:
    """Answers from a table; what it does not know it leaves as it is."""

    identity = IDENTITY

    def __init__(self, answers: Mapping[str, str]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def spell(self, text: str) -> str:
        return text

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text) for text in texts]

    def translate(self, requests: Iterable[Request], source: str, target: str) -> Iterator[tuple[int, Reply]]:
        assert (source, target) == ("eng_Latn", "por_Latn")
        for number, request in enumerate(requests):
            self.asked.append(request.text)
            yield number, Reply(self.answers.get(request.text, request.text))

    def close(self) -> None:
        pass


def climb(answers: Mapping[str, str], texts: Sequence[str]) -> tuple[dict[str, Result], FixedEngine]:
    engine = FixedEngine(answers)

    def answer(masked: Sequence[str]) -> Mapping[str, str]:
        replies = engine.translate(map(Request, masked), "eng_Latn", "por_Latn")
        return {masked[number]: reply.text for number, reply in replies}

    return Ladder(engine, "por_Latn", SPLIT, answer).translate(texts), engine


def test_a_good_answer_is_taken_whole_and_unmasked() -> None:
    results, _ = climb({"Look in XPH11 now.": "Olhe agora em XPH11."}, ["Look in /etc/fstab now."])
    assert results["Look in /etc/fstab now."] == Result("Olhe agora em /etc/fstab.", "whole")


def test_what_fails_whole_is_translated_in_parts() -> None:
    whole = "He came home.\nShe left 2 days ago."
    answers = {
        "He came home. She left 2 days ago.": "Ele veio para casa hoje mesmo.",
        "He came home.": "Ele veio.",
        "She left 2 days ago.": "Ela saiu há 2 dias.",
    }
    results, engine = climb(answers, [whole])
    assert results[whole] == Result("Ele veio. Ela saiu há 2 dias.", "parts")
    assert engine.asked == list(answers)


def test_what_fails_in_parts_is_rejected_with_the_parts_reason() -> None:
    text = "He came 3 times. She left 2 days ago."
    results, engine = climb({"He came 3 times.": "Ele veio 3 vezes.", "She left 2 days ago.": "Ela saiu."}, [text])
    assert results[text].text is None
    assert results[text].finding is not None
    assert results[text].finding.reason == "numbers"
    assert len(engine.asked) == 3


def test_what_is_too_long_is_split_and_never_cut() -> None:
    text = "The first of these sentences is short. The second of these sentences is short."
    answers = {
        "The first of these sentences is short.": "A primeira destas frases é curta.",
        "The second of these sentences is short.": "A segunda destas frases é curta.",
    }
    results, engine = climb(answers, [text])
    assert results[text].text == "A primeira destas frases é curta. A segunda destas frases é curta."
    assert all(len(asked) <= IDENTITY.max_segment_tokens for asked in engine.asked)


def test_what_is_too_long_and_cannot_be_split_is_rejected() -> None:
    text = "one very long row of words without any end " * 3
    results, engine = climb({}, [text.strip()])
    finding = results[text.strip()].finding
    assert finding is not None
    assert (finding.reason, finding.value) == ("too_long", len(text.strip()))
    assert not engine.asked


def test_nothing_to_translate_is_left_untouched_and_unasked() -> None:
    texts = ["https://a.org/b", "1,234.5", "int x = 3;", "ls(1)"]
    results, engine = climb({}, texts)
    assert results == {text: Result(text, "untouched") for text in texts}
    assert not engine.asked


def test_equal_texts_are_asked_once() -> None:
    _, engine = climb({"Go on.": "Continue."}, ["Go on.", "Go on.", "Go  on."])
    assert engine.asked == ["Go on."]


DOCUMENT = segment_document("# A heading\n\nFirst sentence here. Second sentence here.\n", SPLIT)
RESULTS = {
    "A heading": Result("Um título", "whole"),
    "First sentence here.": Result("Primeira frase.", "whole"),
    "Second sentence here.": Result("Segunda frase.", "whole"),
}


def test_a_document_keeps_its_shape() -> None:
    document = assemble(DOCUMENT, RESULTS, "drop_document")
    assert document.text == "# Um título\n\nPrimeira frase. Segunda frase.\n"
    assert (document.reason, document.segments, document.rejected) == (None, 3, 0)


def test_policies_for_rejected_segments() -> None:
    rejected = {**RESULTS, "Second sentence here.": Result(None, "rejected")}
    assert assemble(DOCUMENT, rejected, "drop_document").text is None
    kept = assemble(DOCUMENT, rejected, "keep_source_segment")
    assert kept.text == "# Um título\n\nPrimeira frase. Second sentence here.\n"
    dropped = assemble(DOCUMENT, rejected, "drop_segment")
    assert dropped.text == "# Um título\n\nPrimeira frase. \n"
    assert (dropped.segments, dropped.rejected) == (3, 1)


def test_a_document_that_is_mostly_code_is_no_translation() -> None:
    segments = [Segment("```\nlet us = call(this, code)\n```\n", "Title", Block.PARAGRAPH)]
    assert assemble(segments, {"Title": Result("Título", "whole")}, "drop_document").reason == "untranslated"
