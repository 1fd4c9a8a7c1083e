import numpy as np
import pytest

from pipelines.downloads import exchange
from pipelines.downloads.kept import DeniedError, DownloadError
from pipelines.storage.finding import describe, find, open_stored
from tests.pipelines.storage.servers import Hub, Site, serving

PARQUET = np.random.default_rng(2).bytes(50_000)
FILES = {
    "README.md": b"# card",
    "data/a.jsonl": b"{}\n",
    "data/b.parquet": PARQUET,
    "data/sub/c.parquet": b"c",
    "z": b"z",
}


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "FIRST_PAUSE", 0.01)
    monkeypatch.delenv("HF_TOKEN", raising=False)


def test_globs_and_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = Hub(FILES, large=frozenset({"data/b.parquet"}))
    with serving(hub.answer) as (address, faults):
        monkeypatch.setenv("HF_ENDPOINT", address)
        faults.busy = 2
        root, found = find("hf://datasets/soil/texts/data/*")
        assert root == "hf://datasets/soil/texts/data"
        assert [file.name for file in found] == [f"{root}/a.jsonl", f"{root}/b.parquet"]
        assert [file.url for file in found] == [
            f"hf://datasets/soil/texts@{hub.commit}/data/{name}" for name in ("a.jsonl", "b.parquet")
        ]
        assert [str(file.version).partition(":")[0] for file in found] == ["blob", "sha256"]
        assert len(find("hf://datasets/soil/texts@refs/convert/parquet/**/*.parquet")[1]) == 2
        faults.cut = 1
        with open_stored(found[1].url, found[1].size, found[1].version) as stored:
            assert stored.read() == PARQUET
        assert describe(found[1].url) == found[1]
        assert describe(f"hf://datasets/soil/texts@{hub.commit}/nothing") is None
        assert describe(f"hf://datasets/soil/texts@{hub.commit}/data/*") is None


def test_proof_goes_to_the_hub_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = Hub({"a": PARQUET}, token="hush", commit="f" * 40)  # noqa: S106 -- of this test
    with serving(hub.answer) as (address, _), serving(Site({"/a": PARQUET}).answer) as (elsewhere, asked):
        monkeypatch.setenv("HF_ENDPOINT", address)
        with pytest.raises(DeniedError, match="HF_TOKEN has to name who may read it"):
            find("hf://datasets/soil/texts/a")
        monkeypatch.setenv("HF_TOKEN", "hush")
        _, (found,) = find("hf://datasets/soil/texts/a")
        with open_stored(found.url, found.size, found.version) as stored:
            assert stored.read() == PARQUET
        hub.elsewhere = elsewhere
        with (
            open_stored(found.url, found.size, found.version) as stored,
            pytest.raises(DownloadError, match="expected https") as refused,
        ):
            stored.read()  # content lies with another server inside
        assert asked.requests == []
        assert "hush" not in str(refused.value)


def test_what_names_no_file_of_a_dataset() -> None:
    for address in ("hf://soil/texts/a", "hf://datasets/texts/a", "hf://datasets/soil/texts", "hf://spaces/a/b/c"):
        with pytest.raises(DownloadError, match="expected hf://datasets/OWNER/NAME/PATH"):
            find(address)
