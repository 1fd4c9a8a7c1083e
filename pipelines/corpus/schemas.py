"""The tables of a corpus: their columns, types and meaning. Signals declare theirs in the `signals` package."""

import pyarrow as pa


def _table(*columns: tuple[str, pa.DataType, str]) -> pa.Schema:
    return pa.schema([pa.field(name, type_, metadata={"comment": comment}) for name, type_, comment in columns])


DOCUMENTS = _table(
    ("id", pa.string(), "128-bit hash of the source and its own id, in hexadecimal; never a position"),
    ("text", pa.large_string(), "the text, valid UTF-8, never changed after ingest"),
    ("lang", pa.string(), "declared language, ISO 639-3 and ISO 15924 (fra_Latn); null when undeclared"),
    ("source", pa.string(), "name of the source in the recipe"),
    ("source_id", pa.string(), "the source's own id"),
    ("url", pa.string(), "where the document stands on the web"),
    ("title", pa.string(), "title"),
    ("created", pa.string(), "time of creation or last revision, ISO 8601"),
    ("license_declared", pa.string(), "licence as found, unchanged"),
    ("license_evidence", pa.string(), "JSON list of {class, kind, value, locator}; classes E1 (strong) to E6 (weak)"),
    ("attribution", pa.string(), "JSON object: creators, notices, changes"),
    ("preferences", pa.string(), "JSON object: machine-readable reservations (robots, TDM, AI preferences)"),
    ("derived_from", pa.string(), "id of the document that this one was made from"),
    ("generation", pa.int8(), "0 for documents from sources, 1 for translations"),
    ("meta", pa.string(), "JSON object: every other column of the source"),
)

_CHECKED = pa.struct([("check", pa.string()), ("value", pa.float64())])
_SEGMENT = pa.struct(
    [
        ("block", pa.string()),
        ("source_start", pa.int64()),
        ("source", pa.large_string()),
        ("target_start", pa.int64()),
        ("target", pa.large_string()),
        ("rung", pa.string()),
        ("reason", pa.string()),
        ("engine", pa.string()),
        ("tokens", pa.int64()),
        ("tokens_in", pa.int64()),
        ("tokens_out", pa.int64()),
        ("checks", pa.list_(_CHECKED)),
    ]
)
TRANSLATIONS = _table(
    ("id", pa.string(), "a translation made here, or what would have been its id had it not been dropped"),
    ("derived_from", pa.string(), "id of the document that was translated"),
    ("source_lang", pa.string(), "language of that document"),
    ("target_lang", pa.string(), "language of the translation"),
    ("engine", pa.string(), "the engine that was asked first"),
    ("model", pa.string(), "its model"),
    ("dropped", pa.string(), "why the whole translation was dropped; null when it stands in documents"),
    (
        "segments",
        pa.list_(_SEGMENT),
        (
            "in order: source and target with their first characters in the edited source and in the translation "
            "(target null: left out); rung (untouched, whole, again, parts, fallback, rejected); reason of the first "
            "failure; the engine that answered; own tokens; tokens read and written for it; what the checks measured"
        ),
    ),
)

LENGTH_BOUNDS = _table(
    ("source_lang", pa.string(), "language of the texts"),
    ("target_lang", pa.string(), "language of their translations"),
    ("centre", pa.float64(), "median of the logarithm of a translation's relative length, in letters of an alphabet"),
    ("spread", pa.float64(), "its standard deviation in long segments"),
)

_DUPLICATES: tuple[tuple[str, pa.DataType, str], ...] = (
    ("id", pa.string(), "a document that is not the only one of its cluster"),
    ("cluster", pa.string(), "id of the cluster's representative"),
    ("cluster_corpus", pa.string(), "the corpus that holds it, as dedup.against names it; null where this one does"),
    ("representative", pa.bool_(), "whether this document speaks for the cluster"),
    ("similarity", pa.float64(), "share of the shingles of both that both have, 0 to 1; 1 for copies of the text"),
    ("cluster_size", pa.int64(), "documents in the cluster"),
    ("match", pa.string(), "what it has in common with the representative: exact (the text), url, digest, fuzzy"),
    ("cluster_licenses", pa.list_(pa.string()), "distinct declared licences in the cluster, sorted"),
    ("cluster_languages", pa.list_(pa.string()), "distinct declared languages in the cluster, sorted"),
)
DUPLICATES = _table(*_DUPLICATES)

JOINT_CHANGES = _table(
    ("corpus", pa.string(), "another corpus, as dedup.against names it"),
    ("id", pa.string(), "a document of it, about which deduplicating all corpora together decides otherwise"),
    (
        "change",
        pa.string(),
        "dropped or kept, which it was not; moved to another cluster; regrouped: a cluster changed",
    ),
    ("cluster_before", pa.string(), "id of its cluster in the corpus that holds it; null where it stood alone"),
    *((name, type_, f"together: {comment}") for name, type_, comment in _DUPLICATES[1:]),
)

LICENCES = _table(
    ("id", pa.string(), "document"),
    ("license", pa.string(), "concluded SPDX expression, NONE or NOASSERTION"),
    ("status", pa.string(), "allow, allow_with_obligations, quarantine or deny; null without a profile"),
    ("obligations", pa.list_(pa.string()), "what whoever passes the text on must do"),
    ("reason", pa.string(), "why the status is what it is"),
    ("operations", pa.list_(pa.string()), "what the profile lets be done with it: keep_whole, alter, translate, …"),
    ("profile", pa.string(), "the profile under which it was decided"),
    ("review", pa.string(), "JSON list: the reviews, or the override, that the licence rests on; null without any"),
)

DECISIONS = _table(
    ("id", pa.string(), "document"),
    ("kept", pa.bool_(), "whether it goes on"),
    ("rule", pa.string(), "the first rule that it failed; null when kept"),
    ("lang", pa.string(), "concluded language"),
)

CONTAMINATION = _table(
    ("id", pa.string(), "a document that shares n-grams with a benchmark"),
    ("benchmark", pa.string(), "file of the benchmark below its glob's root"),
    ("item", pa.int64(), "line or row of the benchmark, from 1"),
    ("field", pa.string(), "path of keys to the text in it"),
    ("ngrams", pa.int64(), "distinct n-grams of the text that the document has"),
    ("fraction", pa.float64(), "share of the text's words that they cover, 0 to 1"),
)

CONTAMINATED = _table(
    ("id", pa.string(), "a document that shares n-grams with a benchmark"),
    ("contaminated", pa.bool_(), "whether a document shares n-grams with a benchmark"),
    ("contaminated_texts", pa.int64(), "texts of benchmarks with which it shares some"),
    ("contaminated_fraction", pa.float64(), "largest share of such a text's words that they cover, 0 to 1"),
)

THRESHOLDS = "thresholds"  # the folder of figures by language: one table for each pack of rules that has some
ANY_LANGUAGE = "*"  # their row for languages that have none of their own

QUARANTINE = _table(
    ("file", pa.string(), "file below its glob's root"),
    ("row", pa.int64(), "record in the file, from 1"),
    ("offset", pa.int64(), "byte offset in the (decompressed) file, where known"),
    ("reason", pa.string(), "named reason"),
    ("detail", pa.string(), "what the reader said"),
    ("raw", pa.binary(), "the first 4 KiB of the record as found"),
)

EDITS = _table(
    ("id", pa.string(), "document"),
    ("start", pa.int64(), "first character replaced"),
    ("end", pa.int64(), "first character after it"),
    ("replacement", pa.string(), "what stands there instead"),
    ("rule", pa.string(), "the rule that proposed it"),
)
