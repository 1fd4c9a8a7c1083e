import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.removals.matching import Removals, addresses
from pipelines.removals.tombstones import Tombstone

LABELS = st.sampled_from(["a", "b", "www", "example", "org", "com", "ample"])
HOSTS = st.lists(LABELS, min_size=1, max_size=4).map(".".join)
IDS = st.sampled_from(["0" * 32, "1" * 32, "2" * 32])


def matches(removals: Removals, id_: str, parent: str | None, url: str | None) -> bool:
    columns = (pa.array([value], pa.string()) for value in (id_, parent, url))
    (found,) = removals.matches(*columns).to_pylist()
    return bool(found)


@given(removed=st.sets(HOSTS, max_size=3), host=HOSTS, port=st.sampled_from(["", ":8080"]))
def test_a_host_stands_for_all_below_it(removed: set[str], host: str, port: str) -> None:
    removals = Removals.of(Tombstone("host", one) for one in removed)
    expected = any(host == one or host.endswith(f".{one}") for one in removed)
    assert matches(removals, "0", None, f"https://{host.upper()}{port}/page?to={host}") is expected


@given(st.sets(IDS), IDS, st.none() | IDS)
def test_what_is_made_from_a_removed_document_is_removed(ids: set[str], id_: str, parent: str | None) -> None:
    removals = Removals.of(Tombstone("id", one) for one in ids)
    assert matches(removals, id_, parent, None) is bool({id_, parent} & ids)


@given(
    st.lists(
        st.sampled_from([f"{host}/{path}" for host in ("a.org", "b.a.org", "c.com") for path in "xy"]), max_size=4
    ),
    st.sets(st.sampled_from(["a.org", "b.a.org", "org", "c.com"]), max_size=2),
    st.sets(st.sampled_from(["http://a.org/x/", "https://c.com/y#top"]), max_size=2),
)
def test_hashes_tell_the_same_as_addresses(pages: list[str], hosts: set[str], urls: set[str]) -> None:
    removals = Removals.of([*(Tombstone("host", one) for one in hosts), *(Tombstone("url", one) for one in urls)])
    column = pa.array([f"https://{page}" for page in pages], pa.string())
    none = pa.nulls(len(pages), pa.string())
    covered = [removals.cover("", None, address.hashed()) for address in addresses(column)]
    assert covered == removals.matches(none, none, column).to_pylist()


@pytest.mark.parametrize(
    ("tombstone", "url"),
    [
        (Tombstone("url", "http://Example.org/page/"), "https://example.org/page?utm_source=x#top"),
        (Tombstone("host", "münchen.example"), "https://www.xn--mnchen-3ya.example/"),
        (Tombstone("host", "xn--mnchen-3ya.example"), "http://münchen.example:8080/"),
        (Tombstone("host", "example.org"), "ftp://name@example.org./"),
    ],
)
def test_spellings_of_one_address(tombstone: Tombstone, url: str) -> None:
    assert matches(Removals.of([tombstone]), "0", None, url)


def test_nothing_is_removed_by_nothing() -> None:
    assert not Removals.of([])
    assert not matches(Removals.of([]), "0", None, "https://example.org/")
