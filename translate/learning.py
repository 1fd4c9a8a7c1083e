"""Learning: what is usual between two languages, from an engine's own first answers to some texts."""

from collections.abc import Callable, Iterable, Iterator

from translate.checks import PairBounds, check
from translate.engines.base import Request
from translate.ladder import Ladder
from translate.masking import Masked, has_words
from translate.segmentation import is_code

# So wide that no answer is rejected for its length: whoever learns what is usual must not begin by assuming it.
_ANY_LENGTH = PairBounds(spread=3.0)


def first_answers(
    ladder: Ladder, texts: Iterable[str], most: int, stopping: Callable[[], bool]
) -> list[tuple[str, str | None]]:
    """Return masked texts beside the engine's first answers; None for one that fails a check other than of length.

    Only what a climb begins with is asked, so that each answer in the journal saves one there.

    Args:
        ladder: The ladder of the engine.
        texts: Segments; no more are pulled than are needed.
        most: How many of them, at most.
        stopping: Whether to ask for nothing more.

    Raises:
        EngineDiedError: The engine is gone.
        StoppedError: `stopping` said so.
    """
    answers = ladder.answers
    asked = {Request(masked.text): masked for masked in _asked_whole(ladder, texts, most)}
    found = answers.replies(asked, stopping)

    def accepted(request: Request, masked: Masked) -> str | None:
        reply = found[request]
        passed = check(masked, reply.text, reply.finish, answers.languages, _ANY_LENGTH)[-1].passed
        return reply.text if passed else None

    return [(masked.text, accepted(request, masked)) for request, masked in asked.items()]


def _asked_whole(ladder: Ladder, texts: Iterable[str], most: int) -> Iterator[Masked]:
    """Yield the first segments that a climb asks for as they are, masked."""
    masked: dict[str, Masked] = {}
    for text in texts:
        one = ladder.texts.masked(text)
        if not is_code(text) and has_words(one):
            masked[one.text] = one
        if len(masked) == most:
            break
    engine = ladder.answers.engine
    for one, tokens in zip(masked.values(), engine.count_tokens(list(masked)), strict=True):
        if tokens <= engine.identity.max_segment_tokens:
            yield one
