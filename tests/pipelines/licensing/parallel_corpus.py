"""A small corpus of parallel texts, English and Portuguese, under licences of every kind, translated and tokenized."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.pipelines.conftest import loam

PAIRS = (
    ("The harbour was quiet in the early morning.", "O porto estava calmo de manhã cedo."),
    ("Nobody knew who had planted the old trees along the road.", "Ninguém sabia quem plantara as velhas árvores."),
    ("The museum keeps three hundred clocks in its rooms.", "O museu guarda trezentos relógios nas suas salas."),
    ("The river stood higher than it had for many years.", "O rio estava mais alto do que em muitos anos."),
    ("He learned to bake bread from his aunt.", "Ele aprendeu a fazer pão com a tia."),
    ("The train left at noon and came back in the evening.", "O comboio partiu ao meio-dia e voltou à noite."),
    ("At the edge of the forest stands an old mill.", "À beira da floresta há um velho moinho."),
    ("She read the letter twice before she put it away.", "Ela leu a carta duas vezes antes de a guardar."),
    ("The teacher wrote the date on the blackboard.", "O professor escreveu a data no quadro."),
)
CONTINUATIONS = {
    "eng_Latn": " People in the village still talk about it. They say that such things do not happen often.",
    "por_Latn": " As pessoas da aldeia ainda falam disso. Dizem que tais coisas não acontecem muitas vezes.",
}
# name, licence as found, evidence
LICENSES = (
    ("by_sa", "CC BY-SA 3.0", "E2"),
    ("gfdl", "GFDL-NIV-1.3+", "E2"),
    ("gpl", "GPL-2+", "E2"),
    ("no_derivatives", "https://creativecommons.org/licenses/by-nd/4.0/", "E1"),
    ("noncommercial", "CC-BY-NC-4.0", "E2"),
    ("unknown", "see the file COPYING", "E2"),
    ("dual", "GPL-2.0+ or CC-BY-SA-3.0", "E2"),
    ("dual_nd", "CC-BY-ND-4.0 OR CC-BY-SA-4.0", "E2"),
    ("weak", "CC-BY-4.0", "E5"),
)
RECIPE = """\
name: parallel
build_date: 2026-11-24
sources: [{{name: texts, kind: jsonl, path: texts.jsonl}}]
annotate: {{edits: {{pii: mask}}}}
dedup: {{exact: true}}
licensing: {{profile: {profile}}}
translate: {{to: [por_Latn], from: {{lang: eng_Latn}}}}
tokenize: {{tokenizer: train, vocab_size: 320, append_eod: true}}
publish: {{title: Parallel texts}}
run: {{workers: 1}}
"""


def records() -> Iterator[dict[str, Any]]:
    """Yield each text in both languages, under the same licence."""
    for (name, license_, evidence), texts in zip(LICENSES, PAIRS, strict=True):
        for lang, text in zip(CONTINUATIONS, texts, strict=True):
            yield {
                "id": f"{name}.{lang}",
                "text": text + CONTINUATIONS[lang],
                "lang": lang,
                "url": f"https://{name}.example/{lang}",
                "license": license_,
                "license_evidence": [
                    {"class": evidence, "kind": "record_field", "value": license_, "locator": f"{name}:license"}
                ],
                "attribution": {"creators": [f"The author of {name}"]},
                "parallel_key": name,
            }


def build(folder: Path, profile: str) -> Path:
    """Build the corpus in a folder by the command line; return where it lies."""
    lines = [json.dumps(record, ensure_ascii=False) for record in records()]
    (folder / "texts.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "recipe.yaml").write_text(RECIPE.format(profile=profile), encoding="utf-8")
    result = loam("run", str(folder / "recipe.yaml"), "--corpus", str(folder / "corpus"), "--quiet")
    assert result.exit_code == 0, result.output
    return folder / "corpus"


def rows(corpus: Path, query: str) -> list[dict[str, Any]]:
    """Return the rows of a query."""
    result = loam("sql", str(corpus), query, "--format", "json")
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]
