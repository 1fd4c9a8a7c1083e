"""What the sections of a recipe are made of: their base, and the kinds of values that keys take."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from signals.languages import UNKNOWN, to_flores

SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
RESERVED_RULES = ("duplicate", "contaminated", "language")


def parse_size(text: str) -> int:
    """Return the bytes that a size such as `200MB` or `4 GiB` names (decimal prefixes are powers of 1000).

    Raises:
        ValueError: The text is no size.
    """
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?)(i?)B?\s*", text, re.IGNORECASE)
    if match is None:
        raise ValueError(f"{text!r} is no size: expected something like 200MB")
    base = 1024 if match[3] else 1000
    return int(float(match[1]) * base ** " KMGT".index(match[2].upper() or " "))


def _one_or_many(value: object) -> object:
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


def _size(value: object) -> object:
    return parse_size(value) if isinstance(value, str) else value


def _number(value: object) -> object:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _folder_name(value: str) -> str:
    if not SAFE_NAME.fullmatch(value):
        raise ValueError("a name becomes a folder: expected letters, digits, '.', '_' and '-'")
    return value


def _language(value: str) -> str:
    language = to_flores(value)
    if UNKNOWN == language != value:
        raise ValueError(f"{value!r} is no language: expected a code such as fra_Latn, fr or zh-TW")
    return language


def _option_value(value: object) -> object:
    """Return the value of an option of a source; whether its kind takes it is known only to the kind's reader."""
    words = tuple(value) if isinstance(value, list | tuple) else None
    if words is None and isinstance(value, bool | int | float | str):
        return value
    if words is None or not all(isinstance(word, str) for word in words):
        raise ValueError("expected a value or a list of words")
    return words


def _rule_names(value: dict[str, str | None]) -> dict[str, str | None]:
    for name in value:
        if not IDENTIFIER.fullmatch(name):
            raise ValueError(f"rule name {name!r}: expected letters, digits and '_'")
        if name in RESERVED_RULES:
            raise ValueError(f"rule name {name!r} is taken: it is the reason of documents dropped before any rule")
    return value


Words = Annotated[tuple[str, ...], BeforeValidator(_one_or_many)]
Size = Annotated[int, BeforeValidator(_size), Field(gt=0)]
Number = Annotated[float, BeforeValidator(_number)]
FolderName = Annotated[str, AfterValidator(_folder_name)]
Identifier = Annotated[str, Field(pattern=f"^{IDENTIFIER.pattern}$")]
Language = Annotated[str, AfterValidator(_language)]
Languages = Annotated[tuple[Language, ...], BeforeValidator(_one_or_many)]
OptionValue = Annotated[Any, AfterValidator(_option_value)]
Rules = Annotated[dict[str, str | None], AfterValidator(_rule_names)]  # SQL by name; null turns a pack's rule off


class Section(BaseModel):
    """A part of a recipe: unknown keys are errors, and values never change after validation."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)
