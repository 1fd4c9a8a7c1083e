import pytest

from pipelines.licensing.collectors.json_ld import may_state_license

KEYS = ("license", "licence", "License")


@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_seen_whichever_of_its_letters_are_escaped(key: str) -> None:
    for place in range(5):
        for escape in (f"\\u{ord(key[place]):04x}", f"\\u{ord(key[place]):04X}", f"&#{ord(key[place])};"):
            assert may_state_license(f'{{"{key[:place]}{escape}{key[place + 1 :]}": "MIT"}}')


def test_escapes_of_other_letters_hide_no_key() -> None:
    assert not may_state_license('{"url": "https:\\u002F\\u002Fexample.org", "name": "caf\\u00e9 \\u0061\\u0062"}')
