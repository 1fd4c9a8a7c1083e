"""Words of any script: Unicode's word boundaries, and segmentation where no spaces stand between words.

The rules are the default ones of Unicode Standard Annex 29, "Word Boundaries" (version 17, as the `regex` package has
its classes). A word is what stands between two boundaries and has a letter or number, so that punctuation, symbols and
emoji are none. Letters, marks, digits and connectors in a row are one word (R2D2, snake_case); an apostrophe, full
stop, colon or middle dot between two letters is a part of it (don't, example.com), as a full stop, comma, semicolon or
apostrophe between two digits (1,000.5); hyphens and slashes part words, and so do tshegs in Tibetan and Dzongkha, whose
words here are syllables.

It differs from the annex:

- No word has white space in it: U+202F NARROW NO-BREAK SPACE parts words too.
- A zero-width joiner does not join a letter to an emoji (rule WB3c).
- Letters of scripts written without spaces (Han, Hiragana, Thai, Lao, Khmer, Burmese, Tai scripts), each of which is a
  word by the annex, make up words of several, by one of two segmentations.

`builtin` cuts a sequence of such letters where the script changes, and then into pieces about as long as words:
two characters of Han and Hiragana, five of Khmer, four of Thai, Lao and others, a syllable of Burmese, but neither
between a consonant and its vowel nor before a consonant that ends a syllable. Words in Katakana stay whole. It needs no
dictionary and depends on nothing but the text. Pieces are about as many as words, so that counts, lengths and n-grams
have the right scale, but most of them are no words of the language.

`icu` cuts it into words by the dictionaries of ICU (extra `segment`). It alone tells words where Katakana and other
Japanese writing meet. What it takes for one word of more than 128 bytes, having no dictionary for it, is cut as by
`builtin`.

From RedPajama-V2's words, which white space parts once ASCII punctuation is deleted, these differ in all scripts
without spaces, where dashes, typographic quotes and other punctuation stand, and in "well-known" (two words, there
one). From spaCy's they differ in that punctuation is no word, and contractions are not taken apart (don't is do and n't
there).
"""

from typing import TYPE_CHECKING

from signals.segmentation.choice import BUILTIN, ICU, SEGMENTATIONS, identify

if TYPE_CHECKING:
    from signals.arrow import Column, Texts

__all__ = ["BUILTIN", "ICU", "SEGMENTATIONS", "identify", "words"]


def words(texts: "Texts", segmentation: str = BUILTIN) -> "Column":
    """Return the words of each text, as they stand in it.

    Args:
        texts: Any Arrow string array.
        segmentation: How words of scripts without spaces are told apart: ``builtin`` or ``icu``.

    Returns:
        large_list(large_string), one list a text, null where the text is.

    Raises:
        ValueError: There is no such segmentation, or its package is not installed.
        TypeError: `texts` holds no strings.

    Examples:
        >>> import pyarrow as pa
        >>> words(pa.array(["I can't, it's 3.5!", "2024年です"])).to_pylist()
        [['I', "can't", "it's", '3.5'], ['2024', '年', 'です']]
    """
    from signals.segmentation.lists import words_of  # noqa: PLC0415  Numba is slow to import

    return words_of(texts, segmentation)
