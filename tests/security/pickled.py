"""A pickle that must not be read: whoever does so fails the test that is under way."""

import pickle
from collections.abc import Callable

import pytest


def _opened() -> None:
    pytest.fail("a pickle was read")


class _Payload:
    """What calls a function when it is unpickled."""

    def __reduce__(self) -> tuple[Callable[[], None], tuple[()]]:
        return _opened, ()


PICKLE = pickle.dumps(_Payload())
