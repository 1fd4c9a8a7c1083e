"""What is measured: each case by name, and the function that prepares it in a process of its own."""

from dataclasses import dataclass

ALONE = "libraries, text in memory"
STAGES = "stages, corpus to corpus"
SAME_DOCUMENTS = "the same documents"
SAME_AS_SHARDS = "the same documents, as Megatron shards"
SAME_AS_BLOOM = "the same documents, as Megatron shards with BLOOM's words"
SAME_DEDUPLICATED = "the same documents, deduplicated"
INTAKE = "ingest, file to shards"
PAGES = "web pages, WARC to rows"
WIKI = "a wiki, XML dump to rows"
POSTS = "Stack Exchange, XML dump to rows"


@dataclass(frozen=True)
class Case:
    """One thing to measure.

    Attributes:
        group: The heading it stands under.
        name: What a reader calls it.
        prepare: ``module:function``; called with the `Material` and the arguments, outside the clock, it returns the
            function that does the work and returns the UTF-8 bytes of text that it worked on.
        arguments: What `prepare` gets besides.
        is_peer: It is the peer that the others of its group are compared with.
    """

    group: str
    name: str
    prepare: str
    arguments: tuple[str, ...] = ()
    is_peer: bool = False


LIBRARY_CASES = (
    Case(ALONE, "27 RedPajama-V2 signals", "benchmarks.libraries:redpajama_signals", ("documents",)),
    Case(ALONE, "all core signals", "benchmarks.libraries:core_signals", ("documents",)),
    Case(ALONE, "all signals that need no model", "benchmarks.libraries:signals_without_models", ("documents",)),
    Case(ALONE, "hash of the normalised text", "benchmarks.libraries:text_hash", ("documents",)),
    Case(ALONE, "MinHash signatures", "benchmarks.deduplication:signatures", ("minhash",)),
    Case(ALONE, "MinHash of RedPajama-V2", "benchmarks.deduplication:signatures", ("minhash_redpajama_v2",)),
    Case(ALONE, "27 signals and signatures", "benchmarks.deduplication:signals_and_signatures"),
    Case(ALONE, "exact deduplication", "benchmarks.deduplication:exact", ("documents",)),
    Case(ALONE, "fuzzy deduplication, verified", "benchmarks.deduplication:fuzzy", ("documents", "loam")),
    Case(ALONE, "the same as redpajama_v2", "benchmarks.deduplication:fuzzy", ("documents", "redpajama_v2")),
    Case(ALONE, "language", "benchmarks.libraries:language", ("documents",)),
    Case(ALONE, "20 rules, 10 million rows", "benchmarks.rules:first_failing_rules"),
    Case(ALONE, "licences, 100,000 documents", "benchmarks.licences:decided", ("100",)),
    Case(ALONE, "licences, a fifth of them unlike", "benchmarks.licences:decided", ("20000",)),
    Case(ALONE, "tokens", "benchmarks.libraries:tokens", ("documents",)),
    Case(ALONE, "token shards, the writer alone", "benchmarks.tokens:writer"),
    Case(ALONE, "the index of 5 million sequences", "benchmarks.tokens:index_of_many"),
    Case(ALONE, "text read from Parquet", "benchmarks.libraries:parquet_text", ("documents",)),
)

# A reader beside the libraries it reads with: what it adds to them.
SOURCE_CASES = (
    Case(INTAKE, "Parquet", "benchmarks.intake:ingest", ("parquet",)),
    Case(INTAKE, "JSONL.zst", "benchmarks.intake:ingest", ("jsonl",)),
    Case(PAGES, "FastWARC and Resiliparse alone", "benchmarks.crawls:libraries_alone", is_peer=True),
    Case(PAGES, "the reader: main text", "benchmarks.crawls:read_archive", ("plain",)),
    Case(PAGES, "the reader: main text, evidence of licences", "benchmarks.crawls:read_archive", ("evidence",)),
    Case(WIKI, "expat and mwparserfromhell alone", "benchmarks.dumps:wikitext_parser_alone", is_peer=True),
    Case(WIKI, "the reader", "benchmarks.dumps:read_wiki"),
    Case(POSTS, "expat and Resiliparse alone", "benchmarks.dumps:posts_parser_alone", is_peer=True),
    Case(POSTS, "the reader", "benchmarks.dumps:read_posts"),
)

PEER_CASES = (
    Case(
        SAME_DOCUMENTS,
        "datatrove: Gopher and C4",
        "benchmarks.peers:datatrove_filters",
        is_peer=True,
    ),
    Case(
        SAME_DEDUPLICATED,
        "datatrove: MinHash, four stages",
        "benchmarks.peers:datatrove_minhash",
        is_peer=True,
    ),
    Case(SAME_DEDUPLICATED, "fuzzy deduplication, verified", "benchmarks.deduplication:fuzzy", ("sample", "loam")),
    *(
        case
        for group, words in ((SAME_AS_SHARDS, "gpt4"), (SAME_AS_BLOOM, "bloom"))
        for case in (
            Case(group, "datatrove: MegatronDocumentTokenizer", "benchmarks.peers:datatrove_megatron", (words,), True),
            Case(group, "a pool that encodes, as preprocess_data.py", "benchmarks.peers:pool_of_encoders", (words,)),
            Case(group, "encoding and shards", "benchmarks.tokens:shards", (words,)),
        )
    ),
    Case(SAME_DOCUMENTS, "27 RedPajama-V2 signals", "benchmarks.libraries:redpajama_signals", ("sample",)),
    Case(SAME_DOCUMENTS, "all core signals", "benchmarks.libraries:core_signals", ("sample",)),
)


def stage_case(stage: str, generation: int) -> Case:
    """Return the case that measures one pass of the way."""
    return Case(STAGES, stage, "benchmarks.stages:one_pass", (stage, str(generation)))
