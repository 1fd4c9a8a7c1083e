"""The kernels of group `lines` as plain Python, and with bounds checked."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECK = """
import random
import numpy as np, pyarrow as pa
from signals.core.compute import compute_core
from signals.lines.declared import LINE_SIGNALS
from signals.reference.line_content import line_signals
np.seterr(over="ignore")  # scalars warn where machine code wraps
draw = random.Random(7)
parts = ["JavaScript", "terms of use", "use cookies", "cookie policy", "lorem ipsum", "{", "[1]", "[edit]", "...", ".",
         "!", "\\n", "\\n\\n", " ", "\\u3000", "é", "日本", "a", "9", "3 likes", "Privacy policy"]
texts = ["".join(draw.choices(parts, k=draw.randrange(20))) for _ in range(60)] + ["", "\\n", "x\\n" * 3, "日本。" * 9]
names = [signal.name for signal in LINE_SIGNALS]
for text, row in zip(texts, compute_core(pa.array(texts), None, names).to_pylist()):
    expected = line_signals(text)
    wrong = {name for name in expected if row[name] != expected[name]}
    assert not wrong, (text, wrong)
broken = [bytes(draw.randrange(256) for _ in range(draw.randrange(30))) for _ in range(200)]
broken += [b"\\xf4", b"[\\xe1\\x80"]
compute_core(pa.array(broken).view(pa.string()), None, names)
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
