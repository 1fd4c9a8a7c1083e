"""The form in which a group of signals is declared: what it reads, and how it is computed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa

from signals.arrow import Languages, Texts
from signals.segmentation.choice import BUILTIN
from signals.signal import Signal

References: TypeAlias = Mapping[str, str | Path]  # of model files and word lists, by name, as callers give them
Resources: TypeAlias = Mapping[str, Path]  # where these lie


@dataclass(frozen=True)
class Inputs:
    """What is given of documents; every column is as long as `texts`.

    Attributes:
        texts: Any Arrow string array; null gives null in every column.
        languages: The language of each text as any code, null or absent where unknown: the declared one for group
            `language`, the concluded one for all others.
        urls: Where each document stands on the web.
        metas: Every other column of its source, as a JSON object.
        segmentation: How words are told apart in scripts without spaces: what `signals.segmentation.identify` returned.
    """

    texts: Texts
    languages: Languages = None
    urls: "Texts | None" = None
    metas: "Texts | None" = None
    segmentation: str = BUILTIN


@dataclass(frozen=True)
class Columns(Inputs):
    """What a group reads of documents: `Inputs` of which every column is an Arrow array of strings, or absent."""

    languages: "Texts | None" = None


@dataclass(frozen=True)
class Group:
    """Signals that are computed and stored together.

    Attributes:
        name: The folder and the table of its columns.
        declare: From the resources at hand to its signals, in the order of their columns.
        compute: From documents, names of its signals and resources to one column a name.
        resources: Names of the files that it reads; a name that ends with "/" stands for all that begin with it.
        defaults: References of resources for which none is given.
        columns: Which of `Inputs` it reads beside the texts: languages, urls, metas.
        segments: Whether its values depend on how words are told apart.
        needed: Those of the resources that must be given.
        packages: Importable names of the optional packages that it computes with.
        extra: The extra of this project that installs them.
    """

    name: str
    declare: Callable[[Resources], tuple[Signal, ...]]
    compute: Callable[[Columns, Sequence[str], Resources], pa.Table]
    resources: tuple[str, ...] = ()
    defaults: Mapping[str, str] | None = None
    columns: tuple[str, ...] = ("languages",)
    segments: bool = False
    needed: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    extra: str = ""

    def reads(self, resource: str) -> bool:
        """Tell whether the group reads a resource of this name."""
        return any(resource == name or (name.endswith("/") and resource.startswith(name)) for name in self.resources)

    def check(self, resources: Resources) -> None:
        """See that the group has what it computes with, before it reads the first document.

        Raises:
            ValueError: A resource is not given, or a package is not installed.
        """
        for name in self.needed:
            if name not in resources:
                raise ValueError(f"group {self.name} reads {name}, which is not given: name its file or folder")
        absent = [package for package in self.packages if find_spec(package) is None]
        if absent:
            raise ValueError(
                f"group {self.name} needs {' and '.join(absent)}: pip install 'loam-curation[{self.extra}]'"
            )
