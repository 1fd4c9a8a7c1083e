"""What the recorded preferences of a document's publisher come to: whether they reserve it."""

import orjson


def is_reserved(preferences: str | None) -> bool:
    """Tell whether a `preferences` cell reserves a document against training or text and data mining.

    Args:
        preferences: JSON object; `train_ai` of `n`, `tdm_reserved` of `1`, or an entry of `access_terms` whose
            `restricts` names training reserve it. What cannot be read reserves nothing: it says nothing known.
    """
    if not preferences:
        return False
    try:
        stated = orjson.loads(preferences)
    except orjson.JSONDecodeError:
        return False
    if not isinstance(stated, dict):
        return False
    terms = stated.get("access_terms")
    entries = terms if isinstance(terms, list) else [terms]
    restricted = any("train" in (entry.get("restricts") or ()) for entry in entries if isinstance(entry, dict))
    return stated.get("train_ai") == "n" or str(stated.get("tdm_reserved")) in {"1", "True"} or restricted
