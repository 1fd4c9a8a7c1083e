import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.edits.edited import edited_texts
from pipelines.errors import RecipeError
from pipelines.recipe.annotate import LinesSection
from pipelines.rules.expressions import RuleError
from pipelines.rules.line_rules import Judged, chosen_line_rules, judge_lines, left_schema, set_names
from signals.reference.lines import ends_sentence
from signals.reference.redpajama import lines_of

PAGE = """\
The harbour was quiet in the early morning.[1]
Home
We use cookies to make this page better.

Enable JavaScript to read the rest of this page.
Nobody had opened the market yet, but bread was in the oven.
Lorem ipsum dolor sit amet, it ends well.
Has { code } in it, right?"""


def judge(*texts: str, languages: list[str] | None = None, **section: object) -> Judged:
    sets = chosen_line_rules(LinesSection.model_validate(section))
    ids = pa.array([f"d{number}" for number in range(len(texts))])
    codes = pa.array(languages or ["eng_Latn"] * len(texts))
    return judge_lines(ids, pa.array(texts, pa.large_string()), codes, sets)


def edited(text: str, found: Judged) -> str:
    left: str = edited_texts(pa.array([text], pa.large_string()), pa.array(["d0"]), found.edits)[0].as_py()
    return left


def test_c4_removes_lines_and_citations() -> None:
    found = judge(PAGE, use="c4")
    assert edited(PAGE, found) == (
        "The harbour was quiet in the early morning.\nNobody had opened the market yet, but bread was in the oven.\n"
        "Lorem ipsum dolor sit amet, it ends well.\nHas { code } in it, right?"
    )
    assert found.edits["rule"].to_pylist() == [
        *("c4_citation", "c4_terminal_mark", "c4_policy", "c4_terminal_mark", "c4_javascript"),
    ]
    assert found.documents.to_pylist() == [
        {
            "id": "d0",
            "c4_removed_line_count": 4,
            "c4_removed_word_fraction": 18 / 52,
            "c4_left_sentence_count": 4,
            "c4_left_lorem_ipsum": 1,
            "c4_left_curly_brackets": 1,
        }
    ]


def test_refinedweb_removes_counters_and_cuts_calls_to_action() -> None:
    text = "It stays as it is here. Read more...\n3 likes\n2024\nHome\nWE SHOUT HERE\nSign in to go on\n2 items in cart"
    found = judge(text, use="refinedweb_lines")
    assert edited(text, found) == "It stays as it is here.\nto go on\n"
    assert found.edits["rule"].to_pylist() == [
        *("refinedweb_read_more", "refinedweb_counter", "refinedweb_numeric", "refinedweb_one_word"),
        *("refinedweb_capitals", "refinedweb_sign_in", "refinedweb_cart"),
    ]


def test_a_long_line_keeps_its_phrases() -> None:
    text = "A line of so many words that nobody would take it for a button. Read more..."
    assert judge(text, use="refinedweb_lines").edits.num_rows == 0


def test_a_line_goes_once_and_each_pack_is_told_by_itself() -> None:
    found = judge("Home\nA sentence stands here.", use=["c4", "refinedweb_lines"])
    assert found.edits.to_pylist() == [
        {"id": "d0", "start": 0, "end": 5, "replacement": "", "rule": "c4_terminal_mark"},
    ]
    row = found.documents.to_pylist()[0]
    assert row["c4_removed_line_count"] == row["refinedweb_lines_removed_line_count"] == 1
    assert row["c4_removed_word_fraction"] == row["refinedweb_lines_removed_word_fraction"] == 0.2


def test_places_count_characters_from_the_start_of_each_document() -> None:
    texts = ("", "Où ça\nÇa va très bien.\n", "日本\n😀 x.\n", "Alone")
    found = judge(*texts, rules={"ends": "line_terminal_mark = 1"})
    places = [(row["id"], row["start"], row["end"]) for row in found.edits.to_pylist()]
    assert places == [("d1", 0, 6), ("d2", 0, 3), ("d3", 0, 5)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet="aé。. \n\r\u2028", max_size=30), min_size=1, max_size=4))
def test_edits_leave_the_lines_that_pass(texts: list[str]) -> None:
    found = judge(*texts, rules={"ends": "line_terminal_mark = 1"})
    ids = pa.array([f"d{number}" for number in range(len(texts))])
    left = edited_texts(pa.array(texts, pa.large_string()), ids, found.edits).to_pylist()
    assert left == ["".join(line for line in lines_of(text) if ends_sentence(line.strip())) for text in texts]


def test_own_rules_replace_turn_off_and_follow() -> None:
    rules = {
        "c4_terminal_mark": None,
        "c4_citation": None,
        "c4_min_words": "line_word_count >= 2",
        "short": "line_length < 50",
    }
    section = LinesSection.model_validate({"use": ["c4"], "rules": rules})
    c4, own = chosen_line_rules(section)
    assert [rule.name for rule in c4.rules] == ["c4_long_word", "c4_min_words", "c4_javascript", "c4_policy"]
    assert (c4.rules[1].sql, dict(c4.phrases)) == ("line_word_count >= 2", {})
    assert (own.name, [rule.name for rule in own.rules]) == ("own", ["short"])
    assert set_names(section) == ("c4", "own")


def test_a_rule_may_look_at_the_language() -> None:
    rules = {"ends": "language = 'tha_Thai' OR line_terminal_mark = 1"}
    found = judge("no mark", "no mark", languages=["tha_Thai", "eng_Latn"], rules=rules)
    assert found.edits["id"].to_pylist() == ["d1"]


def test_a_null_removes_the_line_under_its_rule() -> None:
    found = judge("one\n", rules={"divided": "TRY(line_length // 0) > 1"})
    assert found.removed.to_pylist() == ["divided:null"]


def test_no_documents() -> None:
    found = judge(use=["c4"])
    assert found.edits.num_rows == found.documents.num_rows == len(found.removed) == 0
    assert found.documents.schema.names == ["id", *left_schema(["c4"]).names]


@pytest.mark.parametrize(
    ("section", "error", "message"),
    [
        ({"use": ["gopher"]}, RecipeError, "annotate.edits.lines: pack gopher has no rules about lines"),
        ({"use": ["c44"]}, RecipeError, "annotate.edits.lines: no rule pack 'c44'; did you mean c4?"),
        (
            {"rules": {"x": None}},
            RecipeError,
            "annotate.edits.lines.rules.x: there is no rule of that name to turn off",
        ),
        ({"rules": {"x": "word_count > 1"}}, RuleError, "annotate.edits.lines.rules.x: no column word_count"),
        (
            {"rules": {"x": "line_length"}},
            RuleError,
            "annotate.edits.lines.rules.x: gives INTEGER, expected true or false",
        ),
    ],
)
def test_wrong_sections(section: dict[str, object], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        chosen_line_rules(LinesSection.model_validate(section))
    assert str(caught.value).startswith(message)
