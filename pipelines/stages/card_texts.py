"""The text files of a card, rendered from its manifest, each checked."""

from collections.abc import Mapping

from datacards import Manifest
from datacards.citation import citation
from datacards.content import FLOW_PICTURE, card
from datacards.croissant import croissant, croissant_text
from datacards.croissant_check import check_croissant
from datacards.croissant_records import record_columns
from datacards.domains import domains_csv
from datacards.flow import flow_steps
from datacards.huggingface import LICENCE_PAGE
from datacards.huggingface_check import check_readme
from datacards.licence_report import licence_page, licence_report, licence_report_json
from datacards.licences import licence_ids
from datacards.measured import Pictures
from datacards.page import page
from datacards.pictures.gallery import figures, pictures
from datacards.readme import readme
from datacards.reuse import all_licences, reuse_toml, text_of_unlisted
from datacards.training_summary import training_summary, training_summary_json, training_summary_page
from datacards.waterfall import waterfall
from pipelines.errors import CorpusError
from pipelines.licensing import spdx
from pipelines.licensing.texts import texts_of

README = "README.md"
PAGE = "index.html"
FIGURES = "pictures/figures.json"
PREVIOUS = "previous-manifest.json"


def card_texts(manifest: Manifest, before: str | None, drawn: Pictures) -> Mapping[str, str]:
    """Return the text files of a card, by name.

    Args:
        manifest: What the card says.
        before: That of the release before, as JSON; None without one.
        drawn: Its pictures besides the flow; None where what draws them is not installed.

    Raises:
        CorpusError: The README or the Croissant description does not pass its own check.
        ValueError: That of the release before is no manifest.
    """
    previous = None if before is None else Manifest.from_json(before)
    front_page = readme(manifest, previous, drawn)
    problems = check_readme(
        front_page, {file.path: file.rows for file in manifest.files}, {file.path for file in manifest.signal_files}
    )
    if problems:
        raise CorpusError(f"card/{problems[0]}; change what the recipe says there")
    explorer = manifest.own_terms.explorer is not None
    shown = pictures(manifest, draw=False) if drawn is None and explorer else drawn  # which draws them itself
    return {
        "manifest.json": manifest.to_json(),
        **({} if before is None else {PREVIOUS: before}),
        README: front_page,
        PAGE: page(manifest, previous, shown, explorer=explorer),
        FLOW_PICTURE: waterfall(flow_steps(manifest)),
        **{picture.path: picture.svg for picture in (drawn or {}).values()},
        **({FIGURES: figures(manifest)} if explorer else {}),
        LICENCE_PAGE: licence_page(manifest),
        "REUSE.toml": reuse_toml(manifest),
        "license-report.md": licence_report(manifest),
        "license-report.json": licence_report_json(manifest),
        **{f"LICENSES/{name}.txt": text for name, text in _license_texts(manifest).items()},
        **_release_texts(manifest),
    }


def _release_texts(manifest: Manifest) -> Mapping[str, str]:
    """Return the files that say who published what and when; none where the recipe does not say so.

    Raises:
        CorpusError: The Croissant description does not pass its own check.
    """
    release = manifest.release
    if release is None or manifest.build_date is None:
        return {}
    node = croissant(manifest, release, card(manifest).summary)
    files = {file.path: (file.bytes, file.sha256) for file in manifest.all_files}
    problems = check_croissant(node, files, record_columns(manifest), spdx.license_ids() | spdx.exception_ids())
    if problems:
        raise CorpusError(f"card/{problems[0]}; change what the recipe says there")
    summary = training_summary(manifest, release)
    return {
        "croissant.json": croissant_text(node),
        "CITATION.cff": citation(manifest, release),
        "eu-training-summary.json": training_summary_json(summary),
        "eu-training-summary.md": training_summary_page(summary),
        **({"top_domains.csv": domains_csv(manifest.domains)} if manifest.domains else {}),
    }


def _license_texts(manifest: Manifest) -> Mapping[str, str]:
    """Return the text of every licence and exception that something published is under, by id, or why there is none."""
    texts: dict[str, str] = {}
    for expression in all_licences(manifest):
        texts |= {name: text_of_unlisted(name) for name in licence_ids(expression)} | texts_of(expression)
    return texts
