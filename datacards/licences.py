"""Where the text of a licence can be read."""

import re

TEXTS = "LICENSES"  # the folder of a release that holds them


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
