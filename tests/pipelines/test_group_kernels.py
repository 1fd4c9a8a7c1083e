import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numba
import pytest

from pipelines.group_kernels import GroupKernels, compile_once, kernels_of
from pipelines.recipe.annotate import AnnotateSection
from signals.cache import cache_directory
from signals.own import OWN
from signals.segmentation import BUILTIN, ICU

GROUP = "pii"

# Tells what it made, what it then compiled for a document, and what it loaded.
PROCESS = f"""
import gc
import pyarrow as pa
from numba.core.dispatcher import Dispatcher
import signals
from pipelines.group_kernels import GroupKernels, compile_once

made = compile_once(GroupKernels({GROUP!r}, {{}}))
before = sum(sum(one.stats.cache_misses.values()) for one in gc.get_objects() if isinstance(one, Dispatcher))
texts = pa.array(["Write to eve@example.com, +49 30 901820."], pa.large_string())
signals.compute_group({GROUP!r}, signals.Inputs(texts), {{}})
after = sum(sum(one.stats.cache_misses.values()) for one in gc.get_objects() if isinstance(one, Dispatcher))
loaded = sum(sum(one.stats.cache_hits.values()) for one in gc.get_objects() if isinstance(one, Dispatcher))
print(made, after - before, loaded > 0)
"""


def test_of_two_processes_one_compiles_and_the_other_waits_and_finds_it(tmp_path: Path) -> None:
    (tmp_path / "loam").mkdir()
    for table in cache_directory().glob("characters*.npz"):  # which takes longer to make than kernels
        shutil.copy(table, tmp_path / "loam")
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path), "NUMBA_DISABLE_JIT": "0"}
    started = [
        subprocess.Popen([sys.executable, "-c", PROCESS], env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = sorted(process.communicate(timeout=300)[0] for process in started)
    assert said == ["False 0 True\n", "True 0 False\n"]


def test_what_is_compiled_already_is_not_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    compile_once(GroupKernels(GROUP, {}))
    monkeypatch.setattr("signals.compute_group", None)
    assert not compile_once(GroupKernels(GROUP, {}))


def test_another_segmentation_has_kernels_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signals.kernels.compiled_code_directory", lambda: str(tmp_path))
    monkeypatch.setattr("signals.compute_group", lambda *_: None)
    monkeypatch.setitem(vars(numba.config), "DISABLE_JIT", 0)
    made = [compile_once(GroupKernels(GROUP, {}, each)) for each in (BUILTIN, ICU, BUILTIN, f"{ICU} 78.3")]
    assert made == [True, True, False, False]


def test_where_a_cache_has_no_locks_units_compile_for_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("signals.kernels.compiled_code_directory", lambda: str(tmp_path))
    monkeypatch.setattr("fcntl.flock", refuse)
    assert not compile_once(GroupKernels(GROUP, {}))
    assert not list(tmp_path.glob("*.stands"))


def test_functions_of_a_user_are_not_given_texts_that_are_none_of_the_corpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signals.compute_group", None)
    assert not compile_once(GroupKernels(OWN, {}))


def test_the_groups_of_a_recipe_are_known_with_what_they_read(tmp_path: Path) -> None:
    annotate = AnnotateSection.model_validate({"groups": ["language", "core"], "segmentation": ICU})
    found = {kernels.group: kernels for kernels in kernels_of(annotate, tmp_path)}
    assert {"language", "core"} <= set(found)
    assert found["core"] == GroupKernels("core", {}, ICU)
    assert found["language"].segmentation == BUILTIN  # it tells no words apart
    assert found["language"].resources["lid"].is_file()
