"""Attributes computed when they are first asked for: like `functools.cached_property`, less the lock of Python 3.11."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

_Value = TypeVar("_Value")


class computed(Generic[_Value]):  # noqa: N801 -- a decorator, as `property`
    """Decorates a method whose value becomes an attribute of the instance; locking would take longer than computing."""

    def __init__(self, compute: Callable[[Any], _Value]) -> None:
        self._compute = compute
        self._name = compute.__name__
        self.__doc__ = compute.__doc__

    def __get__(self, instance: object, owner: type) -> _Value:
        """Compute the value and leave it in the instance, where it is found from then on."""
        value = self._compute(instance)
        instance.__dict__[self._name] = value
        return value
