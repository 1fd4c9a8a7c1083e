"""What a RedPajama-V2 signal file holds, and the columns that it is read into.

A file is JSON lines, gzipped: id, id_int, metadata, and quality_signals, which gives each of 45 signals as a list of
``[start, end, score]`` over characters of the text: one for the document, or one for each line (arXiv 2411.12372;
togethercomputer/RedPajama-Data at 6d2cee9, app/src/core/worker.py and schema/rp.py).
"""

import pyarrow as pa

METADATA = ("cc_segment", "cc_net_source", "url", "source_domain", "language", "snapshot_id")

LINE_SIGNALS = (
    "rps_lines_ending_with_terminal_punctution_mark",
    "rps_lines_javascript_counts",
    "rps_lines_num_words",
    "rps_lines_numerical_chars_fraction",
    "rps_lines_start_with_bulletpoint",
    "rps_lines_uppercase_letter_fraction",
)

# In the order in which RedPajama-V2's code writes them.
SIGNALS = (
    "ccnet_length",
    "ccnet_original_length",
    "ccnet_nlines",
    "ccnet_original_nlines",
    "ccnet_language_score",
    "ccnet_perplexity",
    "ccnet_bucket",
    "rps_doc_curly_bracket",
    "rps_doc_ldnoobw_words",
    "rps_doc_lorem_ipsum",
    "rps_doc_stop_word_fraction",
    "rps_doc_ut1_blacklist",
    *(f"rps_doc_frac_chars_dupe_{n}grams" for n in (10, 5, 6, 7, 8, 9)),
    *(f"rps_doc_frac_chars_top_{n}gram" for n in (2, 3, 4)),
    "rps_doc_frac_all_caps_words",
    "rps_doc_frac_lines_end_with_ellipsis",
    "rps_doc_frac_no_alph_words",
    "rps_doc_frac_unique_words",
    "rps_doc_mean_word_length",
    "rps_doc_num_sentences",
    "rps_doc_symbol_to_word_ratio",
    "rps_doc_unigram_entropy",
    "rps_doc_word_count",
    *LINE_SIGNALS,
    *(f"rps_doc_ml_{name}_score" for name in ("palm", "wikipedia", "wikiref")),
    *(
        f"rps_doc_{domain}_importance{suffix}"
        for domain in ("books", "openwebtext", "wikipedia")
        for suffix in ("", "_length_correction")
    ),
)

_WHOLE_NUMBERS = ("rps_doc_ut1_blacklist", "rps_doc_word_count", "rps_lines_num_words")  # all others are floats


def type_of(name: str) -> pa.DataType:
    """Return the type of a signal's column: the one that this package declares."""
    if name in LINE_SIGNALS:
        return pa.list_(pa.int32() if name in _WHOLE_NUMBERS else pa.float64())
    return pa.int64() if name in _WHOLE_NUMBERS else pa.float64()


_COLUMNS: dict[str, pa.DataType] = {
    "id": pa.string(),
    "id_int": pa.uint64(),
    **dict.fromkeys(METADATA, pa.string()),
    "char_count": pa.int64(),
    "line_start": pa.list_(pa.int32()),
    "line_end": pa.list_(pa.int32()),
    **{name: type_of(name) for name in SIGNALS},
}
IMPORTED = pa.schema(_COLUMNS)
