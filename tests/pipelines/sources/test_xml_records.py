from typing import TYPE_CHECKING
from xml.parsers import expat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources import xml_records
from pipelines.sources.xml_records import XmlFault, XmlRecords

if TYPE_CHECKING:
    from collections.abc import Iterator


def read(data: bytes, size: int = 7, *, midway: bool = False) -> tuple[list[str], list[XmlFault]]:
    ids: list[str] = []

    def attach(parser: expat.XMLParserType, _inside_root: bool) -> None:
        parser.StartElementHandler = lambda name, attributes: name == "row" and ids.append(attributes.get("Id", ""))

    chunks: Iterator[bytes] = (data[at : at + size] for at in range(0, len(data), size))
    faults = [fault for fault in XmlRecords("posts", "row", attach, midway=midway).feed(chunks) if fault is not None]
    return ids, faults


def rows(*records: str | bytes) -> bytes:
    encoded = [record.encode() if isinstance(record, str) else record for record in records]
    return b"<posts>\n" + b"\n".join(encoded) + b"\n</posts>\n"


SOUND = ('<row Id="1" />', '<row Id="2" Body="a &lt; b" />')


@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize(
    "bad",
    [
        '<row Id="9" Body="<p>" />',
        b'<row Id="9" Body="caf\xe9" />',
        '<row Id="9" Body="&unknown;" />',
        '<row Id="9" Body="&#0;" />',
        '<row Id="9" Id="9" />',
        "<row Id=9 />",
        "<row",
        "</posts>",
        "&nbsp;",
        '<!DOCTYPE posts [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
    ],
)
def test_one_damaged_record_costs_no_other(bad: str | bytes, size: int) -> None:
    data = rows(SOUND[0], bad, SOUND[1])
    ids, faults = read(data, size)
    assert ids == ["1", "2"]
    assert len(faults) == 1
    assert len(SOUND[0]) + 8 <= faults[0].offset <= data.index(b'<row Id="2"')


def test_entities_do_not_expand() -> None:
    bomb = b'<!DOCTYPE posts [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>' + rows('<row Id="1" Body="&b;" />', SOUND[1])
    ids, faults = read(bomb)
    assert ids == ["2"]
    assert [fault.reason for fault in faults] == ["damaged_xml", "damaged_xml"]


def test_file_that_is_cut_off() -> None:
    data = rows(*SOUND)[:-20]
    ids, (fault,) = read(data)
    assert ids == ["1"]
    assert fault.offset == len(data)
    assert fault.detail.startswith(f"byte {len(data)}: cut off")
    assert fault.raw.startswith(b'<row Id="2"')


def test_a_tag_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_records, "MAX_TAG_BYTES", 1000)
    ids, faults = read(rows(SOUND[0], f'<row Id="9" Body="{"x" * 5000}" />', SOUND[1]), 100)
    assert ids == ["1", "2"]
    assert [fault.reason for fault in faults] == ["too_large"]


def test_other_encodings() -> None:
    latin = b'<?xml version="1.0" encoding="ISO-8859-1"?>' + rows(b'<row Id="caf\xe9" />', "<row", b'<row Id="\xfc" />')
    assert read(latin, 1000)[0] == ["caf\xe9", "\xfc"]
    assert read(rows(*SOUND).decode().encode("utf-16"))[0] == ["1", "2"]


@pytest.mark.parametrize("size", [7, 4096])
@pytest.mark.parametrize("name", ["uuf-8", "gbk", "utf-7", "hex"])
def test_an_encoding_that_cannot_be_read_costs_no_record(name: str, size: int) -> None:
    declaration = f'<?xml version="1.0" encoding="{name}"?>\n'.encode()
    ids, _ = read(
        declaration + rows('<row Id="1"/>', '<row Id="\u00e92"/>', b'<row Id="\xff"/>', '<row Id="3"/>'), size
    )
    assert ids == ["1", "\u00e92", "3"]


@pytest.mark.parametrize("at", range(8, 20))
def test_begins_with_the_first_record_that_begins_there(at: int) -> None:
    data = rows(*SOUND)
    ids, faults = read(data[at:], midway=True)
    assert (ids, faults) == (["1", "2"] if at == 8 else ["2"], [])


@given(
    st.lists(st.sampled_from([*SOUND, '<row Id="8" Body="<" />', "&x;", "<row", "]]>"]), max_size=8), st.integers(1, 40)
)
def test_chunks_make_no_difference(records: list[str], size: int) -> None:
    data = rows(*records)
    (ids, faults), (expected_ids, expected_faults) = read(data, size), read(data, len(data))
    assert ids == expected_ids
    assert [(fault.offset, fault.detail) for fault in faults] == [
        (fault.offset, fault.detail) for fault in expected_faults
    ]
