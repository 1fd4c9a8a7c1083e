import subprocess
import sys
from pathlib import Path

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
