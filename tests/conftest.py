"""What tests share: where the shared test data lies, when it is there."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from pipelines.trust import trust_recipes

settings.register_profile(
    "loam",
    deadline=None,  # the first example compiles kernels
    derandomize=bool(os.environ.get("CI")),  # a commit's verdict can be repeated; developers' runs explore
    suppress_health_check=[HealthCheck.too_slow],  # which measures how busy the machine is
)
settings.load_profile("loam")
trust_recipes()  # tests run Python of their own


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name cases of bytes by their argument.

    Processes that share the tests must collect the same names, and compressed bytes may hold the time of collection.
    """
    return argname if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared test data beside the checkout; tests that need it skip without it."""
    folder = Path(__file__).parents[1].parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs the shared test data beside the checkout")
    return folder
