"""The ladder: what an engine is asked about one segment until an answer passes the checks, or nothing is left to try.

The rungs, each tried when the one before it failed: the segment whole; again, with other sampling, of an engine that
samples; in parts, and a part that fails in parts of its own; another engine, from the first rung; rejected. A request
that failed without an answer (a connection, a server) is repeated as it is first. Every number is bounded.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from translate.answers import Answers, StoppedError
from translate.checks import ASSUMED, Answered, Finding, PairBounds, check_all
from translate.checks.lid176 import lid176_scores
from translate.climber import Climber, settle
from translate.engines.base import Reply, Request
from translate.journal import Entry
from translate.masked_texts import MaskedTexts
from translate.masking import has_words, restore
from translate.pieces import halves
from translate.results import Result, Rung
from translate.second_look import Doubts, SecondLook
from translate.segmentation import SentenceSplitter, finer, is_code

_TRIES_AFTER_ERRORS = 4
# Halves, sentences, clauses.
_DEEPEST = 3
_TEXTS_AT_A_TIME = 256
_REPLIES_AT_A_TIME = 64


class Ladder:
    """Takes segments up the rungs of one engine.

    Args:
        answers: The engine, behind its journal.
        split_sentences: Sentence splitter of the source language.
        bounds: What is usual between the two languages.
        by_sentence: Whether texts may hold several sentences though the engine takes one: they are cut before it is
            asked.
        second_look: What else is measured in some of the answers that pass the checks; None for nothing.
        stopping: Whether to begin nothing more: what is in flight is waited for, then `climb` raises.

    Attributes:
        answers: The engine, behind its journal.
        texts: Texts as the engine is given them.
        findings: What the checks measured, by request.
        doubts: Answers that are looked at again; None where none is.
    """

    def __init__(
        self,
        answers: Answers,
        split_sentences: SentenceSplitter,
        *,
        bounds: PairBounds = ASSUMED,
        by_sentence: bool = False,
        second_look: SecondLook | None = None,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self.findings: dict[Request, tuple[Finding, ...]] = {}
        self.doubts: Doubts[Climber] | None = None if second_look is None else Doubts(second_look)
        self.answers = answers
        self.texts = MaskedTexts(answers.engine)
        self._identity = answers.engine.identity
        self._label = answers.engine.identity.label
        self._bounds = bounds
        self._split = split_sentences
        self._by_sentence = by_sentence
        self._stopping = stopping
        self._attempts = 1 if self._identity.deterministic else self._identity.attempts
        self._seen = set[str]()
        self._queue: deque[Climber] = deque()
        self._replies: list[tuple[Sequence[Climber], Request, Reply]] = []
        self._in_flight: dict[Request, list[Climber]] = {}
        self._settled: deque[tuple[str, Result]] = deque()
        self._rejected_before = False

    def entries(self) -> Iterator[Entry]:
        """Yield what the engine answered, and what was found in it, for a part of the journal."""
        looked_at = self.doubts.found if self.doubts is not None else {}
        found = {request: self.findings[request] + more for request, more in looked_at.items()}
        return self.answers.entries(self.findings | found if found else self.findings)

    def climb(self, texts: Iterable[str], *, rejected_before: bool = False) -> Iterator[tuple[str, Result]]:
        """Translate texts, which are pulled as the engine has room for more.

        Args:
            texts: Segments.
            rejected_before: Whether another engine's answers to them were rejected.

        Yields:
            Each distinct text with its result, once, as soon as it is settled.

        Raises:
            EngineDiedError: The engine is gone.
            StoppedError: `stopping` said so before the last text was settled.
        """
        self._rejected_before = rejected_before
        fresh = iter(texts)
        while True:
            for request, reply in self.answers.ask(self._requests(fresh)):
                self._add_reply(self._in_flight.pop(request), request, reply)
                yield from self._settled_now()
            self._take_replies()
            yield from self._settled_now()
            if self._stopping():
                raise StoppedError
            if self.doubts is not None:
                for climber, request, reply in self.doubts.looked_at():
                    self._decide(climber, reply, self.findings[request] + self.doubts.found[request])
                yield from self._settled_now()
            if not self._queue:
                return

    def _settled_now(self) -> Iterator[tuple[str, Result]]:
        while self._settled:
            yield self._settled.popleft()

    def _requests(self, texts: Iterator[str]) -> Iterator[Request]:
        """Yield what must be asked: retries and pieces first, so that documents are done soon, then new texts."""
        while not self._stopping():
            if not self._queue and self._replies:
                self._take_replies()
            elif not self._queue:
                chunk = list(islice(texts, _TEXTS_AT_A_TIME))
                if not chunk:
                    return
                new = [text for text in dict.fromkeys(chunk) if text not in self._seen]
                self._seen.update(new)
                self._enter([self._climber(text) for text in new])
            else:
                climber = self._queue.popleft()
                request = Request(climber.masked.text, climber.attempt)
                reply = self.answers.look_up(request)
                if reply is not None:
                    self._add_reply([climber], request, reply)
                elif request in self._in_flight:
                    self._in_flight[request].append(climber)
                else:
                    self._in_flight[request] = [climber]
                    yield request

    def _add_reply(self, climbers: Sequence[Climber], request: Request, reply: Reply) -> None:
        self._replies.append((climbers, request, reply))
        if len(self._replies) >= _REPLIES_AT_A_TIME:
            self._take_replies()

    def _take_replies(self) -> None:
        """Check the replies that came in, all together, and take each to where it belongs."""
        replies, self._replies = self._replies, []
        new = {
            request: Answered(
                climbers[0].masked, reply.text, reply.finish, self.answers.languages, self._bounds, lid176_scores
            )
            for climbers, request, reply in replies
            if reply.finish != "error" and request not in self.findings
        }
        self.findings.update(zip(new, check_all(list(new.values())), strict=True))
        for climbers, request, reply in replies:
            for climber in climbers:
                self._take(climber, request, reply)

    def _climber(self, text: str, whole: Climber | None = None) -> Climber:
        """Return a text at the foot of the ladder."""
        return Climber(text, self.texts.masked(text), self._label, whole)

    def _enter(self, climbers: Sequence[Climber]) -> None:
        """Let texts in: those without words go through as they are, those too long are cut before they are asked."""
        asked = []
        for climber in climbers:
            if is_code(climber.text) or not has_words(climber.masked):
                self._settle(climber, Result(climber.text, "untouched"))
            elif self._by_sentence and climber.whole is None and len(self._split(climber.text)) > 1:
                self._cut(climber)
            else:
                asked.append(climber)
        counts = self.texts.count_tokens([climber.text for climber in asked])
        for climber, tokens in zip(asked, counts, strict=True):
            climber.tokens = tokens
            if tokens > self._identity.max_segment_tokens:
                climber.finding = Finding("too_long", tokens, passed=False)
                self._cut(climber)
            else:
                self._queue.append(climber)

    def _take(self, climber: Climber, request: Request, reply: Reply) -> None:
        """Take a reply to a climber's request: settle it, or send it to the next rung."""
        climber.tokens_in += reply.tokens_in
        climber.tokens_out += reply.tokens_out
        if reply.finish == "error":
            climber.errors += 1
            if climber.errors < _TRIES_AFTER_ERRORS:
                self._queue.append(climber)
                return
            findings: tuple[Finding, ...] = (Finding("error", climber.errors, passed=False),)
        else:
            findings = self._findings(request, reply)
            if self.doubts is not None and self._is_doubtful(self.doubts.second_look, climber, findings):
                self.doubts.hold(climber, request, reply)
                return
        self._decide(climber, reply, findings)

    def _decide(self, climber: Climber, reply: Reply, findings: tuple[Finding, ...]) -> None:
        """Settle a climber with an answer that passed, or send it to the next rung."""
        if findings[-1].passed:
            rung: Rung = "whole" if climber.attempt == 0 else "again"
            self._settle(climber, climber.result(restore(climber.masked, reply.text.strip()), rung, findings))
            return
        climber.finding = climber.finding or findings[-1]
        if reply.finish not in ("error", "refused") and climber.attempt + 1 < self._attempts:
            climber.attempt += 1
            self._queue.append(climber)
        else:
            self._cut(climber)

    def _is_doubtful(self, look: SecondLook, climber: Climber, findings: tuple[Finding, ...]) -> bool:
        """Tell whether an answer is to be looked at again, for this climber."""
        if not findings[-1].passed:
            return False
        failures = (climber.finding, climber.whole.finding if climber.whole else None)
        failed_before = self._rejected_before or any(one is not None and one.reason != "too_long" for one in failures)
        return look.wants(climber.masked.text, findings, failed_before=failed_before)

    def _findings(self, request: Request, reply: Reply) -> tuple[Finding, ...]:
        findings = self.findings[request]
        if findings[0].reason == "finish" and not findings[0].passed:  # by its own name
            findings = self.findings[request] = (Finding(reply.finish, reply.tokens_out, passed=False),)
        return findings

    def _cut(self, climber: Climber) -> None:
        pieces = finer(climber.text, self._split) if climber.depth < _DEEPEST else []
        if not pieces:
            self._settle(climber, climber.result(None, "rejected"))
            return
        if self._identity.unit == "segment" and climber.whole is None:
            pieces = halves(pieces)
        self._enter([self._climber(text, climber) for text in climber.cut_into(pieces)])

    def _settle(self, climber: Climber, result: Result) -> None:
        settled = settle(climber, result)
        if settled is not None:
            self._settled.append(settled)
