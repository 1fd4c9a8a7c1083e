import doctest

import pytest

from pipelines.sources.web import media_types
from pipelines.sources.web.media_types import is_page, media_type, stated_charset


def test_the_examples_hold() -> None:
    found = doctest.testmod(media_types)
    assert found.attempted > 0
    assert found.failed == 0


@pytest.mark.parametrize("stated", ["text/html", "Text/HTML ; charset=x", "text/plain, text/html", "text/html, oops"])
def test_the_last_type_that_is_one_counts(stated: str) -> None:
    assert media_type(stated) == "text/html"


@pytest.mark.parametrize("stated", ["", "html", "text/html charset=x", ";charset=x"])
def test_what_is_no_type_is_none(stated: str) -> None:
    assert media_type(stated) == ""
    assert is_page(media_type(stated), None, b"<!DOCTYPE html>")
    assert not is_page(media_type(stated), None, b"words")


@pytest.mark.parametrize("stated", ["text/html;charset=x", 'a/b; CHARSET = "x"', "a/b;charset=y, text/html;charset=x"])
def test_the_last_charset_counts(stated: str) -> None:
    assert stated_charset(stated) == "x"
