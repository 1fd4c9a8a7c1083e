"""`python -m benchmarks.child FOLDER PREPARE REPEAT RESULT [ARGUMENT…]`: one case, alone in this process."""

import json
import pkgutil
import resource
import sys
from pathlib import Path

from benchmarks.documents import Material

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


def cpu_seconds() -> float:
    """Return user and system time of this process and of those of its children that have ended."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def peak_bytes() -> int:
    """Return the highest resident memory of this process.

    Linux hands `ru_maxrss` down from the process that started this one; /proc counts this program alone.
    """
    status = Path("/proc/self/status")
    if status.exists():
        fields = dict(line.split(":", 1) for line in status.read_text(encoding="ascii").splitlines())
        return int(fields["VmHWM"].split()[0]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # bytes on macOS


if __name__ == "__main__":
    main(*sys.argv[1:])
