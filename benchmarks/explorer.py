"""`python -m benchmarks.explorer CORPUS`: how soon a card's explorer shows, answers and counts, on 100,000 documents.

The corpus's own table is drawn from with repetition until it has so many rows; the page is served from this machine to
a Chromium without a window. What RedPajama-V2's signals take in Parquet is read from the table as it is published.
"""

import argparse
import json
import shutil
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.chromium import Browser, find_chromium, served
from datacards.explorer.columns import column_file

ROWS = 100_000
REPETITIONS = 5
MOVES = 20
_TABLE = "card/explorer/corpus.parquet"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print; with `--json`, write the figures as well."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.explorer", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path, nargs="?", default=Path("corpora/demo"), help="a corpus with a card")
    parser.add_argument("--rows", type=int, default=ROWS, help="documents in the table")
    parser.add_argument("--json", type=Path, help="write the figures here")
    given = parser.parse_args(arguments)
    executable = find_chromium()
    if executable is None:
        parser.error("no Chromium is installed")
    if not (given.corpus / _TABLE).is_file():
        parser.error(f"{given.corpus}: no explorer; `make explorer`, then `loam run` makes one")
    figures = {"bytes_a_document": signal_bytes(given.corpus / _TABLE)}
    with tempfile.TemporaryDirectory() as folder:
        card = Path(folder) / "card"
        shutil.copytree(given.corpus / "card", card)
        enlarge(card / "explorer", given.rows)
        with served(card) as address, Browser(executable) as browser:
            runs = [times(browser, f"{address}index.html") for _ in range(REPETITIONS)]
    figures |= {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    for name, figure in figures.items():
        print(f"{name:24} {figure:10,.3f}")
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def signal_bytes(table: Path) -> float:
    """Return what RedPajama-V2's signals of a document take in a Parquet file, compressed, with its id."""
    metadata = pq.read_metadata(table)
    groups = (metadata.row_group(number) for number in range(metadata.num_row_groups))
    columns = (group.column(number) for group in groups for number in range(group.num_columns))
    taken = sum(
        column.total_compressed_size
        for column in columns
        if column.path_in_schema == "id" or column.path_in_schema.startswith(("rps_doc_", "ccnet_"))
    )
    return taken / metadata.num_rows


def enlarge(explorer: Path, rows: int) -> None:
    """Draw rows of an explorer's table with repetition, each with an id of its own, until there are so many."""
    table = pq.read_table(explorer / "corpus.parquet")
    chance = np.random.default_rng(0)
    drawn = table.take(chance.integers(0, table.num_rows, rows))
    ids = pa.array([chance.bytes(16).hex() for _ in range(rows)])
    drawn = drawn.set_column(drawn.schema.get_field_index("id"), "id", ids)
    index = json.loads((explorer / "index.json").read_text(encoding="utf-8"))
    index |= {"rows": rows, "documents": rows}
    for column in index["columns"]:
        content = column_file(column["name"], drawn[column["name"]])
        (explorer / column["file"]).write_bytes(content)
        column["bytes"] = len(content)
    (explorer / "index.json").write_text(json.dumps(index), encoding="utf-8")


def times(browser: Browser, address: str) -> dict[str, float]:
    """Return what a reader waits for, in seconds, from opening the page with nothing in the browser's cache."""
    browser.look(1200, 900)
    browser.command("Network.setCacheDisabled", cacheDisabled=True)
    browser.open(address)
    browser.wait_for("performance.getEntriesByName('first-contentful-paint').length")
    paint = browser.run("performance.getEntriesByName('first-contentful-paint')[0].startTime") / 1000
    browser.wait_for("document.getElementById('sql-example').options.length")
    first = _answered(browser, 0)
    examples = range(browser.run("document.getElementById('sql-example').options.length"))
    for number in examples:  # each fetches its columns once
        _answered(browser, number)
    later = [_answered(browser, number) for number in examples]
    browser.run("document.getElementById('thresholds').scrollIntoView()")
    browser.run("document.querySelector('#rules details').open = true")
    browser.wait_for("document.querySelector('#rules input:enabled')")
    browser.wait_for("document.querySelector('#threshold-languages tbody tr')")
    moved = [_moved(browser, number) for number in range(1, MOVES + 1)]
    return {
        "first_paint_s": paint,
        "first_answer_s": first,
        "later_answers_median_s": statistics.median(later),
        "later_answers_longest_s": max(later),
        "threshold_median_s": statistics.median(moved),
        "threshold_longest_s": max(moved),
    }


def _answered(browser: Browser, example: int) -> float:
    """Return how long the answer to an example takes, from pressing the button until it stands on the page."""
    script = """
        new Promise((done) => {
          const choice = document.getElementById("sql-example"), said = document.getElementById("sql-said");
          choice.value = "%d";
          choice.dispatchEvent(new Event("input"));
          const begun = performance.now();
          document.getElementById("sql-form").requestSubmit();
          const look = () => (/ in |Error/.test(said.textContent) ? done([performance.now() - begun, said.textContent])
            : setTimeout(look, 2));
          look();
        })
    """
    milliseconds, said = browser.run(script % example)
    if "Error" in said:
        raise RuntimeError(f"example {example}: {said}")
    return float(milliseconds) / 1000


def _moved(browser: Browser, number: int) -> float:
    """Return how long it takes until the counts stand on the page after a threshold was moved."""
    script = """
        new Promise((done) => {
          const slider = document.querySelector("#rules input[type=range]"), counts = document.getElementById("moved");
          const begun = performance.now();
          new MutationObserver((_, observer) => {
            observer.disconnect();
            done(performance.now() - begun);
          }).observe(counts, { childList: true });
          slider.value = String(400 + %d);
          slider.dispatchEvent(new Event("input", { bubbles: true }));
        })
    """
    return float(browser.run(script % number)) / 1000


if __name__ == "__main__":
    main()
