"""How vLLM is called: what its engine is started with, and what each request is sampled with."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from translate.engines.repetition import REPETITION
from translate.engines.sampling import Sampling
from translate.engines.vllm_options import Options

if TYPE_CHECKING:
    from vllm import SamplingParams
    from vllm.v1.engine.async_llm import AsyncLLM


async def start(model: str, options: Options) -> "AsyncLLM":
    """Start vLLM's engine in a process of its own; the running event loop is the one that it will be asked on.

    Args:
        model: The model's directory.
        options: Arguments.
    """
    from vllm import AsyncEngineArgs  # noqa: PLC0415 -- an extra
    from vllm.v1.engine.async_llm import AsyncLLM  # noqa: PLC0415

    draft: dict[str, Any] | None = None
    if options.draft_model:
        smaller = str(Path(model).parent / options.draft_model)
        draft = {"method": "draft_model", "model": smaller, "num_speculative_tokens": options.draft_tokens}
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
            disable_log_stats=draft is None,
            speculative_config=draft,
            per_request_spec_decode_metrics="summary" if draft else "none",
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
