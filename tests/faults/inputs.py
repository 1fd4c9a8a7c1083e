"""The input of the fault tests: some 300 documents of several kinds, languages and licences, some of it damaged."""

import bz2
import json
import random
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

# (subjects, verbs with objects, endings) of a language, from which sentences are put together.
GRAMMAR: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "en": (
        ("The farmer", "My older sister", "A careful reader", "The whole village", "Our new teacher"),
        ("waters the young trees", "repairs the old bridge", "counts the grey stones", "sings about the river"),
        ("before the sun comes up", "because nobody else would", "whenever the wind turns", "with great patience"),
    ),
    "fr": (
        ("Le boulanger", "Ma voisine", "Un lecteur attentif", "Le village entier", "Notre professeur"),
        ("arrose les jeunes arbres", "répare le vieux pont", "compte les pierres grises", "chante la rivière"),
        ("avant le lever du soleil", "parce que personne ne le ferait", "quand le vent tourne", "avec patience"),
    ),
    "de": (
        ("Der Bauer", "Meine Schwester", "Eine geduldige Leserin", "Das ganze Dorf", "Unser neuer Lehrer"),
        ("gießt die jungen Bäume", "flickt die alte Brücke", "zählt die grauen Steine", "besingt den Fluss"),
        ("noch bevor die Sonne aufgeht", "weil es sonst keiner täte", "sobald der Wind dreht", "mit viel Geduld"),
    ),
    "ru": (
        ("Старый крестьянин", "Моя сестра", "Внимательный читатель", "Вся деревня", "Наш новый учитель"),
        ("поливает молодые деревья", "чинит старый мост", "считает серые камни", "поёт о широкой реке"),
        ("ещё до восхода солнца", "потому что больше некому", "когда меняется ветер", "с большим терпением"),
    ),
    "zh": (
        ("老农民", "我的姐姐", "细心的读者", "全村的人", "我们的新老师"),
        ("给小树浇水", "修理那座旧桥", "数着灰色的石头", "歌唱那条大河"),
        ("在太阳升起之前", "因为没有别人愿意做", "每当风向改变的时候", "非常有耐心"),
    ),
}
LICENSES = ("CC-BY-4.0", "CC0-1.0", "cc-by-sa-3.0", "MIT", "All rights reserved", "CC BY-NC 4.0", "House Rules 7", None)

# To be translated: each of other words, so that none is taken for a repetition of another.
SHORT_ENGLISH = (
    "The old clock in the kitchen stopped on a rainy Tuesday.",
    "Seven brown horses drank slowly from the wooden trough.",
    "Nobody in our street remembers who planted that chestnut.",
    "A young doctor opened her office beside the railway station.",
    "Fresh bread smells best shortly before sunrise in winter.",
    "Please bring two warm blankets and a lamp tomorrow.",
    "Many sailors believed that whistling would call the storm.",
    "His grandmother knitted socks for every neighbour last autumn.",
    "This museum shows coins, maps and letters from Lisbon.",
    "Children built a bridge of stones across the shallow stream.",
    "After lunch the musicians tuned their violins once more.",
    "Some birds return to the same roof year after year.",
)
_WIKI_HEAD = """<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.10/" xml:lang="fr">
<siteinfo><sitename>Wikipédia</sitename><dbname>frwiki</dbname>
<base>https://fr.wikipedia.org/wiki/Accueil</base><generator>MediaWiki 1.43.0-wmf.1</generator>
<namespaces><namespace key="0" /><namespace key="1">Discussion</namespace></namespaces></siteinfo>
"""
_METADATA = """Metadata-Version: 2.4
Name: counting
Version: 1.0
Author-email: Ada Writer <ada@example.org>
License-Expression: MIT
Description-Content-Type: text/markdown

# Counting

{description}
"""

RECIPE = """name: faults
build_date: 2026-11-24
sources:
  - {{name: web, kind: jsonl, path: "{data}/web/*.jsonl*", transforms: [nfc, dedup_document, dedup_template_soft]}}
  - {{name: books, kind: parquet, path: "{data}/books/*.parquet"}}
  - {{name: wiki, kind: wikipedia, path: "{data}/*.xml.bz2"}}
  - {{name: packages, kind: code, path: "{data}/*.whl"}}
  - {{name: notes, kind: jsonl, path: "{data}/notes/*.jsonl", license: CC-BY-4.0, lang: en}}
  - {{name: first, kind: jsonl, path: "{data}/first.jsonl", limit: 12, license: CC0-1.0}}
dedup: {{exact: {{on: [text, url]}}, fuzzy: true, spans: {{lines: ccnet, tokens: 20}}}}
licensing: {{profile: open}}
select:
  rules:
    enough_words: word_count >= 8
    no_repetition: rps_doc_frac_chars_top_2gram <= 0.5
{translate}tokenize: {{tokenizer: train, vocab_size: 700, append_eod: true}}
mix: {{temperature: 2.0}}
publish: {{title: "Documents that survive"}}
"""
TRANSLATE = """translate:
  to: [por_Latn]
  from: {lang: eng_Latn, where: source = 'notes' AND word_count < 14, limit: 9}
  engine: fxtranslate
"""


def sentences(language: str, count: int, seed: str) -> str:
    """Return a text of a language, another for every seed."""
    subjects, verbs, endings = GRAMMAR[language]
    space, stop = ("", "。") if language == "zh" else (" ", ". ")
    chosen = random.Random(f"{language} {seed}")  # noqa: S311 -- texts, not secrets
    parts = [(chosen.choice(subjects), chosen.choice(verbs), chosen.choice(endings)) for _ in range(count)]
    return "".join(space.join((*part, str(chosen.randrange(1000)))) + stop for part in parts).strip()


def documents(prefix: str, languages: Sequence[str], count: int) -> Iterator[dict[str, Any]]:
    """Yield records with ids of their own, every one in the next language and under the next licence."""
    for number in range(count):
        language = languages[number % len(languages)]
        yield {
            "id": f"{prefix}-{number}",
            "text": sentences(language, 6 + number % 7, f"{prefix} {number}"),
            "lang": language,
            "license": LICENSES[number % len(LICENSES)],
            "url": f"https://example.org/{prefix}/{number}",
        }


def json_lines(records: Sequence[dict[str, Any]]) -> bytes:
    """Return records as JSON Lines."""
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


def zstd(content: bytes) -> bytes:
    """Return bytes as a zstd frame."""
    return pa.compress(content, codec="zstd", asbytes=True)


def write_inputs(folder: Path, *, translate: bool) -> Path:
    """Write data and a recipe with all stages into a folder; return the recipe.

    Args:
        folder: An empty or new folder.
        translate: Whether the recipe translates, which needs the extra `mt`.
    """
    data = folder / "data"
    web, books, notes = (data / name for name in ("web", "books", "notes"))
    for place in (web, books, notes):
        place.mkdir(parents=True, exist_ok=True)
    of_the_web = list(documents("web", ("en", "fr", "ru"), 110))
    (web / "a.jsonl.zst").write_bytes(zstd(json_lines(of_the_web[:55])))
    (web / "b.jsonl").write_bytes(json_lines([*of_the_web[55:], of_the_web[3], {"id": "none", "text": None}]))
    of_books = list(documents("book", ("de", "zh", "en"), 100))
    pq.write_table(pa.Table.from_pylist(of_books[:60]), books / "a.parquet", row_group_size=20)
    pq.write_table(pa.Table.from_pylist([*of_books[60:], of_books[1]]), books / "b.parquet")
    (data / "frwiki-20250101.xml.bz2").write_bytes(bz2.compress(_wiki(50).encode()))
    _write_wheel(data / "counting-1.0-py3-none-any.whl")
    short = [{"text": text} for text in SHORT_ENGLISH]
    copies = [{"text": record["text"]} for record in of_the_web[:30:3]]
    (notes / "a.jsonl").write_bytes(json_lines([*short, *copies]) + b'{"text": "cut o\n\xff\xfe\n')
    (notes / "b.jsonl").write_bytes(json_lines([*copies[:4], *copies[:2]]))
    (data / "first.jsonl").write_bytes(json_lines(list(documents("first", ("en", "de"), 40))))
    recipe = folder / "recipe.yaml"
    recipe.write_text(RECIPE.format(data="data", translate=TRANSLATE if translate else ""), encoding="utf-8")
    return recipe


def write_another_file(folder: Path) -> Path:
    """Add a file to the inputs: new documents, copies of old ones and an id that stands already."""
    more = list(documents("more", ("en", "fr", "de", "ru"), 20))
    copies = [{**record, "id": f"copy-{number}"} for number, record in enumerate(documents("web", ("en",), 3))]
    clash = {"id": "web-60", "text": sentences("en", 9, "clash"), "lang": "en", "license": "MIT"}
    # Its name sorts before b.jsonl, so that its claim to the id comes first.
    path = folder / "data/web/aa.jsonl"
    path.write_bytes(json_lines([*more, *copies, clash]))
    return path


def _wiki(count: int) -> str:
    pages = "".join(
        f"<page><title>Article {number}</title><ns>0</ns><id>{number}</id><revision><id>9</id>"
        f"<timestamp>2024-01-02T03:04:05Z</timestamp><model>wikitext</model>"
        f'<text xml:space="preserve">{sentences("fr", 5 + number % 5, f"wiki {number}")}</text></revision></page>\n'
        for number in range(1, count + 1)
    )
    return f"{_WIKI_HEAD}{pages}</mediawiki>\n"


def _write_wheel(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(6):
            body = "\n".join(f"# {sentences('en', 1, f'code {number} {line}')}" for line in range(6))
            program = f'"""Part {number}."""\n\n{body}\nVALUE = {number}\n'
            archive.writestr(_dated(f"counting/part_{number}.py"), program)
        metadata = _METADATA.format(description=sentences("en", 9, "wheel"))
        archive.writestr(_dated("counting-1.0.dist-info/METADATA"), metadata)


def _dated(name: str) -> zipfile.ZipInfo:
    """Return a member whose date is not that of the test: the file's hash stands in a receipt."""
    return zipfile.ZipInfo(name, (2026, 11, 24, 0, 0, 0))
