"""From decided documents to token shards: tokenizer, encode and tokenize together."""

import hashlib
import json
import random
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tokenizers import Tokenizer

from pipelines.errors import CorpusError, LoamError
from pipelines.stages import encode, tokenize, train_tokenizer
from pipelines.tokens import gather
from pipelines.tokens.megatron import data_path, index_path, read_index, verify_shard
from pipelines.tokens.order import order_keys
from pipelines.tokens.provenance import PROVENANCE, provenance_path
from pipelines.tokens.tokenizer import load_tokenizer
from tests.pipelines.stages.kept_documents import Corpus, Document
from tests.pipelines.tokens.sequences import read_sequence

TOKENIZER_FILE = train_tokenizer.TOKENIZER_FILES["tokenizer.json"]

WORDS = ["soil", "grows", "bloom", "vers", "de", "terre", "et", "the", "worm", "udongo", "wa"]


def _documents(lang: str, count: int, generation: int = 0) -> list[Document]:
    chosen = random.Random(f"{lang}{generation}")  # noqa: S311 -- test data
    return [
        Document(
            text=f"{number} " + " ".join(chosen.choice(WORDS) for _ in range(chosen.randrange(3, 40))),
            lang=lang,
            kept=number % 5 != 0,
            url=f"https://example.org/{lang}/{number}" if number % 2 else None,
            license="CC-BY-4.0" if number % 3 else "CC0-1.0",
            generation=generation,
        )
        for number in range(count)
    ]


SHARDS = {
    "a": _documents("eng_Latn", 60) + _documents("fra_Latn", 20),
    "b": _documents("swh_Latn", 40),
    "c": _documents("eng_Latn", 30, generation=1),
}


def _tokenized(root: Path, shards: dict[str, list[Document]], corpus: Corpus | None = None) -> Corpus:
    corpus = corpus or Corpus(root)
    for name, documents in shards.items():
        corpus.add_shard(name, documents)
    _run(corpus)
    return corpus


def _run(corpus: Corpus) -> dict[str, int]:
    """Run the three stages; returns how many units of each were due."""
    trained = corpus.run(train_tokenizer.STAGE)
    encoded = corpus.run(encode.STAGE) + corpus.run(encode.STAGE, 1)
    return {"tokenizer": len(trained), "encode": len(encoded), "tokenize": len(corpus.run(tokenize.STAGE))}


def _content(root: Path, *folders: str) -> dict[str, str]:
    """Return the hash of every file in some folders."""
    files = (path for folder in folders for path in (root / folder).rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _standing(corpus: Corpus) -> dict[str, str]:
    outputs = (
        corpus.plan.outputs(stage, folder) for stage, folder in (("tokenizer", "tokenizer"), ("tokenize", "tokens"))
    )
    return {path: corpus.plan.output(path).sha256 for paths in outputs for path in paths}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return _tokenized(tmp_path_factory.mktemp("corpus"), SHARDS)


def test_every_kept_document_is_one_sequence_that_decodes_to_its_text(corpus: Corpus) -> None:
    tokenizer = Tokenizer.from_file(str(corpus.root / TOKENIZER_FILE))
    kept = {document.id: document for documents in SHARDS.values() for document in documents if document.kept}
    seen = []
    for prefix in corpus.prefixes():
        for row in pq.read_table(corpus.root / provenance_path(prefix)).to_pylist():
            ids = read_sequence(corpus.root / prefix, row["sequence"])
            assert ids[-1] == 2
            document = kept[row["id"]]
            assert tokenizer.decode(ids[:-1], skip_special_tokens=False) == document.text
            url_hash = None if document.url is None else hashlib.sha256(document.url.encode()).hexdigest()[:32]
            assert (row["lang"], row["license"], row["source"]) == (document.lang, document.license, "docs")
            assert row["url_hash"] == url_hash
            seen.append(row["id"])
    assert sorted(seen) == sorted(kept)


def test_shards_pass_the_verifier_and_agree_with_their_provenance(corpus: Corpus) -> None:
    facts = json.loads((corpus.root / train_tokenizer.VOCABULARY_FILE).read_text())
    assert len(corpus.prefixes()) == 4  # English has one of documents and one of translations
    for prefix in corpus.prefixes():
        index = verify_shard(corpus.root / prefix, facts["vocab_size"], facts["eod"])
        provenance = pq.read_table(corpus.root / provenance_path(prefix))
        assert provenance.schema.remove_metadata() == PROVENANCE.remove_metadata()
        assert provenance["length"].to_pylist() == index.lengths.tolist()
        assert (2 * provenance["offset"].to_numpy()).tolist() == index.pointers.tolist()


def test_names_say_the_language_and_begin_with_a_letter(corpus: Corpus) -> None:
    for prefix in corpus.prefixes():
        folder, lang, name = prefix.split("/")
        assert (folder, lang in {"eng_Latn", "fra_Latn", "swh_Latn"}) == ("tokens", True)
        assert name[0].isalpha()
        assert name.endswith("_text_document")


def test_the_receipts_account_for_every_kept_document(corpus: Corpus) -> None:
    kept = sum(document.kept for documents in SHARDS.values() for document in documents)
    for stage in ("encode", "tokenize"):
        outcomes = [receipt.outcome for receipt in corpus.plan.receipts(stage)]
        assert sum(outcome.rows_in for outcome in outcomes) == kept
        assert sum(outcome.rows_out for outcome in outcomes) == kept


def test_how_documents_lie_in_shards_leaves_no_trace(corpus: Corpus, tmp_path: Path) -> None:
    shuffled = SHARDS["b"] + SHARDS["a"]
    random.Random(0).shuffle(shuffled)  # noqa: S311 -- test data
    other = _tokenized(tmp_path, {"x": shuffled[:30], "y": shuffled[30:], "z": SHARDS["c"][::-1]})
    assert _content(other.root, "tokens", "tokenizer") == _content(corpus.root, "tokens", "tokenizer")


def test_another_seed_gives_another_order(corpus: Corpus, tmp_path: Path) -> None:
    other = _tokenized(tmp_path, SHARDS, Corpus(tmp_path, seed=7))
    assert set(other.prefixes()).isdisjoint(corpus.prefixes())


def test_a_second_run_does_nothing(tmp_path: Path) -> None:
    corpus = _tokenized(tmp_path, SHARDS)
    assert _run(corpus) == {"tokenizer": 0, "encode": 0, "tokenize": 0}


def test_a_file_added_rewrites_only_its_languages(tmp_path: Path, corpus: Corpus) -> None:
    given = {"tokenizer": str(corpus.root / TOKENIZER_FILE)}
    grown = _tokenized(tmp_path / "grown", SHARDS, Corpus(tmp_path / "grown", given))
    grown.add_shard("d", [*_documents("deu_Latn", 9), Document("une phrase de plus", "fra_Latn")])
    assert _run(grown) == {"tokenizer": 0, "encode": 1, "tokenize": 2}
    clean = _tokenized(
        tmp_path / "clean",
        {"d": [*_documents("deu_Latn", 9), Document("une phrase de plus", "fra_Latn")]} | SHARDS,
        Corpus(tmp_path / "clean", given),
    )
    assert _standing(grown) == _standing(clean)


def test_a_large_language_is_cut_into_shards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gather.bucket_count, "__defaults__", (300,))
    corpus = _tokenized(tmp_path, SHARDS)
    prefixes = [prefix for prefix in corpus.prefixes() if "eng_Latn" in prefix]
    assert len(prefixes) > 4
    tables = [pq.read_table(corpus.root / provenance_path(prefix)) for prefix in prefixes]
    ids = [str(document) for table in tables for document in table["id"].to_pylist()]
    english = {d.id for documents in SHARDS.values() for d in documents if d.kept and d.lang == "eng_Latn"}
    assert sorted(ids) == sorted(english)


def test_shards_of_equal_content_stay_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gather.bucket_count, "__defaults__", (3,))
    documents = [Document("x", name=str(number)) for number in range(8)]
    halves = order_keys(pa.array([document.id for document in documents]), "42/tokens") >> np.uint64(63)
    first, second = (documents[halves.tolist().index(half)] for half in (0, 1))
    corpus = _tokenized(tmp_path, {"a": [first, second]})
    assert [len(read_index(index_path(tmp_path / prefix)).lengths) for prefix in corpus.prefixes()] == [1, 1]


def test_documents_without_tokens_are_counted(tmp_path: Path) -> None:
    corpus = _tokenized(
        tmp_path, {"a": [Document("soil and soil"), Document("", name="empty"), Document("gone", kept=False)]}
    )
    (receipt,) = corpus.plan.receipts("encode")
    assert (receipt.outcome.rows_in, receipt.outcome.rows_out) == (2, 1)
    assert receipt.outcome.dropped == {"empty_after_encoding": 1}
    assert receipt.outcome.bytes_in == len("soil and soil")


def test_text_that_spells_the_end_of_a_document_does_not_end_it(tmp_path: Path) -> None:
    corpus = _tokenized(tmp_path, {"a": [Document("before </s> after <pad>")]})
    (prefix,) = corpus.prefixes()
    ids = read_sequence(tmp_path / prefix, 0)
    assert ids.count(2) == 1
    assert 3 not in ids


def test_sequences_end_bare_when_the_recipe_says_so(tmp_path: Path) -> None:
    corpus = _tokenized(tmp_path, {"a": [Document("soil")]}, Corpus(tmp_path, {"append_eod": False}))
    (prefix,) = corpus.prefixes()
    assert 2 not in read_sequence(tmp_path / prefix, 0)


def test_a_corpus_without_licensing_has_no_licence_in_its_provenance(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    corpus.add_shard("a", [Document("soil")], licensed=False)
    _run(corpus)
    (prefix,) = corpus.prefixes()
    assert pq.read_table(tmp_path / provenance_path(prefix))["license"].to_pylist() == [None]


def test_nothing_kept_gives_a_tokenizer_and_no_shard(tmp_path: Path) -> None:
    corpus = _tokenized(tmp_path, {"a": [Document("soil", kept=False)]})
    assert corpus.prefixes() == []
    assert not (tmp_path / "tokens").exists()


def test_a_given_tokenizer_is_copied_as_it_is(tmp_path: Path, corpus: Corpus) -> None:
    path = corpus.root / TOKENIZER_FILE
    other = _tokenized(tmp_path, SHARDS, Corpus(tmp_path, {"tokenizer": str(path)}))
    assert (tmp_path / TOKENIZER_FILE).read_bytes() == path.read_bytes()
    assert other.prefixes() == corpus.prefixes()


def test_the_training_sample_holds_to_its_bytes(tmp_path: Path) -> None:
    corpus = _tokenized(tmp_path, SHARDS, Corpus(tmp_path, {"train": {"bytes": 2000, "alpha": 1.0}}))
    (receipt,) = corpus.plan.receipts("tokenizer")
    assert 2000 <= receipt.outcome.bytes_in < 3000
    assert receipt.outcome.rows_out < 40


def test_what_counts_more_often_gets_more_of_the_vocabulary(tmp_path: Path) -> None:
    rare = "l'été où naît l'œuvre, hélas déjà très âgée"
    texts = {"eng_Latn": [" ".join([word, *WORDS]) for word in WORDS for _ in range(9)], "fra_Latn": [rare]}
    documents = [Document(text=text, lang=lang) for lang, several in texts.items() for text in several]
    tokens = {}
    for times in (1, 20):
        section = {"vocab_size": 340, "train": {"upsample": {"fra_Latn": times}}}
        corpus = _tokenized(tmp_path / str(times), {"a": documents}, Corpus(tmp_path / str(times), section))
        tokens[times] = int(load_tokenizer(corpus.root / TOKENIZER_FILE).encode([rare]).lengths.sum())
    assert tokens[20] < tokens[1]


def test_a_missing_tokenizer_is_named(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path, {"tokenizer": "nowhere/tokenizer.json"})
    corpus.add_shard("a", [Document("soil")])
    with pytest.raises(LoamError, match=r"no file nowhere/tokenizer\.json"):
        corpus.run(train_tokenizer.STAGE)


def test_a_vocabulary_size_that_loaders_disagree_about_is_refused_before_training(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path, {"vocab_size": 65_536})
    corpus.add_shard("a", [Document("soil")])
    with pytest.raises(LoamError, match="disagree"):
        train_tokenizer.STAGE.plan(corpus.plan, 0)


def test_decisions_about_other_documents_are_an_error(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    corpus.add_shard("a", [Document("soil")])
    corpus.add_shard("b", [Document("worm")])
    corpus.run(train_tokenizer.STAGE)
    (tmp_path / "decisions/docs/b.parquet").write_bytes((tmp_path / "decisions/docs/a.parquet").read_bytes())
    with pytest.raises(CorpusError, match="run select again"):
        corpus.run(encode.STAGE)


def test_data_and_index_lie_beside_each_other(corpus: Corpus) -> None:
    for prefix in corpus.prefixes():
        assert data_path(corpus.root / prefix).is_file()
        assert index_path(corpus.root / prefix).is_file()


def _split(corpus: Corpus, split: str) -> set[str]:
    """Return the ids in the token shards of a split."""
    receipts = [receipt for receipt in corpus.plan.receipts("tokenize") if receipt.parameters["split"] == split]
    paths = [path for receipt in receipts for path in receipt.outputs if path.endswith(".provenance.parquet")]
    return {str(document) for path in paths for document in pq.read_table(corpus.root / path)["id"].to_pylist()}


def test_a_share_is_set_aside_for_validation_whatever_else_there_is(tmp_path: Path) -> None:
    section = {"validation": {"fraction": 0.3}}
    small = _tokenized(tmp_path / "small", {"a": SHARDS["a"]}, Corpus(tmp_path / "small", section))
    whole = _tokenized(tmp_path / "whole", SHARDS, Corpus(tmp_path / "whole", section))
    kept = {document.id for documents in SHARDS.values() for document in documents if document.kept}
    train, valid = _split(whole, "train"), _split(whole, "valid")
    assert train | valid == kept
    assert not train & valid
    assert 0.15 < len(valid) / len(kept) < 0.45
    assert _split(small, "valid") == valid & (_split(small, "valid") | _split(small, "train"))


def test_a_translation_is_set_aside_with_its_original(tmp_path: Path) -> None:
    originals = [Document(f"{number} soil", name=f"o{number}") for number in range(40)]
    translations = [
        Document(f"{number} terre", "fra_Latn", generation=1, name=f"t{number}", derived_from=originals[number].id)
        for number in range(40)
    ]
    corpus = Corpus(tmp_path, {"validation": {"fraction": 0.4, "stratify": ["lang"]}})
    _tokenized(tmp_path, {"a": originals, "b": translations}, corpus)
    valid = _split(corpus, "valid")
    assert 0 < len(valid) < 80
    assert all((one.id in valid) == (other.id in valid) for one, other in zip(originals, translations, strict=True))


def test_shards_are_parted_by_what_their_documents_speak_for(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path, mix={"cluster_size": {2: 2, 5: 3}})
    copies = [1, 1, 2, 4, 5, 90]
    documents = [Document(f"{number} soil") for number in range(len(copies))]
    corpus.add_shard("a", documents)
    corpus.add_clusters("a", documents, copies)
    _run(corpus)
    found = {receipt.parameters["copies"]: receipt.outcome.rows_out for receipt in corpus.plan.receipts("tokenize")}
    assert found == {1: 2, 2: 2, 5: 2}


def test_a_sentencepiece_tokenizer_is_trained_and_used(tmp_path: Path) -> None:
    corpus = _tokenized(tmp_path, SHARDS, Corpus(tmp_path, {"train": {"model": "sentencepiece_unigram"}}))
    tokenizer = load_tokenizer(tmp_path / train_tokenizer.TOKENIZER_FILES["sentencepiece"])
    (document,) = [d for d in SHARDS["a"] if d.kept][:1]
    texts = set()
    for prefix in corpus.prefixes():
        for row in range(len(read_index(index_path(tmp_path / prefix)).lengths)):
            texts.add(tokenizer.encoder.decode(read_sequence(tmp_path / prefix, row)[:-1]))
    assert document.text in texts
