from pathlib import Path

import pytest

from benchmarks.generated_inputs import INPUTS
from benchmarks.ingest_memory import measured, take_in


@pytest.mark.parametrize("kind", INPUTS)
def test_generated_inputs_are_taken_in_whole(tmp_path: Path, kind: str) -> None:
    taken = take_in(tmp_path, kind, INPUTS[kind](tmp_path, 300_000))
    assert taken.documents > 5
    assert taken.bad == 0


def test_each_input_is_measured_in_a_process_of_its_own(tmp_path: Path) -> None:
    taken = measured("jsonl", 60_000, tmp_path)
    assert taken.documents > 5
    assert taken.peak > 0
    assert list(tmp_path.iterdir()) == []
