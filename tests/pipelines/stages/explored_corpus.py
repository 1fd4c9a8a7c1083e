"""A small corpus whose documents would like to run as scripts, with its card and explorer."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipelines.stages import card, explore, publish
from tests.pipelines.stages.curation import PROSE, Curation, evidence

WITHHELD = "nobody may read this sentence here"
HOSTILE_TITLE = '"><img src=x onerror="window.pwned=1"><svg onload=window.pwned=1>'
HOSTILE_TEXT = f"</script></pre><script>window.pwned=1</script><iframe srcdoc='<script>top.pwned=1</script>'> {PROSE}"
HOSTILE_URL = "javascript:window.pwned=1"
RULES = {
    "enough_words": "word_count >= 50",
    "mixed": "CASE language WHEN 'fra_Latn' THEN word_count >= 20 ELSE word_count >= 10 END AND digit_fraction < 0.5",
    "reads_text": "NOT contains(text, 'lorem')",
}


def document(name: str, text: str, license_: str | None = "CC-BY-4.0", **columns: Any) -> dict[str, Any]:  # noqa: ANN401
    given = {"license_declared": license_, "license_evidence": license_ and evidence("E2", license_)}
    return {"name": name, "text": text, "url": f"https://example.org/{name}", "title": name, **given, **columns}


def documents() -> list[dict[str, Any]]:
    words = PROSE.split()
    plain = [document(f"d{number}", " ".join([*words, *words][: 5 + number]) + f" {number}") for number in range(90)]
    hostile = document(
        "hostile",
        HOSTILE_TEXT,
        title=HOSTILE_TITLE,
        url=HOSTILE_URL,
        source_id=HOSTILE_TITLE,
        attribution=json.dumps({"creators": [HOSTILE_TITLE], "changes": [HOSTILE_TEXT]}),
    )
    others = [
        document("copy", plain[70]["text"]),
        document("lorem", f"{PROSE} lorem ipsum"),
        document("refused", f"{WITHHELD}: {PROSE}", "LicenseRef-Proprietary", title=WITHHELD),
        document("unknown", f"{WITHHELD}; {PROSE}", None, title=WITHHELD),
        document("long", f"{PROSE} " * 60),
    ]
    return [*plain, hostile, *others]


def explored(root: Path, rows: Sequence[dict[str, Any]] | None = None, **sections: Any) -> Curation:  # noqa: ANN401
    """Return a corpus with all stages up to the card run in this process."""
    given = {"licensing": {"profile": "open"}, "select": {"rules": RULES}, "dedup": {"exact": True}, **sections}
    corpus = Curation(root, **given)
    found = documents() if rows is None else rows
    corpus.add("a", found[: len(found) // 2])
    corpus.add("b", found[len(found) // 2 :])
    corpus.run()
    corpus.run(publish.STAGE, explore.STAGE, card.STAGE)
    return corpus
