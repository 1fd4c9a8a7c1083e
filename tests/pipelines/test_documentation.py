"""The code of the documentation, run as it stands there."""

import re
import textwrap
from pathlib import Path

import yaml

from pipelines.recipe.sources import SourceSection
from pipelines.sources import READERS, own
from pipelines.transforms.catalogue import known_operations
from tests.pipelines.sources.reading import read_all

PAGE = Path(__file__).parents[2] / "docs" / "sources.md"
POEMS = """<poems>
<poem id="a" lang="fr" poet="Ada Writer"><title>Le port</title><line>Le port est</line><line>calme</line></poem>
<poem id="b"/>
<poem id="c" lang="pt"><line>O mar</line></poem>
</poems>"""


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def test_a_source_of_ones_own(tmp_path: Path) -> None:
    (code,) = _blocks("python")
    assert len(code.splitlines()) <= 30
    reader = tmp_path / "poems.py"
    reader.write_text(code, encoding="utf-8")
    poems = tmp_path / "poems.xml"
    poems.write_text(POEMS, encoding="utf-8")
    found = read_all(own.READER, poems, options={"reader": (str(reader),)})
    assert [(record["key"], record["lang"], record["text"]) for record in found.records] == [
        ("a", "fra_Latn", "Le port est\ncalme"),
        ("c", "por_Latn", "O mar"),
    ]
    assert [(bad.row, bad.reason, bad.detail) for bad in found.bad] == [(2, "no_lines", "poem b")]


def test_recipes_are_recipes() -> None:
    for block in _blocks("yaml"):
        for source in yaml.safe_load(textwrap.dedent(block))["sources"]:
            section = {**source, **{key: [source[key]] for key in ("path",)}}
            assert SourceSection.model_validate(section).kind in READERS


def test_operations_and_options_are_told() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name in known_operations():
        assert re.sub(r"^(remove_references|split_sentences)_.*", r"\1_LANG", name) in page or "on_url_" in name, name
    for kind in ("text", "roots", "debian", "datatrove", "own"):
        assert all(f"`{option}`" in page for option in READERS[kind].options)
