"""Kernels of a group of signals, compiled by one worker of a machine while the others wait and then load them.

Without that, every worker that begins at once compiles all of them: on a node of 64 cores, 64 times the same work.
"""

import fcntl
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

import signals
from pipelines.recipe.annotate import AnnotateSection
from pipelines.recipe_signals import group_resources
from signals.catalogue import group_named
from signals.own import OWN
from signals.segmentation import BUILTIN

# Something of all that kernels tell apart: lines, scripts with and without spaces, marks, addresses, a repetition.
_TEXTS = (
    "A few words, in one sentence: see https://example.org/a?b=1 or write to ada@example.org, 555-0142!\n" * 2,
    "老农民给小树浇水。\nเด็กผู้หญิงอ่านหนังสือ\nقرأت الكتاب.\nÉtait-ce « vrai »\u2026 3,5 % ?\n",
)


@dataclass(frozen=True)
class GroupKernels:
    """The kernels of one group, as a recipe calls for them.

    Attributes:
        group: The group's name.
        resources: The files that it reads, by name.
        segmentation: How words are told apart; see `signals.segmentation`.
    """

    group: str
    resources: Mapping[str, Path]
    segmentation: str = BUILTIN


def kernels_of(annotate: AnnotateSection, directory: Path) -> tuple[GroupKernels, ...]:
    """Return the kernels of every group that a recipe asks for.

    Args:
        annotate: The recipe's section.
        directory: The recipe's folder.

    Raises:
        RecipeError: A file that a group reads is not there.
    """
    return tuple(
        GroupKernels(
            group.name,
            group_resources(annotate, group, directory),
            annotate.segmentation if group.segments else BUILTIN,
        )
        for group in map(group_named, annotate.all_groups())
        if group.name != OWN
    )


def compile_once(kernels: GroupKernels) -> bool:
    """See that this machine has the machine code of a group; return whether it was made here and now.

    The group is computed for two short texts, which compiles what is not in the cache. It says nothing of any document.

    Raises:
        ValueError: The group lacks a package or a file that it computes with.
        OSError: A file cannot be read, or the cache not be written.
    """
    # Numba is slow to load, and this module is imported where nothing is computed.
    import llvmlite.binding  # noqa: PLC0415
    import numba  # noqa: PLC0415

    from signals.kernels import compiled_code_directory  # noqa: PLC0415

    # Other Pythons, Numbas and processors do not take machine code from the cache.
    machine = f"{sys.implementation.cache_tag}-{numba.__version__}-{llvmlite.binding.get_host_cpu_name()}"
    segmentation = kernels.segmentation.partition(" ")[0]  # the same machine code for any version of ICU
    stands = Path(compiled_code_directory()) / f"{kernels.group}-{segmentation}-{machine}.stands"
    if kernels.group == OWN or vars(numba.config)["DISABLE_JIT"] or stands.exists():
        return False
    stands.parent.mkdir(parents=True, exist_ok=True)
    with stands.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)  # it goes with its process, should that be killed
        except OSError:  # a cache on a shared folder without locks: every worker compiles for itself
            return False
        if stands.exists():
            return False
        signals.compute_group(kernels.group, _inputs(kernels), kernels.resources)
        stands.touch()
    return True


def compile_all(kernels: Iterable[GroupKernels]) -> list[str]:
    """See that this machine has the machine code of several groups; return the names of those made here and now."""
    return [each.group for each in kernels if compile_once(each)]


def _inputs(kernels: GroupKernels) -> signals.Inputs:
    columns = group_named(kernels.group).columns
    return signals.Inputs(
        pa.array(_TEXTS, pa.large_string()),  # as shards have them: each type of offsets has kernels of its own
        pa.array(["eng_Latn", "zho_Hans"]) if "languages" in columns else None,
        pa.array(["https://example.org/a", "https://example.org/b"]) if "urls" in columns else None,
        pa.array(["{}", "{}"]) if "metas" in columns else None,
        kernels.segmentation,
    )
