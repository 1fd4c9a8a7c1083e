import string

from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.identity import id_of_key, id_of_text, id_of_url, shard_base

NAME = st.text(
    st.characters(codec="utf-8", exclude_characters="\0"), max_size=4
)  # sources and files: never with a zero character
TEXT = st.text(max_size=4)


@given(st.sets(st.tuples(NAME, TEXT)), st.sets(st.tuples(NAME, TEXT, TEXT)), st.sets(st.tuples(NAME, NAME, TEXT)))
def test_ids_differ_when_anything_differs(
    keys: set[tuple[str, str]], urls: set[tuple[str, str, str]], texts: set[tuple[str, str, str]]
) -> None:
    ids = [id_of_key(*key) for key in keys] + [id_of_url(*url) for url in urls]
    ids += [id_of_text(*text, occurrence) for text in texts for occurrence in ("", "1", "3.1")]
    assert len(set(ids)) == len(ids)


def test_ids_never_change() -> None:
    assert id_of_key("docs", "1") == "b47b5cfd25a4b74d28fb7163416406da"
    assert id_of_url("docs", "u", "t") == "239c519a4873a240bd52f808e7775564"
    assert id_of_text("docs", "f", "t") == "a7eb12bb1e15a7f1ccbc6dc4317fba04"


def test_shard_names_are_safe_and_differ() -> None:
    names = [
        "docs.jsonl",
        "a/b.jsonl",
        "a_b.jsonl",
        "a b.jsonl",
        ".hidden",
        "hidden",
        "x" * 300,
        "x" * 301,
        "\u00e9.jsonl",
    ]
    bases = [shard_base(name, 0) for name in names]
    assert len(set(bases)) == len(names)
    assert bases[0] == "docs.jsonl-00000"
    allowed = set(string.ascii_letters + string.digits + "._-")
    assert all(set(base) <= allowed and not base.startswith(".") and len(base) < 200 for base in bases)
