import re
from dataclasses import replace

import pytest

from datacards.manifest import LicenceFinding, Rule, Source, StageRoot
from datacards.readme import readme
from datacards.release import Creator, Release
from tests.datacards.example import CELLS, EMPTY, MANIFEST, cell

TEXT = readme(MANIFEST)

SECTIONS = ["Motivation", "Composition", "Collection process", "Preprocessing", "Uses", "Distribution", "Maintenance"]


def _section(text: str, title: str, marks: str = "##") -> str:
    return re.split(rf"^{marks} ", text.split(f"\n{marks} {title}\n")[1], flags=re.MULTILINE)[0]


@pytest.mark.parametrize("manifest", [MANIFEST, EMPTY])
def test_all_seven_sections_of_a_datasheet_say_something(manifest: object) -> None:
    text = readme(manifest)  # type: ignore[arg-type]
    for title in SECTIONS:
        assert len(_section(text, title).split()) > 8, title


def test_numbers_are_those_of_the_manifest() -> None:
    assert "| 1,552 | 155 kB | 31,040 | 4 | 2 | 2 |" in TEXT
    assert "| `fra_Latn` | French | 1,200 | 120 kB | 24,000 | 77.3 % | 0 % |" in TEXT
    assert "| `por_Latn` | Portuguese | 12 | 1.20 kB | 240 | 0.8 % | 100 % |" in TEXT
    assert "| `wiki-to-por_Latn` | `translation` | 12 |" in TEXT
    assert "2,150 records were read from 2 sources" in TEXT
    assert "| `bad_utf8` | 5 | 0.2 % |" in TEXT
    assert "Of 2,157 documents, 500 carry a licence" in TEXT


def test_rules_stand_with_their_sql_and_what_they_removed() -> None:
    rules = _section(TEXT, "Rules, and what each removed", "###")
    names = re.findall(r"^\| `([^`]+)` \|", rules.split("*Whom")[0], re.MULTILINE)
    assert names == ["duplicate", "license:no_license", "enough_words", "enough_words:null", "never_fails"]
    assert "| `license:no_license` | dropped: no licence is declared | 500 |" in rules
    assert "| `enough_words` | `word_count >= 50 OR lang = 'a\\|b'` | 72 | 3.3 % | 7.20 kB |" in rules
    assert "| `never_fails` | `true` | 0 | 0 % | 0 B |" in rules
    assert "| `enough_words` | nob\\_Latn 70 (18.8 %), por\\_Latn 2 (14.3 %) |" in rules


def test_licences_stand_with_status_and_reason() -> None:
    refused = _section(TEXT, "Licences found, and what was refused")
    assert "| `NOASSERTION` | set aside until someone reviews it | 500 |" in refused
    assert "no licence is declared" in refused
    assert "[CC-BY-SA-4.0](https://spdx.org/licenses/CC-BY-SA-4.0.html)" in refused


def test_long_tables_are_folded() -> None:
    codes = [f"{first}{second}a_Latn" for first in "abcdefghij" for second in "abcdefghijklm"]
    text = readme(replace(MANIFEST, cells=tuple(cell(code, documents=9) for code in codes)))
    languages = _section(text, "Languages", "###")
    opened, folded = languages.split("<details>")
    assert opened.count("_Latn` |") == 20
    assert "<summary>110 more languages</summary>" in folded
    assert folded.count("_Latn` |") == 110


def test_hostile_names_stay_text() -> None:
    hostile = "x|y](javascript:alert(1))<script>alert(1)</script>`*_\n# heading"
    text = readme(
        replace(
            MANIFEST,
            title=hostile,
            cells=(*CELLS, cell(source=hostile, license_=hostile)),
            sources=(Source(hostile, hostile, hostile, hostile, (hostile,)),),
            rules=(Rule("r", hostile, is_sql=True), Rule("s", hostile, is_sql=False)),
            findings=(LicenceFinding(hostile, hostile, (hostile,), hostile, 1, 1, (hostile,)),),
        )
    )
    body = text.split("\n---\n", 1)[1]
    without_code = re.sub(r"(`+) .*? \1|```.*?```", "", body, flags=re.DOTALL)
    assert "<script>" not in without_code
    assert re.search(r"(?<!\\)\]\(javascript:", without_code) is None
    assert "\n# heading" not in body
    for table in re.findall(r"(?:^\|.*\n)+", body, re.MULTILINE):
        columns = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(columns) == 1, table


def test_the_same_manifest_gives_the_same_text() -> None:
    assert readme(replace(MANIFEST)) == TEXT


def test_tokens_and_translations_are_not_mentioned_where_there_are_none() -> None:
    text = readme(replace(MANIFEST, tokenizer=None, mixture=(), cells=(cell(documents=5),)))
    assert "tokens" not in _section(text, "Composition")
    assert "machine" not in text.split("\n---\n", 1)[1]


def test_paths_that_are_told_in_part_are_explained() -> None:
    assert "outside its own folder" not in TEXT
    assert "outside its own folder" in readme(replace(MANIFEST, recipe="sources:\n- path: …/a.jsonl\n"))


def test_who_publishes_and_whom_to_ask_is_said_where_the_recipe_says_it() -> None:
    ada = Creator("Ada", organization=False, url=None)
    release = Release("https://example.org/c", (ada,), None, "1.2", "mail@example.org", None)
    text = _section(readme(replace(MANIFEST, release=release)), "Maintenance")
    assert "Published by Ada as version 1.2 at [https://example.org/c](https://example.org/c)." in text
    assert "ask mail@example.org and name its `id`" in text
    assert "Published by" not in TEXT
    assert "tell whoever gave you this release its `id`" in TEXT


def test_undetermined_is_no_language() -> None:
    text = readme(replace(MANIFEST, cells=(cell(documents=3), cell("und_Zyyy", documents=2))))
    assert "5 documents in 1 language from" in text
    assert "*1 language, by size of text*" in text
    assert "| `und_Zyyy` | Undetermined | 2 |" in text


def test_how_open_it_is_follows_from_the_manifest() -> None:
    assert "the release is `openly-licensed`: everyone may" in TEXT
    assert "the release is `open-access`: it can be had" in readme(replace(MANIFEST, openness="open-access"))


def test_a_table_of_which_all_is_folded_has_no_empty_head() -> None:
    text = readme(replace(MANIFEST, roots=(StageRoot("ingest", 3, "ab" * 32), StageRoot("select", 3, "cd" * 32))))
    assert "<summary>2 stages</summary>\n\n| stage | units | root |\n| --- | ---: | --- |\n| `ingest` | 3 |" in text
    assert text.count("| stage | units | root |") == 1


def test_what_its_publisher_says_of_it_comes_first_and_is_text() -> None:
    release = Release(
        "https://example.org", (Creator("A", organization=False, url=None),), "Of <b>beer</b>.", *[None] * 3
    )
    motivation = _section(readme(replace(MANIFEST, release=release)), "Motivation").strip()
    assert motivation.startswith("Of &lt;b&gt;beer&lt;/b&gt;.\n\nThis corpus is text for")
    assert _section(TEXT, "Motivation").strip().startswith("This corpus is text for")
