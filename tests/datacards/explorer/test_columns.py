import gzip

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from datacards.explorer.columns import CATEGORIES, column_file, is_category, sql_type

VALUES = st.one_of(
    st.lists(st.none() | st.integers(-(2**63), 2**63 - 1)).map(lambda values: pa.array(values, pa.int64())),
    st.lists(st.none() | st.floats(allow_nan=False)).map(lambda values: pa.array(values, pa.float64())),
    st.lists(st.none() | st.floats(allow_nan=False, width=32)).map(lambda values: pa.array(values, pa.float32())),
    st.lists(st.none() | st.booleans()).map(lambda values: pa.array(values, pa.bool_())),
    st.lists(st.none() | st.text()).map(lambda values: pa.array(values, pa.string())),
)


@given(VALUES)
def test_a_file_holds_the_exact_values(values: "pa.Array[pa.Scalar]") -> None:
    content = column_file("x", pa.chunked_array([values[:2], values[2:]], values.type))
    table = pa.ipc.open_stream(gzip.decompress(content)).read_all()
    assert table["x"].cast(values.type).to_pylist() == values.to_pylist()
    assert column_file("x", values) == content


def test_texts_are_no_categories() -> None:
    assert is_category(pa.array(["a", None, "b"] * CATEGORIES))
    assert not is_category(pa.array([str(number) for number in range(CATEGORIES + 1)]))


def test_only_flat_types_have_a_name() -> None:
    assert sql_type(pa.float64()) == "DOUBLE"
    assert sql_type(pa.binary(16)) is None
    assert sql_type(pa.list_(pa.int32())) is None
