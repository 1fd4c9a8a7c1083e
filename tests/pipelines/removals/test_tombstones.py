from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import CorpusError, RecipeError, UsageError
from pipelines.removals.lists import read_list, tombstone_of
from pipelines.removals.tombstones import KINDS, TOMBSTONES_FILE, Tombstone, add_tombstones, merged, read_tombstones

TEXTS = st.none() | st.text(st.characters(blacklist_categories=["Cs"]), min_size=1)
ANY = st.builds(
    Tombstone,
    kind=st.sampled_from(KINDS),
    value=st.text(st.characters(blacklist_categories=["Cs"]), min_size=1),
    text_sha256=TEXTS,
    derived_from=TEXTS,
    reason=TEXTS,
    date=TEXTS,
)


@given(ANY)
def test_a_tombstone_is_a_line_of_json(tombstone: Tombstone) -> None:
    line = tombstone.to_json()
    assert "\n" not in line
    assert Tombstone.from_json(line) == tombstone


@given(st.lists(ANY, max_size=6), st.lists(ANY, max_size=6))
def test_merging_keeps_what_stands(some: list[Tombstone], more: list[Tombstone]) -> None:
    both = merged([*some, *more])
    assert merged(both) == both
    assert {(one.kind, one.value) for one in both} == {(one.kind, one.value) for one in (*some, *more)}
    for before in merged(some):
        after = next(one for one in both if (one.kind, one.value) == (before.kind, before.value))
        for name in ("text_sha256", "derived_from", "reason", "date"):
            assert getattr(before, name) in (None, getattr(after, name))


def test_a_list_grows_and_stays_in_order(tmp_path: Path) -> None:
    first, second = Tombstone("id", "b" * 32, reason="first\u2028\x85"), Tombstone("id", "a" * 32)
    add_tombstones(tmp_path, [first])
    add_tombstones(tmp_path, [second, Tombstone("id", "b" * 32, reason="again", date="2026-11-24")])
    assert read_tombstones(tmp_path) == [second, Tombstone("id", "b" * 32, reason="first\u2028\x85", date="2026-11-24")]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("no json", "no JSON object"),
        ("[]", "expected an object with one of id, url, host"),
        ('{"id": "a", "url": "b"}', "expected an object with one of id, url, host"),
        ('{"id": 3}', "every value must be a text"),
        ('{"id": ""}', "every value must be a text"),
        ('{"id": "a", "text": "the text"}', "unknown field text"),
    ],
)
def test_a_damaged_list_is_said_by_file_and_line(tmp_path: Path, line: str, said: str) -> None:
    add_tombstones(tmp_path, [Tombstone("host", "example.org")])
    with (tmp_path / TOMBSTONES_FILE).open("a") as file:
        file.write(f"{line}\n")
    with pytest.raises(CorpusError, match=rf"tombstones.jsonl: line 2: {said}"):
        read_tombstones(tmp_path)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("0123456789abcdef" * 2, Tombstone("id", "0123456789abcdef" * 2)),
        ("https://example.org/a b", None),
        (
            "https://example.org/a\tits author asked",
            Tombstone("url", "https://example.org/a", reason="its author asked"),
        ),
        ("  Example.ORG. ", Tombstone("host", "example.org")),
        ("*.example.org", Tombstone("host", "example.org")),
        (".münchen.example", Tombstone("host", "münchen.example")),
        ('{"host": "example.org", "reason": "asked"}', Tombstone("host", "example.org", reason="asked")),
        ('{"host": "https://example.org"}', None),
        ("org", None),
        ("0123", None),
        ("example.org/page", None),
    ],
)
def test_what_a_line_of_a_list_means(tmp_path: Path, line: str, expected: Tombstone | None) -> None:
    path = tmp_path / "list.txt"
    path.write_text(f"# a list\n\n{line}\n", encoding="utf-8")
    if expected is None:
        with pytest.raises(RecipeError, match=r"list\.txt: line 3: .*expected an id"):
            read_list(path, RecipeError)
    else:
        assert read_list(path, RecipeError) == [expected]


def test_a_list_that_is_no_text_is_said(tmp_path: Path) -> None:
    (tmp_path / "list").write_bytes(b"\xff\xfe")
    for name in ("list", "none"):
        with pytest.raises(UsageError, match=f"{name}: .*give a list of ids, addresses and hosts"):
            read_list(tmp_path / name, UsageError)


def test_the_beginning_of_an_id_only_where_it_will_do() -> None:
    assert tombstone_of("0123ab", "id", abridged=True) == Tombstone("id", "0123ab")
    with pytest.raises(ValueError, match="expected an id of 32 hexadecimal digits"):
        tombstone_of("0123ab", "id")
