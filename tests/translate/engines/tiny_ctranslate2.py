"""A tiny real model of CTranslate2, with random weights, in a directory as its converters write it."""

from collections.abc import Sequence
from pathlib import Path

import ctranslate2
import numpy as np
import sentencepiece

SENTENCES = [
    "The river is very long and the water is cold.",
    "Remove all cards from the table and count them.",
    "When the sun rises the birds begin to sing in the trees.",
    "This package contains the documentation of the mail client.",
    "Each card removed scores one point, and so does XPH11.",
]
_SPECIAL = ["<s>", "<blank>", "</s>", "<unk>"]
_WIDTH, _HEADS, _INNER = 16, 2, 32


def make_model(
    directory: Path,
    marks: Sequence[str] = (),
    *,
    pieces: Sequence[str] = ("sentencepiece.bpe.model",),
    adds_end: bool = False,
    end_bias: float = 0.0,
    seed: int = 1,
) -> Path:
    """Make a model.

    Args:
        directory: Where it goes.
        marks: Tokens for languages.
        pieces: Names of the SentencePiece model.
        adds_end: Whether the engine adds the end of the source itself.
        end_bias: Added to the score of the end: a large one makes empty answers, one far below zero endless ones.
        seed: Of its weights.
    """
    directory.mkdir(parents=True)
    _train_pieces(directory, pieces)
    vocabulary = sentencepiece.SentencePieceProcessor(model_file=str(directory / pieces[0]))
    learnt = [vocabulary.id_to_piece(number) for number in range(vocabulary.vocab_size())]
    tokens = [*_SPECIAL, *(piece for piece in learnt if piece not in _SPECIAL), *marks]
    spec = ctranslate2.specs.TransformerSpec.from_config((1, 1), _HEADS)
    _fill(spec, len(tokens), end_bias, np.random.default_rng(seed))
    spec.register_source_vocabulary(tokens)
    spec.register_target_vocabulary(tokens)
    spec.config.add_source_eos = adds_end
    spec.config.decoder_start_token = "<s>"  # noqa: S105  # no password
    spec.validate()
    spec.save(str(directory))
    return directory


def _train_pieces(directory: Path, names: Sequence[str]) -> None:
    text = directory / "text.txt"
    text.write_text("\n".join(SENTENCES * 20), encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(text), model_prefix=str(directory / "trained"), vocab_size=80, minloglevel=2, hard_vocab_limit=False
    )
    content = (directory / "trained.model").read_bytes()
    for name in names:
        (directory / name).write_bytes(content)
    for path in (text, directory / "trained.model", directory / "trained.vocab"):
        path.unlink()


def _fill(spec: object, size: int, end_bias: float, random: np.random.Generator) -> None:
    """Give every layer of a specification random weights."""

    def weights(*shape: int) -> np.ndarray:
        return random.normal(0, 0.6, shape).astype(np.float32)

    def linear(layer: object, out: int, into: int) -> None:
        layer.weight, layer.bias = weights(out, into), weights(out)

    def norm(layer: object) -> None:
        layer.gamma, layer.beta = np.ones(_WIDTH, np.float32), np.zeros(_WIDTH, np.float32)

    for side in (spec.encoder, spec.decoder):
        embeddings = side.embeddings[0] if isinstance(side.embeddings, list) else side.embeddings
        embeddings.weight = weights(size, _WIDTH)
        side.position_encodings.encodings = weights(512, _WIDTH)
        norm(side.layer_norm)
        for layer in side.layer:
            linear(layer.self_attention.linear[0], 3 * _WIDTH, _WIDTH)
            linear(layer.self_attention.linear[1], _WIDTH, _WIDTH)
            norm(layer.self_attention.layer_norm)
            linear(layer.ffn.linear_0, _INNER, _WIDTH)
            linear(layer.ffn.linear_1, _WIDTH, _INNER)
            norm(layer.ffn.layer_norm)
    for layer in spec.decoder.layer:
        linear(layer.attention.linear[0], _WIDTH, _WIDTH)
        linear(layer.attention.linear[1], 2 * _WIDTH, _WIDTH)
        linear(layer.attention.linear[2], _WIDTH, _WIDTH)
        norm(layer.attention.layer_norm)
    linear(spec.decoder.projection, size, _WIDTH)
    spec.decoder.projection.bias[_SPECIAL.index("</s>")] += end_bias
