"""A sentence encoder in ONNX of a few hundred bytes: words are vectors, equal where they mean the same."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers

SIZE = 64


def make_encoder(
    directory: Path, meanings: Sequence[Sequence[str]], output: str = "last_hidden_state", *, input_: str = "input_ids"
) -> Path:
    """Write an encoder into a directory and return it.

    Args:
        directory: Where.
        meanings: Words that share a vector, lower case.
        output: `last_hidden_state` with a vector a token, or `sentence_embedding` with the greatest of each dimension.
        input_: Name of the input.
    """
    directory.mkdir(parents=True)
    words = ["[UNK]", *(word for meaning in meanings for word in meaning)]
    draw = np.random.default_rng(0)
    vectors = [np.zeros(SIZE), *(vector for meaning in meanings for vector in [draw.normal(size=SIZE)] * len(meaning))]
    tokenizer = Tokenizer(models.WordLevel({word: number for number, word in enumerate(words)}, unk_token="[UNK]"))  # noqa: S106
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.save(str(directory / "tokenizer.json"))
    gathered = helper.make_node("Gather", ["vectors", input_], ["last_hidden_state"])
    greatest = helper.make_node("ReduceMax", ["last_hidden_state", "axes"], ["sentence_embedding"], keepdims=0)
    pools = output == "sentence_embedding"
    graph = helper.make_graph(
        [gathered, greatest] if pools else [gathered],
        "tiny",
        [helper.make_tensor_value_info(input_, TensorProto.INT64, ["batch", "tokens"])],
        [
            helper.make_tensor_value_info(
                output, TensorProto.FLOAT, ["batch", SIZE] if pools else ["batch", "tokens", SIZE]
            )
        ],
        [
            numpy_helper.from_array(np.array(vectors, np.float32), "vectors"),
            *([numpy_helper.from_array(np.array([1], np.int64), "axes")] if pools else []),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.save(model, str(directory / "model.onnx"))
    return directory
