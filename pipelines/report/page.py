"""The report on a corpus as one HTML page: it asks for nothing, and is light or dark as the system asks."""

import base64
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from importlib import resources
from pathlib import Path

from datacards.blocks import byte_size, count
from pipelines.corpus.identity import read_corpus_identity
from pipelines.report.tables import stages_table, units_table
from pipelines.report.timeline import duration, timeline
from pipelines.report.units import Sums, UnitTaken, busy_stretches, sums_of, units_of

_MEGABYTE = 10**6


def report_page(root: Path) -> str:
    """Return the report on a corpus.

    Raises:
        CorpusError: The directory is no corpus, or a receipt is damaged.
    """
    name = str(read_corpus_identity(root).get("name", root.name))
    units = units_of(root)
    picture = timeline(units)
    style = _file("datacards", "data/page.css") + _file("pipelines.report", "report.css")
    script = _file("pipelines.report", "sort.js")
    styles = [style, *([picture.partition("<style>")[2].partition("</style>")[0]] if picture else [])]
    policy = (
        f"default-src 'none'; style-src {' '.join(map(_digest, styles))}; script-src {_digest(script)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    title = f"Run report: {name}"
    shown = f'<figure tabindex="0">{picture}</figure>' if picture else "<p>No unit noted when it began.</p>"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<link rel="icon" href="data:,">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f"<header>\n<h1>{escape(title)}</h1>\n<p>{escape(_summary(units))}</p>\n</header>\n<main>\n"
        f"{_figures(units)}\n<section>\n<h2>Workers</h2>\n{shown}\n</section>\n"
        f"<section>\n<h2>Stages</h2>\n{stages_table(units)}\n</section>\n"
        f"<section>\n<h2>Units</h2>\n{units_table(units)}\n</section>\n</main>\n"
        f"<script>{script}</script>\n</body>\n</html>\n"
    )


def _summary(units: Sequence[UnitTaken]) -> str:
    stretches = busy_stretches(units)
    untimed = sums_of(units).untimed
    lost = f" {count(untimed, 'unit')} without a timing." if untimed else ""
    if not stretches:
        return f"What stands, by its receipts and timings.{lost}"
    begun, ended = (datetime.fromtimestamp(moment, UTC) for moment in (stretches[0][0], stretches[-1][1]))
    hosts = {unit.timing.host for unit in units if unit.timing}
    workers = {unit.worker for unit in units if unit.worker}
    return (
        f"What stands, done between {begun:%Y-%m-%d %H:%M:%S} and {ended:%Y-%m-%d %H:%M:%S} UTC by "
        f"{count(len(workers), 'process', 'processes')} on {count(len(hosts), 'host')}.{lost}"
    )


def _figures(units: Sequence[UnitTaken]) -> str:
    sums = sums_of(units)
    read = sums_of([unit for unit in units if unit.receipt.stage == "ingest" and unit.receipt.generation == 0])
    items = {
        "text read": byte_size(read.text_bytes),
        "documents": f"{read.rows_out:,}",
        "time at work": duration(sums.elapsed_seconds),
        "text a second": _rate(read, sums.elapsed_seconds),
        "CPU time": duration(sums.cpu_seconds),
        "text a CPU-second": _rate(read, sums.cpu_seconds),
        "memory, one process": byte_size(sums.peak_bytes),
        "on disk": byte_size(sums.disk_bytes),
        "units": f"{sums.units:,}",
        "begun again": f"{sums.tried_again:,}",
    }
    pairs = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in items.items())
    return f'<dl class="figures">{pairs}</dl>'


def _rate(read: Sums, seconds: float) -> str:
    return f"{read.text_bytes / _MEGABYTE / seconds:.1f} MB" if seconds and read.text_bytes else "not noted"


def _digest(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def _file(package: str, name: str) -> str:
    return resources.files(package).joinpath(name).read_text(encoding="utf-8")
