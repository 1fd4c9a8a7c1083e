"""Words as a reader counts them."""

import pyarrow as pa
import pytest

import signals


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("One two, three.", 3),
        ("don't l\u2019\u00e9t\u00e9 col\u00b7legi", 3),
        ("1,000.5 and 3.14", 3),
        ("one,two;three", 3),
        ("snake_case __init__ ____", 2),
        ("www.example.com", 1),
        ("- * … ! --", 0),
        ("", 0),
        ("नमस्ते दुनिया", 2),
        ("안녕 하세요", 2),
        ("བོད་སྐད་", 2),
        ("2024年", 2),
    ],
)
def test_words_with_spaces(text: str, words: int) -> None:
    assert signals.compute(pa.array([text]), names=["word_count"]).column(0).to_pylist() == [words]


@pytest.mark.parametrize(
    ("text", "fewest", "most"),
    [
        ("我们今天下午去图书馆学习中文。", 6, 11),  # 我们 今天 下午 去 图书馆 学习 中文
        ("私は昨日、東京で新しい本を買いました。", 8, 13),  # 私 は 昨日 東京 で 新しい 本 を 買い まし た
        ("ฉันไปตลาดเพื่อซื้อผลไม้", 4, 8),  # ฉัน ไป ตลาด เพื่อ ซื้อ ผลไม้
        ("ខ្ញុំចង់រៀនភាសាខ្មែរ", 3, 8),  # ខ្ញុំ ចង់ រៀន ភាសា ខ្មែរ
    ],
)
def test_words_without_spaces_are_estimated(text: str, fewest: int, most: int) -> None:
    count = signals.compute(pa.array([text]), names=["word_count"]).column(0)[0].as_py()
    assert count in range(fewest, most + 1)
