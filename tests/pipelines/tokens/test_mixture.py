"""From tokens and wishes to shares."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import RecipeError
from pipelines.tokens.mixture import Wishes, mix
from pipelines.tokens.parts import Part

WEB, BOOKS = Part("fra_Latn", "web"), Part("fra_Latn", "books")
MADE = Part("fra_Latn", "web-to-fra_Latn", translated=True)
ENGLISH = Part("eng_Latn", "web")
OFTEN = Part("eng_Latn", "web", copies=5)
SIZES = {WEB: 300, BOOKS: 100, ENGLISH: 600}
HALF, TENTH = Fraction(1, 2), Fraction(1, 10)


def _shares(sizes: dict[Part, int], **wishes: object) -> dict[Part, float]:
    return {part: float(share) for part, share in mix(sizes, Wishes(**wishes)).shares.items()}  # type: ignore[arg-type]


def test_parts_weigh_their_tokens() -> None:
    mixed = mix(SIZES, Wishes())
    assert _shares(SIZES) == {WEB: 0.3, BOOKS: 0.1, ENGLISH: 0.6}
    assert mixed.tokens == 1000
    assert mixed.steps[WEB] == ("300 tokens",)


def test_epochs_count_tokens_more_than_once() -> None:
    mixed = mix(SIZES, Wishes(epochs={"fra_Latn/books": Fraction(4), "eng_Latn": HALF}))
    assert mixed.tokens == 300 + 400 + 300
    assert mixed.shares[BOOKS] == Fraction(4, 10)
    assert mixed.steps[BOOKS] == ("100 tokens", "times 4 (epochs)")


def test_documents_that_spoke_for_many_count_more() -> None:
    mixed = mix({ENGLISH: 600, OFTEN: 100}, Wishes(cluster_size={5: Fraction(3)}))
    assert mixed.shares == {ENGLISH: Fraction(2, 3), OFTEN: Fraction(1, 3)}


def test_machine_translations_are_cut_in_their_language_alone() -> None:
    shares = _shares(SIZES | {MADE: 1600}, max_translated_share=Fraction(1, 5))
    assert shares[MADE] / (shares[MADE] + shares[WEB] + shares[BOOKS]) == pytest.approx(0.2)
    assert shares[ENGLISH] == pytest.approx(600 / 1100)


@pytest.mark.parametrize("most", [Fraction(0), TENTH])
def test_a_language_of_translations_alone_is_left_out(most: Fraction) -> None:
    made = Part("deu_Latn", "web-to-deu_Latn", translated=True)
    assert made not in mix(SIZES | {made: 50}, Wishes(max_translated_share=most)).shares


def test_weights_fix_shares_and_the_rest_keeps_its_proportions() -> None:
    assert _shares(SIZES, weights={"eng_Latn": TENTH}) == pytest.approx({WEB: 0.675, BOOKS: 0.225, ENGLISH: 0.1})
    assert _shares(SIZES, weights={"fra_Latn/books": HALF, "eng_Latn": HALF, "fra_Latn/web": Fraction(0)}) == {
        BOOKS: 0.5,
        ENGLISH: 0.5,
    }


def test_what_caps_cut_off_goes_to_the_others() -> None:
    sizes = {ENGLISH: 800, WEB: 150, Part("swh_Latn", "web"): 50}
    shares = _shares(sizes, caps={"eng_Latn": HALF, "fra_Latn": Fraction(3, 10)})
    assert list(shares.values()) == pytest.approx([0.5, 0.3, 0.2])


def test_budgets_decide_alone() -> None:
    mixed = mix(SIZES, Wishes(budgets={"fra_Latn": 2000, "eng_Latn": 3000}))
    assert mixed.tokens == 5000
    assert {part: float(share) for part, share in mixed.shares.items()} == {WEB: 0.3, BOOKS: 0.1, ENGLISH: 0.6}
    assert mixed.steps[WEB][1] == "of the 2,000 tokens for fra_Latn: 1,500"


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({"weights": {"deu_Latn": HALF}}, "mix.weights: no tokens of deu_Latn; there are tokens of eng_Latn, fra_Latn"),
        ({"weights": {"fra_Latn": HALF, "fra_Latn/web": TENTH}}, "fra_Latn/web is named, and so is fra_Latn"),
        ({"weights": {"fra_Latn": HALF, "eng_Latn": TENTH}}, "they name every part and sum to 0.6"),
        ({"weights": {"fra_Latn": Fraction(1)}}, "nothing is left for eng_Latn/web; give a weight, 0 to leave it out"),
        ({"caps": {"fra_Latn": TENTH, "eng_Latn": TENTH}}, "at their caps nothing takes the rest"),
        ({"epochs": {"eng_Latn/laws": HALF}}, "mix.epochs: no tokens of eng_Latn/laws"),
    ],
)
def test_wishes_that_cannot_be_met_are_refused(wishes: dict[str, object], said: str) -> None:
    with pytest.raises(RecipeError, match=said):
        mix(SIZES, Wishes(**wishes))  # type: ignore[arg-type]


PARTS = st.builds(
    Part,
    st.sampled_from(("eng_Latn", "fra_Latn", "swh_Latn")),
    st.sampled_from(("web", "books")),
    translated=st.booleans(),
)
SHARE = st.fractions(0, 1, max_denominator=20)


@given(
    st.dictionaries(PARTS, st.integers(1, 10**12), min_size=1),
    st.builds(
        Wishes,
        temperature=st.fractions(Fraction(1, 2), 10, max_denominator=10),
        max_translated_share=st.one_of(st.none(), SHARE),
        caps=st.dictionaries(st.sampled_from(("eng_Latn", "fra_Latn")), SHARE, max_size=2),
    ),
)
def test_shares_sum_to_one_and_hold_every_bound(sizes: dict[Part, int], wishes: Wishes) -> None:
    try:
        mixed = mix(sizes, wishes)
    except RecipeError:
        return
    assert sum(mixed.shares.values()) == 1
    assert min(mixed.shares.values()) > 0
    for lang, cap in wishes.caps.items():
        assert sum(share for part, share in mixed.shares.items() if part.lang == lang) <= cap
    if wishes.max_translated_share is not None:
        for lang in {part.lang for part in mixed.shares}:
            here = {part: share for part, share in mixed.shares.items() if part.lang == lang}
            made = sum(share for part, share in here.items() if part.translated)
            assert made <= wishes.max_translated_share * sum(here.values())
