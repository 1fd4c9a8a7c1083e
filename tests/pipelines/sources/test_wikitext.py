import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources import wikitext_lines
from pipelines.sources.wikitext import plain_text
from pipelines.sources.wikitext_quotes import without_quotes

CASES = {
    "links": ("The [[cat|cats]] and [[dog]]s of [[Paris, France|Paris]].", "The cats and dogs of Paris."),
    "external link": ("See [https://example.org the site] or https://example.org/x.", "See the site or https://example.org/x."),
    "bold and italic": ("'''Bold''', ''italic'' and '''''both'''''.", "Bold, italic and both."),
    "apostrophe before italics": ("L'''Iliade'' d'Homère", "L'Iliade d'Homère"),
    "template": ("Born {{birth date|1900|1|1}} in Oslo.{{citation needed}}", "Born in Oslo."),
    "empty brackets": ("Asphalt ({{IPAc-en|a}}, {{IPAc-en|b}}) is black.", "Asphalt is black."),
    "template in brackets": ("Adobe ({{IPAc-en|a}}, from Spanish) is mud.", "Adobe (from Spanish) is mud."),
    "words in a template": ("{{lang|fr|Oui}}, {{convert|10|km|mi}} {{ndash}} {{nowrap|a b}}", "Oui, 10 km \u2013 a b"),
    "templates of other wikis": (
        "Au {{s|XIX|e}}, {{s-|I}} : {{unit\u00e9|5|km}}, {{formatnum:1234}}, le 2{{e}}, {{guil|oui}}.",
        "Au XIXe si\u00e8cle, Ier si\u00e8cle : 5 km, 1234, le 2e, \u00ab oui \u00bb.",
    ),
    "one name in two wikis": ('{{s|\u043f\u043e\u0434}} {{"|Zitat}} 5{{"}}', '\u043f\u043e\u0434 \u201cZitat\u201d 5"'),
    "links to other wikis": ("{{ill|A|de|B}}, {{link-en|C|D}}, {{tsl|en|E|F}}, {{ruby|G|H}}", "A, C, F, G(H)"),
    "words with a mark": (
        "{{USS|A|CV-6}}, {{sclass|B|tanker}}, {{US$|5}}, 2{{e|6}}, {{chem|H|2|O}}",
        "USS A, B-class tanker, US$5, 2\u00d710^6, H2O",
    ),
    "a reference in a template": ("So.{{citation|title=A|year=1900}}", "So."),
    "numbered arguments": ("{{lang|1=fr|2=Oui}} {{convert|2=km|1=10}}", "Oui 10 km"),
    "named text": ("{{Quote|text=Said [[so]].|author=A}}", "Said so."),
    "variants of a language": ("\u5728-{zh-hans:\u7f51; zh-hant:\u7db2;}- -{T|zh:x}--{TCP/IP}-", "\u5728\u7f51 TCP/IP"),
    "nested template": ("A{{box|x={{y|z}}|[[l]]}}B", "AB"),
    "reference": ('Fact.<ref name="a">Source, p. 3</ref> More.<ref name="a" />', "Fact. More."),
    "file": ("[[File:A.jpg|thumb|A [[cat]] there]]Text", "Text"),
    "file of this wiki": ("[[Datei:A.jpg|mini|Bild]]Text", "Text"),
    "file by an alias": ("[[Bild:A b.JPG|thumb|Eine Katze]]Text", "Text"),
    "entities that are no text": ("A&#xD800;B&#57344;C&nosuch;", "A\ufffdBC&nosuch;"),
    "category": ("Text\n[[Category:Cats]]\n[[Kategorie:Katzen]]", "Text"),
    "link to a category": ("See [[:Category:Cats]].", "See Category:Cats."),
    "other languages": ("Text\n[[fr:Chat]]\n[[zh-min-nan:Niau]]", "Text"),
    "table": ("Before\n{| class=x\n! a\n|-\n| 1 || 2\n|}\nAfter", "Before\n\nAfter"),
    "unclosed table": ("Before\n{| class=x\n|-\n| 1 || 2\nAfter", "Before\nAfter"),
    "gallery": ("A <gallery>\nFile:x.jpg|y\n</gallery>B", "A B"),
    "comment": ("A <!-- hidden -->B", "A B"),
    "entities": ("R&amp;D&nbsp;at 5&thinsp;°C &#8211; &lt;b&gt;", "R&D at 5 °C \u2013 <b>"),
    "formula": ("Energy is <math>E = m c^2</math>.", "Energy is $E = m c^2$."),
    "superscript": ("10<sup>2</sup> m, 1<sup>st</sup>, H<sub>2</sub>O", "10^2 m, 1st, H2O"),
    "code": ("So:\n<source lang=c>\nif (a) {\n  b[1] = '''x''';\n}\n</source>", "So:\nif (a) {\n  b[1] = '''x''';\n}"),
    "entities in code": ("Use <code>&lt;b&gt;</code> on [[35&nbsp;mm film]].", "Use <b> on 35 mm film."),
    "nowiki": ("Write <nowiki>[[link]]</nowiki>.", "Write [[link]]."),
    "headings": ("Intro\n== One ==\nText\n=== Two ===\nMore", "Intro\n\nOne\n\nText\n\nTwo\n\nMore"),
    "empty section": ("Intro\n== Notes ==\n{{reflist}}\n== More ==\nText", "Intro\n\nMore\n\nText"),
    "section of sections": ("== One ==\n=== Two ===\nText", "One\n\nTwo\n\nText"),
    "list": ("Fruit:\n* an [[apple]] a day\n** green\n# pear", "Fruit:\n\n- an apple a day\n  - green\n- pear"),
    "list of links": ("Text\n== See also ==\n* [[A]]\n* [[B]]\n* [[C]]: why", "Text"),
    "list of sites": ("Text\n== External links ==\n* [http://a.org A] official\n* [http://b.org B]", "Text"),
    "item without words": ("* {{cite book|x}}\n* , vol. 3", "- vol. 3"),
    "definition": ("; term : meaning\n: indented", "term : meaning\nindented"),
    "switches": ("__NOTOC__\nText {{DEFAULTSORT:x}}", "Text"),
    "paragraphs": ("One\n\n\n\nTwo", "One\n\nTwo"),
    "broken markup": ("A [[b|c and {{d and <ref>e", "A b|c and d and e"),
}  # fmt: skip


@pytest.mark.parametrize(("wikitext", "expected"), CASES.values(), ids=CASES)
def test_shows_what_a_reader_sees(wikitext: str, expected: str) -> None:
    assert plain_text(wikitext, {6: "Datei", 14: "Kategorie"}) == expected


TOKENS = (
    *(
        "[[",
        "]]",
        "{{",
        "}}",
        "{|",
        "|}",
        "|",
        "\n",
        "*",
        "#",
        "==",
        "'''",
        "''",
        "<ref>",
        "</ref>",
        "<math>",
        "</math>",
    ),
    *(
        "<nowiki>",
        "a",
        "b c",
        " ",
        "File:",
        "\ue000",
        "\ue005",
        "1",
        "&nbsp;",
        "<!--",
        "-->",
        "<br>",
        "<pre>",
        "</pre>",
    ),
)
MARKUP = st.lists(st.sampled_from(TOKENS), max_size=40).map("".join)


@given(MARKUP)
def test_never_fails_and_leaves_no_private_marks(wikitext: str) -> None:
    text = plain_text(wikitext)
    assert not any("\ue000" <= character <= "\ue006" for character in text)
    assert text == text.strip("\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("''a''", "a"),
        ("'''a'''", "a"),
        ("''''a''''", "'a'"),
        ("'''''a''' b''", "a b"),
        ("''''''a", "'a"),
        ("le char d'''Achille'' ici", "le char d'Achille ici"),
        ("it's ''a''\n'''b", "it's a\nb"),
        ("no marks: 'a'", "no marks: 'a'"),
    ],
)
def test_apostrophes(text: str, expected: str) -> None:
    assert without_quotes(text) == expected


@given(st.text(st.sampled_from(",;:.()[] ab\t\xa0\u2009\u3000\uff08\uff09\u060c\u3001"), max_size=12))
def test_lines_that_are_passed_over_are_tidy(line: str) -> None:
    expected = wikitext_lines._SPACES.sub(" ", line)
    for pattern, replacement in wikitext_lines._TIDYINGS:
        expected = pattern.sub(replacement, expected)
    assert wikitext_lines._Tidying(f"x\n{line}\ny").line(line) == expected.strip()
