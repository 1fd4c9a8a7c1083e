"""The YAML front matter of a dataset card, in the form that the Hugging Face Hub reads.

Fields: https://github.com/huggingface/hub-docs/blob/main/datasetcard.md
"""

import functools
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import TypeAlias

import yaml

from datacards.cells import totals
from datacards.languages import hub_language
from datacards.manifest import Manifest

FrontMatter: TypeAlias = dict[str, object]

MIXED_LICENCES = "mixed-see-license-report"
LICENCE_PAGE = "LICENSE.md"  # the Hub links "LICENSE", "LICENSE.md" or a URL, nothing else

# Ids under which the Hub lists a licence that SPDX names otherwise. The Hub's family ids (gfdl, gpl, lgpl, bsd, cc)
# are no licences, and its bare gpl-3.0 grants no "or later": expressions of those kinds stay unmapped.
_SPDX_BY_ANOTHER_NAME = {
    "AGPL-3.0-only": "agpl-3.0",
    "C-UDA-1.0": "c-uda",
    "GPL-2.0-only": "gpl-2.0",
    "GPL-3.0-only": "gpl-3.0",
    "LGPL-2.1-only": "lgpl-2.1",
    "LGPL-3.0-only": "lgpl-3.0",
    "LGPLLR": "lgpl-lr",
    "ODC-By-1.0": "odc-by",
    "ODbL-1.0": "odbl",
    "PDDL-1.0": "pddl",
}
_FAMILIES = frozenset({"bsd", "cc", "gfdl", "gpl", "lgpl", "openrail", "other", "unknown"})
_SIZE_STEPS = (("K", 10**3), ("M", 10**6), ("B", 10**9), ("T", 10**12))


@functools.cache
def hub_licence_ids() -> frozenset[str]:
    """Return the licence ids that the Hub documents (a frozen list; its date stands in the data file)."""
    text = resources.files("datacards").joinpath("data/huggingface_license_ids.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.split("\n") if line and not line.startswith("#"))


def hub_licence(expression: str) -> tuple[str, ...] | None:
    """Return the Hub's ids for an SPDX expression; None when they cannot say the same.

    A licence, or several joined by AND, can be listed; a choice or an exception cannot.

    >>> hub_licence("CC-BY-SA-4.0 AND MIT"), hub_licence("GPL-2.0-or-later"), hub_licence("MIT OR ISC")
    (('cc-by-sa-4.0', 'mit'), None, None)
    """
    ids: list[str] = []
    for name in expression.split(" AND "):
        found = _SPDX_BY_ANOTHER_NAME.get(name, name.lower())
        if found in _FAMILIES or found not in hub_licence_ids():
            return None
        ids.append(found)
    return tuple(ids)


def licence_fields(expressions: Iterable[str]) -> FrontMatter:
    """Return `license`, and `license_name` and `license_link` where the Hub has no id for what was found.

    One licence that the Hub knows becomes its id; several become a list if the Hub knows all of them; anything else
    is `other`, with a link to the page that names every licence.
    """
    found = sorted(set(expressions))
    mapped = [hub_licence(expression) for expression in found]
    if not mapped or None in mapped:
        name = found[0].lower() if len(found) == 1 and _is_one_id(found[0]) else MIXED_LICENCES
        return {"license": "other", "license_name": name, "license_link": LICENCE_PAGE}
    ids = sorted({id_ for group in mapped if group is not None for id_ in group})
    return {"license": ids[0] if len(ids) == 1 else ids}


def size_category(rows: int) -> str:
    """Return the Hub's size category of a number of rows.

    >>> size_category(999), size_category(1000), size_category(26_573)
    ('n<1K', '1K<n<10K', '10K<n<100K')
    """
    bounds = [(f"{factor}{unit}", factor * size) for unit, size in _SIZE_STEPS for factor in (1, 10, 100)]
    bounds = bounds[: bounds.index(("1T", 10**12)) + 1]
    below = None
    for name, bound in bounds:
        if rows < bound:
            return f"n<{name}" if below is None else f"{below}<n<{name}"
        below = name
    return f"n>{below}"


def front_matter(manifest: Manifest) -> FrontMatter:
    """Return the fields of a card's front matter, in the order in which they are written."""
    published = manifest.published
    labels = sorted({cell.language for cell in published})
    codes = sorted({code for label in labels if (code := hub_language(label)) is not None})
    translated = any(cell.generation > 0 for cell in published)
    fields: FrontMatter = {"pretty_name": manifest.title}
    if codes:
        fields["language"] = codes
        fields["language_details"] = [label.replace("_", "-") for label in labels if hub_language(label)]
        fields["multilinguality"] = ["multilingual" if len(codes) > 1 else "monolingual"]
    fields |= licence_fields(cell.license for cell in published)
    fields |= {
        "annotations_creators": ["no-annotation"],
        "language_creators": ["found", "machine-generated"] if translated else ["found"],
        "size_categories": [size_category(totals(published).documents)],
        "source_datasets": ["original"],
        "task_categories": ["text-generation"],
        "tags": ["pretraining", "loam", manifest.openness, *(["machine-translated"] if translated else [])],
    }
    if manifest.configurations:
        fields["configs"] = [
            {"config_name": part.name, "data_files": [{"split": "train", "path": list(part.globs)}]}
            | ({"default": True} if part.name == "default" else {})
            for part in manifest.configurations
        ]
    return fields


def front_matter_text(fields: Mapping[str, object]) -> str:
    """Return front matter as it stands at the head of a README.md, fences included."""
    text = yaml.safe_dump(dict(fields), sort_keys=False, allow_unicode=True, width=1_000_000)
    return f"---\n{text}---\n"


def _is_one_id(expression: str) -> bool:
    return " " not in expression
