"""RedPajama-V2's 27 signals of group `core` that need neither a list nor a model of their own, and plain counts."""

from collections.abc import Callable

import numpy as np

from signals.core.formulas import Floats, Values, ratio
from signals.core.measures import Measures
from signals.core.word_lists import redpajama_stop_lists
from signals.kernels.repetition import SMALLEST_DUPLICATE


def _top(size: int) -> Callable[[Measures], Floats]:
    return lambda m: ratio(m.repetition.top[:, size - 2], m.repetition.characters, empty=0.0)


def _duplicated(size: int) -> Callable[[Measures], Floats]:
    column = size - SMALLEST_DUPLICATE
    return lambda m: ratio(m.repetition.duplicated[:, column], m.repetition.characters, empty=0.0)


def _stop_word_fraction(m: Measures) -> Floats:
    fraction = ratio(m.stop_words, m.tokens.total, empty=0.0)
    fraction[m.words == 0] = 0.0
    fraction[redpajama_stop_lists().rows(m.language_rows) < 0] = np.nan
    return fraction


def _lorem_ipsum(m: Measures) -> Floats:
    """Occurrences per character of the normalised text, whose words are parted by one space."""
    return ratio(m.lorem_ipsum, m.repetition.characters + np.maximum(m.words - 1, 0), empty=0.0)


# One value a document. Integer formulas give counts; floating-point ones are rounded to 8 decimals, NaN to null.
DOCUMENT_FORMULAS: dict[str, Callable[[Measures], Values]] = {
    **{f"rps_doc_frac_chars_top_{n}gram": _top(n) for n in (2, 3, 4)},
    **{f"rps_doc_frac_chars_dupe_{n}grams": _duplicated(n) for n in (5, 6, 7, 8, 9, 10)},
    "rps_doc_num_sentences": lambda m: m.tokens.sentences.astype(np.float64),
    "rps_doc_word_count": lambda m: m.words,
    "rps_doc_mean_word_length": lambda m: ratio(m.repetition.characters, m.words),
    "rps_doc_symbol_to_word_ratio": lambda m: ratio(m.marks.symbols, m.tokens.total),
    "rps_doc_frac_lines_end_with_ellipsis": lambda m: ratio(m.lines.ellipses, m.line_counts),
    "rps_doc_frac_no_alph_words": lambda m: 1.0 - ratio(m.tokens.alphabetic, m.tokens.total),
    "rps_doc_frac_unique_words": lambda m: ratio(m.repetition.distinct_words, m.words),
    "rps_doc_unigram_entropy": lambda m: np.where(m.words > 0, m.repetition.entropy, np.nan),
    "rps_doc_frac_all_caps_words": lambda m: ratio(m.tokens.capitals, m.tokens.total),
    "rps_doc_curly_bracket": lambda m: ratio(m.marks.brackets, m.marks.characters, empty=0.0),
    "rps_doc_lorem_ipsum": _lorem_ipsum,
    "rps_doc_stop_word_fraction": _stop_word_fraction,
    "char_count": lambda m: m.marks.characters,
    "byte_count": lambda m: m.byte_counts,
    "text_hash": lambda m: m.text_hashes,
}

# One value a line.
LINE_FORMULAS: dict[str, Callable[[Measures], Values]] = {
    "line_start": lambda m: m.lines.starts,
    "line_end": lambda m: m.lines.ends,
    "rps_lines_ending_with_terminal_punctution_mark": lambda m: m.lines.terminal,
    "rps_lines_javascript_counts": lambda m: m.lines.javascripts,
    "rps_lines_num_words": lambda m: m.lines.words,
    "rps_lines_numerical_chars_fraction": lambda m: m.lines.numeric,
    "rps_lines_start_with_bulletpoint": lambda m: m.lines.bullets,
    "rps_lines_uppercase_letter_fraction": lambda m: m.lines.upper,
}
BULLETS = "rps_lines_start_with_bulletpoint"
