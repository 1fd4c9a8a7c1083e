"""Whether a card still says what the corpus holds: every number counted again, every file as the manifest has it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import duckdb
import pyarrow as pa
import yaml

from datacards.blocks import Picture
from datacards.croissant_check import check_croissant
from datacards.croissant_records import record_columns
from datacards.huggingface_check import check_readme
from datacards.manifest import Manifest
from datacards.pictures.gallery import pictures
from pipelines.corpus import Shelf, Unit
from pipelines.corpus.files import sha256_of
from pipelines.corpus.merkle import stage_root
from pipelines.corpus.receipts import Receipt
from pipelines.errors import CorpusError, LoamError
from pipelines.licensing import spdx
from pipelines.removals.removed import records_of
from pipelines.stages import card, publish_removals
from pipelines.stages.card_manifest import build_manifest
from pipelines.stages.card_texts import PREVIOUS, README, card_texts
from pipelines.stages.publish_removals import LIST_FILE, list_text, published_removals


def card_findings(root: Path, receipts: Sequence[Receipt]) -> Iterator[str]:
    """Yield everything on a card that does not agree with the corpus or with the rules for such files.

    Args:
        root: The corpus.
        receipts: All its receipts.
    """
    for receipt in receipts:
        if receipt.stage == card.STAGE.name:
            yield from _findings(root, receipt)
            yield from _other_roots(receipt, receipts)
        elif receipt.stage == publish_removals.STAGE.name:
            yield from _removals(root, receipt)


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
    except (LoamError, OSError, duckdb.Error, pa.ArrowException, ValueError, KeyError) as error:  # of damaged tables
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
    yield from _texts(folder, receipt, manifest, files)


def _other_roots(receipt: Receipt, receipts: Sequence[Receipt]) -> Iterator[str]:
    """Yield the stages that stand with other files than when the card was made, whatever their receipts say now."""
    for told in cast("Sequence[Mapping[str, str]]", receipt.parameters["roots"]):
        if stage_root(one for one in receipts if one.stage == told["stage"]) != told["sha256"]:
            yield f"{card.FOLDER}/manifest.json: {told['stage']} wrote other files than stand; run again"


def _comparable(name: str, value: object) -> object:
    """Return a part of a manifest as it is compared: a receipt does not keep the order of a recipe's keys."""
    return yaml.safe_load(value) if name == "recipe" and isinstance(value, str) else value


def _texts(folder: Path, receipt: Receipt, manifest: Manifest, files: Mapping[str, tuple[int, str]]) -> Iterator[str]:
    """Yield the files that do not say what the manifest says, and what is wrong with those that say it."""
    rows = {file.path: file.rows for file in manifest.files}
    beside = {file.path for file in manifest.signal_files}
    try:
        front_page = (folder / README).read_text(encoding="utf-8")
        yield from (f"{card.FOLDER}/{problem}" for problem in check_readme(front_page, rows, beside))
        if manifest.release is not None and manifest.build_date is not None:
            node = json.loads((folder / "croissant.json").read_text(encoding="utf-8"))
            ids = spdx.license_ids() | spdx.exception_ids()
            found = check_croissant(node, files, record_columns(manifest), ids)
            yield from (f"{card.FOLDER}/{problem}" for problem in found)
        drawn = _pictures(folder, manifest) if receipt.parameters.get("pictures") else None
        for name, text in card_texts(manifest, _before(folder, receipt), drawn).items():
            if (folder / name).read_text(encoding="utf-8") != text:
                yield f"{card.FOLDER}/{name}: does not say what the manifest says; run again"
    except (LoamError, OSError, ValueError) as error:
        yield f"{card.FOLDER}: {error}; run again"


def _before(folder: Path, receipt: Receipt) -> str | None:
    """Return the manifest of the release before, as it lies beside the card; None where the recipe names none.

    Raises:
        CorpusError: It is not the one that the card was made with.
    """
    expected = receipt.parameters.get("previous")
    if expected is None:
        return None
    if sha256_of(folder / PREVIOUS) != expected:
        raise CorpusError(f"{PREVIOUS} is not the manifest that the changes were told from")
    return (folder / PREVIOUS).read_text(encoding="utf-8")


def _pictures(folder: Path, manifest: Manifest) -> dict[str, Picture]:
    """Return the pictures of a card, as they lie there: their receipt vouches for them."""
    undrawn = pictures(manifest, draw=False)
    return {
        name: replace(picture, svg=(folder / picture.path).read_text(encoding="utf-8"))
        for name, picture in undrawn.items()
    }


def _removals(root: Path, receipt: Receipt) -> Iterator[str]:
    """Yield the published list of removals if it does not say what was removed."""
    try:
        left_out = [record for path in receipt.inputs for record in records_of(Shelf(root).read(path))]
        standing = (root / LIST_FILE).read_text(encoding="utf-8")
        if standing != list_text(published_removals(root, left_out)):
            yield f"{LIST_FILE}: does not say what was removed; run again"
    except (LoamError, OSError, ValueError) as error:
        yield f"{LIST_FILE}: {error}; run again"
