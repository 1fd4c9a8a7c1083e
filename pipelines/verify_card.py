"""Whether a card still says what the corpus holds: every number counted again, every file as the manifest has it."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import yaml

from datacards.croissant_check import check_croissant
from datacards.croissant_records import record_columns
from datacards.huggingface_check import check_readme
from datacards.licence_report import licence_report_json
from datacards.manifest import Manifest
from datacards.training_summary import training_summary, training_summary_json
from pipelines.corpus import Shelf, Unit
from pipelines.corpus.files import sha256_of
from pipelines.corpus.receipts import Receipt
from pipelines.errors import LoamError
from pipelines.licensing import spdx
from pipelines.stages import card
from pipelines.stages.card_manifest import build_manifest


def card_findings(root: Path, receipts: Sequence[Receipt]) -> Iterator[str]:
    """Yield everything on a card that does not agree with the corpus or with the rules for such files.

    Args:
        root: The corpus.
        receipts: All its receipts.
    """
    for receipt in receipts:
        if receipt.stage == card.STAGE.name:
            yield from _findings(root, receipt)


def _findings(root: Path, receipt: Receipt) -> Iterator[str]:
    folder = root / card.FOLDER
    try:
        manifest = Manifest.from_json((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        yield f"{card.FOLDER}/manifest.json: {error}; run again"
        return
    unit = Unit(receipt.stage, receipt.name, receipt.generation, tuple(receipt.inputs), receipt.parameters)
    try:
        counted = build_manifest(unit, Shelf(root))
    except (LoamError, OSError, duckdb.Error, pa.ArrowException, ValueError) as error:  # of damaged tables
        yield f"{card.FOLDER}: cannot be counted again ({str(error).splitlines()[0]}); run again"
        return
    for name, value in vars(counted).items():
        if _comparable(name, value) != _comparable(name, getattr(manifest, name)):
            yield f"{card.FOLDER}/manifest.json: {name} is not what the tables say; run again"
    files = {}
    for file in manifest.all_files:
        place = (root if file in manifest.files else folder) / file.path
        if not place.is_file():
            yield f"{file.path}: is on the card, but missing; run again"
        else:
            files[file.path] = (place.stat().st_size, sha256_of(place))
    yield from _texts(folder, manifest, files)


def _comparable(name: str, value: object) -> object:
    """Return a part of a manifest as it is compared: a receipt does not keep the order of a recipe's keys."""
    return yaml.safe_load(value) if name == "recipe" and isinstance(value, str) else value


def _texts(folder: Path, manifest: Manifest, files: dict[str, tuple[int, str]]) -> Iterator[str]:
    rows = {file.path: file.rows for file in manifest.files}
    beside = {file.path for file in manifest.signal_files}
    expected = {"license-report.json": licence_report_json(manifest)}
    try:
        front_page = (folder / "README.md").read_text(encoding="utf-8")
        yield from (f"{card.FOLDER}/{problem}" for problem in check_readme(front_page, rows, beside))
        if manifest.release is not None and manifest.build_date is not None:
            node = json.loads((folder / "croissant.json").read_text(encoding="utf-8"))
            ids = spdx.license_ids() | spdx.exception_ids()
            found = check_croissant(node, files, record_columns(manifest), ids)
            yield from (f"{card.FOLDER}/{problem}" for problem in found)
            expected["eu-training-summary.json"] = training_summary_json(training_summary(manifest, manifest.release))
        for name, text in expected.items():
            if (folder / name).read_text(encoding="utf-8") != text:
                yield f"{card.FOLDER}/{name}: does not say what the manifest says; run again"
    except (OSError, ValueError) as error:
        yield f"{card.FOLDER}: {error}; run again"
