"""Output tokens a second that language models were seen to write: what a translation by one of them will cost.

From the benchmark of datatrove's inference blocks (huggingface/datatrove, `examples/inference/benchmark`): vLLM 0.15 on
H100 with 80 GB, pages of FineWeb-Edu rewritten, the best settings found, a GPU. Answers there are longer than their
prompts are; a translation is as long as its source, so that reading takes its share, and short segments keep a GPU busy
only where a thousand of them are in flight. A run over weeks took about twice the time that these figures promise.
"""

from dataclasses import dataclass
from pathlib import PurePath

H100 = "H100"


@dataclass(frozen=True)
class Throughput:
    """How fast a model writes.

    Attributes:
        model: The model's name.
        device: On what.
        tokens_per_second: Output tokens a second, of one such device.
    """

    model: str
    device: str
    tokens_per_second: float


PUBLISHED: tuple[Throughput, ...] = (
    Throughput("gemma-3-1b", H100, 16_762),
    Throughput("gpt-oss-20b", H100, 14_671),
    Throughput("gemma-3-4b", H100, 9_253),
    Throughput("SmolLM2-1.7B", H100, 9_220),
    Throughput("Qwen3-4B", H100, 8_086),
    Throughput("Qwen3-8B", H100, 6_443),
    Throughput("gpt-oss-120b", H100, 6_117),
    Throughput("Qwen3-30B-A3B", H100, 5_310),
    Throughput("Qwen3-14B", H100, 4_549),
    Throughput("gemma-3-12b", H100, 3_046),
    Throughput("Qwen3-32B", H100, 2_078),
    Throughput("gemma-3-27b", H100, 1_724),
)


def published(model: str | None) -> Throughput | None:
    """Return what was published of a model.

    Args:
        model: Its directory, or its name at a server: `models/Qwen3-8B`, `google/gemma-3-12b-it`.

    Examples:
        >>> published("models/Qwen3-8B-FP8").tokens_per_second
        6443
        >>> published("Mistral-7B-Instruct-v0.3")
    """
    name = PurePath(model or "").name.lower()
    found = [one for one in PUBLISHED if name == one.model.lower() or name.startswith(f"{one.model.lower()}-")]
    return max(found, key=lambda one: len(one.model), default=None)
