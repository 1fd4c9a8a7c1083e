import gzip
import zlib

import pytest

from pipelines.sources.web.payload import PayloadError, decoded_body

PAGE = b"<html><p>The quick brown fox jumps over the lazy dog.</html>" * 20
CHUNKED = b"".join(
    b"%x;a=b\r\n%b\r\n" % (len(PAGE[at : at + 99]), PAGE[at : at + 99]) for at in range(0, len(PAGE), 99)
)
MEMBERS = gzip.compress(PAGE[:500], mtime=0) + gzip.compress(PAGE[500:], mtime=0)


@pytest.mark.parametrize("behind", [b"", b"\0\0\0", b"\n", b"<!-- cached -->" * 9])
def test_gzip_members_are_read_one_behind_the_other(behind: bytes) -> None:
    assert decoded_body({"content-encoding": "gzip"}, MEMBERS + behind) == PAGE


def test_a_broken_member_behind_a_sound_one_is_told() -> None:
    with pytest.raises(PayloadError, match="gzip member"):
        decoded_body({"content-encoding": "gzip"}, MEMBERS[:-9] + b"\0" * 9)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "chunked"])
def test_of_a_body_that_was_cut_off_what_is_there_is_decoded(coding: str) -> None:
    name = "transfer-encoding" if coding == "chunked" else "content-encoding"
    body = {"gzip": gzip.compress(PAGE), "deflate": zlib.compress(PAGE), "chunked": CHUNKED}[coding]
    sizes = []
    for size in range(8, len(body)):
        found = decoded_body({name: coding}, body[:size], is_cut=True)
        assert PAGE.startswith(found)
        sizes.append(len(found))
        with pytest.raises(PayloadError):
            decoded_body({name: coding}, body[:size])
    assert sizes == sorted(sizes)
    assert sizes[-1] > len(PAGE) / 2
