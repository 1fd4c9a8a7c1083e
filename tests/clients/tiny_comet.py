"""`PYTHON tiny_comet.py FOLDER KIND`: writes a COMET checkpoint of a few kilobytes with random weights.

Run by a Python that has COMET. `FOLDER` is laid out as COMET's authors lay theirs out, with the encoder beside it.
"""

import sys
from pathlib import Path

import torch
import yaml
from comet.models import str2model
from pytorch_lightning import Trainer
from transformers import BertConfig, BertTokenizerFast

LETTERS = "abcdefghijklmnopqrstuvwxyzáâãçéêíóôõú.,0123456789"
SIZE = 16


def make(folder: Path, kind: str) -> None:
    """Write a checkpoint of one of COMET's classes."""
    encoder = folder / "encoder"
    encoder.mkdir(parents=True)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *LETTERS, *(f"##{letter}" for letter in LETTERS)]
    (encoder / "vocab.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
    BertTokenizerFast(str(encoder / "vocab.txt")).save_pretrained(encoder)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=SIZE,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=SIZE,
        max_position_embeddings=256,
    )
    config.save_pretrained(encoder)
    settings = {
        "class_identifier": kind,
        "encoder_model": "BERT",
        "pretrained_model": "nobody/no-such-encoder",
        "hidden_sizes": [SIZE],
        "layer": "mix",
        "layer_transformation": "softmax",
    }
    if kind == "unified_metric":
        settings |= {"input_segments": ["mt", "src"], "sent_layer": "mix", "word_layer": 1}
        del settings["layer"]
    torch.manual_seed(0)
    arguments = {name: value for name, value in settings.items() if name != "class_identifier"}
    model = str2model[kind](**{**arguments, "pretrained_model": str(encoder)}, load_pretrained_weights=False)
    trainer = Trainer(logger=False, accelerator="cpu", enable_checkpointing=False)
    trainer.strategy.connect(model)
    trainer.save_checkpoint(folder / "checkpoints" / "model.ckpt", weights_only=True)
    (folder / "hparams.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")


if __name__ == "__main__":
    make(Path(sys.argv[1]), sys.argv[2])
