"""Posts of a Stack Exchange dump (`Posts.xml`), read as a stream and put together into threads."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias
from xml.parsers import expat

from pipelines.sources.decompressed import Gap
from pipelines.sources.record import MAX_RAW_BYTES
from pipelines.sources.sorted_spill import RUN_BYTES, SortedSpill
from pipelines.sources.stackexchange_html import texts_of
from pipelines.sources.xml_records import RefusedError, XmlFault, XmlRecords

_QUESTION, _ANSWER = "1", "2"  # PostTypeId; the others are pages about tags, nominations and notices

_OTHERS_BYTES = 1024  # about what a post's other attributes take in memory

Attributes: TypeAlias = Mapping[str, str]


@dataclass(frozen=True)
class Thread:
    """A question with its answers, or what became of a row that is in none.

    Attributes:
        row: Row of the question in the file, from 1.
        question: Its attributes; `Body` is its text.
        answers: Those of the answers, the highest score first, of equal ones the oldest.
    """

    row: int
    question: Attributes
    answers: Sequence[Attributes]


@dataclass(frozen=True)
class LeftOut:
    """A row that is in no thread: sound (no fault) or not."""

    row: int
    reason: str
    fault: XmlFault | None = None


class _Placed(NamedTuple):
    """A post and its place: its thread, in that the question first and answers by score, then the oldest."""

    key: tuple[int, bool, int, int]
    row: int
    attributes: dict[str, str]
    body: str


def threads(stream: Iterable[bytes | Gap], run_bytes: int = RUN_BYTES) -> Iterator[Thread | LeftOut]:
    """Yield every row that is in no thread, in the order of the file, then the threads by the question's number.

    Answers may stand anywhere behind their question, at the other end of a file of 100 GB too. So that the file is
    parsed once and memory does not grow with it, the posts are sorted by thread outside memory.

    Args:
        stream: The decompressed bytes of the file; a row in which some are missing is left out.
        run_bytes: How much text is sorted in memory.
    """
    with SortedSpill(run_bytes) as spill:
        yield from _sorted_posts(stream, spill)
        question: tuple[int, Attributes] | None = None
        answers: list[Attributes] = []
        for row, post in spill.in_order():
            if post["PostTypeId"] == _QUESTION:
                if question is not None:
                    yield Thread(*question, answers)
                question, answers = (row, post), []
            elif question is not None and question[1]["Id"] == post["ParentId"]:
                answers.append(post)
            else:
                yield LeftOut(row, "answer_without_question")
        if question is not None:
            yield Thread(*question, answers)


def _sorted_posts(stream: Iterable[bytes | Gap], spill: SortedSpill) -> Iterator[LeftOut]:
    met: list[dict[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            met.append(attributes)
        elif name != "posts":
            raise RefusedError("damaged_xml", f"a <{name}>; expected <posts> with a <row> for each post")

    def attach(parser: expat.XMLParserType, _inside_root: bool) -> None:
        parser.StartElementHandler = start

    row = 0
    records = XmlRecords("posts", "row", attach)
    for fault in records.feed(stream):
        sound: list[_Placed] = []
        for post in met:
            row += 1
            place = _place(row, post)
            if isinstance(place, LeftOut):
                yield place
            else:
                sound.append(place)
        met.clear()
        # At once, while they are in the nearest cache; and what is put aside is the shorter for it.
        for placed, text in zip(sound, texts_of([post.body for post in sound]), strict=True):
            placed.attributes["Body"] = text
            spill.add(placed.key, (placed.row, placed.attributes), len(text) + _OTHERS_BYTES)
        if fault is not None:
            row += 1
            yield LeftOut(row, fault.reason, fault)


def _place(row: int, post: dict[str, str]) -> _Placed | LeftOut:
    """Return a post with its row and its place among all."""
    kind = post.get("PostTypeId")
    if kind not in (_QUESTION, _ANSWER):
        return LeftOut(row, "not_question_or_answer" if kind else "no_posts_row")
    try:
        number = int(post["Id"])
        score = int(post.get("Score") or 0)
        thread = number if kind == _QUESTION else int(post["ParentId"])
        body = post["Body"]
    except (KeyError, ValueError) as error:
        raw = repr(dict(post))[:MAX_RAW_BYTES].encode()
        return LeftOut(row, "bad_post", XmlFault(-1, "bad_post", f"{type(error).__name__}: {error}", raw))
    return _Placed((thread, kind == _ANSWER, -score, number), row, post, body)
