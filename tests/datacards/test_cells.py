from dataclasses import replace

from datacards.cells import Totals, totals, totals_by
from tests.datacards.example import CELLS, MANIFEST


def test_totals_add_up() -> None:
    assert totals(CELLS) == Totals(2157, 215_700, 31_040)
    assert totals(MANIFEST.published).documents + totals(MANIFEST.refused).documents == 2157
    by_language = totals_by(MANIFEST.published, lambda cell: cell.language)
    assert list(by_language) == ["fra_Latn", "nob_Latn", "ast_Latn", "por_Latn"]
    assert by_language["nob_Latn"] == Totals(300, 30_000, 6_000)


def test_equal_totals_are_ordered_by_name() -> None:
    cells = [replace(CELLS[0], language=name) for name in ("b", "c", "a")]
    assert list(totals_by(cells, lambda cell: cell.language)) == ["a", "b", "c"]
