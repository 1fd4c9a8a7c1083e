"""CPU time of this process. Imports nothing heavy: it is there before what is measured."""

import resource
from collections.abc import Callable

_MINIMUM_CPU_SECONDS = 0.2  # shorter work is done several times a run: clocks and chance weigh less


def cpu_seconds() -> float:
    """Return user and system time of this process and of those of its children that have ended."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def one_run(work: Callable[[], int]) -> tuple[float, int]:
    """Return the CPU seconds that doing some work once takes, and the bytes that it says it worked on."""
    begun, times, text_bytes = cpu_seconds(), 0, 0
    while times == 0 or cpu_seconds() - begun < _MINIMUM_CPU_SECONDS:
        text_bytes = work()
        times += 1
    return (cpu_seconds() - begun) / times, text_bytes
