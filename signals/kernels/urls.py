"""Addresses held against lists of domains and of beginnings of addresses."""

import numpy as np
import numpy.typing as npt

from signals.kernels import PADDING, Index, inlined, kernel
from signals.kernels.hash_tables import EMPTY, key_of, slot_of

SUFFIX, WILDCARD, EXCEPTION = 1, 2, 4  # rules of the Public Suffix List

_LOWER = np.arange(256, dtype=np.uint8)
_LOWER[ord("A") : ord("Z") + 1] += 32
_DOT, _SLASH, _COLON, _AT = (np.uint8(ord(character)) for character in "./:@")
_BACKSLASH, _HASH, _QUESTION, _STAR = (np.uint8(ord(character)) for character in "\\#?*")
_AMPERSAND, _SEMICOLON, _OPENING, _CLOSING = (np.uint8(ord(character)) for character in "&;[]")
_W = np.uint8(ord("w"))
_NEWLINE = np.uint8(ord("\n"))


@inlined
def _ends_host(byte: np.uint8) -> bool:
    return byte in (_SLASH, _QUESTION, _HASH, _BACKSLASH)


@inlined
def _ends_segment(byte: np.uint8) -> bool:
    return byte in (_SLASH, _QUESTION, _HASH, _AMPERSAND, _SEMICOLON)


@inlined
def _simplify(
    data: npt.NDArray[np.uint8], start: Index, end: Index, simple: npt.NDArray[np.uint8]
) -> tuple[Index, Index]:
    """Write an address as lists are compared: `host/path?query`, in lower case.

    Scheme, user, port, `www.`, a leading `*.` or `.`, a full stop behind the host and slashes at the end are left out.

    Returns:
        The lengths of the host and of the whole.
    """
    while start < end and data[start] <= 0x20:
        start += 1
    while start < end and data[end - 1] <= 0x20:
        end -= 1
    position = start
    while position < end and not _ends_host(data[position]) and data[position] != _COLON:
        position += 1
    if position + 2 < end and data[position] == _COLON and data[position + 1] == _SLASH:
        start = position + 1
    while start < end and data[start] in (_SLASH, _STAR, _DOT, _BACKSLASH):
        start += 1
    host_end = start
    while host_end < end and not _ends_host(data[host_end]):
        if data[host_end] == _AT:
            start = host_end + 1
        host_end += 1
    path = host_end
    bracketed = start < host_end and data[start] == _OPENING
    for k in range(start, host_end):
        if data[k] == _CLOSING or (data[k] == _COLON and not bracketed):
            host_end = k + (data[k] == _CLOSING)
            break
    while host_end > start and data[host_end - 1] == _DOT:
        host_end -= 1
    out = 0
    for k in range(start, host_end):
        simple[out] = _LOWER[data[k]]
        out += 1
    if out > 4 and simple[0] == _W and simple[1] == _W and simple[2] == _W and simple[3] == _DOT:
        out -= 4
        for k in range(out):
            simple[k] = simple[k + 4]
    host = out
    while end > path and data[end - 1] == _SLASH:
        end -= 1
    for k in range(path, end):
        simple[out] = _SLASH if data[k] == _BACKSLASH else _LOWER[data[k]]
        out += 1
    for k in range(out, out + PADDING):
        simple[k] = 0
    return host, out


@inlined
def _strip(data: npt.NDArray[np.uint8], start: Index, end: Index, stripped: npt.NDArray[np.uint8]) -> Index:
    """Write a line without the white space around it; return its length."""
    while start < end and data[start] <= 0x20:
        start += 1
    while start < end and data[end - 1] <= 0x20:
        end -= 1
    for k in range(start, end):
        stripped[k - start] = data[k]
    for k in range(end - start, end - start + PADDING):
        stripped[k] = 0
    return end - start


@kernel
def add_strings(
    strings: npt.NDArray[np.uint8],
    offsets: npt.NDArray[np.int64],
    numbers: npt.NDArray[np.int32],
    keys: npt.NDArray[np.uint64],
    values: npt.NDArray[np.int32],
) -> None:
    """Enter strings in a hash table, each with a number; the flags given for the same string are combined.

    Args:
        strings: uint8, all strings one after the other, PADDING bytes behind.
        offsets: int64[strings + 1], where each begins.
        numbers: int32[strings].
        keys: The hash table's keys.
        values: Receives the numbers.
    """
    for place in range(len(numbers)):
        key = key_of(strings, offsets[place], offsets[place + 1] - offsets[place])
        slot = slot_of(keys, key)
        keys[slot] = key
        values[slot] |= numbers[place]


@kernel
def look_up_strings(
    data: npt.NDArray[np.uint8],
    offsets: npt.NDArray[np.int64],
    keys: npt.NDArray[np.uint64],
    values: npt.NDArray[np.int32],
) -> npt.NDArray[np.int32]:
    """Return the number of each string in a hash table, 0 where it is not in it."""
    found = np.zeros(len(offsets) - 1, np.int32)
    for place in range(len(found)):
        slot = slot_of(keys, key_of(data, offsets[place], offsets[place + 1] - offsets[place]))
        if keys[slot] != EMPTY:
            found[place] = values[slot]
    return found


@kernel
def add_lines(
    lines: npt.NDArray[np.uint8],
    size: int,
    category: int,
    verbatim: bool,
    simple: npt.NDArray[np.uint8],
    keys: npt.NDArray[np.uint64],
    values: npt.NDArray[np.uint16],
    prefix_hosts: npt.NDArray[np.uint64],
    next_set: npt.NDArray[np.int32],
    set_count: int,
) -> int:
    """Enter the lines of a file of domains or addresses in a hash table, under a category.

    The value of an entry is a number for the set of categories it is in, 0 for none.

    Args:
        lines: uint8, the file, PADDING bytes behind.
        size: Its length.
        category: Number of the category.
        verbatim: Enter lines as they are but for white space around them; otherwise as `_simplify` writes them.
        simple: uint8, room for the longest line and PADDING.
        keys: The hash table's keys; see `hash_tables`.
        values: The number of the set of each entry.
        prefix_hosts: Another hash table, of the hosts of entries that have a path.
        next_set: int32[sets, categories], the set that a set and one more category make, 0 where it has no number yet.
        set_count: How many sets have a number.

    Returns:
        How many sets have a number now; more than there is room for where not all could be entered.
    """
    start = 0
    while start < size:
        end = start
        while end < size and lines[end] != _NEWLINE:
            end += 1
        if verbatim or lines[start] != _HASH:
            if verbatim:
                host = length = _strip(lines, start, end, simple)
            else:
                host, length = _simplify(lines, start, end, simple)
            if host > 0:
                key = key_of(simple, 0, length)
                slot = slot_of(keys, key)
                before = values[slot] if keys[slot] == key else np.uint16(0)
                found = next_set[before, category]
                if found == 0:
                    if set_count == len(next_set):
                        return set_count + 1
                    found = set_count
                    next_set[before, category] = found
                    next_set[found, category] = found
                    set_count += 1
                keys[slot] = key
                values[slot] = found
                if length > host:
                    key = key_of(simple, 0, host)
                    prefix_hosts[slot_of(prefix_hosts, key)] = key
        start = end + 1
    return set_count


@inlined
def _registrable_domain(
    simple: npt.NDArray[np.uint8], host: Index, keys: npt.NDArray[np.uint64], rules: npt.NDArray[np.int32]
) -> Index:
    """Return where the registrable domain of a host begins; 0 where the whole host is a public suffix.

    The longest rule that holds tells the public suffix (publicsuffix.org/list); no rule stands for the last label.
    """
    suffix = host
    behind = host  # where the label behind begins
    below_wildcard = False
    start = host
    while start > 0:
        start -= 1
        if start > 0 and simple[start - 1] != _DOT:
            continue
        slot = slot_of(keys, key_of(simple, start, host - start))
        rule = rules[slot] if keys[slot] != EMPTY else np.int32(0)
        if rule & EXCEPTION:
            suffix = behind
            break
        if rule & SUFFIX or below_wildcard or suffix == host:
            suffix = start
        below_wildcard = (rule & WILDCARD) != 0
        behind = start
    if suffix < 2:
        return 0
    start = suffix - 1
    while start > 0 and simple[start - 1] != _DOT:
        start -= 1
    return start


@kernel
def look_up_urls(
    data: npt.NDArray[np.uint8],
    offsets: npt.NDArray[np.int64],
    simple: npt.NDArray[np.uint8],
    keys: npt.NDArray[np.uint64],
    values: npt.NDArray[np.uint16],
    prefix_hosts: npt.NDArray[np.uint64],
    suffix_keys: npt.NDArray[np.uint64],
    suffix_rules: npt.NDArray[np.int32],
    hit_urls: npt.NDArray[np.int64],
    hit_sets: npt.NDArray[np.uint16],
) -> int:
    """Find the entries that cover each address: its host, a parent domain of it, or a beginning of the address.

    Args:
        data: UTF-8 of all addresses.
        offsets: int64[addresses + 1], where each begins.
        simple: uint8, room for the longest address and PADDING.
        keys: This and the next two: what `add_lines` filled.
        values: See `keys`.
        prefix_hosts: See `keys`.
        suffix_keys: Hash table of the Public Suffix List's rules, and
        suffix_rules: SUFFIX, WILDCARD or EXCEPTION for each of them.
        hit_urls: Receives the address of each entry found; room for one a byte of `data`, and two an address.
        hit_sets: Receives the set of categories of each entry found.

    Returns:
        How many entries were found.
    """
    hits = 0
    for url in range(len(offsets) - 1):
        host, length = _simplify(data, offsets[url], offsets[url + 1], simple)
        if host == 0:
            continue
        registrable = _registrable_domain(simple, host, suffix_keys, suffix_rules)
        start = 0
        while True:
            slot = slot_of(keys, key_of(simple, start, host - start))
            if keys[slot] != EMPTY:
                hit_urls[hits], hit_sets[hits] = url, values[slot]
                hits += 1
            while start < host and simple[start] != _DOT:
                start += 1
            start += 1
            if start > registrable or start >= host:
                break
        key = key_of(simple, 0, host)
        if length == host or prefix_hosts[slot_of(prefix_hosts, key)] == EMPTY:
            continue
        for end in range(host + 1, length + 1):
            if end == length or _ends_segment(simple[end]):
                slot = slot_of(keys, key_of(simple, 0, end))
                if keys[slot] != EMPTY:
                    hit_urls[hits], hit_sets[hits] = url, values[slot]
                    hits += 1
    return hits
