import io

from rich.console import Console

from pipelines.markdown_on_terminal import WholeMarkdown


def test_words_that_are_wider_than_their_column_are_broken_and_not_cut() -> None:
    written = io.StringIO()
    Console(file=written, width=30).print(
        WholeMarkdown("| rule | document |\n| --- | --- |\n| gopher_duplicate_5grams | 0123456789abcdef |\n")
    )
    lines = written.getvalue().splitlines()
    columns = ["".join(line[begin:end].strip() for line in lines) for begin, end in ((0, 16), (16, 30))]
    assert "gopher_duplicate_5grams" in columns[0]
    assert "0123456789abcdef" in columns[1]
    assert "…" not in written.getvalue()
