import pytest

from pipelines.licensing import spdx
from pipelines.licensing.obligations import load_terms
from pipelines.licensing.texts import license_text, text_is_owed, texts_of


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("MIT", "Permission is hereby granted"),
        ("GFDL-1.3-or-later", "GNU Free Documentation License"),
        ("CC-BY-SA-4.0", "ShareAlike 4.0 International"),
        ("Classpath-exception-2.0", "Linking this library"),
    ],
)
def test_texts(name: str, words: str) -> None:
    assert words in (license_text(name) or "")


def test_every_listed_licence_that_asks_for_its_text_has_one() -> None:
    owed = [name for name in load_terms() if text_is_owed(name) and not spdx.LICENSE_REF.fullmatch(name)]
    assert len(owed) > 200
    assert [name for name in owed if license_text(name) is None] == []


def test_an_expression_has_the_texts_of_all_its_parts() -> None:
    found = texts_of("MIT AND (GPL-2.0-only WITH Classpath-exception-2.0 OR LicenseRef-x)")
    assert list(found) == ["MIT", "GPL-2.0-only", "Classpath-exception-2.0"]
    assert texts_of("NOASSERTION") == {}
