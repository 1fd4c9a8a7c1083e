"""Bad translations that engines really gave: SmolLM2-135M-Instruct (llama.cpp, Q4_1, greedy) and Apertium, unmasked."""

import json
from pathlib import Path

import pytest

from translate.checks import check
from translate.masking import mask, mask_pattern

FAILURES = [
    json.loads(line) for line in Path(__file__).with_name("real_failures.jsonl").read_text("utf-8").splitlines()
]
# Nonsense in good form: right language, right length, every number kept. Only a model of meaning tells.
UNTOLD = {
    "El mar es más longo que ellos tienen, y este mar le da una cosa más longa que ellos tienen.",
    "El línea es el 9:18.",
}
PATTERN = mask_pattern()


@pytest.mark.parametrize(
    "failure", FAILURES, ids=lambda failure: f"{failure['engine'].split('-')[0]}-{failure['target']}"
)
def test_bad_answers_of_real_engines_are_rejected(failure: dict[str, str]) -> None:
    languages = ("eng_Latn", failure["target"])
    findings = check(mask(failure["source"], PATTERN), failure["answer"], "stop", languages)
    assert findings[-1].passed == (failure["answer"] in UNTOLD), findings[-1]


def test_untold_failures_are_few() -> None:
    assert len(FAILURES) > 40
    assert sum(failure["answer"] in UNTOLD for failure in FAILURES) == len(UNTOLD)
