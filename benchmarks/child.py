"""`python -m benchmarks.child FOLDER PREPARE REPEAT RESULT [ARGUMENT…]`: one case, alone in this process."""

import json
import pkgutil
import sys
from pathlib import Path

from benchmarks.documents import Material
from benchmarks.usage import cpu_seconds
from pipelines.memory import peak_bytes

MINIMUM_CPU_SECONDS = 0.2  # shorter work is done several times a run: clocks and chance weigh less


def main(folder: str, prepare: str, repeat: str, result: str, *arguments: str) -> None:
    """Prepare and run a case, and write what it took to a file as JSON."""
    work = pkgutil.resolve_name(prepare)(Material(Path(folder)), *arguments)
    runs, text_bytes = [], 0
    for _ in range(int(repeat)):
        begun = cpu_seconds()
        times = 0
        while times == 0 or cpu_seconds() - begun < MINIMUM_CPU_SECONDS:
            text_bytes = work()
            times += 1
        runs.append((cpu_seconds() - begun) / times)
    taken = {"text_bytes": text_bytes, "cpu_seconds": runs, "peak_bytes": peak_bytes()}
    Path(result).write_text(json.dumps(taken), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
