"""What a measurement was made on: facts that explain a figure, and none that name a machine."""

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pipelines.executors import available_cores

_PACKAGES = (
    "loam-curation",
    "numba",
    "numpy",
    "pyarrow",
    "duckdb",
    "tokenizers",
    "fasttext-predict",
    "datatrove",
    "spacy",
)


def machine_facts() -> dict[str, object]:
    """Return processor, cores, memory, system, Python, and the versions of the packages that do the work."""
    return {
        "processor": _processor(),
        "cores": available_cores(),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "system": f"{platform.system()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {'.'.join(map(str, sys.version_info[:3]))}",
        "packages": {name: found for name in _PACKAGES if (found := _version(name)) is not None},
    }


def _processor() -> str:
    described = Path("/proc/cpuinfo")
    if described.exists():
        for line in described.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
