import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.licensing.collectors.robots import MAX_BYTES, SiteStatements, read_robots, within_limit

AI_SHUT_OUT = "User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /\nAllow: /press/\n\nUser-agent: *\nAllow: /\n"
CLOUDFLARE = "User-agent: *\nContent-Signal: search=yes, ai-train=no\n\nUser-agent: Bingbot\nDisallow: /x\n"
BY_PATH = "User-agent: *\nContent-Usage: train-ai=n\nContent-Usage: /open/ train-ai=y\nDisallow:\n"


def said_of(text: str, url: str = "https://e.org/a/page") -> SiteStatements:
    said, robots = SiteStatements(), read_robots(text)
    if robots is not None:
        robots.add_to(said, url, "https://e.org/robots.txt")
    return said


@pytest.mark.parametrize(
    ("text", "url", "trains"),
    [
        (AI_SHUT_OUT, "https://e.org/a", [False]),
        (AI_SHUT_OUT, "https://e.org/press/1", []),
        ("User-agent: *\nDisallow: /private/", "https://e.org/private/a", [False]),
        ("User-agent: *\nDisallow: /private/", "https://e.org/a", []),
        ("user-AGENT : gptbot/1.2 # theirs\ndisallow: /", "https://e.org/a", [False]),
        ("\ufeffUser-agent: GPTBot\nDisallow: /", "https://e.org/a", [False]),
        ("User-agent: Googlebot\nDisallow: /", "https://e.org/a", []),  # gathers for search
        ("User-agent: GPTBot\nDisallow: /*.pdf$", "https://e.org/a.pdf", [False]),
        ("User-agent: GPTBot\nDisallow: /*.pdf$", "https://e.org/a.pdf?x", []),
        # groups of one crawler are one, and an empty rule is none
        ("User-agent: GPTBot\nDisallow: /\n\nUser-agent: gptbot\nAllow: /b", "https://e.org/a", [False]),
        ("User-agent: GPTBot\nDisallow: /\nDisallow:", "https://e.org/a", [False]),
        ("User-agent: GPTBot\nDisallow:\nUser-agent: *\nDisallow: /x", "https://e.org/y", []),
        # a crawler that is named takes no rules from the group of all others
        ("User-agent: GPTBot\nDisallow:\n\nUser-agent: *\nDisallow: /x", "https://e.org/x", [False]),
        ("User-agent: any\nDisallow: /", "https://e.org/a", []),
        ("User-agent: a\nAllow: /\n\nUser-agent: *\nDisallow: /", "https://e.org/a", [False]),
        (CLOUDFLARE, "https://e.org/a", [False]),
        (CLOUDFLARE, "https://e.org/x", [False]),  # its Disallow is Bingbot's alone
        (BY_PATH, "https://e.org/a", [False]),
        (BY_PATH, "https://e.org/open/a", [True]),
        ("User-agent: *\nContent-Usage: train-ai=y\nContent-Usage: train-ai=n", "https://e.org/a", [False]),
        ("User-agent: *\nContent-Usage: search=n", "https://e.org/a", []),
        ("Disallow: /", "https://e.org/a", []),  # nobody's rule
        ("Sitemap: https://e.org/s.xml", "https://e.org/a", []),
        ("", "https://e.org/a", []),
        ("<html>not found</html>", "https://e.org/a", []),
    ],
)
def test_what_a_site_says_of_training_on_a_page(text: str, url: str, trains: list[bool]) -> None:
    said = said_of(text, url)
    assert said.trains == trains
    assert len(said.raw) == len(trains)


def test_signals_are_told_as_found() -> None:
    assert said_of(AI_SHUT_OUT).raw == [
        {"signal": "robots.txt", "value": "disallows CCBot, GPTBot", "locator": "https://e.org/robots.txt"}
    ]
    assert said_of(CLOUDFLARE).raw[0]["value"] == "train-ai=n for *"
    licensed = said_of("License: https://e.org/license.xml\nUser-agent: *\nAllow: /")
    assert licensed.terms == [
        {"kind": "rsl", "value": "https://e.org/license.xml", "locator": "https://e.org/robots.txt"}
    ]
    assert licensed.trains == []


def test_of_a_long_file_the_whole_lines_within_the_limit_are_read() -> None:
    lines = b"User-agent: *\r\n" + b"Allow: /public\r\n" * 40_000
    within = within_limit(lines)
    assert MAX_BYTES - 16 < len(within) <= MAX_BYTES
    assert within.endswith(b"Allow: /public\r\n")
    assert within_limit(within) == within


LINES = st.sampled_from(
    [
        *("User-agent: *", "User-agent: GPTBot", "User-agent: Bingbot", "", "# x", "\x00:"),
        *("Disallow: /", "Disallow: /a", "Allow: /a", "Disallow:"),
        *("Content-Usage: train-ai=n", "Content-Usage: /a train-ai=y", "Content-Signal: ai-train=no"),
    ]
)


@given(st.lists(LINES, max_size=12), st.sampled_from(["https://e.org/", "https://e.org/a", "https://e.org/b?c=d"]))
def test_a_refusal_added_never_permits(lines: list[str], url: str) -> None:
    before = said_of("\n".join(lines), url)
    after = said_of("\n".join([*lines, "User-agent: GPTBot", "User-agent: *", "Content-Usage: train-ai=n"]), url)
    assert False not in before.trains or False in after.trains


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    said_of(text)
