import shutil
import sys
from pathlib import Path

import pytest

from translate.engines import Engine, EngineSpec, Reply, Request, engine_identity, open_engine

installed = pytest.mark.skipif(
    shutil.which("apertium") is None or not Path("/usr/share/apertium/modes/eng-spa.mode").exists(),
    reason="apertium and the pair eng-spa are not installed (Debian: apertium, apertium-eng-spa)",
)
TO_SPANISH = ("eng_Latn", "spa_Latn")

# Behaves as the real one does: texts end in null bytes, more of which follow; one text breaks it.
STAND_IN = """\
#!{python}
import sys
if sys.argv[1] == "-V":
    print("Apertium 0.0")
    sys.exit()
assert sys.argv[1:] == ["-z", "-u", "-f", "none", "eng-spa"], sys.argv
texts = sys.stdin.buffer.read().decode().split("\\0")[:-1]
if any("BREAK" in text for text in texts):
    sys.exit("broken")
if any("LOSE" in text for text in texts):
    texts = texts[:-1]
answers = [text.upper() + "\\0" for text in texts]
sys.stdout.buffer.write("".join(answers).encode() + b"\\0\\0")
"""


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a program of the name on the path, with two modes."""
    program = tmp_path / "bin" / "apertium"
    program.parent.mkdir()
    program.write_text(STAND_IN.format(python=sys.executable), encoding="utf-8")
    program.chmod(0o755)
    modes = tmp_path / "share" / "apertium" / "modes"
    modes.mkdir(parents=True)
    (tmp_path / "rules.bin").write_text("rules", encoding="utf-8")
    for name in ("eng-spa", "eo-en", "eng-cat_valencia", "no-mode-at-all", "xx-yy"):
        (modes / f"{name}.mode").write_text(f"lt-proc '{tmp_path / 'rules.bin'}'", encoding="utf-8")
    monkeypatch.setenv("PATH", str(program.parent))
    return tmp_path


def answers(engine: Engine, texts: list[str]) -> list[Reply]:
    replies = list(engine.translate(map(Request, texts), *TO_SPANISH))
    assert [number for number, _ in replies] == list(range(len(texts)))
    return [reply for _, reply in replies]


def test_pairs_are_those_of_the_installed_modes(stand_in: Path) -> None:
    identity = engine_identity(EngineSpec("apertium"))
    assert identity.pairs == (("eng_Latn", "spa_Latn"), ("epo_Latn", "eng_Latn"))
    assert identity.version.startswith("0.0+")
    valencian = engine_identity(EngineSpec("apertium", arguments={"mode": "eng-cat_valencia"}))
    assert valencian.pairs == (("eng_Latn", "cat_Latn"),)
    with pytest.raises(ValueError, match="no mode eng-deu: installed are eng-cat_valencia, eng-spa"):
        engine_identity(EngineSpec("apertium", arguments={"mode": "eng-deu"}))
    assert stand_in


def test_the_identity_of_a_pair_is_that_of_its_rules(stand_in: Path) -> None:
    before = engine_identity(EngineSpec("apertium"))
    (stand_in / "share/apertium/modes/eng-fra.mode").write_text("lt-proc", encoding="utf-8")
    with_another = engine_identity(EngineSpec("apertium"))
    assert with_another.parameters(*TO_SPANISH) == before.parameters(*TO_SPANISH)
    (stand_in / "rules.bin").write_text("other rules", encoding="utf-8")
    changed = engine_identity(EngineSpec("apertium"))
    assert changed.parameters(*TO_SPANISH) != before.parameters(*TO_SPANISH)


@pytest.mark.usefixtures("stand_in")
def test_what_means_something_to_the_programs_comes_back_as_it_was() -> None:
    texts = ["a [b] {c} ^d$ @ \\ / <e>", "", "so.", "so", "two.\0three", "ñ中"]
    engine = open_engine(EngineSpec("apertium"))
    spelled = [engine.spell(text) for text in texts]
    assert [reply.text for reply in answers(engine, spelled)] == [text.upper() for text in spelled]


@pytest.mark.usefixtures("stand_in")
@pytest.mark.parametrize(("fault", "detail"), [("BREAK", "failed with 1: broken"), ("LOSE", "no answer")])
def test_one_text_that_breaks_the_programs_is_refused_alone(fault: str, detail: str) -> None:
    texts = [f"text {number}" for number in range(20)]
    texts[13] = f"this will {fault}"
    replies = answers(open_engine(EngineSpec("apertium")), texts)
    assert [reply.finish for reply in replies] == ["refused" if number == 13 else "stop" for number in range(20)]
    assert detail in replies[13].detail
    assert replies[14].text == "TEXT 14"


def test_a_machine_without_it_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ModuleNotFoundError, match="apt-get install apertium"):
        engine_identity(EngineSpec("apertium"))


@installed
def test_the_real_one_translates() -> None:
    engine = open_engine(EngineSpec("apertium"))
    texts = ["A house", "See XPH11 and XPH12 in the book.", "Two red cars & [a] <b>box</b>."]
    assert [reply.text for reply in answers(engine, texts)] == [
        "Una casa",
        "Ve XPH11 y XPH12 en el libro.",
        "Dos coches rojos & [un] <b>caja</b>.",
    ]


@installed
def test_other_languages_are_refused() -> None:
    engine = open_engine(EngineSpec("apertium"))
    with pytest.raises(ValueError, match="from eng_Latn to zho_Hans"):
        next(engine.translate([Request("Hi")], "eng_Latn", "zho_Hans"))
