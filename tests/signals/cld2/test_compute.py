"""The language according to CLD2."""

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import signals

pytest.importorskip("pycld2", reason="needs the extra `cld2`")

# Article 1 of the Universal Declaration of Human Rights (United Nations, public domain).
ARTICLES = {
    "yor_Latn": "Gbogbo ènìyàn ni a bí ní òmìnira; iyì àti ẹ̀tọ́ kọ̀ọ̀kan sì dọ́gba. Wọ́n ní ẹ̀bùn ti làákàyè àti ti "
    "ẹ̀rí-ọkàn, ó sì yẹ kí wọn ó máa hùwà sí ara wọn gẹ́gẹ́ bí ọmọ ìyá.",
    "zul_Latn": "Bonke abantu bazalwa bekhululekile belingana ngesithunzi nangamalungelo. Bahlanganiswe wumcabango "
    "nangunembeza futhi kufanele baphathane ngomoya wobunye.",
    "swh_Latn": "Watu wote wamezaliwa huru, hadhi na haki zao ni sawa. Wote wamejaliwa akili na dhamiri, hivyo yapasa "
    "watendeane kindugu.",
    "kin_Latn": "Abantu bose bavuka aliko bakwiye agaciro no kwubahwa kimwe. Bose bavukana ubwenge n'umutima, bagomba "
    "kugilirana kivandimwe.",
    "sna_Latn": "Vanhu vose vanoberekwa vakasununguka uyewo vakaenzana pahunhu nekodzero dzavo. Vanhu vose vanechipo "
    "chokufunga nekuziva chakaipa nechakanaka saka vanofanira kubatana nomweya wohusahwira.",
    "srp_Cyrl": "Сва људска бића рађају се слободна и једнака у достојанству и правима. Она су обдарена разумом и "
    "свешћу и треба једни према другима да поступају у духу братства.",
    "zho_Hant": "人人生而自由，在尊嚴和權利上一律平等。他們賦有理性和良心，並應以兄弟關係的精神對待。",
    "zho_Hans": "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神对待。",
}
NAMES = ["cld2_label", "cld2_reliable", "cld2_fraction", "cld2_agrees"]


def rows(texts: list[str | None], languages: list[str | None] | None = None) -> list[tuple[object, ...]]:
    table = signals.compute(pa.array(texts, pa.string()), languages, NAMES)
    assert table.schema.equals(signals.schema("cld2"), check_metadata=True)
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


@pytest.mark.parametrize("code", ARTICLES)
def test_knows(code: str) -> None:
    ((label, reliable, fraction, agrees),) = rows([ARTICLES[code]], [code])
    assert (label, reliable, agrees) == (code, True, True)
    assert isinstance(fraction, float)
    assert fraction >= 0.95


def test_agreement_is_of_languages_not_scripts() -> None:
    yoruba, serbian = ARTICLES["yor_Latn"], ARTICLES["srp_Cyrl"]
    found = rows([yoruba, serbian, yoruba, "12 34", None], ["zul_Latn", "srp_Latn", None, "fr", "fr"])
    assert [row[3] for row in found] == [False, True, None, None, None]


def test_what_has_no_language() -> None:
    assert rows(["", "12 34", None]) == [("und_Zyyy", False, None, None)] * 2 + [(None, None, None, None)]
    assert rows([]) == []


def test_several_languages() -> None:
    ((label, _, fraction, _),) = rows([ARTICLES["zul_Latn"] * 3 + ARTICLES["zho_Hans"] * 2])
    assert label == "zul_Latn"
    assert isinstance(fraction, float)
    assert 0.3 < fraction < 0.9


def test_characters_that_cld2_refuses_do_not_matter() -> None:
    zulu = ARTICLES["zul_Latn"]
    dirty = zulu.replace(" ", "\x00 \x9f").replace(",", "\ufffe\U0010ffff\ufdd0\x7f") + "\x0b\x1f"
    assert [row[:2] for row in rows([dirty])] == [("zul_Latn", True)]


def test_every_character_is_taken() -> None:
    characters = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x110000))))
    texts: list[str | None] = [characters[start : start + 1000] for start in range(0, len(characters), 1000)]
    assert len(rows(texts)) == len(texts)


@settings(max_examples=150, deadline=None)
@given(texts=st.lists(st.text(), min_size=1, max_size=5))
@example(texts=["\x00", "\ufffe", ARTICLES["kin_Latn"] + "\x00"])
def test_equals_one_text_at_a_time(texts: list[str]) -> None:
    assert rows([*texts]) == [rows([text])[0] for text in texts]
