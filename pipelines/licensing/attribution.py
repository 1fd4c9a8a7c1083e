"""Notes of changes in a document's attribution: most licences ask whoever passes on a changed text to say so."""

import json


def with_change(attribution: str | None, change: str) -> str:
    """Return an attribution with one more note of a change.

    Args:
        attribution: A JSON object, or null.
        change: What was changed, in a phrase.
    """
    known = json.loads(attribution) if attribution else {}
    changed = {**known, "changes": [*known.get("changes", []), change]}
    return json.dumps(changed, sort_keys=True, ensure_ascii=False)
