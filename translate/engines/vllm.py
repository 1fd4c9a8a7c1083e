"""vLLM in a process of its own on this machine's GPUs, asked by its asynchronous engine (tested with 0.32).

`AsyncLLM` answers every request by itself: one that is too long or fails leaves the others alone. Prefixes are cached,
so that the instruction before each segment is computed once; answers that run in a loop are ended while they are
written. When the engine's process dies, nothing that was answered is lost, and the engine must be opened anew.
"""

import itertools
import logging
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING, Any

from translate.engines.base import EngineDiedError, Finish, Reply, Request
from translate.engines.model_files import model_directory
from translate.engines.sampling import sampling_of
from translate.engines.spec import EngineKind, EngineSpec
from translate.engines.vllm_calls import guessed_and_accepted, sampling_parameters, start
from translate.engines.vllm_options import Options, gpus, identity, options_of, template_of
from translate.engines.window import Window
from translate.prompts import Prompt, output_budget

if TYPE_CHECKING:
    from vllm.v1.engine.async_llm import AsyncLLM

_LOG = logging.getLogger(__name__)

# vLLM's own reasons; `abort` and `error` befall a request, not its text.
_FINISH: Mapping[str | None, Finish] = {"stop": "stop", "length": "length", "repetition": "repetition"}

# No report of use is sent, no model is looked for elsewhere, standard output is left to what a command writes, and a
# process begins with nothing of this one's threads.
_ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "VLLM_NO_USAGE_STATS": "1",
    "VLLM_LOGGING_LEVEL": "ERROR",
    "VLLM_LOGGING_STREAM": "ext://sys.stderr",
    "VLLM_WORKER_MULTIPROC_METHOD": "spawn",
}


@dataclass
class Work:
    """What an engine has done since it was opened, in tokens.

    Attributes:
        read: Tokens of prompts.
        cached: How many of them stood in the cache of prefixes.
        written: Tokens of answers.
        guessed: Tokens guessed ahead by speculation; known when the engine is closed.
        accepted: How many of them the model agreed with.
    """

    read: int = 0
    cached: int = 0
    written: int = 0
    guessed: int = 0
    accepted: int = 0


@dataclass(frozen=True)
class _Job:
    """One prompt, ready to be computed.

    Attributes:
        tokens: The prompt.
        budget: Most tokens of the answer.
        attempt: Which attempt it is.
        wrong: Why it is not begun; "" when it is.
    """

    tokens: list[int]
    budget: int
    attempt: int
    wrong: str


class VllmVocabulary:
    """A model's tokenizer, in a form that vLLM itself reads; it needs no GPU."""

    def __init__(self, spec: EngineSpec) -> None:
        self._options = options_of(spec)
        for name, value in _ENVIRONMENT.items():
            os.environ.setdefault(name, value)
        from transformers import AutoTokenizer  # noqa: PLC0415 -- comes with vLLM, an extra

        self._tokenizer: Any = AutoTokenizer.from_pretrained(model_directory("vllm", spec.model))

    def spell(self, text: str) -> str:
        """Return the text as it is: vocabularies of language models write everything."""
        return text

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of each text by the model's tokenizer."""
        return list(map(len, self._encode(texts, marks=False)))

    def _encode(self, texts: Sequence[str], *, marks: bool) -> list[list[int]]:
        encoded: list[list[int]] = self._tokenizer(list(texts), add_special_tokens=marks)["input_ids"]
        return encoded


class VllmEngine(VllmVocabulary):
    """Translates with a language model on GPUs."""

    def __init__(self, spec: EngineSpec) -> None:
        super().__init__(spec)
        self.identity = identity(spec)
        self.work = Work()
        self._template = template_of(spec, self._options)
        self._sampling = sampling_of(self._template, self._options.temperature, self._options.expansion)
        self._numbers = itertools.count()
        self._window = Window(self._options.window(), self._options.patience)
        try:
            self._engine = self._window.run(start(str(spec.model), self._options))
        except Exception as error:
            self._window.close()
            raise OSError(f"vLLM does not start with {spec.model} ({_line(error)}): see what it wrote above") from error
        self._control = _control_tokens(self._tokenizer)
        # A process that ends waits for the processes that it began: vLLM's must be told to end before.
        self._end = Finalize(self, _shut_down, (self._window, self._engine), exitpriority=1)
        try:
            self._check_room()
        except ValueError:
            self._end()
            raise

    def translate(self, requests: Iterable[Request], source: str, target: str) -> Iterator[tuple[int, Reply]]:
        """Translate, 1.1 requests in flight for each sequence that is computed at a time.

        Raises:
            ValueError: The template has no name for one of the languages.
            EngineDiedError: The engine's process is gone, or hangs.
        """
        prompt = self._prompt(source, target)

        def prepare(batch: Sequence[Request]) -> list[tuple[int, _Job]]:
            return [(len(job.tokens) + job.budget, job) for job in self._jobs(prompt, batch, target)]

        return self._window.answers(requests, prepare, self._ask)

    def close(self) -> None:
        """End the engine's processes."""
        if self._options.speculative:
            guessed, accepted = self.work.guessed, self.work.accepted = guessed_and_accepted()
            _LOG.warning("speculation: %d of %d guessed tokens accepted", accepted, guessed)
        self._end()

    def _check_room(self) -> None:
        """Refuse bounds under which segments of the greatest length would all be too long."""
        options = self._options
        most = options.max_segment_tokens
        # Two languages that every template knows.
        around = self._encode([self._prompt("eng_Latn", "fra_Latn").of("")], marks=not self._template.chat)
        needed = len(around[0]) + most + output_budget(most, "fra_Latn", options.expansion)
        if needed > options.max_model_len:
            raise ValueError(
                f"segments of {most} tokens (max_segment_tokens), prompt and answer take up to {needed} tokens, "
                f"more than max_model_len, {options.max_model_len}: raise it, or lower max_segment_tokens"
            )

    def _prompt(self, source: str, target: str) -> Prompt:
        return self._template.prompt(source, target).in_turns(self._in_turns if self._template.chat else str)

    def _in_turns(self, message: str) -> str:
        turns: str = self._tokenizer.apply_chat_template(
            [{"role": "user", "content": message}], tokenize=False, add_generation_prompt=True, enable_thinking=False
        )
        return turns

    def _jobs(self, prompt: Prompt, batch: Sequence[Request], target: str) -> Iterator[_Job]:
        texts = [request.text for request in batch]
        # The marks that open a prompt stand in the turns already, where there are turns.
        prompts = self._encode([prompt.of(text) for text in texts], marks=not self._template.chat) if texts else []
        counts = self.count_tokens(texts) if texts else []
        for request, tokens, count in zip(batch, prompts, counts, strict=True):
            budget = output_budget(count, target, self._options.expansion)
            yield _Job(tokens, budget, request.attempt, self._wrong(request.text, len(tokens), budget))

    def _wrong(self, text: str, tokens: int, budget: int) -> str:
        """Return why a text cannot be asked for, or nothing."""
        control = self._control.search(text)
        if control:
            return f"the text holds {control[0]!r}, which the model takes for the end or the beginning of a turn"
        if tokens + budget > self._options.max_model_len:
            return (
                f"a prompt of {tokens} tokens and {budget} for the answer are more than "
                f"max_model_len, {self._options.max_model_len}"
            )
        return ""

    async def _ask(self, job: _Job) -> Reply:
        from vllm import TokensPrompt  # noqa: PLC0415 -- an extra
        from vllm.exceptions import VLLMClientError  # noqa: PLC0415
        from vllm.v1.engine.exceptions import EngineDeadError, EngineGenerateError  # noqa: PLC0415

        if job.wrong:
            return Reply("", "refused", detail=job.wrong)
        prompt = TokensPrompt(prompt_token_ids=job.tokens)
        parameters = sampling_parameters(self._sampling.at(job.attempt), job.budget, self._template.closing)
        last = None
        try:
            async for output in self._engine.generate(prompt, parameters, str(next(self._numbers))):
                last = output
        except EngineDeadError as error:
            raise EngineDiedError(f"vLLM's process died ({error}): see what it wrote above, then run again") from None
        except EngineGenerateError as error:
            return Reply("", "error", len(job.tokens), 0, _line(error))
        except (VLLMClientError, ValueError) as error:
            return Reply("", "refused", detail=_line(error))
        if last is None:
            return Reply("", "error", len(job.tokens), 0, "vLLM ended the request without an answer")
        return self._read(last)

    def _read(self, output: Any) -> Reply:  # noqa: ANN401 -- vLLM's RequestOutput
        answer = output.outputs[0]
        tokens_in, tokens_out = len(output.prompt_token_ids), len(answer.token_ids)
        self.work.read += tokens_in
        self.work.cached += output.num_cached_tokens or 0
        self.work.written += tokens_out
        if answer.finish_reason not in _FINISH:
            return Reply("", "error", tokens_in, tokens_out, f"vLLM ended the answer by {answer.finish_reason!r}")
        text, finish = self._template.read(answer.text, _FINISH[answer.finish_reason])
        return Reply(text, finish, tokens_in, tokens_out)


def _shut_down(window: Window, engine: "AsyncLLM") -> None:
    window.close()  # first, lest the engine's task on it take the end of its process for a death
    engine.shutdown()


def _control_tokens(tokenizer: Any) -> re.Pattern[str]:  # noqa: ANN401 -- transformers' tokenizer
    added = [str(token) for token in tokenizer.added_tokens_decoder.values() if token.special]
    longest_first = sorted({*added, *map(str, tokenizer.all_special_tokens)} - {""}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]


KIND = EngineKind(
    options=Options, needs_model=True, identity=identity, vocabulary=VllmVocabulary, open=VllmEngine, gpus=gpus
)
