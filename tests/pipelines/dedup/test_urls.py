"""URLs in one spelling."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.dedup.keys import digest_keys, url_keys
from pipelines.dedup.urls import canonical_urls


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://Example.ORG:443/a/b/#part", "http://example.org/a/b"),
        ("HTTP://example.org.:80/", "http://example.org"),
        ("http://example.org:8080/A?b=1&utm_source=x&c=2", "http://example.org:8080/A?b=1&c=2"),
        ("http://h/?utm_a=1&UTM_B=2&utm_c=3&gclid=4&fbclid=&msclkid", "http://h"),
        ("http://h/?a=1&utm_a=1", "http://h?a=1"),
        ("http://h/?utm=1&mygclid=2", "http://h?utm=1&mygclid=2"),
        ("http://user:secret@h/x//", "http://h/x"),
        ("https://[2001:DB8::1]:443/x", "http://[2001:db8::1]/x"),
        ("https://h:80/x", "http://h:80/x"),
        ("ftp://H:21/x", "ftp://h:21/x"),
        ("  http://h  ", "http://h"),
        ("no URL at all ", "no URL at all"),
        ("", ""),
        (None, None),
    ],
)
def test_one_spelling(url: str | None, expected: str | None) -> None:
    assert canonical_urls(pa.array([url], pa.string())).to_pylist() == [expected]


@given(
    st.from_regex(
        r"\A(https?|ftp)://[a-zA-Z.]{1,5}(:[0-9]{0,3})?(/[a-z/]{0,5})?([?]([a-z_]{1,6}=?[&]?){0,4})?(#[a-z]*)?\Z"
    )
)
def test_one_spelling_stays(url: str) -> None:
    once = canonical_urls(pa.array([url]))
    assert canonical_urls(once).to_pylist() == once.to_pylist()


def test_keys() -> None:
    upper, lower = url_keys(pa.array(["https://h/a/", "http://H/a", "http://h/b", "", None]))
    assert upper[0] == upper[1] != upper[2]
    assert lower[0] == lower[1] != lower[2]
    assert upper[3:].tolist() == lower[3:].tolist() == [0, 0]
    digests = ['{"digest": "sha1:ABC"}', '{"digest": "ABC"}', '{"digest": "abc"}', "{}", None]
    upper, _ = digest_keys(pa.array(digests))
    assert upper[0] == upper[1] != upper[2]
    assert upper[3:].tolist() == [0, 0]
