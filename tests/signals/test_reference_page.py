"""The reference page says what the declarations say."""

from dataclasses import replace
from pathlib import Path

import signals
from signals.reference_page import reference_page

PAGE = Path(__file__).parents[2] / "docs" / "signals.md"


def test_the_page_is_that_of_the_declarations() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference_page(signals.declared_signals()), "make docs renews it"


def test_a_cell_cannot_break_out() -> None:
    hostile = replace(signals.declared_signals()[0], definition="a | b <script> `c` *d*.")
    assert r"a \| b \<script> \`c\` \*d\*." in reference_page([hostile])
