"""What a command line sets: KEY=VALUE, as text or read as YAML."""

from collections.abc import Iterable
from typing import Any

import yaml

from pipelines.errors import UsageError


def key_and_value(setting: str, option: str = "--set", form: str = "KEY=VALUE") -> tuple[str, str]:
    """Return the two sides of KEY=VALUE.

    Args:
        setting: What was given.
        option: The option that it was given to, for the message.
        form: How the option describes it, for the message.

    Raises:
        UsageError: It is no such pair.
    """
    key, separator, value = setting.partition("=")
    if not separator or not key:
        raise UsageError(f"{option} {setting}: expected {form}")
    return key, value


def yaml_values(settings: Iterable[str], option: str = "--set", form: str = "KEY=VALUE") -> dict[str, Any]:
    """Return what several settings say, their values read as YAML: numbers, booleans, lists, mappings and texts.

    Raises:
        UsageError: One is no such pair, or its value is no YAML.
    """
    values = {}
    for setting in settings:
        key, value = key_and_value(setting, option, form)
        try:
            values[key] = yaml.safe_load(value)
        except yaml.YAMLError:
            raise UsageError(f"{option} {setting}: the value is no YAML") from None
    return values
