"""Runs megatron-core on the token shards of a corpus and saves what it sees. No part of Loam is imported here.

Usage: megatron_client.py CORPUS RESULT.npz VOCAB_SIZE EOD SEQUENCE_LENGTH SAMPLES SEED
"""

import json
import sys
import tempfile
from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch
from megatron.core.datasets.blended_megatron_dataset_builder import BlendedMegatronDatasetBuilder
from megatron.core.datasets.gpt_dataset import GPTDataset, GPTDatasetConfig
from megatron.core.datasets.indexed_dataset import IndexedDataset
from megatron.core.datasets.utils import get_blend_from_list


class Vocabulary:
    """What `GPTDataset` asks of a tokenizer."""

    def __init__(self, size: int, eod: int) -> None:
        self.vocab_size = size
        self.eod = eod
        self.unique_identifiers = OrderedDict(size=size, eod=eod)


def main() -> None:
    corpus, result = Path(sys.argv[1]), Path(sys.argv[2])
    vocab_size, eod, length, samples, seed = map(int, sys.argv[3:])
    words = (corpus / "mixture" / "data_path.txt").read_text().split()
    per_split = json.loads((corpus / "mixture" / "blend.json").read_text())
    blends = {
        "data_path": {"blend": get_blend_from_list(words), "split": "100,0,0"},
        "per_split": {"blend_per_split": [get_blend_from_list(per_split[name]) for name in ("train", "valid", "test")]},
    }
    saved: dict[str, np.ndarray] = {}
    with tempfile.TemporaryDirectory() as scratch:
        torch.distributed.init_process_group("gloo", init_method=f"file://{scratch}/store", rank=0, world_size=1)
        for number, prefix in enumerate(words[1::2]):
            for mmap in (True, False):
                read = IndexedDataset(prefix, mmap=mmap)
                saved[f"tokens_{number}_{mmap}"] = np.concatenate([read[i] for i in range(len(read))])
                saved[f"lengths_{number}_{mmap}"] = (
                    read.sequence_lengths.copy()
                )  # a view that does not outlive the reader
        for name, blend in blends.items():
            config = GPTDatasetConfig(
                random_seed=seed,
                sequence_length=length,
                path_to_cache=f"{scratch}/{name}",
                tokenizer=Vocabulary(vocab_size, eod),
                reset_position_ids=False,
                reset_attention_mask=False,
                eod_mask_loss=False,
                create_attention_mask=False,
                **blend,
            )
            built = BlendedMegatronDatasetBuilder(GPTDataset, [samples, 0, 0], lambda: True, config).build()[0]
            seen = [built[i] for i in range(len(built))]
            saved[f"{name}_shard"] = np.array([int(sample["dataset_id"]) for sample in seen])
            saved[f"{name}_tokens"] = np.stack([sample["tokens"].numpy() for sample in seen])
            saved[f"{name}_labels"] = np.stack([sample["labels"].numpy() for sample in seen])
        torch.distributed.destroy_process_group()
    np.savez(result, **saved)


if __name__ == "__main__":
    main()
