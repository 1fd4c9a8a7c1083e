"""How a server is named in a recipe: the arguments of the engine `openai`, and what identifies its answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from translate.engines.base import EngineIdentity
from translate.engines.model_license import output_license
from translate.engines.sampling import sampling_of
from translate.engines.spec import EngineSpec, read_options
from translate.engines.tokenizer_file import TokenCounter
from translate.prompts import Template, choose_template
from translate.prompts.languages import languages

# Raised when what is sent, or how answers are read, changes.
_ADAPTER_VERSION = 1


@dataclass(frozen=True)
class Options:
    """Arguments.

    Attributes:
        base_url: The server, such as `http://localhost:8000/v1`.
        license: The model's licence: SPDX, or the name that its card gives.
        restricts_outputs: Whether that licence reaches translations, where it is not clear from its name.
        revision: The model's revision; change it when the server's model changes.
        server: Whose server it is: `vllm` understands more than the protocol has (the beginning of an answer, detection
            of repetition, no thinking); `openai` calls the greatest length by its newer name.
        api_key_variable: Environment variable that holds the key; none is sent without it.
        template: Name of the prompt's template.
        tokenizer: The model's `tokenizer.json`, or a folder with it; without one, tokens are estimated from bytes.
        concurrency: Requests in flight.
        retries: How often a request is repeated after a failure that may pass.
        timeout: Seconds that one request may take.
        max_segment_tokens: Longer segments are split before they are sent.
        expansion: Most tokens of a translation for one of its source, by target language.
        temperature: Of the first attempt, instead of the one that the template recommends.
    """

    base_url: str = ""
    license: str | None = None
    restricts_outputs: bool | None = None
    revision: str | None = None
    server: Literal["any", "vllm", "openai"] = "any"
    api_key_variable: str | None = None
    template: str = "auto"
    tokenizer: str | None = None
    concurrency: int = 64
    retries: int = 12
    timeout: float = 300.0
    max_segment_tokens: int = 512
    expansion: Mapping[str, float] = field(default_factory=dict)
    temperature: float | None = None

    def __post_init__(self) -> None:
        if self.base_url:
            _check_url(self.base_url)


def identity(spec: EngineSpec) -> EngineIdentity:
    """Return the identity: the model by name and revision, for its files are out of reach.

    Raises:
        ValueError: An argument is missing or wrong.
        OSError: The tokenizer cannot be read.
    """
    options = read_options(spec, Options)
    _check_url(options.base_url)
    _check_numbers(options)
    template = template_of(spec, options)
    return EngineIdentity(
        name="openai",
        version=str(_ADAPTER_VERSION),
        model=str(spec.model),
        model_sha256=TokenCounter(options.tokenizer).sha256(),
        model_revision=options.revision,
        unit="segment",
        max_segment_tokens=options.max_segment_tokens,
        output_license=output_license(options.license, options.restricts_outputs, f"recipe, of {spec.model}"),
        languages=template.languages or frozenset(languages()),
        sampling={
            **sampling_of(template, options.temperature, options.expansion).parameters(),
            "server": options.server,
            "expansion": dict(options.expansion),
        },
        template=template.name,
        template_sha256=template.sha256(),
        deterministic=False,
    )


def template_of(spec: EngineSpec, options: Options) -> Template:
    """Return the template that the model is asked with: of its configuration, only the name is known here."""
    return choose_template(options.template, str(spec.model), {})


def _check_url(url: str) -> None:
    if not url:
        raise ValueError("engine openai needs the argument base_url, such as {base_url: http://localhost:8000/v1}")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"base_url {url!r}: expected http://… or https://…")
    if parts.username is not None or parts.password is not None or parts.query:
        raise ValueError(
            "base_url holds a name, a password or a query, which would be written into the corpus: "
            "put the key into an environment variable and name it in api_key_variable"
        )


def _check_numbers(options: Options) -> None:
    for name in ("concurrency", "timeout", "max_segment_tokens"):
        if getattr(options, name) <= 0:
            raise ValueError(f"argument {name} of engine openai: {getattr(options, name)} is not above 0")
    if options.retries < 0:
        raise ValueError(f"argument retries of engine openai: {options.retries} is negative")
