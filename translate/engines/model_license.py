"""What a model's licence says about its translations."""

from pathlib import Path

import yaml

from translate.engines.base import OutputLicense

# Names as model cards spell them, where SPDX spells them otherwise. What is no SPDX licence gets a reference.
_SPDX = {
    "apache-2.0": "Apache-2.0",
    "mit": "MIT",
    "bsd-3-clause": "BSD-3-Clause",
    "mpl-2.0": "MPL-2.0",
    "gpl-3.0": "GPL-3.0-only",
    "cc0-1.0": "CC0-1.0",
    "cc-by-4.0": "CC-BY-4.0",
    "cc-by-sa-4.0": "CC-BY-SA-4.0",
    "cc-by-nc-4.0": "CC-BY-NC-4.0",
    "cc-by-nc-sa-4.0": "CC-BY-NC-SA-4.0",
}

# Their terms speak of the model, its copies and changes, never of what it writes.
_SILENT_ON_OUTPUTS = frozenset(
    {"Apache-2.0", "MIT", "BSD-3-Clause", "MPL-2.0", "GPL-3.0-only", "CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0"}
)


def output_license(model_license: str | None, restricts_outputs: bool | None, evidence: str) -> OutputLicense:
    """Return what a model's licence says about its translations.

    Licences that are silent on outputs leave translations free. Every other (non-commercial ones; Gemma's, Llama's and
    Hunyuan's terms, which reach texts that other models learn from) is taken to reach them, unless a recipe that has
    read its terms says otherwise.

    Args:
        model_license: SPDX identifier, or the name that a model card gives.
        restricts_outputs: What the recipe says about the outputs, if anything.
        evidence: Where the licence is stated.

    Raises:
        ValueError: No licence is stated.
    """
    if not model_license:
        raise ValueError(
            f"{evidence}: states no licence of the model, on which the terms of its translations depend: "
            "add the argument `license`, such as {license: Apache-2.0}"
        )
    name = _SPDX.get(model_license.lower(), model_license)
    known = name in _SILENT_ON_OUTPUTS or name in _SPDX.values()
    spdx = name if known or name.startswith("LicenseRef-") else f"LicenseRef-{name}"
    restricts = spdx not in _SILENT_ON_OUTPUTS if restricts_outputs is None else restricts_outputs
    return OutputLicense(spdx, restricts, (evidence,))


def stated_license(directory: Path) -> str | None:
    """Return the licence that a model card in a model's folder states in its front matter."""
    path = directory / "README.md"
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    before, _, rest = text.partition("---\n")
    front, mark, _ = rest.partition("\n---")
    if before.strip() or not mark:
        return None
    try:
        stated = yaml.safe_load(front)
    except yaml.YAMLError:
        return None
    if not isinstance(stated, dict):
        return None
    license_ = stated.get("license")
    found = stated.get("license_name", license_) if license_ == "other" else license_
    return found if isinstance(found, str) and found != "other" else None
