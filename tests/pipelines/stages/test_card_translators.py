import json
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from datacards.manifest import Translator
from pipelines.stages.card_translators import counted_translators


def _meta(engine: str, model: str | None) -> str:
    return json.dumps(
        {"translation": {"engine": engine, "engine_version": "1", "model": model, "model_license": "MIT"}}
    )


def test_published_translations_are_counted_by_what_made_them(tmp_path: Path) -> None:
    of_folders = [_meta("ct2", "/home/ada/nllb"), _meta("ct2", "/srv/nllb/"), _meta("own", None)]
    metas = [*[_meta("vllm", "org/model")] * 3, *of_folders, None, "{}"]
    path = tmp_path / "documents.parquet"
    pq.write_table(pa.table({"id": list("abcdefgh"), "meta": metas}), path)
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE facts (id VARCHAR, generation TINYINT, rule VARCHAR)")
        connection.execute("INSERT INTO facts SELECT unnest(split('abcdefgh', '')), 1, NULL")
        found = (
            Translator("vllm", "1", "org/model", "MIT", 3),
            Translator("ct2", "1", "nllb", "MIT", 2),
            Translator("own", "1", None, "MIT", 1),
        )
        assert counted_translators(connection, [str(path)]) == found
        connection.execute("UPDATE facts SET rule = 'short' WHERE id = 'a'")
        connection.execute("UPDATE facts SET generation = 0 WHERE id IN ('d', 'e', 'f')")
        assert counted_translators(connection, [str(path)]) == (Translator("vllm", "1", "org/model", "MIT", 2),)
        assert counted_translators(connection, []) == ()
