from pathlib import Path

import pytest

from translate.comet import CometError, comet_python, read_checkpoint

KIWI = "class_identifier: unified_metric\ninput_segments: [mt, src]\npretrained_model: microsoft/infoxlm-large\n"


def lay_down(folder: Path, settings: str = KIWI, *, encoder: bool = True) -> Path:
    (folder / "checkpoints").mkdir(parents=True)
    (folder / "hparams.yaml").write_text(settings, encoding="utf-8")
    file = folder / "checkpoints" / "model.ckpt"
    file.write_bytes(b"weights")
    if encoder:
        (folder / "encoder").mkdir()
        (folder / "encoder" / "config.json").write_text("{}", encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("settings", "takes", "needs"),
    [
        (KIWI, False, False),
        ("class_identifier: unified_metric\n", True, False),
        ("class_identifier: unified_metric\ninput_segments: [mt, ref]\n", True, True),
        ("class_identifier: regression_metric\n", True, True),
        ("class_identifier: referenceless_regression_metric\n", False, False),
    ],
)
def test_what_is_scored_goes_by_the_class(tmp_path: Path, settings: str, takes: bool, needs: bool) -> None:
    found = read_checkpoint(lay_down(tmp_path / "model", settings))
    assert (found.takes_references, found.needs_references, found.name) == (takes, needs, "model")


def test_a_checkpoint_is_named_by_file_or_folder_and_hashed_whole(tmp_path: Path) -> None:
    file = lay_down(tmp_path)
    assert read_checkpoint(file) == read_checkpoint(tmp_path)
    hashes = read_checkpoint(file).sha256()
    assert list(hashes) == ["checkpoints/model.ckpt", "encoder/config.json", "hparams.yaml"]
    assert hashes["encoder/config.json"].startswith("44136fa355b3678a")


def test_a_missing_encoder_is_told_with_its_name(tmp_path: Path) -> None:
    file = lay_down(tmp_path, encoder=False)
    with pytest.raises(FileNotFoundError, match=r"config\.json of microsoft/infoxlm-large into .*encoder"):
        read_checkpoint(file)


def test_what_is_no_checkpoint_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no checkpoints/\*\.ckpt"):
        read_checkpoint(tmp_path)
    file = lay_down(tmp_path / "other", "class_identifier: word_metric\n")
    with pytest.raises(ValueError, match="class_identifier is 'word_metric'; expected one of"):
        read_checkpoint(file)
    (tmp_path / "other" / "hparams.yaml").write_text("class_identifier: [", encoding="utf-8")
    with pytest.raises(ValueError, match=r"hparams\.yaml: while parsing"):
        read_checkpoint(file)
    (tmp_path / "other" / "hparams.yaml").unlink()
    with pytest.raises(FileNotFoundError, match=r"no hparams\.yaml"):
        read_checkpoint(file)


def test_a_python_without_comet_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LOAM_COMET_PYTHON", str(tmp_path / "none"))
    with pytest.raises(CometError, match="run `make comet`, or set LOAM_COMET_PYTHON"):
        comet_python()
