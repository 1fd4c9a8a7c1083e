"""The memory of this process, as the system counts it."""

import ctypes
import resource
import sys
from pathlib import Path

import pyarrow as pa

_STATUS = Path("/proc/self/status")
_STATM = Path("/proc/self/statm")
_CLEAR = Path("/proc/self/clear_refs")


def peak_bytes() -> int:
    """Return the highest resident memory of this process so far, or since `reset_peak`, in bytes.

    Linux hands `ru_maxrss` down from the process that started this one; /proc counts this program alone.
    """
    if _STATUS.exists():
        fields = dict(line.split(":", 1) for line in _STATUS.read_text(encoding="ascii").splitlines())
        return int(fields["VmHWM"].split()[0]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def resident_bytes() -> int | None:
    """Return the resident memory of this process now, in bytes; None where the system does not tell (it is Linux's)."""
    if not _STATM.exists():
        return None
    return int(_STATM.read_text(encoding="ascii").split()[1]) * resource.getpagesize()


def reset_peak() -> None:
    """Let `peak_bytes` count from now on, where the system can (Linux)."""
    if _CLEAR.exists():
        _CLEAR.write_text("5", encoding="ascii")  # proc(5): resets the peak resident set size


def release_memory() -> None:
    """Give memory that this process has freed back to the system, where its allocators can (glibc, Arrow).

    Allocators keep what was freed; after a unit that took much, the next would be counted with it.
    """
    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
