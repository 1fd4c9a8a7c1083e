from collections import Counter

from benchmarks.document_structure import (
    code_blocks,
    differences,
    headings,
    inline_code,
    links,
    list_items,
    paragraphs,
    table_rows,
    tags,
)
from benchmarks.translation_structure import choose, compare

DOCUMENT = """# Title

Second title
============

Words with `code in
it` and <b>bold</b> words, see https://a.org/b?c=d.

- one [link](docs/page.md)
- two
1. three

| a | b |
|---|---|

```sh
# no heading, no `code`
- no item
```

usbkbd
~~~~~~

The end, as `the page <https://b.org>`_ says.
"""


def test_structure_is_counted() -> None:
    assert headings(DOCUMENT) == Counter({"#": 1, "= below": 1, "~ below": 1})
    assert list_items(DOCUMENT) == Counter({"-": 2, "1.": 1})
    assert table_rows(DOCUMENT) == Counter({"2 cells": 2})
    assert code_blocks(DOCUMENT) == Counter({"# no heading, no `code`\n- no item\n": 1})
    assert inline_code(DOCUMENT) == Counter({"code in it": 1})
    assert links(DOCUMENT) == Counter({"https://a.org/b?c=d": 1, "docs/page.md": 1, "https://b.org": 1})
    assert tags(DOCUMENT) == Counter({"<b>": 1, "</b>": 1})
    assert paragraphs(DOCUMENT) == Counter({"paragraphs": 8})


def test_what_is_lost_and_gained_is_said() -> None:
    assert list(differences(Counter("aab"), Counter("abc"))) == ["lost 1 times 'a'", "gained 1 times 'c'"]
    report = compare([(DOCUMENT, DOCUMENT), (DOCUMENT, DOCUMENT.replace("# Title", "Title").replace("docs/", "dos/"))])
    assert report.whole == 1
    assert (report.kept["headings"].documents, report.kept["headings"].documents_kept) == (2, 1)
    assert (report.kept["headings"].elements, report.kept["headings"].elements_kept) == (6, 5)
    assert [failure[:2] for failure in report.failures] == [(1, "headings"), (1, "links"), (1, "links")]


def test_documents_with_markup_are_chosen() -> None:
    plain, listed, marked = "Words alone. " * 40, "Words before:\n\n- one\n- two\n" * 20, DOCUMENT * 2
    assert choose([plain, listed, "- short\n", marked, listed], 5) == [marked, listed]
    assert choose([plain, listed, marked], 1) == [marked]
