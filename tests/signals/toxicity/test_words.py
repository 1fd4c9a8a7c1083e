from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import signals
from signals.reference.toxicity import count_flagged, redpajama_flagged
from signals.toxicity.words import word_columns
from tests.signals.toxicity.lists import WORDS, write_words

NAMES = ["rps_doc_ldnoobw_words", "flagged_words", "flagged_word_fraction"]


@pytest.fixture(scope="module")
def ldnoobw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_words(tmp_path_factory.mktemp("ldnoobw"))


def values(text: str | None, language: str | None, ldnoobw: Path) -> dict[str, object]:
    return signals.compute(pa.array([text]), [language], NAMES, resources={"ldnoobw": ldnoobw}).to_pylist()[0]


@pytest.mark.parametrize(
    ("text", "language", "count"),
    [
        ("Enculé! pd, fils  de\npute.", "fra_Latn", 3),
        ("Encule\u0301 L’ENCULÉ encule enculés", "fr", 2),
        ("Tabarnak!", "fr", 1),
        ("class ass's big ass", "eng_Latn", 2),
        ("S&M, f*ck you🖕", "en", 3),
        ("_ass_ ass-2 ass2", "en", 2),
        ("他说鸡巴屄。", "zho_Hant", 2),
        ("ｾｯｸｽか が", "jpn_Jpan", 2),
        ("หีห", "tha_Thai", 1),
        ("SİK sik sıkı", "tur_Latn", 2),
        ("İt it iti PİÇ piç IBNE ıbne", "tur_Latn", 6),
        ("nothing", "en", 0),
        ("", "en", 0),
    ],
)
def test_entries_are_found_however_they_are_written(text: str, language: str, count: int, ldnoobw: Path) -> None:
    assert values(text, language, ldnoobw)["flagged_words"] == count


def test_fraction_is_of_words_and_at_most_one(ldnoobw: Path) -> None:
    assert values("ass of an ass, no", "en", ldnoobw)["flagged_word_fraction"] == 0.4
    assert values("屄屄屄屄", "zh", ldnoobw)["flagged_word_fraction"] == 1.0
    assert values("", "en", ldnoobw)["flagged_word_fraction"] is None


@pytest.mark.parametrize("language", ["deu_Latn", "und_Zyyy", "xx", "", None])
def test_languages_without_a_list(language: str | None, ldnoobw: Path) -> None:
    assert values("ass", language, ldnoobw) == {
        "rps_doc_ldnoobw_words": 0.0,
        "flagged_words": None,
        "flagged_word_fraction": None,
    }


def test_absent_text_and_absent_lists_give_null(ldnoobw: Path) -> None:
    assert set(values(None, "en", ldnoobw).values()) == {None}
    table = signals.compute(pa.array(["ass"]), ["en"], NAMES)
    assert table.to_pylist() == [dict.fromkeys(NAMES)]


def test_redpajama_compares_unnormalised_entries(ldnoobw: Path) -> None:
    assert values("Enculé, PD! Fils-de pute; fils de pute", "fr", ldnoobw)["rps_doc_ldnoobw_words"] == 1.0
    assert values("big ASS", "en", ldnoobw)["rps_doc_ldnoobw_words"] == 2.0
    assert values("鸡巴", "zh", ldnoobw)["rps_doc_ldnoobw_words"] == 0.0


PIECES = st.lists(
    st.sampled_from(
        [*"\n".join(WORDS.values()).split("\n"), "ass", "ball", "gag", "big", "f", "É", " ", "-", "_", "か\u3099"]
    ),
    max_size=30,
)
TEXTS = st.one_of(st.text(), PIECES.map(" ".join), PIECES.map("".join))


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(st.tuples(TEXTS, st.sampled_from(("en", "fr", "ja", "tr"))), min_size=1, max_size=4))
@example([("fils de", "fr"), ("pute", "fr")])
def test_counts_equal_the_reference(ldnoobw: Path, documents: list[tuple[str, str]]) -> None:
    texts, languages = zip(*documents, strict=True)
    found = signals.compute(pa.array(texts), languages, NAMES, resources={"ldnoobw": ldnoobw})
    lists = {language: content.split("\n") for language, content in WORDS.items()}
    lists["fr"] += lists["fr-CA-u-sd-caqc"]
    lists["tr"] += ["SİK", "it", "PİÇ", "IBNE"]
    assert found["flagged_words"].to_pylist() == [count_flagged(text, lists[code]) for text, code in documents]
    assert found["rps_doc_ldnoobw_words"].to_pylist() == [
        redpajama_flagged(text, WORDS[code].split("\n")) if code in ("en", "fr") else 0.0 for text, code in documents
    ]


def test_a_list_of_ones_own_is_a_column(tmp_path: Path) -> None:
    everywhere, english = tmp_path / "slurs.txt", tmp_path / "slurs_en.txt"
    everywhere.write_text("foo bar\r\nBaz\n", "utf-8")
    english.write_text("foo bar\n", "utf-8")
    resources = {"word_lists/all": everywhere, "word_lists/english": english}
    table = signals.compute_group("toxicity", signals.Inputs(pa.array(["Foo  BAR, baz!"] * 2), ["en", "fr"]), resources)
    assert table["all_words"].to_pylist() == [2, 2]
    assert table["english_words"].to_pylist() == [1, None]
    assert signals.schema("toxicity", resources).names == table.column_names


def test_a_changed_list_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    inputs = signals.Inputs(pa.array(["one two three"]))
    counts = []
    for content in ("one\n", "one\ntwo\n"):
        path.write_text(content, "utf-8")
        counts += word_columns(inputs, ["mine_words"], {"word_lists/mine": path})["mine_words"].to_pylist()
    assert counts == [1, 2]


def test_a_folder_without_lists_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no word list; expected files named for their languages"):
        signals.compute(pa.array(["a"]), ["en"], ["flagged_words"], resources={"ldnoobw": tmp_path})


def test_a_list_that_is_no_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fr").write_bytes(b"encul\xe9\n")
    with pytest.raises(ValueError, match=r"fr: no UTF-8 \(.* at byte 5\)"):
        signals.compute(pa.array(["a"]), ["fr"], ["flagged_words"], resources={"ldnoobw": tmp_path})


def test_many_documents_across_batches(ldnoobw: Path) -> None:
    texts = [f"word {'ass ' * (k % 5)}" + "x" * 5000 for k in range(600)]
    found = signals.compute(pa.array(texts), ["en"] * 600, ["flagged_words"], resources={"ldnoobw": ldnoobw})
    assert found["flagged_words"].to_pylist() == [k % 5 for k in range(600)]
