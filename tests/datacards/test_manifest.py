import json
from dataclasses import replace
from typing import Any

import pytest

from datacards.manifest import Manifest
from tests.datacards.example import EMPTY, MANIFEST


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
