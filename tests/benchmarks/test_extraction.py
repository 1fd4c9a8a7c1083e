import gzip
import json
from pathlib import Path

import pytest
import typer

from benchmarks.extraction import PagesError, Score, gold_pages, main, mean_score, score

PROSE = "The old bridge crosses the river where the valley is widest, and carts still use it every day. " * 6
MENU = "".join(f'<li><a href="/{n}">Section {n}</a></li>' for n in range(30))
HTML = f"<html><body><nav><ul>{MENU}</ul></nav><main><article><p>{PROSE}</p></article></main></body></html>"


def folder_of(folder: Path, *pages: object) -> Path:
    lines = "\n".join(map(json.dumps, pages)) + "\n\n"
    (folder / "pages.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    return folder


@pytest.mark.parametrize(
    ("text", "gold", "expected"),
    [
        ("a b, c", "a\nb c", Score(1, 1, 1)),
        ("a a b", "a b b c", Score(4 / 7, 2 / 3, 1 / 2)),
        ("a", "A", Score(0, 0, 0)),
        ("", "a", Score(0, 0, 0)),
        ("a", "", Score(0, 0, 0)),
        ("...", "", Score(1, 1, 1)),
    ],
)
def test_words_count_as_often_as_they_stand(text: str, gold: str, expected: Score) -> None:
    assert score(text, gold) == pytest.approx(expected)


def test_main_content_agrees_better_than_all_text(tmp_path: Path) -> None:
    pages = gold_pages(folder_of(tmp_path, {"html": HTML, "gold": PROSE}, {"html": HTML, "gold": PROSE, "url": "u"}))
    assert [page.url for page in pages] == [None, "u"]
    assert mean_score("resiliparse", pages) == Score(1, 1, 1)
    found = mean_score("all_text", pages)
    assert found.recall == 1
    assert found.f1 < 1


def test_each_extractor_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("trafilatura")
    main(folder_of(tmp_path, {"html": HTML, "gold": PROSE}))
    rows = [line.split() for line in capsys.readouterr().out.splitlines()[1:]]
    assert [row[:3] for row in rows if row[0] != "all_text"] == [
        ["resiliparse", "1", "1.000"],
        ["trafilatura", "1", "1.000"],
    ]


@pytest.mark.parametrize("page", [3, {"html": HTML}, {"html": HTML, "gold": None}])
def test_what_is_no_page_is_told_with_its_line(tmp_path: Path, page: object) -> None:
    with pytest.raises(PagesError, match=r"pages\.jsonl\.gz: line 2: "):
        gold_pages(folder_of(tmp_path, {"html": HTML, "gold": PROSE}, page))


def test_a_folder_without_pages_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for said in ("expected files", "hold no page"):
        with pytest.raises(typer.Exit):
            main(tmp_path)
        assert said in capsys.readouterr().err
        folder_of(tmp_path)
