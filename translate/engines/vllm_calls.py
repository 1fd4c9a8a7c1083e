"""How vLLM is called: what its engine is started with, and what each request is sampled with."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from translate.engines.repetition import REPETITION
from translate.engines.sampling import Sampling
from translate.engines.vllm_options import Options

if TYPE_CHECKING:
    from vllm import SamplingParams
    from vllm.v1.engine.async_llm import AsyncLLM

# What n-gram speculation looks up: the last 2 to 4 tokens.
_LOOKED_UP = {"prompt_lookup_max": 4, "prompt_lookup_min": 2}


async def start(model: str, options: Options) -> "AsyncLLM":
    """Start vLLM's engine in a process of its own; the running event loop is the one that it will be asked on.

    Args:
        model: The model's directory.
        options: Arguments.
    """
    from vllm import AsyncEngineArgs  # noqa: PLC0415 -- an extra
    from vllm.v1.engine.async_llm import AsyncLLM  # noqa: PLC0415

    speculation: dict[str, Any] | None = None
    if options.speculative == "ngram":
        speculation = {"method": "ngram", **_LOOKED_UP}
    elif options.draft_model:
        speculation = {"method": "draft_model", "model": str(Path(model).parent / options.draft_model)}
    if speculation is not None:
        speculation["num_speculative_tokens"] = options.speculative_tokens
    return AsyncLLM.from_engine_args(
        AsyncEngineArgs(
            model=model,
            tokenizer_mode="hf",  # its chat template and its control tokens are read
            dtype=options.dtype,
            max_model_len=options.max_model_len,
            max_num_seqs=options.max_num_seqs,
            max_num_batched_tokens=options.max_num_batched_tokens,
            gpu_memory_utilization=options.gpu_memory_utilization,
            tensor_parallel_size=options.tensor_parallel,
            data_parallel_size=options.data_parallel,
            enforce_eager=options.enforce_eager,
            enable_prefix_caching=True,
            generation_config="vllm",
            disable_log_stats=speculation is None,
            speculative_config=speculation,
        )
    )


def sampling_parameters(sampling: Sampling, budget: int, closing: str) -> "SamplingParams":
    """Return the parameters of one request.

    Args:
        sampling: How tokens are drawn.
        budget: Most tokens of the answer.
        closing: The mark that ends it; "" for none. It stays in the answer, for its absence means something.
    """
    from vllm import SamplingParams  # noqa: PLC0415 -- an extra
    from vllm.sampling_params import RepetitionDetectionParams, RequestOutputKind  # noqa: PLC0415

    return SamplingParams(
        temperature=sampling.temperature,
        top_p=sampling.top_p,
        top_k=sampling.top_k,
        repetition_penalty=sampling.repetition_penalty,
        seed=sampling.seed,
        max_tokens=budget,
        stop=[closing] if closing else None,
        include_stop_str_in_output=True,
        repetition_detection=RepetitionDetectionParams(**REPETITION),
        output_kind=RequestOutputKind.FINAL_ONLY,
    )


def guessed_and_accepted() -> tuple[int, int]:
    """Return how many tokens were guessed ahead and how many of them accepted, by the engine started last.

    vLLM's own counters: what it tells of each request leaves out those that a closing mark ended.
    """
    from vllm.v1.metrics.reader import Counter, get_metrics_snapshot  # noqa: PLC0415 -- an extra

    counts = {metric.name: metric.value for metric in get_metrics_snapshot() if isinstance(metric, Counter)}
    name = "vllm:spec_decode_num_{}_tokens"
    return counts.get(name.format("draft"), 0), counts.get(name.format("accepted"), 0)
