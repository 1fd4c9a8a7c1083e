import re

import pytest

from datacards.explorer import assets
from datacards.page import page
from tests.datacards.example import MANIFEST


def test_every_library_that_the_page_brings_has_its_licence_beside_it() -> None:
    files = assets.assets()
    if files is None:
        pytest.skip("the explorer's libraries are not built: `make explorer` (needs npm)")
    text = files["libraries/LICENSES.txt"].read_text(encoding="utf-8")
    heads = list(re.finditer(r"(?:\A|-{80}\n\n)((?:@[a-z-]+/)?[a-z0-9-]+) [0-9.]+ \([A-Za-z0-9.-]+\)\n\n", text))
    assert {"@duckdb/duckdb-wasm", "@observablehq/plot", "apache-arrow", "d3"} <= {head[1] for head in heads}
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        said = text[head.end() : following.start() if following else len(text)]
        assert len(said) > 500 or "LICENSE-duckdb.txt" in said, head[1]
    duckdb = files["libraries/LICENSE-duckdb.txt"].read_text(encoding="utf-8")
    assert "DuckDB" in duckdb
    assert "Permission is hereby granted" in duckdb
    for name in ("LICENSES.txt", "LICENSE-duckdb.txt"):
        assert f'href="explorer/libraries/{name}"' in page(MANIFEST, explorer=True)
