import itertools
import json
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from publicsuffixlist import PublicSuffixList

import signals
from signals.reference.toxicity import covering_entries
from tests.signals.toxicity.lists import write_ut1

UT1 = {
    "adult/domains": "bad.com\nfoo.co.uk\nblogspot.com\nköln.de\n1.2.3.4\nWWW.Upper.net\nck\nwww.ck\n",
    "porn/domains": "bad.com\n",
    "gambling/urls": "site.org/casino\nwww.x.org/a/\nhttp://y.org/?page=2\n",
    "bank/domains": "bank.com\nbad.com\nsub.bad.com\n",
}
NAMES = ["rps_doc_ut1_blacklist", "url_blocked", "url_categories"]


@pytest.fixture(scope="module", params=["", "blacklists"])
def ut1(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ut1")
    write_ut1(folder / request.param, UT1)
    return folder


def values(
    urls: Sequence[str | None], resources: dict[str, Path], names: Sequence[str] = NAMES
) -> dict[str, list[object]]:
    texts, addresses = pa.array(["text"] * len(urls)), pa.array(urls, pa.string())
    return signals.compute(texts, names=names, urls=addresses, resources=resources).to_pydict()


@pytest.mark.parametrize(
    ("url", "categories"),
    [
        ("http://bad.com", "adult,bank,porn"),
        ("https://www.bad.com:8443/x?y", "adult,bank,porn"),
        ("https://user:pw@deep.SUB.bad.com./", "adult,bank,porn"),
        ("bad.com/path", "adult,bank,porn"),
        ("//bad.com", "adult,bank,porn"),
        ("http://notbad.com", ""),
        ("http://bad.com.evil.net", ""),
        ("http://a.b.foo.co.uk", "adult"),
        ("http://co.uk", ""),
        ("http://x.blogspot.com", ""),
        ("http://blogspot.com", "adult"),
        ("http://www.köln.de/", "adult"),
        ("http://xn--kln-sna.de/", "adult"),
        ("http://1.2.3.4:80/", "adult"),
        ("http://9.1.2.3.4.5", ""),
        ("http://upper.net", "adult"),
        ("http://site.org/casino", "gambling"),
        ("http://www.site.org/Casino/1", "gambling"),
        ("http://site.org/casino?x", "gambling"),
        ("http://site.org/casinos", ""),
        ("http://site.org/", ""),
        ("http://m.site.org/casino", ""),
        ("http://x.org/a", "gambling"),
        ("http://y.org/?page=2&x", "gambling"),
        ("http://[2001:db8::1]:80/", ""),
        ("http://", ""),
        ("not a url", ""),
    ],
)
def test_categories_that_cover_an_address(url: str, categories: str, ut1: Path) -> None:
    found = values([url], {"ut1": ut1})
    assert found["url_categories"] == [categories]
    assert found["url_blocked"] == [bool(set(categories.split(",")) & {"adult", "porn", "gambling"})]


def test_a_bank_is_listed_and_not_blocked(ut1: Path) -> None:
    found = values(["http://bank.com"], {"ut1": ut1})
    assert (found["url_categories"], found["url_blocked"]) == (["bank"], [False])


def test_nulls(ut1: Path) -> None:
    nothing = {name: [None, None] for name in NAMES}
    assert values([None, ""], {"ut1": ut1}) == nothing
    assert values(["http://bad.com"] * 2, {}) == nothing
    inputs = signals.Inputs(pa.array([None, "x"]), None, pa.array(["http://bad.com"] * 2))
    assert signals.compute_group("toxicity", inputs, {"ut1": ut1})["url_blocked"].to_pylist() == [None, True]
    assert signals.compute(pa.array(["x", "y"]), names=NAMES, resources={"ut1": ut1}).to_pydict() == nothing


def test_redpajama_number_of_a_set_of_categories(ut1: Path) -> None:
    categories = (
        "adult agressif agressive arjel chat dating ddos filehosting gambling mixed_adult phishing porn violence"
    )
    sets = [found for size in range(1, 14) for found in itertools.combinations(categories.split(), size)]
    urls = [
        "http://bad.com/x",
        "HTTP://foo.co.uk?q",
        "http://www.bad.com",
        "http://bad.com:80",
        "http://bank.com",
        "bad.com",
    ]
    assert values(urls, {"ut1": ut1})["rps_doc_ut1_blacklist"] == [
        sets.index(("adult", "porn")),
        sets.index(("adult",)),
        *[None] * 4,
    ]
    assert len(sets) == 8191


def test_redpajama_numbers_from_its_own_files(tmp_path: Path) -> None:
    (tmp_path / "domain_to_category_id.json").write_text(json.dumps({"Bad.com": 23, "a.b:80": 0, "c.d": 0}))
    (tmp_path / "category_index.json").write_text(json.dumps({"0": ["adult"], "23": ["adult", "bank"]}))
    found = values(["http://Bad.com", "http://bad.com", "https://a.b:80/", "http://www.c.d"], {"ut1": tmp_path})
    assert found["rps_doc_ut1_blacklist"] == [23, None, 0, None]
    assert found["url_categories"] == ["adult,bank", "adult,bank", "adult", "adult"]


def test_a_list_of_ones_own_is_a_column(tmp_path: Path) -> None:
    path = tmp_path / "spam.txt"
    path.write_text("# domains and addresses\n*.spam.net\nhttps://www.shop.org/promo/\n\n", "utf-8")
    urls = ["http://a.spam.net", "http://shop.org/promo/1", "http://shop.org/", None]
    found = values(urls, {"url_lists/spam": path}, ["spam_url"])
    assert found == {"spam_url": [True, True, False, None]}


def test_a_folder_without_lists_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no block list; expected <category>/domains"):
        values(["http://a.b"], {"ut1": tmp_path})


PARTS = ("www", "bad", "com", "co", "uk", "foo", "ck", "org", "x", "site", "blogspot", "a")
HOSTS = st.lists(st.sampled_from(PARTS), min_size=1, max_size=6).map(".".join)
ENTRIES = st.tuples(HOSTS, st.sampled_from(("", "/a", "/a/b", "/?q=1", "/a;b"))).map("".join)
URLS = st.tuples(
    st.sampled_from(("http://", "https://", "//", "", "HTTP://u:p@")),
    HOSTS,
    st.sampled_from(("", ":80", ".")),
    st.sampled_from(("", "/", "/a", "/a/b/c", "/?q=1&r", "/ab", "/A#x", "/a;b/")),
).map("".join)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.sets(ENTRIES, min_size=1, max_size=8), st.lists(st.one_of(URLS, st.text()), min_size=1, max_size=8))
@example({"www.ck"}, ["http://www.ck", "http://a.www.ck"])
def test_covered_addresses_equal_the_reference(
    tmp_path_factory: pytest.TempPathFactory, entries: set[str], urls: list[str]
) -> None:
    path = tmp_path_factory.mktemp("lists") / "mine.txt"
    path.write_text("\n".join(sorted(entries)), "utf-8")
    wanted = {entry.removeprefix("www.") if entry.count(".") else entry for entry in entries}
    registrable = PublicSuffixList().privatesuffix
    found = values(urls, {"url_lists/mine": path}, ["mine_url"])["mine_url"]
    assert found == [bool(covering_entries(url, wanted, registrable)) if url else None for url in urls]
