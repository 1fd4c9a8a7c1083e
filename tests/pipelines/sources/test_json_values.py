import orjson
import pytest

from pipelines.sources.json_values import MAX_DEPTH, TOO_DEEP, writable
from pipelines.sources.record import json_text


@pytest.mark.parametrize("value", [2**80, -(2**70), "half \ud800", {"\udfff": 1}, {"a": {3: (b"\xff", 2**65)}}])
def test_what_orjson_refuses_is_written_all_the_same(value: object) -> None:
    with pytest.raises(TypeError):
        orjson.dumps(value)
    assert orjson.loads(json_text({"value": value})) == orjson.loads(json_text({"value": writable(value)}))


def test_a_tree_is_kept_down_to_a_depth() -> None:
    tree: object = "leaf"
    for _ in range(3 * MAX_DEPTH):
        tree = [tree]
    written = json_text(tree)
    assert written.count("[") == MAX_DEPTH
    assert TOO_DEEP in written


def test_what_needs_no_change_is_written_as_it_is() -> None:
    value = {"b": [1, 2.5, None, True], "a": {"c": "\u00e9"}}
    assert json_text(value) == '{"a":{"c":"\u00e9"},"b":[1,2.5,null,true]}'
    assert writable(value) == value
