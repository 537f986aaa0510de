"""What goods are worth: lines converted one by one, costs converted one by one, shares that add up."""

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, localcontext

from tests.twin.reading import amount, upper

ONE = Decimal(1)
EXACT = Context(prec=80, rounding=ROUND_HALF_UP)
"""Wide enough that no quotient comes out as a half that is none."""


def half_up(number):
    """The nearest whole number, halves upwards."""
    return int(number.quantize(ONE, rounding=ROUND_HALF_UP, context=EXACT))


def converted(major, currency, rates, digits):
    """An amount in minor units of the jurisdiction's currency, and whether a stand-in rate made it so.

    ``rates``: currency to (numerator, denominator, is_legal) of the day. Nothing comes of nothing.
    """
    if major is None or currency not in rates:
        return None, False
    numerator, denominator, is_legal = rates[currency]
    minor = EXACT.divide(EXACT.multiply(major.scaleb(digits), Decimal(numerator)), Decimal(denominator))
    return half_up(minor), not is_legal


def costs(filing, law, rates, digits):
    """Freight, insurance and other costs that belong to what is taxed, and whether a stand-in rate was used."""
    if not (law.says.get("customs_value_includes_freight") or law.says.get("tax_base_includes_freight")):
        return 0, False
    freight_currency = upper(filing.get("freight_currency"))
    declared = (
        (filing.get("freight_amount"), freight_currency),
        (filing.get("insurance_amount"), upper(filing.get("insurance_currency")) or freight_currency),
        (filing.get("other_costs_amount"), upper(filing.get("invoice_total_currency")) or freight_currency),
    )
    whole, is_by_stand_in = 0, False
    for text, currency in declared:
        if text is None:
            continue
        minor, is_stand_in = converted(amount(text), currency, rates, digits)
        if minor is None:
            return None, False
        whole += minor
        is_by_stand_in |= is_stand_in and minor > 0
    return whole, is_by_stand_in


def shares(whole, lines):
    """Costs shared over lines in their order by running sums; unknown as soon as the costs or one line are.

    Costs of nothing leave every line nothing, whatever the others are worth.
    """
    if whole == 0:
        return [0] * len(lines)
    if whole is None or None in lines:
        return [None] * len(lines)
    weights = lines if sum(lines) else [1] * len(lines)
    all_of_it, upto, given, made = Decimal(sum(weights)), 0, 0, []
    with localcontext(EXACT):
        for weight in weights:
            upto += weight
            running = int((Decimal(whole) * upto / all_of_it).to_integral_value(ROUND_FLOOR))
            made.append(running - given)
            given = running
    return made
