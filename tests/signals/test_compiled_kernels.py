import gc
import importlib.util
import sys
from pathlib import Path
from typing import Any

import numba
import pytest

import signals.kernels
from signals.kernels import kernel

SOURCE = "def double(number):\n    return 2 * number\n"

pytestmark = pytest.mark.skipif(numba.config.DISABLE_JIT, reason="nothing is compiled")


def compiled(folder: Path, source: str, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401 -- Numba has no types
    folder.mkdir()
    path = folder / "doubling.py"
    path.write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("doubling", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "doubling", module)  # where stored code looks for it
    spec.loader.exec_module(module)
    return kernel(module.double)


def test_the_same_text_elsewhere_finds_its_machine_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signals.kernels, "compiled_code_directory", lambda: str(tmp_path / "cache"))
    hits = []
    for place, source, expected in (("here", SOURCE, 42), ("there", SOURCE, 42), ("new", SOURCE.replace("2", "3"), 63)):
        double = compiled(tmp_path / place, source, monkeypatch)
        assert double(21) == expected
        hits.append(sum(double.stats.cache_hits.values()))
        del double
        gc.collect()  # so that the next one rests on what is stored alone
    assert hits == [0, 1, 0]
    assert len(list((tmp_path / "cache").iterdir())) == 2


def test_other_users_of_numba_keep_their_settings() -> None:
    settings = dict(vars(numba.config))
    kernel(lambda number: number)
    assert vars(numba.config) == settings
