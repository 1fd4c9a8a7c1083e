"""Templates compared on parallel text: which one a model translates best with, and fails with least.

A template is a choice to be measured: one model's results differ widely between formats of the same request ("Mind Your
Format", arXiv 2401.06766). Quality is chrF (Popović, WMT 2015) by sacreBLEU over all segments, where one
whose answer fails a check counts as empty, for it would be thrown away.
"""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from translate.checks import check
from translate.engines import EngineSpec, open_engine
from translate.engines.base import Engine, Reply, Request
from translate.evaluation import Pair
from translate.masking import Masked, mask_pattern, restore
from translate.metrics import chrf
from translate.spelling import mask_spelled


@dataclass(frozen=True)
class TemplateScore:
    """How a model did with a template.

    Attributes:
        template: The template's name.
        sha256: The SHA-256 of what it makes prompts from.
        segments: How many segments were asked for.
        chrf: chrF, 0 to 100.
        failures: How many answers failed a check, by its name; `refused` and `error` where there was no answer.
        tokens_in: Tokens of all prompts.
        tokens_out: Tokens of all answers.
        seconds: How long the answers took.
    """

    template: str
    sha256: str
    segments: int
    chrf: float
    failures: Mapping[str, int]
    tokens_in: int
    tokens_out: int
    seconds: float


def compare_templates(
    spec: EngineSpec, templates: Iterable[str], pairs: Sequence[Pair], source: str, target: str
) -> Iterator[TemplateScore]:
    """Yield a score for each template; the engine is opened anew for each.

    Args:
        spec: An engine that takes templates.
        templates: Their names.
        pairs: Parallel segments.
        source: Language of the sources.
        target: Language of the references.

    Raises:
        ValueError: The engine takes no template, or one of these cannot ask for these languages.
        ModuleNotFoundError: A package is not installed; the message names the extra.
        OSError: The model cannot be read.
        EngineDiedError: The engine is gone.
    """
    for template in templates:
        engine = open_engine(replace(spec, arguments={**spec.arguments, "template": template}))
        try:
            yield _score(engine, pairs, source, target)
        finally:
            engine.close()


def _score(engine: Engine, pairs: Sequence[Pair], source: str, target: str) -> TemplateScore:
    pattern = mask_pattern(engine.identity.unspellable)
    masked = [mask_spelled(pair.source, engine.spell, pattern) for pair in pairs]
    began = time.monotonic()
    replies = dict(engine.translate((Request(one.text) for one in masked), source, target))
    seconds = time.monotonic() - began
    failures = Counter[str]()
    hypotheses = []
    for number, one in enumerate(masked):
        failure = _failure(one, replies[number], source, target)
        failures.update([failure] if failure else [])
        hypotheses.append("" if failure else restore(one, replies[number].text.strip()))
    return TemplateScore(
        template=engine.identity.template or "",
        sha256=engine.identity.template_sha256 or "",
        segments=len(pairs),
        chrf=chrf(hypotheses, [pair.reference for pair in pairs]).value,
        failures=dict(failures.most_common()),
        tokens_in=sum(reply.tokens_in for reply in replies.values()),
        tokens_out=sum(reply.tokens_out for reply in replies.values()),
        seconds=seconds,
    )


def _failure(masked: Masked, reply: Reply, source: str, target: str) -> str | None:
    """Return what is wrong with a reply, if anything."""
    if reply.finish in ("refused", "error"):
        return reply.finish
    last = check(masked, reply.text, reply.finish, (source, target))[-1]
    return None if last.passed else last.reason
