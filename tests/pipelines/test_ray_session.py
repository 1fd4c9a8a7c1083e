import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.errors import LoamError
from pipelines.ray_session import CODE, PRIORITY, open_session, told_to_end
from pipelines.threads import SINGLE_THREADED
from pipelines.trust import VARIABLE

CLUSTER = Path(__file__).parents[2] / "docs/ray_cluster.yaml"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What Ray was started with; it does not start."""
    ray = pytest.importorskip("ray")
    found: dict[str, Any] = {}
    monkeypatch.setattr(ray, "init", lambda **settings: found.update(settings))
    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    for name in ("RAY_ADDRESS", VARIABLE, PRIORITY):
        monkeypatch.setenv(name, "")  # so that what the session sets goes with the test
        monkeypatch.delenv(name)
    return found


def test_without_an_address_a_cluster_of_its_own_is_started(asked: dict[str, Any]) -> None:
    _, started = open_session(3)
    assert started
    assert (asked["address"], asked["num_cpus"]) == ("local", 3)
    assert asked["runtime_env"] == {"env_vars": SINGLE_THREADED}
    assert os.environ[PRIORITY] == "0", "workers of a cluster of its own wait behind all else"


def test_a_cluster_is_sent_the_code_and_whether_the_recipe_is_trusted_and_no_key(
    asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("RAY_ADDRESS", "10.0.0.1:6379"), (VARIABLE, "1"), ("AWS_SECRET_ACCESS_KEY", "s3cret")):
        monkeypatch.setenv(name, value)
    open_session(3)
    assert asked["address"] == "10.0.0.1:6379"
    assert "num_cpus" not in asked
    assert asked["runtime_env"]["py_modules"] == list(CODE)
    assert asked["runtime_env"]["env_vars"] == {**SINGLE_THREADED, VARIABLE: "1"}
    assert all(Path(place).is_dir() for place in CODE)


def test_sigterm_is_noted_and_then_left_to_whom_it_was() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with told_to_end() as told:
        assert not told.is_set()
        os.kill(os.getpid(), signal.SIGTERM)
        assert told.wait(60)
    assert signal.getsignal(signal.SIGTERM) == before


def test_the_example_of_a_cluster_is_one() -> None:
    autoscaler = pytest.importorskip("ray.autoscaler")
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((Path(autoscaler.__file__).parent / "ray-schema.json").read_text(encoding="utf-8"))
    cluster = yaml.safe_load(CLUSTER.read_text(encoding="utf-8"))
    jsonschema.validate(cluster, schema)
    for mounted in cluster["file_mounts"].values():
        assert (CLUSTER.parents[1] / mounted).exists()
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**cluster, "no_such_key": 1}, schema)


def test_a_node_that_does_not_come_up_is_told_in_a_line(asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def timed_out(**_: object) -> None:
        raise Exception("The current node timed out during startup.\nmore")  # noqa: TRY002 -- as Ray does

    assert asked == {}
    monkeypatch.setattr("ray.init", timed_out)
    with pytest.raises(LoamError, match=r"^Ray does not start: The current node timed out during startup\.; see RAY_"):
        open_session(1)
