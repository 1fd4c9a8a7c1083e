"""Any server that speaks OpenAI's protocol: `vllm serve`, SGLang, llama.cpp, hosted models.

The `openai` package keeps connections, repeats what may pass (no connection, 408, 409, 429, 5xx) after exponential
delays with jitter, and waits as long as `Retry-After` says. What still fails is the reply to that one request.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from translate.engines.base import EngineDiedError, Finish, Reply, Request
from translate.engines.openai_options import Options, identity, template_of
from translate.engines.repetition import REPETITION
from translate.engines.sampling import Sampling, sampling_of
from translate.engines.spec import EngineKind, EngineSpec, read_options
from translate.engines.tokenizer_file import TokenCounter
from translate.engines.window import Window
from translate.prompts import Prompt, output_budget

if TYPE_CHECKING:
    import openai

# A server that leaves so many requests in a row without an answer, each of them repeated, is gone.
_UNANSWERED = 8
_FINISH: Mapping[str | None, Finish] = {"stop": "stop", "length": "length", "repetition": "repetition"}
# Of these codes, each would meet every later request as well.
_FATAL = frozenset({401, 402, 403, 404})
_MOST_DETAIL = 300


class OpenAIVocabulary:
    """The vocabulary of a server's model, where its tokenizer is at hand."""

    def __init__(self, spec: EngineSpec) -> None:
        self._options = read_options(spec, Options)
        self._counter = TokenCounter(self._options.tokenizer)

    def spell(self, text: str) -> str:
        """Return the text as it is: byte-level vocabularies write everything."""
        return text

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of each text by the model's tokenizer, or estimate them from its bytes."""
        return self._counter.count(texts)


class OpenAIEngine(OpenAIVocabulary):
    """Asks a server for many translations side by side."""

    def __init__(self, spec: EngineSpec) -> None:
        super().__init__(spec)
        options = self._options
        self.identity = identity(spec)
        try:
            import openai  # noqa: PLC0415 -- an extra
        except ModuleNotFoundError:
            raise ModuleNotFoundError(
                "the engine openai needs the package openai: install loam-curation[openai]", name="openai"
            ) from None
        self._openai = openai
        self._template = template_of(spec, options)
        self._sampling = sampling_of(self._template, options.temperature, options.expansion)
        self._key = _api_key(options.api_key_variable)
        self._client = openai.AsyncOpenAI(
            base_url=options.base_url,
            api_key=self._key or "none",
            timeout=options.timeout,
            max_retries=options.retries,
        )
        # A request may wait for the server through all of its repetitions before it counts as unanswered.
        self._window = Window(options.concurrency, patience=options.timeout * (options.retries + 2))
        self._unanswered = 0

    def translate(self, requests: Iterable[Request], source: str, target: str) -> Iterator[tuple[int, Reply]]:
        """Translate, as many side by side as `concurrency` says.

        Raises:
            ValueError: The template has no name for one of the languages.
            EngineDiedError: The server refuses the key or the model, or no longer answers.
        """
        prompt = self._template.prompt(source, target)

        def prepare(batch: Sequence[Request]) -> list[tuple[int, tuple[Request, int]]]:
            counts = self.count_tokens([request.text for request in batch])
            return [(count, (request, count)) for request, count in zip(batch, counts, strict=True)]

        async def ask(job: tuple[Request, int]) -> Reply:
            request, tokens = job
            return await self._ask(prompt, request, output_budget(tokens, target, self._options.expansion))

        return self._window.answers(requests, prepare, ask)

    def close(self) -> None:
        """Close the connections."""
        self._window.run(self._client.close())
        self._window.close()

    async def _ask(self, prompt: Prompt, request: Request, budget: int) -> Reply:
        openai = self._openai
        try:
            reply = await self._send(prompt, request, budget)
        except openai.APIConnectionError as error:  # timeouts too
            self._unanswered += 1
            if self._unanswered >= _UNANSWERED:
                raise EngineDiedError(
                    f"the server left {self._unanswered} requests in a row unanswered ({_said(error, self._key)}): "
                    "see that it runs, then run again"
                ) from None
            return Reply("", "error", detail=_said(error, self._key))
        except openai.APIStatusError as error:
            self._unanswered = 0
            return self._refusal(error)
        self._unanswered = 0
        return reply

    def _refusal(self, error: "openai.APIStatusError") -> Reply:
        detail = f"HTTP {error.status_code}: {_said(error, self._key)}"
        if error.status_code in _FATAL:
            raise EngineDiedError(f"the server refuses every request ({detail}): check the key and the model's name")
        passes = error.status_code >= 500 or error.status_code in (408, 409, 429)  # noqa: PLR2004 -- server errors
        return Reply("", "error" if passes else "refused", detail=detail)

    async def _send(self, prompt: Prompt, request: Request, budget: int) -> Reply:
        sampling = self._sampling.at(request.attempt)
        parameters: dict[str, Any] = {
            "model": self.identity.model,
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "max_completion_tokens"
            if self._options.server == "openai" and self._template.chat
            else "max_tokens": budget,
        }
        if sampling.seed is not None:
            parameters["seed"] = sampling.seed
        extra = _vllm_extras(sampling) if self._options.server == "vllm" else {}
        # Only vLLM returns the mark that stopped an answer; elsewhere a mark that must be seen is left to be written.
        if self._template.closing and (extra or not self._template.closing_required):
            parameters["stop"] = [self._template.closing]
        text = prompt.of(request.text)
        if self._template.chat:
            messages: list[Any] = [{"role": "user", "content": text}]
            if extra:
                extra["chat_template_kwargs"] = {"enable_thinking": False}
                if prompt.prefill:
                    messages.append({"role": "assistant", "content": prompt.prefill})
                    extra |= {"continue_final_message": True, "add_generation_prompt": False}
            asked = self._client.chat.completions.with_raw_response.create
            return self._read((await asked(**parameters, messages=messages, extra_body=extra)).content)
        completed = self._client.completions.with_raw_response.create
        return self._read((await completed(**parameters, prompt=text, extra_body=extra)).content)

    def _read(self, body: bytes) -> Reply:
        """Read what came back, as it came: the package would take any JSON for a completion."""
        try:
            answer = json.loads(body)
        except ValueError:
            return Reply("", "error", detail=f"the server's answer is no JSON: {body[:_MOST_DETAIL]!r}")
        match answer:
            case {
                "choices": [
                    {"finish_reason": str() | None as reason, "message": {"content": str() | None as content}},
                    *_,
                ]
            }:
                pass
            case {"choices": [{"finish_reason": str() | None as reason, "text": str() as content}, *_]}:
                pass
            case _:
                return Reply("", "error", detail=f"the server's answer is no completion: {body[:_MOST_DETAIL]!r}")
        usage = answer.get("usage")
        tokens_in, tokens_out = _count(usage, "prompt_tokens"), _count(usage, "completion_tokens")
        if reason == "content_filter":
            return Reply("", "refused", tokens_in, tokens_out, "the server's filter withheld the answer")
        if reason not in _FINISH or content is None:
            return Reply("", "error", tokens_in, tokens_out, f"the answer ended by {reason!r}")
        text, finish = self._template.read(content, _FINISH[reason])
        return Reply(text, finish, tokens_in, tokens_out)


def _count(usage: object, name: str) -> int:
    count = usage.get(name) if isinstance(usage, dict) else None
    return count if isinstance(count, int) else 0


def _api_key(variable: str | None) -> str | None:
    if variable is None:
        return None
    key = os.environ.get(variable)
    if not key:
        raise ValueError(f"the environment variable {variable}, which api_key_variable names, is not set")
    return key


def _vllm_extras(sampling: Sampling) -> dict[str, Any]:
    extras: dict[str, Any] = {"repetition_detection": dict(REPETITION), "include_stop_str_in_output": True}
    if sampling.top_k:
        extras["top_k"] = sampling.top_k
    if sampling.repetition_penalty != 1:
        extras["repetition_penalty"] = sampling.repetition_penalty
    return extras


def _said(error: Exception, key: str | None) -> str:
    """Return an error in one line, without the key that some servers repeat."""
    cause = error.__cause__
    line = " ".join(f"{error}{f' ({type(cause).__name__})' if cause else ''}".split())
    return (line.replace(key, "…") if key else line)[:_MOST_DETAIL]


KIND = EngineKind(options=Options, needs_model=True, identity=identity, vocabulary=OpenAIVocabulary, open=OpenAIEngine)
