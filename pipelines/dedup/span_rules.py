"""Which repeated spans are sought, and which of their copies go."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.dedup.span_tokens import Comparison


@dataclass(frozen=True)
class SpanRule:
    """A kind of span that is repeated across the corpus.

    Attributes:
        name: What edits call it.
        comparison: How texts are cut and folded before they are compared.
        size: How many such tokens a span has at least.
        copies: How many occurrences there are before any goes.
        keeps_first: Whether the first copy stays.
        elsewhere: Where it does not: whether it goes only if there is a copy in another document.
        within_source: Whether each source is looked at by itself.
        at_least: Lines with fewer characters are left alone.
    """

    name: str
    comparison: Comparison
    size: int
    copies: int = 2
    keeps_first: bool = True
    elsewhere: bool = False
    within_source: bool = False
    at_least: int = 0

    @property
    def is_of_lines(self) -> bool:
        """Whether whole lines go."""
        return self.comparison in (Comparison.LINES, Comparison.CCNET_LINES)


# ccnet: facebookresearch/cc_net, dedup.py: a line that two documents have goes from all, the first included; one that
#     a single document repeats stays there once. cc_net also drops all blank lines, which are one line to it; here
#     lines of which nothing is left to compare stay.
# c4: Raffel et al. 2020, section 2.2: all but one of any three-sentence span.
# roots: bigscience-workshop/data-preparation, clean.py, dedup_template_soft: lines of at least 15 characters that
#     occur at least ten times in a dataset, which is a source here.
LINE_RULES: Mapping[str, SpanRule] = {
    "ccnet": SpanRule("lines_ccnet", Comparison.CCNET_LINES, 1, keeps_first=False, elsewhere=True),
    "c4": SpanRule("sentences_c4", Comparison.SENTENCES, 3),
    "roots": SpanRule(
        "lines_roots", Comparison.LINES, 1, copies=10, keeps_first=False, within_source=True, at_least=15
    ),
}


def token_rule(tokens: int) -> SpanRule:
    """Return the rule that leaves one copy of each span of so many words, or of characters in unspaced scripts."""
    return SpanRule(f"tokens_{tokens}", Comparison.WORDS, tokens)
