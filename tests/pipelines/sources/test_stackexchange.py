import gzip
import json
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest

from pipelines.licensing.conclude import conclude, read_evidence
from pipelines.sources import stackexchange
from pipelines.sources.sorted_spill import SortedSpill
from pipelines.sources.stackexchange_html import texts_of
from pipelines.sources.stackexchange_posts import LeftOut, Thread, threads
from tests.pipelines.sources.reading import Read, read_all

DUMP = Path(__file__).parents[4] / "shared" / "data" / "stackexchange_beer_Posts.xml.gz"
needs_dump = pytest.mark.skipif(not DUMP.exists(), reason="../shared/data is not there")


def row(number: int, kind: int, **attributes: str) -> str:
    named = {"Id": str(number), "PostTypeId": str(kind), "CreationDate": "2019-05-06T07:08:09.000"} | attributes
    return "  <row " + " ".join(f"{name}={quoteattr(value)}" for name, value in named.items() if value) + " />\n"


def question(number: int, body: str = "<p>Why?</p>", **attributes: str) -> str:
    return row(number, 1, Body=body, Title=f"Title {number}", **attributes)


def answer(number: int, parent: int, score: int, body: str = "", **attributes: str) -> str:
    return row(number, 2, ParentId=str(parent), Score=str(score), Body=body or f"<p>says {number}</p>", **attributes)


def posts(*rows: str) -> bytes:
    return ('\ufeff<?xml version="1.0" encoding="utf-8"?>\n<posts>\n' + "".join(rows) + "</posts>").encode()


def read(folder: Path, *rows: str, name: str = "cooking.stackexchange.com-Posts.xml", site: str | None = None) -> Read:
    path = folder / name
    path.write_bytes(posts(*rows))
    return read_all(stackexchange.READER, path, options={"site": site} if site else None)


def test_answers_are_in_the_order_of_their_scores_as_numbers(tmp_path: Path) -> None:
    scores = {9: 9, 2: 2, 100: 100, 10: 10, 5: 0, 3: -3}
    found = read(tmp_path, question(1), *(answer(number, 1, score) for number, score in scores.items()))
    (record,) = found.records
    assert record["text"] == "Q: Title 1\n\nWhy?" + "".join(f"\n\nA: says {number}" for number in (100, 10, 9, 2, 5, 3))
    assert [post["score"] for post in json.loads(record["meta"])["answers"]] == [100, 10, 9, 2, 0, -3]


def test_what_a_document_says_of_itself(tmp_path: Path) -> None:
    tags = {"Tags": "<bread><sour-dough>", "Score": "7", "AcceptedAnswerId": "2"}
    found = read(
        tmp_path, question(1, OwnerUserId="5", **tags), answer(2, 1, 3, OwnerDisplayName="Ada"), answer(3, 1, 1)
    )
    (record,) = found.records
    assert (record["key"], record["url"]) == (
        "cooking.stackexchange.com:1",
        "https://cooking.stackexchange.com/questions/1",
    )
    assert (record["title"], record["created"], record["lang"]) == ("Title 1", "2019-05-06T07:08:09.000", None)
    meta = json.loads(record["meta"])
    assert (meta["tags"], meta["score"], meta["accepted_answer"]) == (["bread", "sour-dough"], 7, 2)
    attribution = json.loads(record["attribution"])
    assert attribution["creators"] == ["https://cooking.stackexchange.com/users/5", "Ada"]
    assert attribution["source_url"] == record["url"]


def test_tags_between_bars(tmp_path: Path) -> None:
    (record,) = read(tmp_path, question(1, Tags="|a|b-c|")).records
    assert json.loads(record["meta"])["tags"] == ["a", "b-c"]


@pytest.mark.parametrize(
    ("created", "edited", "expected"),
    [
        ("2011-04-07T23:59:59.999", "", "CC-BY-SA-2.5"),
        ("2011-04-08T00:00:00.000", "", "CC-BY-SA-3.0"),
        ("2018-05-01T23:59:59.999", "", "CC-BY-SA-3.0"),
        ("2018-05-02T00:00:00.000", "", "CC-BY-SA-4.0"),
        ("2010-01-01T00:00:00.000", "2019-01-01T00:00:00.000", "CC-BY-SA-4.0"),
    ],
)
def test_licence_is_that_of_the_last_edit(tmp_path: Path, created: str, edited: str, expected: str) -> None:
    (record,) = read(tmp_path, question(1, CreationDate=created, LastEditDate=edited)).records
    assert record["license_declared"] == expected
    (evidence,) = json.loads(record["license_evidence"])
    assert (evidence["class"], evidence["value"]) == ("E3", expected)


def test_licences_of_all_posts_count_each_in_its_place(tmp_path: Path) -> None:
    old = {"CreationDate": "2010-01-01T00:00:00.000"}
    (record,) = read(
        tmp_path,
        question(1, ContentLicense="CC BY-SA 3.0", **old),
        answer(2, 1, 1, ContentLicense="CC BY-SA 4.0", **old),
        answer(3, 1, 0, ContentLicense="None", **old),
    ).records
    assert record["license_declared"] == "CC-BY-SA-2.5 AND CC-BY-SA-3.0 AND CC-BY-SA-4.0"
    evidence = json.loads(record["license_evidence"])
    assert [(entry["class"], entry["value"]) for entry in evidence] == [
        ("E2", "CC BY-SA 3.0"),
        ("E2", "CC BY-SA 4.0"),
        ("E3", "CC-BY-SA-2.5"),
    ]
    begin, end = record["text"].index("A: says 2"), record["text"].index("\n\nA: says 3")
    assert evidence[1]["locator"] == f"https://cooking.stackexchange.com/a/2 (characters {begin} to {end})"
    concluded = conclude(record["license_declared"], read_evidence(record["license_evidence"]))
    assert (concluded.license, concluded.strong) == (record["license_declared"], True)


def test_an_unknown_licence_of_one_post_settles_nothing(tmp_path: Path) -> None:
    (record,) = read(tmp_path, question(1), answer(2, 1, 1, ContentLicense="my own terms")).records
    assert record["license_declared"] == "NOASSERTION"


def test_code_stands_as_it_was_written(tmp_path: Path) -> None:
    code = (
        "<p>Try</p>\n\n<pre><code>def f(x):\n    if x &lt; 3:\n\n        return  1\n</code></pre>\n<ul><li>a</li></ul>"
    )
    (record,) = read(tmp_path, question(1), answer(2, 1, 1, code)).records
    assert "Try\n\ndef f(x):\n    if x < 3:\n\n        return  1\n" in record["text"]
    assert "\u2022 a" in record["text"]


@pytest.mark.parametrize(
    "body", ["<pre>open", "<!-- open", "<table><tr><td>x", "<textarea>", "\ue000", "</div></div>y", "<b>z", "<ul><li>q"]
)
def test_no_post_reaches_into_another(body: str) -> None:
    bodies = ["<p>one</p>", body, "<p>three</p><pre><code>  kept\n</code></pre>"]
    assert texts_of(bodies) == [texts_of([each])[0] for each in bodies]


def test_posts_are_the_same_however_many_are_parsed_together() -> None:
    bodies = [f"<p>{'long ' * (number % 7 * 500)}</p><ul><li>{number}" for number in range(80)]
    bodies[40] = "<table><tr><td>a</td><td>x<sup>2</sup></td></tr></table>"
    assert texts_of(bodies) == [texts_of([each])[0] for each in bodies]


def test_short_exponents_stay_exponents() -> None:
    assert texts_of(["<p>x<sup>2</sup> and <sup>a note</sup></p>"]) == ["x^2 and a note"]


def test_bad_rows_cost_no_others(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        question(1),
        '  <row Id="2" PostTypeId="2" ParentId="1" Score="5" Body="<" />\n',
        row(3, 2, ParentId="1", Score="much", Body="x"),
        row(4, 5, Body="about a tag"),
        answer(5, 77, 1),
        answer(6, 1, 1),
    )
    assert [record["text"] for record in found.records] == ["Q: Title 1\n\nWhy?\n\nA: says 6"]
    assert found.reasons == [(2, "damaged_xml"), (3, "bad_post")]
    assert found.bad[0].offset == posts(question(1)).index(b"</posts>") + 58
    assert found.dropped == {"not_question_or_answer": 1, "answer_without_question": 1}


def test_a_file_that_is_cut_off_gives_what_came_before(tmp_path: Path) -> None:
    path = tmp_path / "Posts.xml.gz"
    path.write_bytes(gzip.compress(posts(*(question(number, f"<p>{number**40}</p>") for number in range(200))))[:-40])
    found = read_all(stackexchange.READER, path)
    assert found.records
    assert [bad.reason for bad in found.bad] == ["truncated"]


@pytest.mark.parametrize(
    ("name", "option", "host", "language"),
    [
        ("beer.stackexchange.com/Posts.xml", None, "beer.stackexchange.com", None),
        ("stackoverflow.com-Posts.xml", None, "stackoverflow.com", None),
        ("es.stackoverflow.com.xml", None, "es.stackoverflow.com", "spa_Latn"),
        ("Posts.xml", "ja.stackoverflow.com", "ja.stackoverflow.com", "jpn_Jpan"),
        ("Posts.xml", None, None, None),
    ],
)
def test_site(name: str, option: str | None, host: str | None, language: str | None) -> None:
    site = stackexchange._Site.of(option, name)
    assert (site.host, site.language) == (host, language)


def test_threads_are_sorted_outside_memory() -> None:
    count = 300
    data = posts(*(answer(1000 + n, n, n) for n in range(count)), *(question(n) for n in reversed(range(count))))
    chunks = [data[at : at + 1000] for at in range(0, len(data), 1000)]
    few = [found for found in threads(chunks, run_bytes=500) if isinstance(found, Thread)]
    whole = [found for found in threads(chunks) if not isinstance(found, LeftOut)]
    assert few == whole
    assert [int(thread.question["Id"]) for thread in few] == list(range(count))
    assert all(len(thread.answers) == 1 for thread in few)


def test_spill_keeps_the_order_of_equal_keys() -> None:
    with SortedSpill(run_bytes=3) as spill:
        for number in range(50):
            spill.add((number % 3,), number, 1)
        assert list(spill.in_order()) == sorted(range(50), key=lambda number: number % 3)


@needs_dump
def test_a_real_dump() -> None:
    found = read_all(stackexchange.READER, DUMP, options={"site": "beer.stackexchange.com"})
    assert (len(found.records), found.bad) == (663, [])
    assert found.dropped == {"not_question_or_answer": 119}
    assert sum(len(json.loads(record["meta"])["answers"]) for record in found.records) == 2354 - 663 - 119
    assert not any(mark in record["text"] for record in found.records for mark in ("<p>", "&lt;p", "\ue000"))
