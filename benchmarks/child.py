"""`python -m benchmarks.child FOLDER PREPARE REPEAT RESULT [ARGUMENT…]`: one case, alone in this process."""

import json
import pkgutil
import sys
from pathlib import Path

from benchmarks.documents import Material
from benchmarks.usage import one_run
from pipelines.memory import peak_bytes


def main(folder: str, prepare: str, repeat: str, result: str, *arguments: str) -> None:
    """Prepare and run a case, and write what it took to a file as JSON."""
    work = pkgutil.resolve_name(prepare)(Material(Path(folder)), *arguments)
    runs = [one_run(work) for _ in range(int(repeat))]
    taken = {
        "text_bytes": runs[-1][1],
        "cpu_seconds": [seconds for seconds, _ in runs],
        "peak_bytes": peak_bytes(),
    }
    Path(result).write_text(json.dumps(taken), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
