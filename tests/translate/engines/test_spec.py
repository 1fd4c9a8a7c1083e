from dataclasses import dataclass
from typing import Literal

import pytest

from translate.engines import ENGINE_NAMES, EngineIdentity, EngineSpec, OutputLicense, check_spec
from translate.engines.spec import read_options

LICENSE = OutputLicense("MIT", restricts_outputs=False, evidence=())


@dataclass(frozen=True)
class Options:
    beam_size: int = 4
    dtype: Literal["float32", "int8"] | None = None
    penalty: float = 0.0
    devices: tuple[int, ...] = (0,)
    eager: bool = False


def read(**arguments: object) -> Options:
    return read_options(EngineSpec("ctranslate2", "m", arguments), Options)  # type: ignore[arg-type]


def test_arguments_become_options() -> None:
    assert read() == Options()
    assert read(beam_size=1, dtype="int8", penalty=1, devices=[0, 1], eager=True) == Options(1, "int8", 1, (0, 1), True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"beem_size": 4}, "takes no argument 'beem_size': did you mean beam_size?"),
        ({"x": 4}, "takes no argument 'x': expected one of beam_size, dtype, penalty, devices, eager"),
        ({"beam_size": "4"}, "argument beam_size of engine ctranslate2: Input should be a valid integer, got '4'"),
        ({"beam_size": True}, "argument beam_size"),
        ({"dtype": "int4"}, "'float32' or 'int8'"),
        ({"devices": ["a"]}, r"argument devices\.0"),
    ],
)
def test_other_arguments_are_refused(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message.replace("?", r"\?")):
        read(**arguments)


def test_unknown_engines_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="expected one of fxtranslate"):
        check_spec(EngineSpec("babelfish"))
    with pytest.raises(ValueError, match=r"did you mean fxtranslate\?"):
        check_spec(EngineSpec("fxtranlate"))


def test_a_model_for_an_engine_that_has_its_own_is_refused() -> None:
    with pytest.raises(ValueError, match="fxtranslate takes no model"):
        check_spec(EngineSpec("fxtranslate", "nllb"))


@pytest.mark.parametrize("kind", ENGINE_NAMES)
def test_every_engine_can_be_looked_up_without_its_packages(kind: str) -> None:
    needs_model = check_spec(EngineSpec(kind, None if kind in ("fxtranslate", "apertium") else "model")).needs_model
    assert needs_model == (kind not in ("fxtranslate", "apertium"))


def test_a_spec_comes_back_from_its_key() -> None:
    spec = EngineSpec("ctranslate2", "models/nllb", {"beam_size": 2, "devices": [0]})
    assert EngineSpec.of_key(spec.key()) == spec
    assert EngineSpec("a", None, {"x": 1, "y": 2}).key() == EngineSpec("a", None, {"y": 2, "x": 1}).key()


def test_pairs_languages_or_anything() -> None:
    def identity(pairs: tuple[tuple[str, str], ...] | None, languages: frozenset[str] | None) -> EngineIdentity:
        return EngineIdentity("e", "1", "m", {}, "sentence", 9, LICENSE, pairs=pairs, languages=languages)

    assert identity((("a", "b"),), None).translates("a", "b")
    assert not identity((("a", "b"),), None).translates("b", "a")
    some = identity(None, frozenset({"a", "b"}))
    assert some.translates("b", "a")
    assert not some.translates("a", "a")
    assert not some.translates("a", "c")
    assert identity(None, None).translates("x", "y")
