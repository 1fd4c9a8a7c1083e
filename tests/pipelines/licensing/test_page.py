import re
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import yaml

from pipelines.licensing.page import licences_page
from pipelines.licensing.reviews import read_review

PAGE = Path(__file__).parents[3] / "docs/licences.md"


def test_the_page_in_the_documentation_is_of_today() -> None:
    assert PAGE.read_text(encoding="utf-8").startswith(licences_page().rstrip("\n"))


def test_its_statements_are_those_of_the_debian_documents(shared: Path) -> None:
    statements = Counter(pq.read_table(shared / "data/debian_docs.parquet", columns=["license"])["license"].to_pylist())
    assert len(statements) == 37
    assert PAGE.read_text(encoding="utf-8") == licences_page(statements)


def test_the_reviews_that_it_shows_are_reviews() -> None:
    shown = re.search(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert shown is not None
    kinds = [str(read_review(entry, "entry").kind) for entry in yaml.safe_load(shown[1])]
    assert kinds == ["review", "override"]


def test_a_statement_with_a_bar_stays_one_cell() -> None:
    assert "| `GPL-2 \\| MIT` | 3 | `GPL-2.0-only OR MIT` |" in licences_page({"GPL-2 | MIT": 3})
