import datetime as dt
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml

from pipelines.errors import RecipeError
from pipelines.licensing.documents import held_back, license_documents
from pipelines.licensing.profiles import Operation, load_profile
from pipelines.licensing.review_files import load_reviews
from pipelines.licensing.reviewed import override_among, reviews_of
from pipelines.licensing.reviews import Review, from_json, in_force, read_review

REVIEW = {"by": "Ada", "date": "2026-01-02", "read": "https://e.org/terms", "sha256": "a" * 64, "license": "CC-BY-4.0"}
OVERRIDE = {"kind": "override", "by": "Ada", "date": "2026-01-03", "reason": "the author wrote to us", "license": "MIT"}


def review(**keys: str) -> Review:
    return read_review({**(OVERRIDE if keys.get("kind") == "override" else REVIEW), **keys}, "r.yaml, entry 1")


def _documents(rows: list[dict[str, Any]]) -> pa.Table:
    columns = ("url", "source", "license_declared", "license_evidence", "preferences")
    table = {name: pa.array([row.get(name) for row in rows], pa.string()) for name in columns}
    return pa.table({"id": [row.get("id", f"{number:x}") for number, row in enumerate(rows)], **table})


def _decided(row: dict[str, Any], *reviews: Review, profile: str = "open") -> dict[str, Any]:
    copies = pa.chunked_array([pa.array([row.get("copies")], pa.list_(pa.string()))])
    documents = _documents([row])
    (found,) = license_documents(
        documents, copies, Operation.KEEP_WHOLE, load_profile(profile), list(reviews)
    ).to_pylist()
    decided: dict[str, Any] = found
    return decided


def _stated(evidence_class: str, license_: str, **more: str) -> dict[str, Any]:
    entry = {"class": evidence_class, "kind": "x", "value": license_, "locator": "y"}
    return {"url": "https://www.e.org/a", "license_declared": license_, "license_evidence": json.dumps([entry]), **more}


NOTHING_STATED = {"url": "https://www.e.org/a", "source": "web"}


@pytest.mark.parametrize(
    ("row", "license_", "status", "reason"),
    [
        # it makes up for evidence that is weak, missing or not understood
        (NOTHING_STATED, "CC-BY-4.0", "allow_with_obligations", "reviewed"),
        (_stated("E5", "CC-BY-4.0"), "CC-BY-4.0", "allow_with_obligations", "reviewed"),
        (_stated("E2", "see the file COPYING"), "CC-BY-4.0", "allow_with_obligations", "reviewed"),
        # it yields to what the document says of itself
        (_stated("E1", "CC-BY-SA-4.0"), "CC-BY-SA-4.0", "allow_with_obligations", "reviewed"),
        (_stated("E1", "CC-BY-NC-4.0"), "CC-BY-NC-4.0", "deny", "noncommercial"),
        (_stated("E1", "CC0-1.0"), "NOASSERTION", "quarantine", "conflict"),
        # and is in conflict with weaker words that ask for more
        (_stated("E5", "CC-BY-NC-4.0"), "NOASSERTION", "quarantine", "conflict"),
        (_stated("E5", "All rights reserved"), "NOASSERTION", "quarantine", "conflict"),
        # copies of the text still count
        ({**NOTHING_STATED, "copies": ["CC-BY-NC-4.0"]}, "CC-BY-NC-4.0", "deny", "possible_laundering"),
    ],
)
def test_a_review_is_evidence(row: dict[str, Any], license_: str, status: str, reason: str) -> None:
    found = _decided(row, review(host="e.org"))
    assert (found["license"], found["status"], found["reason"]) == (license_, status, reason)
    (told,) = json.loads(found["review"])
    assert (told["by"], told["date"], told["read"], told["place"]) == (
        "Ada",
        "2026-01-02",
        "https://e.org/terms",
        "r.yaml, entry 1",
    )


def test_a_review_that_finds_no_rights_refuses_whatever_documents_say() -> None:
    found = _decided(_stated("E1", "CC0-1.0"), review(host="e.org", license="NONE"))
    assert (found["license"], found["status"], found["reason"]) == ("NONE", "deny", "all_rights_reserved")


def test_a_review_that_could_not_tell_holds_back() -> None:
    found = _decided(_stated("E1", "CC0-1.0"), review(host="e.org", license="NOASSERTION"))
    assert (found["status"], found["reason"]) == ("quarantine", "unknown_license")


def test_reviews_that_disagree_hold_back() -> None:
    found = _decided(NOTHING_STATED, review(host="e.org"), review(source="web", license="CC-BY-NC-4.0"))
    assert (found["status"], found["reason"]) == ("quarantine", "conflict")
    assert len(json.loads(found["review"])) == 2


def test_a_bare_declaration_is_no_stronger_for_a_review_of_something_else() -> None:
    row = {"url": "https://e.org", "license_declared": "CC0-1.0"}
    found = _decided(row, review(host="e.org"))
    assert (found["license"], found["reason"]) == ("CC-BY-4.0", "reviewed")


@pytest.mark.parametrize(
    ("row", "license_", "status", "reason"),
    [
        (NOTHING_STATED, "MIT", "allow_with_obligations", "overridden"),
        (_stated("E1", "CC-BY-NC-ND-4.0"), "MIT", "allow_with_obligations", "overridden"),
        ({**NOTHING_STATED, "copies": ["CC-BY-NC-4.0"]}, "MIT", "allow_with_obligations", "overridden"),
    ],
)
def test_an_override_settles_it(row: dict[str, Any], license_: str, status: str, reason: str) -> None:
    found = _decided(row, review(kind="override", host="e.org"), review(host="e.org", license="CC-BY-NC-4.0"))
    assert (found["license"], found["status"], found["reason"]) == (license_, status, reason)
    (told,) = json.loads(found["review"])
    assert (told["kind"], told["reason"]) == ("override", "the author wrote to us")


def test_an_override_may_refuse_too() -> None:
    refused = _decided(_stated("E1", "CC0-1.0"), review(kind="override", id="0", license="CC-BY-ND-4.0"))
    assert (refused["license"], refused["status"], refused["reason"]) == ("CC-BY-ND-4.0", "deny", "no_derivatives")
    held = _decided(_stated("E1", "CC0-1.0"), review(kind="override", id="0", license="NOASSERTION"))
    assert (held["license"], held["status"], held["reason"]) == ("NOASSERTION", "quarantine", "unknown_license")


def test_suspicion_holds_back_what_is_reviewed_and_not_what_is_overridden() -> None:
    copies = pa.chunked_array([pa.nulls(2, pa.list_(pa.string()))])
    documents = _documents([{"url": "https://e.org/lyrics"}, {"url": "https://f.org/lyrics"}])
    reviews = [review(host="e.org"), review(kind="override", host="f.org")]
    licences = license_documents(documents, copies, Operation.KEEP_WHOLE, load_profile("open"), reviews)
    held = held_back(licences, pa.array(["others_work", "others_work"])).to_pylist()
    assert [(row["status"], row["reason"]) for row in held] == [
        ("quarantine", "others_work"),
        ("allow_with_obligations", "overridden"),
    ]


def test_the_most_specific_override_counts() -> None:
    reviews = [
        review(kind="override", id="0", license="CC0-1.0"),
        review(kind="override", source="web", license="MIT"),
        review(kind="override", host="e.org", license="ISC"),
        review(kind="override", host="www.e.org", license="Zlib"),
        review(kind="override", host="e.org", license="0BSD"),
        review(kind="override", pattern="/a$", license="BSD-3-Clause"),
    ]
    for count, license_ in ((6, "CC0-1.0"), (5, "BSD-3-Clause"), (4, "0BSD")):
        left = reviews[-count:] if count != 4 else [reviews[1], reviews[2], reviews[4]]
        found = override_among(left)
        assert found is not None
        assert found.license == license_
    longest = override_among([reviews[3], reviews[4]])
    assert longest is reviews[3]
    assert override_among([review(host="e.org")]) is None


@pytest.mark.parametrize(
    ("scope", "about", "concerned"),
    [
        ("source", "web", [True, True, False, False]),
        ("host", "e.org", [True, True, False, False]),
        ("host", "WWW.e.org.", [True, False, False, False]),
        ("pattern", r"(?i)^https://[a-z.]+(:80)?/(a|b)\b", [True, True, False, False]),
        ("id", "3", [False, False, False, True]),
    ],
)
def test_what_a_review_is_about(scope: str, about: str, concerned: list[bool]) -> None:
    documents = _documents(
        [
            {"url": "https://www.E.org:80/a?b", "source": "web"},
            {"url": "https://e.org/b", "source": "web"},
            {"url": "https://note.org/e.org/a", "source": "books"},
            {"url": None, "source": None},
        ]
    )
    found = reviews_of(documents, [review(host="nowhere.org"), review(**{scope: about})]).to_pylist()
    assert found == ["1" if hit else None for hit in concerned]


def test_expired_reviews_do_not_count() -> None:
    reviews = [review(host="e.org", expires="2026-05-01"), review(host="f.org")]
    assert in_force(reviews, dt.date(2026, 5, 1)) == (reviews, [])
    assert in_force(reviews, dt.date(2026, 5, 2)) == (reviews[1:], reviews[:1])
    assert in_force(reviews[1:], None) == (reviews[1:], [])
    with pytest.raises(ValueError, match=r"r\.yaml, entry 1: it expires, so that the recipe needs a `build_date`"):
        in_force(reviews, None)


def test_a_review_is_read_back() -> None:
    for found in (review(host="e.org", expires="2027-01-01"), review(kind="override", id="a")):
        assert from_json(json.loads(json.dumps(found.as_json()))) == found


STATED = {"by": "Ada", "date": "2026-01-02", "read": "the page", "sha256": "AB" * 32, "license": "MIT", "host": "E.org"}
FILES = {
    "r.yaml": yaml.safe_dump([{**STATED, "date": dt.date(2026, 1, 2), "reason": None}]),
    "r.yml": yaml.safe_dump({"reviews": [STATED]}),
    "r.json": json.dumps([STATED]),
    "r.csv": f"{','.join(STATED)},reason\n{','.join(STATED.values())},\n",
}


@pytest.mark.parametrize("name", FILES)
def test_files_of_every_form(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("\ufeff" + FILES[name], encoding="utf-8")
    (found,) = load_reviews([name], [tmp_path / "elsewhere", tmp_path])
    assert (found.by, found.date, found.about, found.license) == ("Ada", "2026-01-02", "e.org", "MIT")
    assert (found.sha256, found.reason) == ("ab" * 32, None)
    assert found.place == f"{name}, {'row 2' if name == 'r.csv' else 'entry 1'}"


HEAD = "by: Ada, date: 2026-01-02"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("r.yaml", "- {by: Ada\n", "r.yaml: while parsing a flow mapping"),
        ("r.yaml", "a: 1", "r.yaml: expected a list of reviews"),
        ("r.yaml", "[3]", "r.yaml, entry 1: expected keys and values, got 3"),
        ("r.json", "[", "r.json: Expecting value"),
        ("r.yaml", f"[{{{HEAD}, source: s, license: MIT, read: x}}]", "r.yaml, entry 1: sha256 is missing: a review"),
        (
            "r.yaml",
            f"[{{{HEAD}, source: s, license: MIT, kind: override}}]",
            "r.yaml, entry 1: reason is missing: an over",
        ),
        ("r.yaml", f"[{{{HEAD}, kind: guess, source: s}}]", "r.yaml, entry 1: kind: expected review or override"),
        (
            "r.yaml",
            f"[{{{HEAD}, license: MIT}}]",
            "r.yaml, entry 1: expected one of source, host, pattern, id, got none",
        ),
        (
            "r.yaml",
            f"[{{{HEAD}, id: a, host: b}}]",
            "r.yaml, entry 1: expected one of source, host, pattern, id, got host and id",
        ),
        ("r.yaml", f"[{{{HEAD}, hots: b}}]", "r.yaml, entry 1: unknown key 'hots'"),
        (
            "r.csv",
            "kind,by,date,id,license,reason\noverride,Ada,2026-01-02,a,MIT,x\noverride,Ada,yesterday,a,MIT,x\n",
            "r.csv, row 3: date: expected a date",
        ),
        (
            "r.csv",
            "kind,by,date,id,license,reason\noverride,Ada,2026-01-02,a,free,x\n",
            "r.csv, row 2: license: what 'free' asks is not recorded",
        ),
        (
            "r.csv",
            "kind,by,date,id,license,reason\noverride,Ada,2026-01-02,a,MIT OR,x\n",
            "r.csv, row 2: license: 'MIT OR' is no SPDX",
        ),
        ("r.csv", "kind,by,date,pattern,license,reason\noverride,Ada,2026-01-02,(,MIT,x\n", "r.csv, row 2: pattern: "),
        (
            "r.csv",
            "kind,by,date,host,license,reason\noverride,Ada,2026-01-02,https://e.org/,MIT,x\n",
            "r.csv, row 2: host: expected a name",
        ),
        ("r.csv", "by,date\na,b,c\n", "r.csv, row 2: more cells than the header has"),
        (
            "r.csv",
            "by,read,date,host,sha256,license\na,b,2026-01-01,e.org,abc,MIT\n",
            "r.csv, row 2: sha256: expected 64",
        ),
        ("r.yaml", "\x00", "r.yaml: "),
    ],
)
def test_a_malformed_file_is_told_in_one_line_with_its_place(
    tmp_path: Path, name: str, text: str, message: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(RecipeError) as caught:
        load_reviews([name], [tmp_path])
    assert str(caught.value).startswith(f"licensing.reviews: {message}")
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"licensing\.reviews: no file r\.yaml; looked at "):
        load_reviews(["r.yaml"], [tmp_path])
