"""The Python that has megatron-core.

Set `LOAM_MEGATRON_PYTHON` to one (`pip install torch==2.13.0 megatron-core==0.16.1`).
"""

import os
import subprocess
import sys

import pytest


@pytest.fixture(scope="module")
def megatron_python() -> str:
    """Return its path; without one, tests that ask for it are skipped."""
    python = os.environ.get("LOAM_MEGATRON_PYTHON", sys.executable)
    if subprocess.run([python, "-c", "import megatron.core"], capture_output=True, check=False).returncode:
        pytest.skip(f"{python} has no megatron-core; set LOAM_MEGATRON_PYTHON to one that has")
    return python
