"""What fastText classifiers say, of RedPajama-V2 and of users."""

import math
import struct
from pathlib import Path

import pyarrow as pa
import pytest

import signals
from signals.models.classifiers import positive_label
from signals.models.fasttext_model import FastTextModel, one_line
from tests.signals.models.tiny_fasttext import END_OF_LINE, write_model

LABELS = ("__label__cc", "__label__wiki")
WORDS = {END_OF_LINE: (0.0, 0.0), "good": (0.0, 4.0), "bad": (3.0, 0.0), "spam": (90.0, 0.0), "Good": (0.0, 9.0)}
SCORE = "rps_doc_ml_wikiref_score"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_model(tmp_path / "model.bin", WORDS, LABELS)


def score(model: Path, text: str | None, language: str | None = "en", name: str = SCORE) -> float | None:
    resource = {SCORE: "wikiref", "rps_doc_ml_palm_score": "palm"}.get(name, "wikipedia/fr")
    table = signals.compute(pa.array([text], pa.string()), [language], [name], resources={resource: model})
    value: float | None = table[name].to_pylist()[0]
    return value


def probability(logit: float) -> float:
    """What fastText gives a label that leads by so much: it keeps ln(p + 1e-5). A line's end halves a word's say."""
    return 1 / (1 + math.exp(-logit)) + 1e-5


def test_a_first_label_that_is_not_ccnets_gives_its_probability(model: Path) -> None:
    assert score(model, "good") == pytest.approx(probability(2.0), abs=1e-6)
    assert score(model, "good bad good") == pytest.approx(probability(1.25), abs=1e-6)


def test_a_first_label_that_is_ccnets_gives_one_less_its_probability(model: Path) -> None:
    assert score(model, "bad") == pytest.approx(1 - probability(1.5), abs=1e-6)


def test_fasttexts_rounding_makes_scores_below_zero(model: Path) -> None:
    assert score(model, "spam") == -0.00001001


def test_scores_have_eight_decimals(model: Path) -> None:
    value = score(model, "good bad bad")
    assert value == round(value or 0.0, 8)


def test_lines_are_joined_and_nothing_else_changes(model: Path) -> None:
    assert one_line(" a\nb\r\nc\u2028d\x0be \n\n") == "a b c d e"
    for joined in ("good\ngood", "good\u2028good", "\n good good \n", "good\x85good"):
        assert score(model, joined) == score(model, "good good")
    assert score(model, "Good") != score(model, "good")
    assert score(model, "good.") == score(model, "other")  # punctuation is no token of its own


@pytest.mark.parametrize("text", [None, ""])
def test_no_text_has_no_score(model: Path, text: str | None) -> None:
    assert score(model, text) is None


def test_white_space_alone_has_one(model: Path) -> None:
    assert score(model, " \n") == pytest.approx(0.5, abs=2e-5)


@pytest.mark.parametrize("name", [SCORE, "rps_doc_ml_palm_score"])
@pytest.mark.parametrize(("language", "scored"), [("en", True), ("eng_Latn", True), ("fr", False), (None, False)])
def test_two_models_are_for_english(model: Path, name: str, language: str | None, scored: bool) -> None:
    assert (score(model, "good", language, name) is not None) is scored


@pytest.mark.parametrize(
    ("language", "scored"), [("fr", True), ("fra_Latn", True), ("fr-CA", True), ("en", False), ("xx", False)]
)
def test_a_wikipedia_model_is_for_its_language(model: Path, language: str, scored: bool) -> None:
    assert (score(model, "good", language, "rps_doc_ml_wikipedia_score") is not None) is scored


def test_each_document_is_read_by_the_model_of_its_language(tmp_path: Path) -> None:
    french = write_model(tmp_path / "fr.bin", {END_OF_LINE: (0, 0), "mot": (0, 8)}, LABELS)
    german = write_model(tmp_path / "de.bin", {END_OF_LINE: (0, 0), "mot": (8, 0)}, LABELS)
    table = signals.compute(
        pa.array(["mot", "mot", "mot", None]),
        ["fr", "de", "it", "fr"],
        ["rps_doc_ml_wikipedia_score"],
        resources={"wikipedia/fra_Latn": french, "wikipedia/de": german},
    )
    scores = table["rps_doc_ml_wikipedia_score"].to_pylist()
    assert scores[0] == pytest.approx(probability(4.0), abs=1e-6)
    assert scores[1] == pytest.approx(1 - probability(4.0), abs=1e-6)
    assert scores[2:] == [None, None]


def test_without_a_model_all_is_null() -> None:
    names = [SCORE, "rps_doc_ml_palm_score", "rps_doc_ml_wikipedia_score"]
    assert signals.compute(pa.array(["good"]), ["en"], names).to_pylist() == [dict.fromkeys(names)]


def test_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(b"no model")
    with pytest.raises(ValueError, match=r"model\.bin: no supervised fastText model"):
        score(path, "good")


def test_a_model_cut_off_anywhere_is_named(tmp_path: Path, model: Path) -> None:
    whole, cut = model.read_bytes(), tmp_path / "cut.bin"
    for length in range(len(whole)):
        cut.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=r"cut\.bin: no supervised fastText model can be read from it \(.+\)"):
            FastTextModel(cut)


def test_a_model_whose_parts_disagree_is_named(tmp_path: Path, model: Path) -> None:
    whole, changed = model.read_bytes(), tmp_path / "changed.bin"
    for place, value, told in ((8, 100, "said to be of 100"), (48, 3, "no bucket for them"), (28, 2, "no bucket")):
        changed.write_bytes(whole[:place] + struct.pack("<i", value) + whole[place + 4 :])
        with pytest.raises(ValueError, match=told):
            FastTextModel(changed)


def test_a_model_that_knows_no_word_gives_null(tmp_path: Path) -> None:
    path = write_model(tmp_path / "small.bin", {"good": (0.0, 4.0)}, LABELS)
    assert score(path, "other") is None
    assert classified("edu", path, "other") == {"edu_score": None, "edu_label": None}


def classified(name: str, model: Path, text: str | None) -> dict[str, object]:
    resources = {f"classifiers/{name}": model}
    row: dict[str, object] = signals.compute_group("models", signals.Inputs(pa.array([text])), resources).to_pylist()[0]
    return {column: row[column] for column in (f"{name}_score", f"{name}_label")}


def test_any_classifier_has_a_score_and_a_label(model: Path) -> None:
    assert classified("edu", model, "good") == {
        "edu_score": pytest.approx(probability(2.0), abs=1e-6),
        "edu_label": "wiki",
    }
    assert classified("edu", model, "bad") == {
        "edu_score": pytest.approx(2e-5 + 1 - probability(1.5), abs=1e-6),
        "edu_label": "cc",
    }
    assert classified("edu", model, "") == {"edu_score": None, "edu_label": None}


def test_a_probability_does_not_exceed_one(model: Path) -> None:
    assert classified("cc", model, "spam") == {"cc_score": 1.0, "cc_label": "cc"}


def test_a_model_of_many_labels_scores_the_first(tmp_path: Path) -> None:
    labels = ("__label__art", "__label__law", "__label__tech")
    path = write_model(tmp_path / "topics.bin", {END_OF_LINE: (0, 0, 0), "court": (0, 6, 0)}, labels)
    found = classified("topic", path, "court")
    assert found["topic_label"] == "law"
    assert found["topic_score"] == pytest.approx(math.e**3 / (math.e**3 + 2), abs=1e-4)
    assert classified("art", path, "court")["art_score"] == pytest.approx(1 / (math.e**3 + 2), abs=1e-4)


@pytest.mark.parametrize(
    ("name", "labels", "positive"),
    [
        ("edu", ("edu", "cc"), "edu"),
        ("edu", ("a", "edu", "z"), "edu"),
        ("quality", ("hq", "cc"), "hq"),
        ("quality", ("cc", "wikipedia"), "wikipedia"),
        ("quality", ("0", "1"), "1"),
        ("quality", ("high", "low"), "high"),
        ("quality", ("not_spam", "spam"), "spam"),
        ("quality", ("acceptable", "unacceptable"), "acceptable"),
        ("quality", ("No", "yes"), "yes"),
        ("quality", ("bad", "other"), "bad"),
        ("topic", ("art", "law", "tech"), None),
        ("topic", ("art",), None),
    ],
)
def test_positive_label(name: str, labels: tuple[str, ...], positive: str | None) -> None:
    found = positive_label(name, [f"__label__{label}" for label in labels])
    assert found == (None if positive is None else f"__label__{positive}")


def test_classifiers_are_declared_by_name(model: Path) -> None:
    schema = signals.schema("models", {"classifiers/b": model, "classifiers/a": model, "wikiref": model})
    assert schema.names[-4:] == ["a_score", "a_label", "b_score", "b_label"]
    with pytest.raises(ValueError, match="wikipedia/xyzzy: there is no language xyzzy"):
        signals.schema("models", {"wikipedia/xyzzy": model})
    with pytest.raises(ValueError, match="classifiers/lid: there is a signal lid_score already"):
        signals.schema("models", {"classifiers/lid": model})


def test_no_rows(model: Path) -> None:
    table = signals.compute_group("models", signals.Inputs(pa.array([], pa.string())), {"classifiers/a": model})
    assert table.num_rows == 0
    assert table.schema.equals(signals.schema("models", {"classifiers/a": model}), check_metadata=True)
