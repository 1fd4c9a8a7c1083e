"""The explorer in Chromium: what it loads, counts, answers and lets run. Skips without Chromium or `make explorer`."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from benchmarks.chromium import Browser, find_chromium, served
from datacards.explorer import assets
from tests.pipelines.stages.curation import document_id
from tests.pipelines.stages.explored_corpus import HOSTILE_TITLE, WITHHELD, explored

pytestmark = pytest.mark.clients

MOVED = 40


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if assets.assets() is None:
        pytest.skip("the explorer's libraries are not built: `make explorer` (needs npm)")
    return explored(tmp_path_factory.mktemp("corpus")).root


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    executable = find_chromium()
    if executable is None:
        pytest.skip("no Chromium is installed")
    with Browser(executable) as browser:
        browser.look(1200, 900)
        yield browser


@pytest.fixture
def page(root: Path, chromium: Browser) -> Iterator[Browser]:
    """The page, loaded; whatever a test does, nothing is asked of another server and nothing is complained of."""
    with served(root / "card") as address:
        chromium.open(f"{address}index.html")
        chromium.wait_for("document.querySelector('#results a')")
        yield chromium
        assert [url for url in chromium.requests if not url.startswith((address, f"blob:{address}", "data:"))] == []
        assert chromium.complaints == []
        assert chromium.run("window.pwned") is None


def _table(root: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    file = str(root / "card/explorer/corpus.parquet")
    connection.execute(f"CREATE VIEW corpus AS FROM read_parquet('{file}')")
    return connection


def _ask(page: Browser, sql: str) -> list[list[str]]:
    """Return the cells of the answer to a query, as the page shows them."""
    page.run(f"document.getElementById('sql').value = {json.dumps(sql)}")
    page.run("document.getElementById('sql-form').requestSubmit()")
    page.wait_for("/ in [\\d.]+ s$|Error/.test(document.getElementById('sql-said').textContent)")
    return _cells(page, "sql-answer")


def _cells(page: Browser, id_: str) -> list[list[str]]:
    rows = f"[...document.querySelectorAll('#{id_} tbody tr')]"
    cells: list[list[str]] = page.run(f"{rows}.map((row) => [...row.cells].map((cell) => cell.textContent))")
    return cells


def _text(page: Browser, id_: str) -> str:
    text: str = page.run(f"document.getElementById({json.dumps(id_)}).textContent")
    return text


def _open_thresholds(page: Browser) -> None:
    page.run("document.getElementById('thresholds').scrollIntoView()")
    page.run("document.querySelector('#rules details').open = true")
    page.wait_for("document.querySelector('#threshold-enough_words-0:enabled')")
    page.wait_for("document.querySelector('#threshold-languages tbody tr')")


def test_what_is_there_before_duckdb_is_no_more_than_the_page_needs(page: Browser) -> None:
    names = [url.rpartition("/explorer/")[2] for url in page.requests]
    assert not [name for name in names if "wasm" in name or name.startswith("columns/")]
    assert "6" in _text(page, "explore-scope")


def test_a_query_is_answered_as_duckdb_answers_it_and_fetches_its_columns_alone(page: Browser, root: Path) -> None:
    counted = "SELECT language, count(*) AS n, sum(word_count) AS s, max(digit_fraction) AS m"
    sql = f"{counted} FROM corpus GROUP BY 1 ORDER BY 1"
    found = _ask(page, sql)
    with _table(root) as connection:
        rows = connection.execute(sql).fetchall()
    assert [row[:3] for row in found] == [[row[0], f"{row[1]:,}", f"{row[2]:,}"] for row in rows]
    assert [float(row[3]) for row in found] == pytest.approx([row[3] for row in rows], rel=1e-5)
    columns = {url.rpartition("/columns/")[2] for url in page.requests if "/columns/" in url}
    assert columns == {"language.arrow.gz", "word_count.arrow.gz", "digit_fraction.arrow.gz"}


@pytest.mark.parametrize(
    ("sql", "read"),
    [
        ("SELECT count(*) FROM corpus", {"kept"}),
        ("SELECT language, WORD_COUNT * 2 FROM corpus -- digit_fraction", {"language", "word_count"}),
        ("SELECT 1 FROM corpus WHERE source = 'word_count' /* id */", {"source"}),
        ('SELECT "digit_fraction" AS id2 FROM corpus', {"digit_fraction"}),
        ("SELECT * FROM corpus", None),
        ("SELECT c.* EXCLUDE (id) FROM corpus c", None),
        ("SELECT DISTINCT ON (language) * FROM corpus", None),
        ("SELECT COLUMNS('rps_.*') FROM corpus", None),
        ("WITH t AS (FROM corpus) SELECT count(*) FROM t", None),
        ("SUMMARIZE corpus", None),
    ],
)
def test_the_columns_that_a_query_reads_are_found(page: Browser, sql: str, read: set[str] | None) -> None:
    names = page.run(
        "Promise.all([import('./explorer/columns.js'), import('./explorer/index.js')]).then(async ([columns, index]) =>"
        f"columns.columnsOf({json.dumps(sql)}, await index.readIndex()))"
    )
    every: list[str] = page.run(
        "import('./explorer/index.js').then((index) => index.readIndex()).then("
        "(index) => index.columns.map(({ name }) => name))"
    )
    assert set(names) == (set(every) if read is None else read)


def test_the_examples_run(page: Browser) -> None:
    count: int = page.run("document.getElementById('sql-example').options.length")
    assert count == 6
    for number in range(count):
        page.run(
            f"document.getElementById('sql-example').value = '{number}';"
            "document.getElementById('sql-example').dispatchEvent(new Event('input'))"
        )
        _ask(page, page.run("document.getElementById('sql').value"))
        assert "row" in _text(page, "sql-said")


def test_sql_reaches_nothing_outside_and_errors_are_said(page: Browser) -> None:
    for sql in (
        "SELECT * FROM read_csv('https://example.com/x.csv')",
        "SELECT * FROM 'https://example.com/x.parquet'",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SELEC",
    ):
        assert _ask(page, sql) == []
        assert "Error" in _text(page, "sql-said")
    assert _ask(page, "SELECT 'alive'") == [["alive"]]


def test_a_moved_threshold_counts_as_duckdb_counts(page: Browser, root: Path) -> None:
    _open_thresholds(page)
    page.run(
        "(() => { const box = document.querySelector('#rules input[type=number]');"
        f"box.value = '{MOVED}'; box.dispatchEvent(new Event('input', {{bubbles: true}})); }})()"
    )
    page.wait_for("document.getElementById('moved').textContent.includes('→')")
    with _table(root) as connection:
        moved = f"reached AND word_count >= {MOVED} AND passes_mixed AND passes_reads_text"
        rows = connection.execute(
            f"SELECT language, count(*), count_if(kept), count_if({moved}), count_if(NOT kept AND {moved}) "  # noqa: S608
            "FROM corpus WHERE reached GROUP BY language ORDER BY 2 DESC, 1"
        ).fetchall()
        total = connection.execute(f"SELECT count_if(kept), count_if({moved}) FROM corpus").fetchall()[0]  # noqa: S608
        dropped = connection.execute(
            f"SELECT count_if(rule = 'enough_words'), count_if(reached AND word_count < {MOVED}) FROM corpus"  # noqa: S608
        ).fetchall()[0]
    assert total[1] > total[0]
    shown = _cells(page, "threshold-languages")
    assert [[int(cell.replace(",", "")) for cell in (row[1], row[2], row[3], row[6])] for row in shown] == [
        list(row[1:]) for row in rows
    ]
    assert f"keep {total[0]} → {total[1]} (+{total[1] - total[0]})" in _text(page, "moved")
    assert _text(page, "drops-enough_words") == f"drops {dropped[0]} → {dropped[1]}"
    page.run("document.getElementById('threshold-reset').click()")
    page.wait_for("!document.getElementById('moved').textContent.includes('→')")


def test_a_threshold_of_languages_moves_by_a_factor(page: Browser, root: Path) -> None:
    page.run("document.getElementById('thresholds').scrollIntoView()")
    page.run("document.querySelectorAll('#rules details')[1].open = true")
    page.wait_for("document.querySelector('#threshold-mixed-0:enabled')")
    page.run(
        "(() => { const box = document.querySelector('#threshold-mixed-0 + input');"
        "box.value = '9'; box.dispatchEvent(new Event('input', {bubbles: true})); })()"
    )
    page.wait_for("document.getElementById('moved').textContent.includes('→')")
    with _table(root) as connection:
        least = "CASE language WHEN 'fra_Latn' THEN 20 ELSE 10 END * 9"
        query = f"SELECT count_if(kept AND word_count >= {least}) FROM corpus"  # noqa: S608
        assert f"→ {connection.execute(query).fetchall()[0][0]} (" in _text(page, "moved")


def test_the_keyboard_moves_a_threshold_and_the_count_is_said(page: Browser) -> None:
    _open_thresholds(page)
    page.run("document.getElementById('threshold-enough_words-0').focus()")
    before = page.run("document.activeElement.getAttribute('aria-valuetext')")
    for _ in range(200):
        page.press("ArrowRight")
    page.wait_for("document.getElementById('moved').textContent.includes('→')")
    assert page.run("document.activeElement.getAttribute('aria-valuetext')") != before
    assert page.run("document.getElementById('moved').getAttribute('role')") == "status"


def test_every_control_has_a_name_and_can_be_reached(page: Browser) -> None:
    _open_thresholds(page)
    nameless = page.run(
        "[...document.querySelectorAll('input, select, textarea, button, summary')].filter((one) =>"
        "!(one.getAttribute('aria-label') || one.labels?.[0]?.textContent || one.textContent).trim()).length"
    )
    assert nameless == 0
    page.run("document.getElementById('search-words').focus()")
    page.press("Tab")
    assert page.run("document.activeElement.matches('#results a, #results')")


def test_hostile_documents_are_read_and_nothing_of_them_runs(page: Browser) -> None:
    hostile = document_id("hostile")
    page.run(f"location.hash = '#document={hostile}'")
    page.wait_for("document.querySelector('#document h4')")
    assert page.run("document.querySelector('#document h4').textContent") == HOSTILE_TITLE
    assert "<script>window.pwned=1</script>" in page.run("document.querySelector('#document .text').textContent")
    inside = "document.querySelectorAll('#document :is(script, img, svg, iframe, [onerror], [onload])').length"
    assert page.run(inside) == 0
    addresses: list[str] = page.run("[...document.querySelectorAll('#reading a')].map((one) => one.protocol)")
    assert set(addresses) <= {"http:", "https:"}
    assert "javascript:window.pwned=1" in _text(page, "document")
    page.run("document.querySelectorAll('#document :not(a, a *)').forEach((one) => one.click())")  # links lead away
    assert page.run("window.pwned") is None


def test_hostile_sql_answers_stay_text(page: Browser) -> None:
    markup = "<img src=x onerror=window.pwned=1>"
    assert _ask(page, f"SELECT '{markup}' AS \"{markup}\", 1 AS n UNION ALL SELECT 'b', 2")[0][0] == markup
    assert page.run("document.querySelectorAll('#sql-answer img').length") == 0


def test_what_may_not_be_passed_on_is_not_there_to_read(page: Browser) -> None:
    page.run(f"location.hash = '#document={document_id('refused')}'")
    page.wait_for("document.querySelector('#document h4')")
    shown = _text(page, "document")
    assert WITHHELD not in shown
    assert "Its licence does not let" in shown
    assert "https://example.org/refused" in shown
    assert "word_count" in shown


def test_documents_are_found_by_their_words(page: Browser) -> None:
    def found(words: str, decision: str = "all") -> Any:  # noqa: ANN401 -- JSON
        page.run(
            f"document.getElementById('search-decision').value = '{decision}';"
            f"document.getElementById('search-words').value = {json.dumps(words)};"
            "document.getElementById('search').dispatchEvent(new Event('input'))"
        )
        page.wait_for("document.getElementById('found').textContent.includes('document')")
        return page.run(
            "new Promise((done) => setTimeout(() => done(document.getElementById('found').textContent), 300))"
        )

    assert found("LOREM harbour") == "1 document"
    assert found("no such words") == "0 documents"
    assert page.run("document.querySelectorAll('#results a').length") == 0


def test_a_heat_map_shows_what_was_kept_as_duckdb_counts_it(page: Browser, root: Path) -> None:
    page.run("document.getElementById('charts').scrollIntoView()")
    page.wait_for("document.querySelector('#chart svg')")
    page.run(
        "document.getElementById('chart-of').value = 'language and licence';"
        "document.getElementById('chart-of').dispatchEvent(new Event('input'))"
    )
    page.wait_for("document.querySelector('#chart svg rect[fill^=\"var(--step\"]')")
    with _table(root) as connection:
        rows = connection.execute(
            "SELECT language, license, count(*) FROM corpus WHERE kept GROUP BY ALL ORDER BY 3 DESC, 1, 2"
        ).fetchall()
    shown = _cells(page, "chart")
    assert [(row[0].partition("(")[2].rstrip(")"), row[1], int(row[2].replace(",", ""))) for row in shown] == rows
    assert page.run("document.querySelectorAll('#chart svg rect[fill^=\"var(--step\"]').length") == len(rows)


def test_a_chart_of_a_signal_shows_the_thresholds_of_rules(page: Browser) -> None:
    page.run("document.getElementById('charts').scrollIntoView()")
    page.wait_for("document.querySelector('#chart svg')")
    page.run(
        "document.getElementById('chart-of').value = 'word_count';"
        "document.getElementById('chart-of').dispatchEvent(new Event('input'))"
    )
    page.wait_for("/How word_count is spread/.test(document.getElementById('chart').textContent)")
    texts: list[str] = page.run("[...document.querySelectorAll('#chart svg text')].map((one) => one.textContent)")
    assert "50" in texts


def test_the_card_s_pictures_are_drawn_again_with_their_numbers(page: Browser, root: Path) -> None:
    told = json.loads((root / "card/pictures/figures.json").read_text(encoding="utf-8"))
    page.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    names: list[str] = page.run("[...document.querySelectorAll('[data-picture]')].map((one) => one.dataset.picture)")
    assert set(names) == set(told) >= {"flow", "composition", "spreads", "clusters"}
    for name in names:
        place = f"[data-picture={name}]"
        page.run(f"document.querySelector('{place}').scrollIntoView()")
        page.wait_for(f"document.querySelector('div{place} .chart svg')")
        page.run(f"document.querySelector('{place} details').open = true")
        page.wait_for(f"document.querySelector('{place} tbody tr')")
        if told[name]["kind"] == "heat map":
            cells = "[...row.cells].map((cell) => cell.textContent)"
            rows: list[list[str]] = page.run(
                f"[...document.querySelectorAll('{place} tbody tr')].map((row) => {cells})"
            )
            tiles = [
                [told[name]["rows"][row], told[name]["columns"][column], f"{documents:,}", told[name]["steps"][step]]
                for row, column, step, documents in told[name]["tiles"]
            ]
            assert rows == tiles
            assert page.run(f"document.querySelectorAll('{place} svg rect[fill^=\"var(--step\"]').length") == len(tiles)
    flow: list[str] = page.run(
        "[...document.querySelectorAll('[data-picture=flow] tbody tr')].map((row) => row.cells[1].textContent)"
    )
    assert [int(number.replace(",", "").lstrip("+\N{MINUS SIGN}")) for number in flow] == [
        step["records"] for step in told["flow"]["steps"]
    ]
    shares: list[str] = page.run(
        "[...document.querySelectorAll('[data-picture=flow] svg text')].map((one) => one.textContent)"
        ".flatMap((text) => /\\((.+ %)\\)$/.exec(text)?.[1] ?? [])"
    )
    drawn = (root / "card/flow.svg").read_text(encoding="utf-8")
    assert shares == re.findall(r">([^<]+ %)</text>", drawn) != []
    assert page.run("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
