"""Run by a Python that has `unbabel-comet`, and none of Loam: scores what stands on its standard input.

Arguments are a checkpoint, its class and the folder of its encoder. The first line written is `{"ready": version}` or
`{"error": …}`; then, for each line read, a list of samples, a list of their scores.
"""

import importlib.metadata
import json
import os
import pickle
import sys
import warnings
from typing import Any, TextIO

# Nothing is fetched, whatever a checkpoint asks for.
os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", TOKENIZERS_PARALLELISM="false")


def load(checkpoint: str, kind: str, encoder: str) -> Any:  # noqa: ANN401 -- COMET has no types
    """Load a model. Weights are read as tensors and plain values alone: a checkpoint can run nothing."""
    from comet.models import str2model  # noqa: PLC0415 -- after the settings above

    return str2model[kind].load_from_checkpoint(
        checkpoint_path=checkpoint,
        map_location="cpu",
        strict=False,  # as COMET does: what only training needs may be missing
        weights_only=True,
        load_pretrained_weights=False,
        pretrained_model=encoder,
        local_files_only=True,
    )


def main(answers: TextIO) -> None:
    """Score until the input ends."""
    try:
        model = load(*sys.argv[1:])
    except (OSError, ValueError, RuntimeError, KeyError, pickle.UnpicklingError) as error:
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}), file=answers, flush=True)
        return
    print(json.dumps({"ready": importlib.metadata.version("unbabel-comet")}), file=answers, flush=True)
    for line in sys.stdin:
        # One by one: padding to the longest of a batch changes the last digits of the others.
        scores = model.predict(json.loads(line), batch_size=1, gpus=0, accelerator="cpu", progress_bar=False)["scores"]
        print(json.dumps([float(score) for score in scores]), file=answers, flush=True)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    # What libraries print goes with the errors, so that answers stand alone.
    with os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8") as only_answers:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        main(only_answers)
