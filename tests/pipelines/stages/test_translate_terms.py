"""An engine whose translations the profile would refuse is refused before it translates anything."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.errors import LoamError
from pipelines.stages import translate
from pipelines.stages.open_engines import opened
from tests.pipelines.conftest import HAS_ENGINE
from tests.pipelines.stages.test_translate import TEXTS, Corpus
from translate.engines import EngineIdentity, EngineSpec, OutputLicense, engine_identity

pytestmark = pytest.mark.skipif(not HAS_ENGINE, reason="no engine for translations: install the extra `mt`")


def test_the_engine_of_a_language_is_told_by_the_key_that_names_it(tmp_path: Path) -> None:
    missing = {"kind": "ctranslate2", "model": "no/such/folder"}
    corpus = Corpus(tmp_path, engine_by_language={"por_Latn": missing})
    corpus.add_shard("a", TEXTS[:1])
    with pytest.raises(LoamError, match=r"^translate\.engine_by_language\.por_Latn: "):
        translate.STAGE.plan(corpus.plan, 1)


@pytest.mark.parametrize(
    ("license_", "profile", "refused"),
    [
        ("CC-BY-NC-4.0", "open", True),
        ("CC-BY-NC-4.0", "nd-verbatim", True),
        ("CC-BY-NC-4.0", "research-nc", False),
        ("CC-BY-NC-4.0", "web-open-access", False),
        ("LicenseRef-llama3", "research-nc", True),
        ("LicenseRef-x", "web-open-access", True),
    ],
)
def test_an_engine_whose_translations_could_not_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, license_: str, profile: str, refused: bool
) -> None:
    def restricted(key: str, where: str = "translate.engine") -> EngineIdentity:
        assert where == "translate.engine"
        terms = OutputLicense(license_, restricts_outputs=True, evidence=("the model card",))
        return replace(engine_identity(EngineSpec.of_key(key)), output_license=terms)

    monkeypatch.setattr(translate, "identity_of", restricted)
    corpus = Corpus(tmp_path, licensing={"profile": profile})
    corpus.add_shard("a", TEXTS[:1])
    if refused:
        with pytest.raises(LoamError, match=rf"is under {license_}, .* the profile {profile} refuses that; choose"):
            translate.STAGE.plan(corpus.plan, 1)
    else:
        assert translate.STAGE.plan(corpus.plan, 1) == []  # nothing is chosen yet


def test_a_licence_that_bears_no_limit_is_not_given_to_a_model_that_sets_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = Corpus(tmp_path, licensing={"profile": "research-nc"})
    ids = corpus.add_shard("a", TEXTS[1:3], licenses=["CC-BY-SA-4.0", "CC-BY-4.0"])
    limits = OutputLicense("CC-BY-NC-4.0", restricts_outputs=True, evidence=("the model card",))
    engine = opened(EngineSpec("fxtranslate").key())
    monkeypatch.setattr(engine, "identity", replace(engine.identity, output_license=limits))
    (receipt,) = corpus.translate()
    assert receipt.outcome.dropped == {"license_forbids_model": 1}
    (translation,) = corpus.translations()
    assert translation["derived_from"] == ids[1]
    assert translation["license_declared"] == "CC-BY-4.0 AND CC-BY-NC-4.0"
