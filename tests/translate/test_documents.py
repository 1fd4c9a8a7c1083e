from unittest import mock

from hypothesis import given
from hypothesis import strategies as st

from tests.translate.scripted_engine import ScriptedEngine
from translate import ladder
from translate.answers import Answers
from translate.blocks import Block
from translate.checks import Finding
from translate.documents import Policy, assemble, translate_documents
from translate.engines import Reply
from translate.ladder import Ladder
from translate.results import Result
from translate.segmentation import Segment, segment_document, sentence_splitter

SPLIT = sentence_splitter("en")
DOCUMENT = segment_document("# A heading\n\nFirst sentence here. Second sentence here.\n", SPLIT)
RESULTS = {
    "A heading": Result("Um título", "whole", tokens=2),
    "First sentence here.": Result("Primeira frase.", "whole", tokens=4),
    "Second sentence here.": Result("Segunda frase.", "whole", tokens=4),
}
REJECTED = Result(None, "rejected", Finding("numbers", 1, passed=False), tokens=4)
FAILED = {**RESULTS, "Second sentence here.": REJECTED}


def test_a_document_is_put_together_with_its_marks_and_aligned() -> None:
    document = assemble(DOCUMENT, RESULTS, Policy())
    text = "# Um título\n\nPrimeira frase. Segunda frase.\n"
    assert (document.text, document.reason, document.rejected) == (text, None, 0)
    source = "# A heading\n\nFirst sentence here. Second sentence here.\n"
    for segment in document.segments:
        assert segment.target is not None
        assert segment.target_start is not None
        assert source[segment.source_start :].startswith(segment.source)
        assert text[segment.target_start :].startswith(segment.target)
    assert [segment.block for segment in document.segments] == [Block.HEADING, Block.PARAGRAPH, Block.PARAGRAPH]


def test_a_rejected_segment_follows_the_policy() -> None:
    dropped = assemble(DOCUMENT, FAILED, Policy("drop_document"))
    assert (dropped.text, dropped.reason, dropped.rejected) == (None, "numbers", 1)
    assert [segment.target_start for segment in dropped.segments] == [None] * 3
    kept = assemble(DOCUMENT, FAILED, Policy("keep_source_segment", 0.5))
    assert kept.text == "# Um título\n\nPrimeira frase. Second sentence here.\n"
    left_out = assemble(DOCUMENT, FAILED, Policy("drop_segment", 0.5))
    assert left_out.text == "# Um título\n\nPrimeira frase. \n"
    assert left_out.segments[2].target is None


def test_a_document_of_which_too_many_tokens_failed_is_dropped() -> None:
    assert assemble(DOCUMENT, FAILED, Policy("drop_segment", 0.4)).reason is None
    assert assemble(DOCUMENT, FAILED, Policy("drop_segment", 0.39)).reason == "too_much_failed"


def test_a_document_that_failed_is_said_to_have_failed_rather_than_to_have_nothing_to_translate() -> None:
    failed = dict.fromkeys(RESULTS, REJECTED)
    assert assemble(DOCUMENT, failed, Policy("drop_segment", 0.5)).reason == "too_much_failed"


def test_a_document_of_which_little_was_translated_is_no_translation() -> None:
    untouched = {text: Result(text, "untouched") for text in RESULTS}
    assert assemble(DOCUMENT, untouched, Policy()).reason == "untranslated"
    code = segment_document("A heading\n\n```\n" + "code\n" * 20 + "```\n", SPLIT)
    assert assemble(code, RESULTS, Policy()).reason == "untranslated"


SENTENCES = st.sampled_from(["Go on.", "He came home.", "/etc/x", "int x = 3;", "See /etc/y now.", "Not this one."])
DOCUMENTS = st.lists(st.lists(SENTENCES, max_size=5), max_size=12)


@given(DOCUMENTS, st.integers(1, 9), st.integers(0, 100), st.integers(1, 9))
def test_documents_come_in_their_order_whatever_the_order_of_answers(
    documents: list[list[str]], window: int, seed: int, chunk: int
) -> None:
    def script(text: str) -> Reply:
        return Reply(text, "length") if text == "Not this one." else Reply(text.upper())

    engine = ScriptedEngine(lambda request: script(request.text), window=window, seed=seed)
    answers = Answers(engine, "eng_Latn", "por_Latn", {}, lambda *_: None)
    segmented = [
        [Segment("\n" if position else "", text, Block.PARAGRAPH) for position, text in enumerate(texts)]
        for texts in documents
    ]
    ladders = [Ladder(answers, SPLIT)]
    with mock.patch.object(ladder, "_TEXTS_AT_A_TIME", chunk):
        translated = list(translate_documents(enumerate(segmented), ladders, Policy("keep_source_segment", 1.0)))
    assert [number for number, _ in translated] == list(range(len(documents)))
    for texts, (_, document) in zip(documents, translated, strict=True):
        assert [segment.source for segment in document.segments] == texts
        plain = ("/etc/x", "int x = 3;", "Not this one.")
        expected = [
            text if text in plain else text.upper().replace("/ETC", "/etc").replace("/Y", "/y") for text in texts
        ]
        assert [segment.target for segment in document.segments] == expected
    assert len(engine.asked) == len(set(engine.asked))
