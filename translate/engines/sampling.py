"""How language models sample: greedily at first unless their authors say otherwise, and warmer at each retry."""

from collections.abc import Mapping
from dataclasses import dataclass

from translate.engines.base import Json
from translate.prompts import Template

# A retry of a greedy answer must leave the beaten path, and no further than that.
_RETRY_TEMPERATURE = 0.3


@dataclass(frozen=True)
class Sampling:
    """Parameters of one request.

    Attributes:
        temperature: 0 takes the likeliest token.
        top_p: Probability mass that tokens are drawn from.
        top_k: How many tokens are drawn from; 0 for all.
        repetition_penalty: Divides the scores of tokens that stand in the text; 1 for none.
        seed: None at the first attempt, where nothing needs one.
    """

    temperature: float = 0.0
    top_p: float = 1.0
    top_k: int = 0
    repetition_penalty: float = 1.0
    seed: int | None = None

    def at(self, attempt: int) -> "Sampling":
        """Return the parameters of an attempt, counted from 0."""
        if attempt == 0:
            return self
        temperature = max(_RETRY_TEMPERATURE, self.temperature)
        return Sampling(temperature, self.top_p, self.top_k, self.repetition_penalty, attempt)

    def parameters(self) -> dict[str, Json]:
        """Return what answers depend on, as plain JSON."""
        return {
            "temperature": self.temperature,
            "retry_temperature": max(_RETRY_TEMPERATURE, self.temperature),
            "top_p": self.top_p,
            "top_k": self.top_k,
            "repetition_penalty": self.repetition_penalty,
        }


def sampling_of(template: Template, temperature: float | None, expansion: Mapping[str, float]) -> Sampling:
    """Return the parameters that a template's authors recommend, at another temperature if one is given.

    Raises:
        ValueError: The temperature is negative, or an expansion is not positive.
    """
    if temperature is not None and temperature < 0:
        raise ValueError(f"temperature {temperature} is negative")
    for language, ratio in expansion.items():
        if ratio <= 0:
            raise ValueError(f"expansion of {language}: {ratio} is not above 0")
    recommended = template.sampling
    return Sampling(
        temperature=recommended.get("temperature", 0.0) if temperature is None else temperature,
        top_p=recommended.get("top_p", 1.0),
        top_k=int(recommended.get("top_k", 0)),
        repetition_penalty=recommended.get("repetition_penalty", 1.0),
    )
