"""A manifest in which everything that a card can say occurs."""

from dataclasses import replace

from datacards.cells import Cell
from datacards.manifest import LicenceFinding, Manifest, MixtureWeight, Rule, Source, StageFlow, Tokenizer
from datacards.published import Column, Configuration, PublishedFile


def cell(
    language: str = "fra_Latn",
    license_: str = "CC-BY-SA-4.0",
    rule: str | None = None,
    documents: int = 1,
    *,
    generation: int = 0,
    source: str = "wiki",
    status: str = "allow_with_obligations",
) -> Cell:
    tokens = 0 if rule else documents * 20
    size = documents * 100
    return Cell(language, source, license_, status, generation, rule, documents, size, tokens, "E2", documents)


CELLS = (
    cell(documents=1200),
    cell("nob_Latn", documents=300),
    cell("ast_Latn", "MIT", documents=40, source="packages"),
    cell("por_Latn", documents=12, generation=1, source="wiki-to-por_Latn"),
    cell(rule="duplicate", documents=30),
    cell("und_Zyyy", "NOASSERTION", "license:no_license", 500, status="quarantine"),
    cell("nob_Latn", rule="enough_words", documents=70),
    cell("nob_Latn", rule="enough_words:null", documents=3),
    cell("por_Latn", rule="enough_words", documents=2, generation=1, source="wiki-to-por_Latn"),
)

MANIFEST = Manifest(
    name="example",
    title="An example",
    build_date="2026-11-24",
    software="loam-curation 0.1.0",
    recipe_sha256="ab" * 32,
    recipe="name: example\nsources:\n- name: wiki\n",
    profile="open",
    openness="openly-licensed",
    spdx_list="3.28",
    obligations={"attribution": "name the author", "share_alike": "pass adaptations on under the same licence"},
    reasons={"no_license": "no licence is declared"},
    sources=(
        Source("wiki", "wikipedia", "CC-BY-SA-4.0", None, ("dumps/*.bz2",)),
        Source("packages", "code", None, "ast_Latn", ("wheels/*.whl", "more/*.whl")),
    ),
    stages=(
        StageFlow("ingest", 0, 2150, 2143, {"bad_utf8": 5, "no_text": 2}),
        StageFlow("select", 0, 2143, 1540, {"duplicate": 30, "license:no_license": 500, "enough_words": 73}),
        StageFlow("translate", 1, 15, 14, {"failed_checks": 1}),
        StageFlow("select", 1, 14, 12, {"enough_words": 2}),
    ),
    rules=(
        Rule("duplicate", "no other document says the same", is_sql=False),
        Rule("license", "the profile open lets its licence pass", is_sql=False),
        Rule("enough_words", "word_count >= 50 OR lang = 'a|b'", is_sql=True),
        Rule("never_fails", "true", is_sql=True),
    ),
    cells=CELLS,
    findings=(
        LicenceFinding(
            "CC-BY-SA-4.0", "allow_with_obligations", ("attribution", "share_alike"), None, 1617, 161700, ("0a", "0b")
        ),
        LicenceFinding("MIT", "allow_with_obligations", ("attribution",), None, 40, 4000, ("0c",)),
        LicenceFinding("NOASSERTION", "quarantine", (), "no_license", 500, 50000, ("0d", "0e", "0f")),
    ),
    tokenizer=Tokenizer("trained on this corpus (byte-level BPE)", 8000, "cd" * 32, appends_end_of_document=True),
    mixture=(MixtureWeight("fra_Latn", 24000, 0.6), MixtureWeight("nob_Latn", 6000, 0.4)),
    columns=(Column("id", "string", "the document"), Column("text", "large_string", "its text")),
    files=(
        PublishedFile("data/ast_Latn/packages-a.parquet", 40, 1000, "00" * 32),
        PublishedFile("data/fra_Latn/wiki-a.parquet", 1200, 9000, "01" * 32),
        PublishedFile("data/nob_Latn/wiki-a.parquet", 300, 2000, "02" * 32),
        PublishedFile("data/por_Latn/wiki-to-por_Latn-a.parquet", 12, 300, "03" * 32),
    ),
    configurations=(
        Configuration("default", ("data/*/*.parquet",)),
        *(
            Configuration(name, (f"data/{name}/*.parquet",))
            for name in ("ast_Latn", "fra_Latn", "nob_Latn", "por_Latn")
        ),
    ),
)

FILES = {file.path: file.rows for file in MANIFEST.files}

EMPTY = replace(
    MANIFEST,
    stages=(),
    cells=(),
    findings=(),
    rules=(),
    tokenizer=None,
    mixture=(),
    files=(),
    configurations=(),
    build_date=None,
)
