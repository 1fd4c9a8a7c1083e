import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from pipelines.corpus.sql import spill_folder

_ASK = """
import sys
from pathlib import Path
from pipelines.corpus.sql import bounded_connection
with bounded_connection(Path(sys.argv[1])) as connection:
    print(connection.execute("SELECT current_setting('enable_progress_bar')").fetchall())
"""


def test_no_progress_bar_is_drawn_amid_results(tmp_path: Path) -> None:
    """DuckDB draws one on standard output where no script was started."""
    command = [sys.executable, "-c", _ASK, str(tmp_path)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "[(False,)]\n"


def test_a_corpus_that_cannot_be_written_is_read_with_a_spill_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with spill_folder(tmp_path) as spill:
        assert Path(spill).parent == tmp_path
    monkeypatch.setattr("os.access", lambda *_: False)
    with spill_folder(tmp_path) as spill:
        assert Path(spill).parent == Path(tempfile.gettempdir())
