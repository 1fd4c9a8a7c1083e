"""Which template a model is asked with: the one that a recipe names, or the one of its family."""

import functools
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from translate.prompts.template import Template

_FOLDER = files("translate.prompts") / "templates"
_SUFFIX = ".toml"

TEMPLATE_NAMES = tuple(
    sorted(file.name.removesuffix(_SUFFIX) for file in _FOLDER.iterdir() if file.name.endswith(_SUFFIX))
)

# The one for chat models of no family listed, and the one for models without turns.
_FOR_CHAT, _FOR_TEXT = "tags", "plain"


@functools.cache
def load_template(name: str) -> Template:
    """Return a template.

    Raises:
        ValueError: There is none of that name.
    """
    if name not in TEMPLATE_NAMES:
        raise ValueError(f"no template {name!r}: expected auto or one of {', '.join(TEMPLATE_NAMES)}")
    fields: dict[str, Any] = tomllib.loads((_FOLDER / f"{name}{_SUFFIX}").read_text(encoding="utf-8"))
    if "languages" in fields:
        fields["languages"] = frozenset(fields["languages"])
    for field in ("matches", "model_types", "evidence"):
        fields[field] = tuple(fields[field])
    return Template(name=name, **fields)


def choose_template(name: str, model: str, config: Mapping[str, object], *, has_turns: bool = True) -> Template:
    """Return the template that is named or, for `auto`, that of the model's family.

    A family is known by the name of the model or by `model_type` in its configuration. Other models are asked with
    `tags` or, if they have no chat template, with `plain`.

    Args:
        name: A template's name, or `auto`.
        model: The model's name; the last part counts.
        config: Its `config.json`; empty where it is out of reach.
        has_turns: Whether it has a chat template.

    Raises:
        ValueError: There is no template of that name, or the model lacks the turns that it needs.
    """
    if name != "auto":
        template = load_template(name)
    else:
        names = f"{model} {config.get('_name_or_path', '')}".lower()
        families = [load_template(known) for known in TEMPLATE_NAMES]
        by_name = [(len(match), family) for family in families for match in family.matches if match in names]
        by_type = [family for family in families if config.get("model_type") in family.model_types]
        if by_name:
            template = max(by_name, key=lambda found: found[0])[1]
        elif by_type:
            template = by_type[0]
        else:
            template = load_template(_FOR_CHAT)
        if template.name == _FOR_CHAT and not has_turns:
            template = load_template(_FOR_TEXT)
    if template.chat and not has_turns:
        raise ValueError(
            f"the model {model} has no chat template, which the template {template.name} needs: "
            f"use an instruction-tuned model, or template {_FOR_TEXT}"
        )
    return template
