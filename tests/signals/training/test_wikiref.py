"""Examples for WikiRef classifiers."""

from collections import Counter

from signals.training.wikiref import wikiref_examples


def page(length: int, mark: str) -> str:
    return (mark + " word" * length)[:length]


def test_classes_have_the_same_number_and_like_lengths() -> None:
    wiki = [page(length, f"w{number}") for number, length in enumerate([1000] * 5 + [4000] * 20 + [9000] * 3)]
    crawl = [page(length, f"c{number}") for number, length in enumerate([1000] * 40 + [4000] * 10 + [100_000] * 9)]
    chosen = wikiref_examples(wiki, crawl, 1)
    lengths = Counter((example.label, len(example.text)) for example in chosen)
    assert lengths == {("wiki", 1000): 5, ("cc", 1000): 5, ("wiki", 4000): 10, ("cc", 4000): 10}


def test_every_text_counts_once_and_only_as_a_positive() -> None:
    wiki = [page(1500, f"w{number % 4}") for number in range(40)]
    crawl = [*wiki, *[page(1500, f"c{number % 3}") for number in range(90)]]
    chosen = wikiref_examples(wiki, crawl, 1)
    assert Counter(example.label for example in chosen) == {"wiki": 3, "cc": 3}
    assert len({example.text for example in chosen}) == 6


def test_short_texts_are_left_out_of_both_classes() -> None:
    wiki, crawl = [[page(length, mark + str(length)) for length in range(990, 1010)] for mark in "wc"]
    assert min(len(example.text) for example in wikiref_examples(wiki, crawl, 1)) == 1000


def test_the_choice_does_not_depend_on_order() -> None:
    wiki, crawl = [[page(1200, f"{mark}{number}") for number in range(60)] for mark in "wc"]
    chosen = wikiref_examples(wiki[:20], crawl, 7)
    assert chosen == wikiref_examples(wiki[19::-1], crawl[::-1], 7)
    assert chosen != wikiref_examples(wiki[:20], crawl, 8)
