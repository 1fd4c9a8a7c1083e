"""Texts that steer a terminal, wherever a command shows what somebody else wrote."""

import io

import duckdb
import pytest
import typer

from pipelines.errors import LoamError
from pipelines.exit_codes import explained_errors
from pipelines.queries import Format, run_query
from pipelines.terminal import printable, printable_lines

STEERING = {
    "clear": "\x1b[2J\x1b[H",
    "title": "\x1b]0;pwned\x07",
    "clipboard": "\x1b]52;c;cm0gLXJm\x07",
    "link": "\x1b]8;;https://example.org\x1b\\x\x1b]8;;\x1b\\",
    "eight-bit": "\x9b2J",
    "device": "\x1bP+q544e\x1b\\",
    "back": "safe\b\b\b\bevil",
    "return": "safe\revil",
    "right-to-left": "exe.\u202etxt",
    "isolate": "a\u2066b\u2069",
    "invisible": "a\u200bb\ufeff",
    "bell": "\x07" * 3,
    "nul": "a\x00b",
    "surrogate": "\udc9b2J",
    "tags": "\U000e0041\U000e0042",
}


class Terminal(io.StringIO):
    """What claims to be a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("text", STEERING.values(), ids=STEERING)
def test_nothing_that_steers_is_shown(text: str) -> None:
    assert all(character.isprintable() for character in printable(text))
    assert printable_lines(f"one\n{text}\nthree").split("\n")[::2] == ["one", "three"]


@pytest.mark.parametrize("text", STEERING.values(), ids=STEERING)
def test_an_error_shows_none_of_it(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit), explained_errors():
        raise LoamError(f"{text}: cannot be read")
    shown = capsys.readouterr().err
    assert shown.removeprefix("loam: ").rstrip("\n").isprintable()


@pytest.mark.parametrize("form", ["csv", "json", "table"])
def test_sql_shows_none_of_it_on_a_terminal_and_writes_all_of_it_to_a_file(form: Format) -> None:
    shown, written = Terminal(), io.StringIO()
    with duckdb.connect() as connection:
        for out in (shown, written):
            run_query(connection, "SELECT 'Le' || chr(27) || '[31m' || chr(155) || '2J' AS title", form, out)
    assert "Le" in shown.getvalue()
    assert not any(steering in shown.getvalue() for steering in ("\x1b[31m", "\x9b"))
    assert ("\x1b[31m\x9b2J" in written.getvalue()) == (form == "csv")
    assert ("\\u001b[31m\x9b2J" in written.getvalue()) == (form == "json")
