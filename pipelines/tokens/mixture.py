"""How often each part of a corpus is seen: from its tokens and the recipe's wishes to shares, in exact arithmetic.

Every step is named in the order in which it is taken, and told of each part that it changes:

1. a part's tokens count once, or as often as `epochs` and `cluster_size` say;
2. machine translations are cut to `max_translated_share` of each language;
3. `budgets` say how many tokens of a part are seen, and end here; otherwise
4. languages weigh their tokens to the power of 1 / temperature;
5. `weights` fix shares, and what is not named shares the rest;
6. `caps` cut shares, and what is cut off goes to the others in their proportions.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from pipelines.errors import RecipeError
from pipelines.tokens.parts import Part
from pipelines.tokens.shares import flattened_shares

_PERCENT = 100


@dataclass(frozen=True)
class Wishes:
    """What a recipe asks of the mixture; all numbers exact.

    Attributes:
        temperature: See `flattened_shares`: languages weigh `tokens ** (1 / temperature)`.
        weights: Shares by language or `language/source`.
        caps: Greatest shares, likewise.
        epochs: Times that tokens count, likewise.
        cluster_size: Times that documents count, by the least number of copies that they speak for.
        max_translated_share: Greatest share of machine translations in a language; None for no bound.
        budgets: Tokens by language or `language/source`.
    """

    temperature: Fraction = Fraction(1)
    weights: Mapping[str, Fraction] = field(default_factory=dict)
    caps: Mapping[str, Fraction] = field(default_factory=dict)
    epochs: Mapping[str, Fraction] = field(default_factory=dict)
    cluster_size: Mapping[int, Fraction] = field(default_factory=dict)
    max_translated_share: Fraction | None = None
    budgets: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Mixed:
    """The mixture of the parts of a corpus.

    Attributes:
        shares: Share of the training samples by part; they sum to 1. A part that is left out has none.
        tokens: Tokens that the parts come to before shares are evened out: what the run sees if nobody says how much.
        steps: Why each part's share is what it is, one sentence a step.
    """

    shares: Mapping[Part, Fraction]
    tokens: int
    steps: Mapping[Part, tuple[str, ...]]


def mix(sizes: Mapping[Part, int], wishes: Wishes) -> Mixed:
    """Mix the parts of a corpus.

    Args:
        sizes: Tokens of each part for training, all positive.
        wishes: What the recipe asks.

    Raises:
        RecipeError: A wish names no part, nothing is left to share, or caps leave too little for all.
    """
    for key, named in (
        ("weights", wishes.weights),
        ("caps", wishes.caps),
        ("epochs", wishes.epochs),
        ("budgets", wishes.budgets),
    ):
        _check_named(key, named, sizes)
    mixing = _Mixing({part: Fraction(size) for part, size in sizes.items()})
    mixing.count(wishes)
    if wishes.max_translated_share is not None:
        mixing.cut_translations(wishes.max_translated_share)
    if wishes.budgets:
        mixing.spend(wishes.budgets)
    total = sum(mixing.tokens.values())
    if not total:
        raise RecipeError("mix: nothing is left to train on")
    shares = {part: tokens / total for part, tokens in mixing.tokens.items()}
    if not wishes.budgets:
        shares = mixing.flatten(shares, wishes.temperature)
        shares = mixing.weigh(shares, wishes.weights)
        shares = mixing.cap(shares, wishes.caps)
    kept = {part: share for part, share in shares.items() if share}
    return Mixed(kept, int(total), {part: tuple(steps) for part, steps in mixing.steps.items()})


def is_in(part: Part, name: str) -> bool:
    """Tell whether a part belongs to what a recipe names: a language, or a language's share of a source."""
    return name in (part.lang, part.stratum)


def _check_named(key: str, named: Mapping[str, object], sizes: Mapping[Part, int]) -> None:
    for name in named:
        if not any(is_in(part, name) for part in sizes):
            known = ", ".join(sorted({part.lang for part in sizes}))
            raise RecipeError(f"mix.{key}: no tokens of {name}; there are tokens of {known}")
    for part in sizes:
        if part.lang in named and part.stratum in named:
            raise RecipeError(f"mix.{key}: {part.stratum} is named, and so is {part.lang}, which holds it; name one")


@dataclass
class _Mixing:
    """Tokens by part while they are changed, and what was done."""

    tokens: dict[Part, Fraction]
    steps: defaultdict[Part, list[str]] = field(default_factory=lambda: defaultdict(list))

    def count(self, wishes: Wishes) -> None:
        for part, tokens in self.tokens.items():
            self.steps[part].append(f"{int(tokens):,} tokens")
            copies = wishes.cluster_size.get(part.copies, Fraction(1))
            epochs = next((times for name, times in wishes.epochs.items() if is_in(part, name)), Fraction(1))
            if copies != 1:
                self.steps[part].append(
                    f"times {_number(copies)} (documents that speak for {part.copies} copies and more)"
                )
            if epochs != 1:
                self.steps[part].append(f"times {_number(epochs)} (epochs)")
            self.tokens[part] = tokens * copies * epochs

    def cut_translations(self, most: Fraction) -> None:
        for lang in sorted({part.lang for part in self.tokens}):
            here = {part: tokens for part, tokens in self.tokens.items() if part.lang == lang}
            translated = sum(tokens for part, tokens in here.items() if part.translated)
            original = sum(here.values()) - translated
            if most == 1 or translated <= most * (translated + original):
                continue
            factor = most * original / (1 - most) / translated
            for part in here:
                if part.translated:
                    self.tokens[part] *= factor
                    self.steps[part].append(
                        f"times {_number(factor)} (machine translations are at most {_percent(most)} of {lang})"
                    )

    def spend(self, budgets: Mapping[str, int]) -> None:
        for name, budget in budgets.items():
            here = [part for part in self.tokens if is_in(part, name)]
            whole = sum(self.tokens[part] for part in here)
            if not whole:
                raise RecipeError(f"mix.budgets: {name} has a budget and no tokens left to spend it on")
            for part in here:
                self.tokens[part] *= Fraction(budget) / whole
                self.steps[part].append(f"of the {budget:,} tokens for {name}: {int(self.tokens[part]):,}")

    def flatten(self, shares: dict[Part, Fraction], temperature: Fraction) -> dict[Part, Fraction]:
        """Even languages out; within a language proportions stay."""
        if temperature == 1:
            return shares
        tokens: defaultdict[str, int] = defaultdict(int)
        for part, counted in self.tokens.items():
            tokens[part.lang] += int(counted)
        by_language = flattened_shares({lang: count for lang, count in tokens.items() if count}, 1 / temperature)
        of_language = _sums(shares, lambda part: part.lang)
        flattened = {
            part: by_language[part.lang] * share / of_language[part.lang] if share else share
            for part, share in shares.items()
        }
        self._tell(shares, flattened, f"temperature {_number(temperature)}")
        return flattened

    def weigh(self, shares: dict[Part, Fraction], weights: Mapping[str, Fraction]) -> dict[Part, Fraction]:
        """Fix the shares of what is named."""
        if not weights:
            return shares
        name_of = {part: next((name for name in weights if is_in(part, name)), "") for part in shares}
        held = _sums(shares, name_of.__getitem__)
        rest = 1 - sum(weights.values(), Fraction(0))
        if rest and not held.get(""):
            raise RecipeError(f"mix.weights: they name every part and sum to {_number(1 - rest)}; let them sum to 1")
        if not rest and held.get(""):
            left = ", ".join(sorted({part.stratum for part, name in name_of.items() if not name}))
            raise RecipeError(f"mix.weights: nothing is left for {left}; give a weight, 0 to leave it out")
        empty = next((name for name, weight in weights.items() if weight and not held.get(name)), None)
        if empty is not None:
            raise RecipeError(f"mix.weights: {empty} has a weight and no tokens left")
        weighed = {
            part: share * weights.get(name_of[part], rest) / held[name_of[part]] if share else share
            for part, share in shares.items()
        }
        self._tell(shares, weighed, "weights")
        return weighed

    def cap(self, shares: dict[Part, Fraction], caps: Mapping[str, Fraction]) -> dict[Part, Fraction]:
        """Cut shares; each round deals what was cut off to what is not at its cap."""
        if not caps:
            return shares
        name_of = {part: next((name for name in caps if is_in(part, name)), "") for part in shares}
        capped: set[str] = set()
        cut = dict(shares)
        while True:
            held = _sums(cut, name_of.__getitem__)
            over = {name for name, cap in caps.items() if held.get(name, 0) > cap}
            if not over:
                break
            capped |= over
            fixed = sum(caps[name] for name in capped)
            free = sum(share for part, share in cut.items() if name_of[part] not in capped)
            if not free:
                raise RecipeError(f"mix.caps: with {', '.join(sorted(capped))} at their caps nothing takes the rest")
            cut = {
                part: share * caps[name_of[part]] / held[name_of[part]]
                if name_of[part] in capped and held[name_of[part]]
                else share * (1 - fixed) / free
                for part, share in cut.items()
            }
        self._tell(shares, cut, "caps")
        return cut

    def _tell(self, before: Mapping[Part, Fraction], after: Mapping[Part, Fraction], why: str) -> None:
        for part in before:
            if before[part] != after[part]:
                self.steps[part].append(f"{_percent(before[part])} becomes {_percent(after[part])} ({why})")


def _sums(shares: Mapping[Part, Fraction], key: Callable[[Part], str]) -> dict[str, Fraction]:
    sums: defaultdict[str, Fraction] = defaultdict(Fraction)
    for part, share in shares.items():
        sums[key(part)] += share
    return dict(sums)


def _number(value: Fraction) -> str:
    return f"{float(value):.4g}"


def _percent(share: Fraction) -> str:
    return f"{float(share * _PERCENT):.4g} %"
