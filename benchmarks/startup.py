"""`python -m benchmarks.startup`: what comes before the first document, measured in a process that knows nothing yet.

Writes JSON: CPU seconds of `import signals` and of the first batch, which loads Numba, tables and kernels, and
compiles them where the cache is empty.
"""

import json
import sys

from benchmarks.usage import cpu_seconds


def main() -> None:
    """Measure the import, then the first batch."""
    begun = cpu_seconds()
    import signals  # noqa: PLC0415  what is measured

    imported = cpu_seconds()
    import pyarrow as pa  # noqa: PLC0415  a part of what `signals` imports

    signals.compute(pa.array(["A first document, of two lines.\nThis is the other one."]), ["eng_Latn"])
    taken = {"import_seconds": imported - begun, "first_batch_seconds": cpu_seconds() - imported}
    json.dump(taken, sys.stdout)


if __name__ == "__main__":
    main()
