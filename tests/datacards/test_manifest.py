import json
from dataclasses import replace
from typing import Any

import pytest

from datacards.manifest import Manifest, Totals, totals, totals_by
from tests.datacards.example import CELLS, EMPTY, MANIFEST


@pytest.mark.parametrize("manifest", [MANIFEST, EMPTY, replace(MANIFEST, title='тест \u2028 "quoted"\n')])
def test_json_round_trip(manifest: Manifest) -> None:
    text = manifest.to_json()
    assert Manifest.from_json(text) == manifest
    assert Manifest.from_json(text).to_json() == text


def test_every_list_item_has_its_own_line() -> None:
    lines = MANIFEST.to_json().splitlines()
    assert sum('"language": "nob_Latn", "source"' in line for line in lines) == 3


def _damaged(**changes: object) -> str:
    value: dict[str, Any] = json.loads(MANIFEST.to_json())
    value.update(changes)
    return json.dumps({key: item for key, item in value.items() if item != "gone"})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "format 1"),
        (_damaged(format=2), "format 1"),
        (_damaged(name="gone"), "manifest.name: missing"),
        (_damaged(extra=1), "manifest.extra: unknown key"),
        (_damaged(name=3), "manifest.name: expected str, found int"),
        (_damaged(rules=[{"name": "a", "definition": "b", "is_sql": 1}]), r"manifest.rules\[0\].is_sql: expected bool"),
        (_damaged(cells=[{}]), r"manifest.cells\[0\].language: missing"),
        (_damaged(stages={}), "manifest.stages: expected list"),
    ],
)
def test_a_damaged_manifest_is_refused_with_its_key(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Manifest.from_json(text)


def test_totals_add_up() -> None:
    assert totals(CELLS) == Totals(2157, 215_700, 31_040)
    assert totals(MANIFEST.published).documents + totals(MANIFEST.refused).documents == 2157
    by_language = totals_by(MANIFEST.published, lambda cell: cell.language)
    assert list(by_language) == ["fra_Latn", "nob_Latn", "ast_Latn", "por_Latn"]
    assert by_language["nob_Latn"] == Totals(300, 30_000, 6_000)


def test_equal_totals_are_ordered_by_name() -> None:
    cells = [replace(CELLS[0], language=name) for name in ("b", "c", "a")]
    assert list(totals_by(cells, lambda cell: cell.language)) == ["a", "b", "c"]
