"""What a judge's model says of answers: similarity across languages, or an estimate of quality."""

from collections.abc import Callable, Iterator, Sequence

from translate.answers import Answers
from translate.journal import Entry
from translate.judges import as_request
from translate.masking import without_surrogates
from translate.segmentation import flatten


class Judged:
    """Measures by a judge.

    Args:
        answers: The judge, behind the journal.
        stopping: Whether to ask nothing more.
    """

    def __init__(self, answers: Answers, stopping: Callable[[], bool]) -> None:
        self._answers = answers
        self._stopping = stopping

    def values(self, pairs: Sequence[tuple[str, str]]) -> list[float | None]:
        """Return the judge's number for each pair, less what is masked in it.

        Raises:
            EngineDiedError: The judge is gone.
            StoppedError: `stopping` said so.
        """
        requests = [as_request(*(flatten(without_surrogates(text)) for text in pair)) for pair in pairs]
        replies = self._answers.replies(requests, self._stopping)
        return [float(replies[request].text) for request in requests]

    def entries(self) -> Iterator[Entry]:
        """Yield the judge's numbers."""
        return self._answers.entries({})
