"""CPython's hash of a string and of a tuple of strings, under any PYTHONHASHSEED and in any version since 3.8."""

from collections.abc import Sequence

_BITS = (1 << 64) - 1


def secret(seed: int) -> tuple[int, int]:
    """Return the two halves of SipHash's key that CPython makes of a seed (Python/bootstrap_hash.c, lcg_urandom)."""
    state, made = seed, bytearray()
    for _ in range(16 if seed else 0):
        state = (state * 214013 + 2531011) & 0xFFFFFFFF
        made.append(state >> 16 & 0xFF)
    made = made or bytearray(16)
    return int.from_bytes(made[:8], "little"), int.from_bytes(made[8:], "little")


def siphash(message: bytes, key: tuple[int, int], rounds: tuple[int, int]) -> int:
    """Return SipHash-c-d of a message; `rounds` is (c, d)."""
    state = [
        key[0] ^ 0x736F6D6570736575,
        key[1] ^ 0x646F72616E646F6D,
        key[0] ^ 0x6C7967656E657261,
        key[1] ^ 0x7465646279746573,
    ]
    padded = message + bytes(7 - len(message) % 8) + bytes([len(message) & 0xFF])
    for start in range(0, len(padded), 8):
        block = int.from_bytes(padded[start : start + 8], "little")
        state[3] ^= block
        for _ in range(rounds[0]):
            _round(state)
        state[0] ^= block
    state[2] ^= 0xFF
    for _ in range(rounds[1]):
        _round(state)
    return state[0] ^ state[1] ^ state[2] ^ state[3]


def hash_string(text: str, key: tuple[int, int], rounds: tuple[int, int]) -> int:
    """Return what ``hash(text)`` gives under a key."""
    if not text:
        return 0
    widest = max(text)
    encoding = "latin-1" if widest <= "\xff" else "utf-16-le" if widest <= "\uffff" else "utf-32-le"
    return _signed(siphash(text.encode(encoding), key, rounds))


def hash_tuple(hashes: Sequence[int]) -> int:
    """Return what ``hash`` gives for a tuple of items with these hashes (Objects/tupleobject.c)."""
    state = 2870177450012600261
    for item in hashes:
        state = (state + item * 14029467366897019727) & _BITS
        state = _rotated(state, 31) * 11400714785074694791 & _BITS
    state = (state + (len(hashes) ^ 2870177450012600261 ^ 3527539)) & _BITS
    return 1546275796 if state == _BITS else _signed(state)


def _round(state: list[int]) -> None:
    for low, high, turns in ((0, 2, (13, 16)), (2, 0, (17, 21))):
        state[low] = (state[low] + state[1]) & _BITS
        state[high] = (state[high] + state[3]) & _BITS
        state[1] = _rotated(state[1], turns[0]) ^ state[low]
        state[3] = _rotated(state[3], turns[1]) ^ state[high]
        state[low] = _rotated(state[low], 32)


def _rotated(value: int, bits: int) -> int:
    return (value << bits | value >> (64 - bits)) & _BITS


def _signed(value: int) -> int:
    """Return a hash as CPython's signed number, which is never -1."""
    return -2 if value == _BITS else value - (1 << 64) if value >> 63 else value
