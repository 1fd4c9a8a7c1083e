"""Kill a removal at any moment; forgetting again, or the next run, ends as an undisturbed removal and a clean build."""

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines.removals.tombstones import TOMBSTONES_FILE
from pipelines.verify import verify
from tests.faults.clean_run import CleanRun
from tests.faults.corpora import (
    ROUNDS,
    Driver,
    command,
    differences,
    environment,
    run_here,
    snapshot,
    temporary_files,
    wait_until_gone,
)
from tests.pipelines.conftest import loam

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to see that workers die with their driver"),
]

# Documents of several sources, some of which others repeat, and originals of translations.
REQUEST = (
    *(
        "--url",
        "https://example.org/web/0",
        "--url",
        "https://example.org/web/60",
        "--url",
        "https://example.org/book/3",
    ),
    *("--host", "fr.wikipedia.org", "--reason", "asked for", "--quiet"),
)


def forget_here(corpus: Path) -> None:
    """Forget to the end in this process, which spares the start of others."""
    done = loam("forget", str(corpus), *REQUEST, "--workers", "1")
    assert (done.exit_code, done.output) == (0, "")


def start_forgetting(corpus: Path, scratch: Path) -> Driver:
    pipe = subprocess.PIPE
    arguments = command("forget", corpus, *REQUEST, "--workers", 2)
    return Driver(subprocess.Popen(arguments, env=environment(scratch), stderr=pipe, stdout=pipe, text=True))


def test_a_removal_killed_at_random_moments(clean: CleanRun, tmp_path: Path) -> None:
    forgotten = Path(shutil.copytree(clean.corpus, tmp_path / "forgotten"))
    begun = time.monotonic()
    forget_here(forgotten)
    seconds = time.monotonic() - begun
    expected = snapshot(forgotten)
    assert list(verify(forgotten)) == []
    shutil.copytree(forgotten / "removals", tmp_path / "fresh/removals")
    run_here(clean.recipe, tmp_path / "fresh")
    assert differences(snapshot(tmp_path / "fresh"), expected) == []
    chosen = random.Random(11)  # noqa: S311 -- moments, not secrets
    for number in range(ROUNDS):
        corpus = Path(shutil.copytree(clean.corpus, tmp_path / f"corpus-{number}"))
        driver = start_forgetting(corpus, tmp_path / "scratch")
        while not (corpus / TOMBSTONES_FILE).exists() and driver.process.poll() is None:
            time.sleep(0.005)
        time.sleep((number + chosen.random()) / ROUNDS * seconds / 2)
        children = driver.children()
        driver.kill()
        assert wait_until_gone(children) == [], "workers outlive their driver"
        if number % 2:
            run_here(clean.recipe, corpus)
        else:
            forget_here(corpus)
        assert differences(snapshot(corpus), expected) == [], f"round {number}"
        assert temporary_files(corpus) == []
        shutil.rmtree(corpus)
