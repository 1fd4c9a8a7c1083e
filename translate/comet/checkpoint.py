"""A checkpoint of COMET as its authors publish it: `hparams.yaml`, `checkpoints/….ckpt`; and its encoder beside them.

A checkpoint has the encoder's weights, but not its tokenizer and configuration, which COMET would fetch from the Hub by
name. Here nothing is ever fetched: they lie in the folder `encoder`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from translate.engines.model_files import files_sha256

_ENCODER, _SETTINGS, _CONFIG = "encoder", "hparams.yaml", "config.json"
# Class names of COMET whose models are given no reference, and may be given none.
_REFERENCELESS = "referenceless_regression_metric"
_UNIFIED = ("unified_metric", "xcomet_metric")
_CLASSES = (_REFERENCELESS, "regression_metric", *_UNIFIED)


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint whose files are all there.

    Attributes:
        file: The weights.
        encoder: Folder of the encoder's tokenizer and configuration.
        kind: COMET's name of the model's class.
        takes_references: Whether it compares with references.
        needs_references: Whether it cannot do without.
    """

    file: Path
    encoder: Path
    kind: str
    takes_references: bool
    needs_references: bool

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self.encoder.parent.name

    @property
    def weights(self) -> str:
        """The file of the weights, as `sha256` names it."""
        return self.file.relative_to(self.encoder.parent).as_posix()

    def sha256(self) -> Mapping[str, str]:
        """Return the SHA-256 of every file that its scores depend on, by name."""
        folder = self.encoder.parent
        files = (self.file, folder / _SETTINGS, *(path for path in self.encoder.rglob("*") if path.is_file()))
        return files_sha256(folder, (path.relative_to(folder).as_posix() for path in files))


def read_checkpoint(path: Path) -> Checkpoint:
    """Read what a checkpoint is, without its weights.

    Args:
        path: The `.ckpt` file, or the folder that has `checkpoints` and `hparams.yaml`.

    Raises:
        OSError: A file is missing; the message says which, and where it comes from.
        ValueError: It is no checkpoint of a model that scores translations.
    """
    file = _weights(path)
    folder = file.resolve().parent.parent
    if not (folder / _SETTINGS).is_file():
        raise FileNotFoundError(f"{file}: no {_SETTINGS} in {folder}, two folders up, where COMET publishes it")
    settings = _settings(folder / _SETTINGS)
    kind = settings.get("class_identifier")
    if kind not in _CLASSES:
        raise ValueError(f"{folder / _SETTINGS}: class_identifier is {kind!r}; expected one of {', '.join(_CLASSES)}")
    encoder = folder / _ENCODER
    if not (encoder / _CONFIG).is_file():
        name = settings.get("pretrained_model", "xlm-roberta-large")
        raise FileNotFoundError(
            f"{file}: its encoder is missing and never fetched: put tokenizer and {_CONFIG} of {name} into {encoder} "
            f"(hf download {name} --exclude '*.bin' '*.safetensors' '*.h5' '*.msgpack' --local-dir {encoder})"
        )
    segments = settings.get("input_segments", ["mt", "src", "ref"]) if kind in _UNIFIED else []
    takes = "ref" in segments if kind in _UNIFIED else kind != _REFERENCELESS
    needs = takes and (kind not in _UNIFIED or "src" not in segments)
    return Checkpoint(file.resolve(), encoder, kind, takes, needs)


def _weights(path: Path) -> Path:
    if path.is_file():
        return path
    found = sorted(path.glob("checkpoints/*.ckpt"))
    if len(found) != 1:
        raise FileNotFoundError(f"{path}: {len(found) or 'no'} checkpoints/*.ckpt in it; name the .ckpt file")
    return found[0]


def _settings(file: Path) -> Mapping[str, Any]:
    try:
        settings = yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ValueError(f"{file}: {' '.join(str(error).split())}") from error
    return settings if isinstance(settings, dict) else {}
