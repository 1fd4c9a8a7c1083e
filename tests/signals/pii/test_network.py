"""Which addresses no host on the Internet has, beside what `ipaddress` makes of the same networks."""

import ipaddress

import pyarrow as pa
from hypothesis import example, given
from hypothesis import strategies as st

from signals.pii import masks
from signals.pii.network import SPECIAL_NETWORKS, is_special

NETWORKS = tuple(map(ipaddress.ip_network, SPECIAL_NETWORKS))
ENDS = st.sampled_from([int(end) for network in NETWORKS for end in (network[0], network[-1])])
NEAR_ENDS = st.builds(int.__add__, ENDS, st.integers(-2, 2))


@given(st.one_of(NEAR_ENDS, st.integers(0, 2**32 - 1)).filter(lambda address: 0 <= address < 2**32))
@example(0)
@example(2**32 - 1)
def test_special_addresses_of_version_4(address: int) -> None:
    expected = any(ipaddress.IPv4Address(address) in network for network in NETWORKS)
    assert is_special(4, address) == expected


@given(st.one_of(NEAR_ENDS, st.integers(0, 2**128 - 1)).filter(lambda address: 0 <= address < 2**128))
@example(0)
def test_special_addresses_of_version_6(address: int) -> None:
    expected = any(ipaddress.IPv6Address(address) in network for network in NETWORKS)
    assert is_special(6, address) == expected


@given(st.lists(st.sampled_from(["0", "00", "1", "010", "93", "184", "255", "256", "999"]), min_size=4, max_size=4))
def test_texts_that_are_addresses_of_version_4(numbers: list[str]) -> None:
    text = ".".join(numbers)
    try:
        address = ipaddress.IPv4Address(text)
        expected = numbers[-1] != "0" and not any(address in network for network in NETWORKS)
    except ValueError:
        expected = False
    assert masks(pa.array([f"IP: {text}"])).num_rows == expected
