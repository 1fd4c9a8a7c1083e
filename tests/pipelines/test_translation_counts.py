from rich.console import Console

from pipelines.corpus import Outcome, Receipt
from pipelines.translation_counts import count_looks, count_segments, looks_table, segments_table


def receipt(stage: str, target: str, counts: dict[str, int]) -> Receipt:
    outcome = Outcome(1, 1, {}, 0, counts)
    return Receipt(stage, 1, f"{target}/a", 1, "f", {}, {"to": target}, {}, outcome)


RECEIPTS = [
    receipt("translate", "por_Latn", {"segments whole": 7, "segments rejected copied": 2, "tokens_in": 99}),
    receipt("translate", "por_Latn", {"segments whole": 3, "segments untouched": 5, "segments parts numbers": 1}),
    receipt("translate", "fra_Latn", {"segments fallback length": 4}),
    receipt("select", "por_Latn", {"segments whole": 100}),
]


def test_segments_are_counted_by_language_rung_and_reason() -> None:
    rows = [tuple(row.values()) for row in count_segments(RECEIPTS)]
    assert rows == [
        ("fra_Latn", "fallback", "length", 4),
        ("por_Latn", "parts", "numbers", 1),
        ("por_Latn", "rejected", "copied", 2),
        ("por_Latn", "untouched", None, 5),
        ("por_Latn", "whole", None, 10),
    ]


def test_the_table_shows_shares_of_what_was_asked() -> None:
    console = Console(width=120)
    with console.capture() as captured:
        console.print(segments_table(count_segments(RECEIPTS)))
    french, portuguese = captured.get().splitlines()[1:]
    assert french.split() == ["fra_Latn", "0", "0", "0", "4", "(100.0%)", "0"]
    assert portuguese.split() == "por_Latn 10 (76.9%) 0 1 (7.7%) 0 2 (15.4%) copied 2".split()  # noqa: SIM905


def test_second_looks_are_counted_by_language() -> None:
    receipts = [
        receipt("translate", "por_Latn", {"second_look round_trip": 30, "second_look round_trip failed": 2}),
        receipt("translate", "por_Latn", {"second_look round_trip": 10, "second_look round_trip failed": 1}),
        receipt("translate", "por_Latn", {"second_look round_trip unmeasured": 5}),
        *RECEIPTS,
    ]
    rows = count_looks(receipts)
    assert rows == [{"language": "por_Latn", "look": "round_trip", "answers": 40, "failed": 3, "unmeasured": 5}]
    console = Console(width=120)
    with console.capture() as captured:
        console.print(looks_table(rows))
    assert captured.get().splitlines()[1].split() == ["por_Latn", "round_trip", "40", "3", "(7.5%)", "5"]
