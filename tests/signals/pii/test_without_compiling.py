"""The kernels of group `pii` as plain Python, and with bounds checked."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECK = """
import random
import numpy as np, pyarrow as pa
from signals.batches import as_large_strings, batches
from signals.pii.find import found_in_batch, found_in_text, place_candidates
from tests.signals.pii.samples import PIECES
from signals.workspace import Workspace
np.seterr(over="ignore")  # scalars warn where machine code wraps
draw = random.Random(7)
texts = [draw.choice(["", " "]).join(draw.choices(PIECES, k=draw.randrange(12))) for _ in range(40)]
texts += ["", "a", *PIECES]
for batch in batches(as_large_strings(pa.array(texts))):
    found = dict(found_in_batch(batch, Workspace()))
    for document, text in enumerate(texts):
        assert found.get(document, []) == found_in_text(text), text
broken = [bytes(draw.randrange(256) for _ in range(draw.randrange(30))) for _ in range(200)]
broken += [b"+1 23456789\\xf4", b"tel\\xe1\\x80", b"-----BE", b"://", b"2001:", b"DE89", b"0049\\xc2"]
for text in broken:
    for batch in batches(as_large_strings(pa.array([text]).view(pa.string()))):
        place_candidates(batch, Workspace())
"""


@pytest.mark.parametrize("setting", ["NUMBA_DISABLE_JIT", "NUMBA_BOUNDSCHECK"])
def test_kernels_as_plain_python_and_with_bounds_checked(setting: str, tmp_path: Path) -> None:
    """No kernel reads or writes beyond its arrays, on text and on bytes that are none."""
    environment = os.environ | {setting: "1"}
    if setting == "NUMBA_BOUNDSCHECK":  # such code must not be found by those who do not check
        environment |= {"XDG_CACHE_HOME": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", CHECK], env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr[-2000:]
