from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.corpus.schemas import DECISIONS
from pipelines.errors import CorpusError
from pipelines.rules.expressions import RuleError
from pipelines.stages import select
from tests.pipelines.stages.curation import PATHS, PROSE, Curation, document_id, evidence

FRENCH = (
    "Le port était calme de bon matin, et les bateaux ne bougeaient pas. Personne n'avait encore ouvert le marché, "
    "mais une odeur de pain venait d'une rue étroite derrière l'église, où une femme portait deux paniers."
)


def _row(name: str, text: str = PROSE, license_: str | None = "CC0-1.0", **columns: Any) -> dict[str, Any]:  # noqa: ANN401 -- values of a row
    found = {"license_declared": license_, "license_evidence": evidence("E2", license_)} if license_ else {}
    return {"name": name, "text": f"{text} {name}", **found, **columns}


def _decide(root: Path, rows: list[dict[str, Any]], **sections: Any) -> dict[str, str | None]:  # noqa: ANN401 -- sections of a recipe
    """Return the reason of each document by its name, null when it is kept."""
    curation = Curation(root, **sections)
    curation.add("one", rows)
    curation.run()
    decisions = curation.rows("decisions")
    found = {row["name"]: decisions[document_id(row["name"])] for row in rows}
    assert all(row["kept"] == (row["rule"] is None) for row in found.values())
    return {name: row["rule"] for name, row in found.items()}


def test_the_order_of_reasons(tmp_path: Path) -> None:
    rows = [
        _row("kept"),
        {**_row("copy", license_="CC-BY-NC-4.0"), "text": f"{PROSE} kept", "created": "2020"},
        _row("denied", "Trop court", "CC-BY-NC-4.0"),
        _row("unknown", license_="ask me"),
        _row("french", FRENCH),
        _row("short", PROSE[:120]),
    ]
    found = _decide(
        tmp_path,
        rows,
        dedup={"keep": ["created desc"]},
        licensing={"profile": "open"},
        select={"languages": ["eng_Latn"], "rules": {"enough": "word_count >= 30", "never": "word_count < 0"}},
    )
    assert found == {
        "kept": "duplicate",  # the copy speaks for both, and its licence is decided then
        "copy": "license:noncommercial",
        "denied": "license:noncommercial",
        "unknown": found["unknown"],
        "french": "language",
        "short": "enough",
    }
    assert str(found["unknown"]).startswith("license:")


def test_what_passes_everything_is_kept_in_its_concluded_language(tmp_path: Path) -> None:
    curation = Curation(tmp_path, licensing={"profile": "open"}, select={"rules": {"enough": "word_count >= 20"}})
    curation.add("one", [_row("a"), _row("b", FRENCH), _row("c", FRENCH, lang="eng_Latn"), _row("d", "short")])
    receipt = curation.run()[-1]
    decisions = curation.rows("decisions")
    languages = {name: decisions[document_id(name)]["lang"] for name in "abcd"}
    concluded = {row["id"]: row["language"] for row in curation.rows("signals/language").values()}
    assert languages["a"] == "eng_Latn"
    assert languages["b"] == "fra_Latn"
    assert languages == {name: concluded[document_id(name)] for name in "abcd"}
    outcome = receipt.outcome
    assert (outcome.rows_in, outcome.rows_out, outcome.dropped) == (4, 3, {"enough": 1})
    assert (
        outcome.bytes_in == sum(len(f"{t} {n}".encode()) for t, n in [(PROSE, "a"), (FRENCH, "b"), (FRENCH, "c")]) + 7
    )
    assert pq.read_schema(tmp_path / "decisions/docs/one.parquet").equals(DECISIONS.remove_metadata())


def test_without_licensing_no_licence_drops(tmp_path: Path) -> None:
    rows = [_row("a"), _row("b", license_="CC-BY-NC-4.0"), _row("c", license_=None)]
    assert _decide(tmp_path, rows) == {"a": None, "b": None, "c": None}


def test_the_language_list_takes_any_code(tmp_path: Path) -> None:
    rows = [_row("a"), _row("b", FRENCH)]
    assert _decide(tmp_path, rows, select={"languages": ["fr"]}) == {"a": "language", "b": None}


def test_a_null_drops_under_its_rule(tmp_path: Path) -> None:
    rows = [_row("dated", created="2020-05-01"), _row("undated")]
    rules = {"recent": "created >= '2019'"}
    assert _decide(tmp_path, rows, select={"rules": rules}) == {"dated": None, "undated": "recent:null"}


def test_rules_see_copies_and_licences_too(tmp_path: Path) -> None:
    rows = [_row("alone"), {**_row("one"), "text": PROSE}, {**_row("two"), "text": PROSE}]
    found = _decide(
        tmp_path,
        rows,
        licensing={"profile": "open"},
        select={"rules": {"seen_once": "cluster_size = 1 AND representative", "cc0": "license = 'CC0-1.0'"}},
    )
    assert found["alone"] is None
    assert sorted(str(found[name]) for name in ("one", "two")) == ["duplicate", "seen_once"]


def test_counts_by_reason_are_conserved_over_shards(tmp_path: Path) -> None:
    curation = Curation(tmp_path, select={"rules": {"enough": "word_count >= 20", "dated": "created IS NOT NULL"}})
    curation.add("one", [_row("a", "short"), _row("b"), _row("c", created="2020")])
    curation.add("two", [])
    curation.add("three", [_row("d", "short")])
    outcomes = [receipt.outcome for receipt in curation.run(*PATHS[:-1], select.STAGE)[-3:]]
    assert [(o.rows_in, o.rows_out, o.dropped) for o in outcomes] == [
        (3, 1, {"dated": 1, "enough": 1}),
        (1, 0, {"enough": 1}),
        (0, 0, {}),
    ]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("word_cuont > 1", r"select\.rules\.r: no column word_cuont; did you mean word_count\?"),
        ("word_count", r"select\.rules\.r: gives BIGINT, expected true or false"),
        ("random() < 0.5", r"select\.rules\.r: random\(\) may not stand in a rule"),
        ("word_count > url", r"select\.rules\.r: Binder Error|select\.rules\.r: .*[Cc]onver"),
    ],
)
def test_a_wrong_rule_is_refused_before_any_work(tmp_path: Path, sql: str, message: str) -> None:
    plan = Curation(tmp_path, select={"rules": {"r": sql}}).plan
    with pytest.raises(RuleError, match=message):
        select.STAGE.plan(plan, 0)


def test_a_rule_that_cannot_be_computed_is_named(tmp_path: Path) -> None:
    rules = {"fine": "word_count > 1", "dated": "created::INTEGER > 1"}
    with pytest.raises(RuleError, match=r"rule dated: Conversion Error: .*TRY_CAST"):
        _decide(tmp_path, [_row("a", created="many")], select={"rules": rules})


def test_changing_a_rule_changes_the_fingerprint_and_so_does_the_order(tmp_path: Path) -> None:
    def fingerprint(rules: dict[str, str]) -> str:
        curation = Curation(tmp_path / str(len(list(tmp_path.iterdir()))), select={"rules": rules})
        curation.add("one", [_row("a")])
        (unit,) = select.STAGE.plan(curation.plan, 0)
        return unit.fingerprint(select.STAGE.version, dict.fromkeys(unit.inputs, "0"))

    tmp_path.joinpath("x").mkdir()
    rules = {"a": "word_count > 1", "b": "char_count > 1"}
    prints = [fingerprint(r) for r in (rules, rules, {**rules, "a": "word_count > 2"}, dict(reversed(rules.items())))]
    assert prints[0] == prints[1]
    assert len(set(prints)) == 3


def test_tables_that_tell_of_other_documents_are_refused(tmp_path: Path) -> None:
    curation = Curation(tmp_path)
    curation.add("one", [_row("a"), _row("b")])
    curation.run(*PATHS[:-1])
    path = tmp_path / "licences/docs/one.parquet"
    table = pq.read_table(path)
    pq.write_table(table.take(pa.array([1, 0])), path)
    with pytest.raises(
        CorpusError, match=r"licences/docs/one\.parquet: not the documents of documents/docs/one\.parquet"
    ):
        curation.run(select.STAGE)
