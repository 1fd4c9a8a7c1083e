import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.sources.literals import MAX_BYTES, LiteralTextError, read_object

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**63), 2**64 - 1),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(st.characters(codec="utf-8")),
    ),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(st.characters(codec="utf-8")), inner)),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.text(st.characters(codec="utf-8")), VALUES))
def test_reads_what_str_makes_of_a_dictionary(value: dict[str, Any]) -> None:
    assert read_object(str(value)) == value


def test_values_that_json_does_not_know() -> None:
    text = (
        "{'a': nan, 'b': -inf, 'c': (1, {2}), 3: b'\\xff', 'd': '\\ud800', 'e': datetime.date(2020, 2, 3), 'f': 2e999}"
    )
    assert read_object(text) == {
        "a": None,
        "b": None,
        "c": [1, [2]],
        "3": "\\xff",
        "d": "\\ud800",
        "e": "2020-02-03",
        "f": None,
    }
    assert read_object(str({"n": 2**70, "t": dt.datetime(2021, 1, 2, 3)})) == {  # noqa: DTZ001 -- as it was written
        "n": str(2**70),
        "t": "2021-01-02T03:00:00",
    }


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{'a': __import__('os').system('true')}", "Call at character 6 is no value"),
        ("{'a': open}", "Name at character 6"),
        ("{'a': [x for x in ()]}", "ListComp"),
        ("{'a': (lambda: 1)()}", "Call"),
        ("{**{'a': 1}}", "Dict at character 0"),
        ("{'a': f'{1}'}", "JoinedStr"),
        ("{'a': 1 + 1}", "BinOp"),
        ("{'a': datetime.datetime(99999, 1, 1)}", "no date"),
        ("{'a': datetime.datetime(*[1])}", "no date"),
        ("{'a': 1j}", "1j is no value"),
        ("{'a': ", "neither JSON nor a Python value"),
        ("['a']", "a list, not an object"),
        ("", "neither JSON"),
        ("{'a': " + "[" * 90 + "]" * 90 + "}", "nested deeper"),
        ("{'a': " + "[" * 90000 + "]" * 90000 + "}", "too many nested|neither"),
        ("{'a': " + "-" * 90000 + "1}", "neither|is no value"),
        ("{'a': '" + "x" * MAX_BYTES + "'}", "at most"),
        ("{'a': 0" + "_" * 9 + "}", "neither"),
        ("{'\x00': 1}", "neither"),
    ],
)
def test_nothing_is_evaluated(text: str, why: str) -> None:
    with pytest.raises(LiteralTextError, match=why):
        read_object(text)
