"""Where the text of a licence can be read, and what its obligations mean in plain words."""

import re

_OBLIGATIONS = {
    "attribution": "name the creator and link the source",
    "by": "name the creator and link the source",
    "changes": "say what was changed",
    "share-alike": "pass adaptations on under the same licence",
    "sa": "pass adaptations on under the same licence",
    "notice": "keep copyright notices and the licence text",
    "source": "offer the source text",
    "database-right": "respect the database right",
}


def licence_ids(expression: str) -> tuple[str, ...]:
    """Return the single licences (and exceptions) that an SPDX expression names, in their order.

    >>> licence_ids("(MIT OR GPL-2.0-only WITH Classpath-exception-2.0) AND ISC")
    ('MIT', 'GPL-2.0-only', 'Classpath-exception-2.0', 'ISC')
    """
    words = re.findall(r"[A-Za-z0-9.+:-]+", expression)
    return tuple(dict.fromkeys(word for word in words if word not in ("AND", "OR", "WITH", "NONE", "NOASSERTION")))


def licence_url(expression: str) -> str | None:
    """Return the page of a single licence; None for expressions of several and for licences that no list has.

    >>> licence_url("CC-BY-SA-4.0"), licence_url("MIT AND ISC"), licence_url("LicenseRef-ours")
    ('https://spdx.org/licenses/CC-BY-SA-4.0.html', None, None)
    """
    ids = licence_ids(expression)
    if len(ids) != 1 or ids[0] != expression:
        return None
    if expression.startswith("LicenseRef-scancode-"):
        return f"https://scancode-licensedb.aboutcode.org/{expression.removeprefix('LicenseRef-scancode-')}.html"
    return None if expression.startswith("LicenseRef-") else f"https://spdx.org/licenses/{expression}.html"


def obligation_in_words(obligation: str) -> str:
    """Return what an obligation asks of whoever passes a text on; the name itself when it is no known one."""
    return _OBLIGATIONS.get(obligation, obligation)
