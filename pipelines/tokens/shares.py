"""How a whole is shared out: by size, flattened towards equal shares, in exact arithmetic."""

from collections.abc import Mapping
from decimal import Decimal, localcontext
from fractions import Fraction

WEIGHT_DIGITS = 12
_POWER_DIGITS = 40


def flattened_shares(sizes: Mapping[str, int], exponent: Fraction) -> dict[str, Fraction]:
    """Return shares proportional to `size ** exponent`; they sum to 1.

    Exponent 1 keeps proportions, 0 makes equal shares. Training data is flattened this way with the exponent alpha
    (Conneau and Lample 2019, "Cross-lingual language model pretraining", section 3.1) or with 1 / temperature
    (Arivazhagan et al. 2019, "Massively multilingual neural machine translation in the wild", section 4.1).

    Powers are decimal, correctly rounded to 40 digits: the same on every machine, which floating point is not.

    Args:
        sizes: Size by name, all positive.
        exponent: Zero or greater.
    """
    with localcontext() as context:
        context.prec = _POWER_DIGITS
        power = Decimal(exponent.numerator) / Decimal(exponent.denominator)
        weights = {name: Fraction(Decimal(size) ** power) for name, size in sizes.items()}
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()}


def filled_budgets(sizes: Mapping[str, int], budget: int, exponent: Fraction) -> dict[str, int]:
    """Share a budget out by `flattened_shares`; what a small one cannot use goes to the others, in their proportions.

    Args:
        sizes: What each can use at most, all positive.
        budget: What there is to share.
        exponent: See `flattened_shares`.

    Returns:
        A part of the budget for each name, at most its size; in sum at most the budget.
    """
    budgets: dict[str, int] = {}
    wanting = dict(sizes)
    left = budget
    while wanting:
        shares = flattened_shares(wanting, exponent)
        sated = {name for name, size in wanting.items() if size <= left * shares[name]}
        if not sated:
            return budgets | {name: int(left * share) for name, share in shares.items()}
        budgets |= {name: wanting[name] for name in sated}
        left -= sum(wanting.pop(name) for name in sated)
    return budgets


def rounded_weights(shares: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Round shares to 12 decimals so that none is zero and they still sum to exactly 1.

    Args:
        shares: Positive shares that sum to 1, fewer than 10^12.
    """
    units = 10**WEIGHT_DIGITS
    return {name: Fraction(count, units) for name, count in whole_parts(shares, units).items()}


def whole_parts(shares: Mapping[str, Fraction], whole: int) -> dict[str, int]:
    """Deal a whole out in integers, as shares say, so that none is zero and they sum to exactly the whole.

    Every part is rounded down, at least to one unit; units left over go to the largest remainders, ties by name.

    Args:
        shares: Positive shares that sum to 1, no more of them than the whole has units.
        whole: What is dealt out.
    """
    counts = {name: max(1, int(share * whole)) for name, share in shares.items()}
    missing = whole - sum(counts.values())
    by_remainder = sorted(shares, key=lambda name: (counts[name] - shares[name] * whole, name))
    for name in by_remainder[: max(missing, 0)]:
        counts[name] += 1
    if missing < 0:  # shares below one unit were raised to it: the largest gives
        counts[max(counts, key=lambda name: (counts[name], name))] += missing
    return counts


def formatted_weight(weight: Fraction) -> str:
    """Return a weight from `rounded_weights` as a decimal number, without trailing zeros."""
    whole, rest = divmod(weight.numerator * 10**WEIGHT_DIGITS // weight.denominator, 10**WEIGHT_DIGITS)
    return f"{whole}.{rest:0{WEIGHT_DIGITS}d}".rstrip("0").rstrip(".")
