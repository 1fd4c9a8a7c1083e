"""Another mixture of the token shards that stand."""

from pathlib import Path

import pytest

from pipelines.corpus.identity import write_corpus_identity
from pipelines.errors import CorpusError, RecipeError, UsageError
from pipelines.mixture_what_if import compare_mixtures
from pipelines.stages import encode, mix, tokenize, train_tokenizer
from tests.pipelines.stages.kept_documents import Corpus, Document

DOCUMENTS = [Document(f"{number} soil grows bloom and worm", "eng_Latn") for number in range(80)]
DOCUMENTS += [Document(f"{number} udongo", "swh_Latn") for number in range(10)]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = Corpus(tmp_path_factory.mktemp("corpus"))
    made.add_shard("a", DOCUMENTS)
    for stage in (train_tokenizer.STAGE, encode.STAGE, tokenize.STAGE, mix.STAGE):
        made.run(stage)
    write_corpus_identity(made.root, made.plan.recipe, 1.0)
    return made.root


def test_shares_now_and_then(corpus: Path) -> None:
    english, swahili = compare_mixtures(corpus, ["temperature=1000", "tokens=3000"])
    assert [english.part.lang, swahili.part.lang] == ["eng_Latn", "swh_Latn"]
    assert english.share_now == pytest.approx(english.tokens / (english.tokens + swahili.tokens))
    assert swahili.share_then == pytest.approx(0.5, abs=0.01)
    assert swahili.epochs_then == pytest.approx(1500 / swahili.tokens, rel=0.01)
    assert swahili.steps[1].endswith("(temperature 1000)")


def test_without_a_change_both_are_the_same(corpus: Path) -> None:
    assert all(row.share_now == row.share_then for row in compare_mixtures(corpus, []))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("temperature", "expected KEY=VALUE"),
        ("temperature=0", "mix.temperature: Input should be greater than 0"),
        ("heat=2", "mix.heat"),
        ("caps={", "no YAML"),
        ("cluster_size={2: 3}", "parts token shards anew"),
    ],
)
def test_changes_that_cannot_be_read(corpus: Path, change: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        compare_mixtures(corpus, [change])


def test_wishes_that_cannot_be_met(corpus: Path) -> None:
    with pytest.raises(RecipeError, match="no tokens of fra_Latn"):
        compare_mixtures(corpus, ["weights={fra_Latn: 0.2}"])


def test_a_corpus_without_a_mixture(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no mixture yet"):
        compare_mixtures(tmp_path, [])
