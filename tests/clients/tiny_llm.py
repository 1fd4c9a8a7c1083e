"""Language models of a few hundred kilobytes, made here: one whose answers are known, and random ones.

`chain` computes each next token from the last alone (its attention and its layers add nothing, and the row of a token
in the output matrix is the embedding of the token before it), so that its answer to any prompt is a chain that begins
at the prompt's last token: after `<translation>` a Portuguese sentence and `</translation>`, after a line break a loop.
"""

import itertools
from pathlib import Path
from typing import Any, Literal

SENTENCE = "A água do rio corre devagar para o mar."
_TAGS = ("<translation>", "</translation>")
_SPECIAL = ("<s>", "</s>", "<|im_start|>", "<|im_end|>")
_LOOP = ("la", "le")
_SIZE = 512
_CHAT = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def make(
    directory: Path, architecture: Literal["llama", "qwen2"], kind: Literal["chain", "random"], seed: int = 0
) -> Path:
    """Write a model into a directory and return it."""
    import torch  # noqa: PLC0415 -- in vLLM's environment alone
    from transformers import (  # noqa: PLC0415
        LlamaConfig,
        LlamaForCausalLM,
        Qwen2Config,
        Qwen2ForCausalLM,
    )

    tokenizer = _tokenizer()
    hidden = _SIZE if kind == "chain" else 128
    config: dict[str, Any] = {
        "vocab_size": _SIZE,
        "hidden_size": hidden,
        "intermediate_size": 256,
        "num_hidden_layers": 2,
        "num_attention_heads": hidden // 32,
        "num_key_value_heads": 2,
        "max_position_embeddings": 2048,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "tie_word_embeddings": False,
    }
    torch.manual_seed(seed)
    made = (
        LlamaForCausalLM(LlamaConfig(**config)) if architecture == "llama" else Qwen2ForCausalLM(Qwen2Config(**config))
    )
    model: Any = made
    if kind == "chain":
        with torch.no_grad():
            for layer in model.model.layers:
                layer.self_attn.o_proj.weight.zero_()
                layer.mlp.down_proj.weight.zero_()
            model.model.embed_tokens.weight.copy_(torch.eye(_SIZE))
            model.lm_head.weight.zero_()
            for before, after in _chains(tokenizer):
                model.lm_head.weight[after, before] = 1.0
    directory.mkdir(parents=True)
    model.save_pretrained(directory)
    tokenizer.save_pretrained(directory)
    (directory / "README.md").write_text("---\nlicense: apache-2.0\n---\n\nMade by a test.\n", encoding="utf-8")
    return directory


def _tokenizer() -> Any:  # noqa: ANN401 -- transformers'
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers  # noqa: PLC0415
    from transformers import PreTrainedTokenizerFast  # noqa: PLC0415

    bytes_ = Tokenizer(models.BPE())
    bytes_.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bytes_.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=_SIZE - 16,
        special_tokens=list(_SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bytes_.train_from_iterator([SENTENCE, "la", "le"] * 50, trainer)
    bytes_.add_tokens([AddedToken(tag, special=False) for tag in _TAGS])
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=bytes_, bos_token="<s>", eos_token="</s>")  # noqa: S106
    tokenizer.chat_template = _CHAT
    return tokenizer


def _chains(tokenizer: Any) -> list[tuple[int, int]]:  # noqa: ANN401 -- transformers'
    """Return (token, next token) for each link of the chains."""
    words = tokenizer(SENTENCE, add_special_tokens=False)["input_ids"]
    opening, closing, end = tokenizer.convert_tokens_to_ids([*_TAGS, "</s>"])
    line_break = tokenizer("\n", add_special_tokens=False)["input_ids"]
    loop = [tokenizer(word, add_special_tokens=False)["input_ids"][0] for word in _LOOP]
    assert len(set(words)) == len(words)
    assert not set(words) & {*line_break, *loop}
    sentence = [opening, *words, closing, end]
    return [*itertools.pairwise(sentence), *itertools.pairwise([line_break[-1], *loop, loop[0]])]
