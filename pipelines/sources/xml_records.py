"""Records of an XML file that is read as a stream: one that is damaged is stepped over, and the rest is read."""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from xml.parsers import expat

from pipelines.sources.decompressed import Gap
from pipelines.sources.record import MAX_RAW_BYTES

MAX_TAG_BYTES = 16 * 2**20  # a start tag, with its attributes, that is longer begins no record

_ENCODING = re.compile(rb"""<\?xml[^>]{0,200}\bencoding=["']([A-Za-z0-9._-]{1,40})["']""")
# What an unfinished tag, or an end too many, makes of the first byte of a sound record behind it.
_FAULT_OF_BEFORE = frozenset(
    expat.errors.codes[error]
    for error in (expat.errors.XML_ERROR_INVALID_TOKEN, expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT)
)
_UNICODE = frozenset({"utf-8", "utf-16", "utf-16-le", "utf-16-be", "ascii", "iso8859-1"})
_ALL_BYTES = bytes(range(256))
_TWO_BYTE_MARKS = (b"\xfe\xff", b"\xff\xfe", b"\x00<", b"<\x00")


@dataclass(frozen=True)
class XmlFault:
    """A stretch that gives no record.

    Attributes:
        offset: The faulty byte, in the stream.
        reason: `damaged_xml` or `too_large`.
        detail: What is wrong.
        raw: The bytes from the beginning of the record on, at most `MAX_RAW_BYTES`.
    """

    offset: int
    reason: str
    detail: str
    raw: bytes


class RefusedError(Exception):
    """Raised by a handler for what no sound file of the kind holds: (reason, detail)."""


class XmlRecords:
    """Feeds a stream to an expat parser, and to a new one behind each record that the one before could not read.

    Entities are never expanded: a document type declaration, which alone can define some, is refused, so that an entity
    beyond XML's own five is a fault of the record that names it.

    Args:
        root: The element around all records, such as `posts`.
        record: The element of a record, such as `row`; its start tag occurs nowhere else.
        attach: Sets the handlers of a new parser, which has entered the root element if the flag says so.
        midway: Whether the stream begins anywhere in a file, so that the first record in it has to be found.
    """

    def __init__(
        self, root: str, record: str, attach: Callable[[expat.XMLParserType, bool], None], *, midway: bool = False
    ) -> None:
        self._root = f"<{root}>".encode()
        self._tag = re.compile(b"<" + record.encode() + rb"(?=[\s/>])")
        self._longest_tag = len(record) + 2
        self._attach = attach
        self._encoding: str | None = None
        self._reads_bytes = True
        self._held = b""  # the last bytes of the stream …
        self._end = 0  # … and where in the stream they end
        self._next = 0  # the first byte that no parser has been given
        self._parser: expat.XMLParserType | None = None  # None while the next record is looked for
        if not midway:
            self._open(inside_root=False)

    def _open(self, *, inside_root: bool) -> None:
        parser = expat.ParserCreate(self._encoding)
        parser.buffer_text = True
        if inside_root:
            parser.Parse(self._root, False)
        parser.StartDoctypeDeclHandler = _refuse_doctype
        self._attach(parser, inside_root)
        self._parser = parser
        self._opened = self._next
        self._origin = self._next - (len(self._root) if inside_root else 0)

    @property
    def position(self) -> int:
        """How many bytes of the stream have been read."""
        return self._end

    @property
    def tag_position(self) -> int:
        """Where in the stream the tag begins that a handler is called for."""
        return self._origin + self._parser.CurrentByteIndex if self._parser is not None else self._next

    def feed(self, stream: Iterable[bytes | Gap]) -> Iterator[XmlFault | None]:
        """Parse a whole stream: yields None whenever handlers may have met records, and each fault in its place.

        Where the stream ends within the root element, that is a fault.
        """
        for piece in stream:
            if isinstance(piece, Gap):
                yield XmlFault(self._end, piece.reason, piece.detail, b"")
                self.skip()
            else:
                yield from self.take(piece)
        yield from self.finish()

    def take(self, chunk: bytes) -> Iterator[XmlFault | None]:
        """Parse the next bytes of the stream."""
        if self._end == 0 and self._parser is not None:
            self._see_encoding(chunk)
        self._held += chunk
        self._end += len(chunk)
        while self._next < self._end and (self._parser is not None or self._finds_record()):
            fault = self._parse()
            yield None
            if fault is not None:
                yield fault
        self._keep()

    def skip(self) -> None:
        """Give up the record that is not finished, as bytes are missing here, and look for the next one."""
        self._parser = None
        self._held, self._next = b"", self._end

    def _see_encoding(self, chunk: bytes) -> None:
        self._reads_bytes = not chunk.startswith(_TWO_BYTE_MARKS)  # else no byte pattern finds the next record
        declared = _ENCODING.search(chunk[:1000])
        if declared is not None and self._reads_bytes:
            self._encoding = _known_encoding(declared[1].decode())
            self._open(inside_root=False)

    def _keep(self) -> None:
        """Keep what a fault in the next chunk may concern: the tag that is not finished."""
        begin = self._end - len(self._held)
        known = self._parser is not None and self._parser.CurrentByteIndex >= 0
        first = self.tag_position if known else self._next
        self._held = self._held[max(first - begin, 0) :]

    def _finds_record(self) -> bool:
        """Go on to the next record, with a new parser; tell whether there is one in what is at hand."""
        begin = self._end - len(self._held)
        found = self._tag.search(self._held, self._next - begin) if self._reads_bytes else None
        if found is None:
            self._next = max(self._next, self._end - self._longest_tag)
            return False
        self._next = begin + found.start()
        self._open(inside_root=True)
        return True

    def _parse(self) -> XmlFault | None:
        parser = self._parser
        if parser is None:
            raise ValueError("no parser is open")
        try:
            parser.Parse(memoryview(self._held)[self._next - self._end :], False)
        except expat.ExpatError as error:
            at = self._origin + parser.ErrorByteIndex
            return self._fault(at, "damaged_xml", expat.ErrorString(error.code), again=error.code in _FAULT_OF_BEFORE)
        except RefusedError as error:
            reason, detail = error.args
            return self._fault(self._origin + parser.CurrentByteIndex, reason, detail)
        except (LookupError, ValueError) as error:  # of pyexpat, for an encoding that was declared in several pieces
            self._encoding = "utf-8"
            return self._fault(self._origin + max(parser.CurrentByteIndex, 0), "damaged_xml", str(error))
        self._next = self._end
        pending = self._end - self._origin - parser.CurrentByteIndex if parser.CurrentByteIndex >= 0 else 0
        if pending > MAX_TAG_BYTES:
            return self._fault(self._end - 1, "too_large", f"a tag of more than {MAX_TAG_BYTES:,} bytes")
        return None

    def _fault(self, at: int, reason: str, detail: str, *, again: bool = False) -> XmlFault:
        """Give the parser up, to go on behind the faulty byte, or with it."""
        begin = self._end - len(self._held)
        before = self._held[: max(at - begin, 0)]
        record = max((found.start() for found in self._tag.finditer(before)), default=len(before))
        self._parser = None
        self._next = at if again and at > self._opened else at + 1
        return XmlFault(at, reason, f"byte {at}: {detail}", self._held[record:][:MAX_RAW_BYTES])

    def finish(self) -> Iterator[XmlFault | None]:
        """End the stream."""
        if self._parser is None:
            return
        try:
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            yield None
            yield self._fault(self._end, "damaged_xml", f"cut off: {expat.ErrorString(error.code)}")


def _known_encoding(declared: str) -> str:
    """Return the encoding that a parser is to read in: UTF-8 where the declared one is none, or none it can read.

    Expat knows the encodings of Unicode, and of others those of one byte a character.
    """
    try:
        is_known = codecs.lookup(declared).name in _UNICODE or len(_ALL_BYTES.decode(declared, "replace")) == len(
            _ALL_BYTES
        )
    except LookupError:
        is_known = False
    return declared if is_known else "utf-8"


def _refuse_doctype(*_: object) -> None:
    raise RefusedError("damaged_xml", "a document type declaration, which no dump has")
