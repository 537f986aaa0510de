"""Duty and tax of a goods line, fees and totals of a filing: docs/explanation/order-of-computation.md read again."""

from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from tests.twin.reading import amount, upper
from tests.twin.us_rates import Reading
from tests.twin.worth import converted

PIECES = frozenset("PIECE PIECES PCE PCS PC EA EACH C62 H87 NAR NO UNIT UNITS".split())
COUNTS = {
    "each": {
        **dict.fromkeys((*PIECES, "NMB", "NO."), 1),
        **dict.fromkeys("DOZEN DOZENS DZN DOZ DZ".split(), 12), "GROSS": 144, "GRO": 144,
    },
    "pr": {**dict.fromkeys("PAIR PAIRS PRS PR NPR".split(), 1), "DPR": 12},
    "kg": {"KG": 1, "KGM": 1, "KGS": 1, "TNE": 1000, "DTN": 100},
    "liter": {**dict.fromkeys("L LT LTR LTS LITER LITERS LITRE LITRES".split(), 1), "HLT": 100, "HL": 100},
    "m2": dict.fromkeys("M2 MTK SQM".split(), 1),
}  # fmt: skip
"""How many of each unit of duty a unit of quantity is."""

OWN_FIELD = {"kg": "item_net_mass_kg", "liter": "item_volume_l"}
NOTHING_ASSESSED = ("vendor", "none")
OF_LINE_VALUE = "percent of intrinsic value"


class Line(NamedTuple):
    """A goods line as far as amounts hang on it.

    ``rate``: what the tariff says of its code, if anything; ``added``: what lies on top of it.
    """

    item: dict
    code: str | None
    line_value: int | None
    customs_value: int | None
    is_by_stand_in: bool
    rate: "Rate | None"
    added: tuple = ()
    relieved: int = 0

    @property
    def charged(self):
        """What of the customs value is charged: all of it but what a relief takes off."""
        return None if self.customs_value is None else self.customs_value - self.relieved


class Rate(NamedTuple):
    """The tariff's answer at ``code``: what it adds up (``us_rates.Reading``); nothing: unresolved."""

    code: str
    whole: Reading | None = None
    is_certain: bool = True

    @property
    def is_free(self):
        """Nothing is owed whatever the goods are worth and however many they are."""
        return self.whole is not None and not any(part.factor for part in (*self.whole.parts, *self.whole.least))


def duty_of(line, treatment, flat, unit, rounded, *, is_first, digits):
    """Amount and status of the duty on one line, what is stacked on it left out; ``rounded`` makes minor units."""
    if treatment.duty_rule == "relief":
        return 0, "relieved"
    if treatment.duty_rule == "per_code" and line.code is not None:
        return (flat if is_first else 0), "definitive"
    if treatment.duty_rule == "flat_rate":
        return _by_flat_rate(line, Fraction(flat) / 100, unit, rounded)
    if treatment.duty_rule in {"per_item", "per_filing"}:
        return (flat if is_first or treatment.duty_rule == "per_item" else 0), "definitive"
    found = _by_tariff(line, digits) if treatment.duty_rule == "tariff" else None
    if found is None:
        return None, "unresolved"
    return rounded(found), certainty(line, is_read=line.rate.is_certain)


def certainty(line, *, is_read):
    """How sure an amount is that follows from a rate and the worth of a line."""
    return "definitive" if is_read and not line.is_by_stand_in else "estimated"


def _by_flat_rate(line, share, unit, rounded):
    """A share of the value; goods that are free stay free where the law spares them."""
    base = line.line_value if unit == OF_LINE_VALUE else line.charged
    unless_free = unit == "percent unless free"
    is_untold = line.rate is None or line.rate.whole is None or not line.rate.is_certain
    is_shaky = line.is_by_stand_in or (unless_free and is_untold)
    if unless_free and line.rate is not None and line.rate.is_free:
        return 0, "estimated" if is_shaky else "definitive"
    if base is None:
        return None, "unresolved"
    return rounded(base * share), "estimated" if is_shaky else "definitive"


def _by_tariff(line, digits):
    """What the rate adds up to; a line without a value has no amount."""
    return None if line.rate is None else owed(line.rate.whole, line.item, line.charged, digits)


def owed(whole, item, value, digits):
    """What a rate comes to on goods of a value, in minor units and not rounded; nothing as soon as anything lacks."""
    if whole is None or value is None:
        return None
    needed = {of for of in whole.needs() if of != "value"}
    known = {of: _quantity(item, of) for of in needed}
    if None in known.values():
        return None
    minor = {of: Fraction(quantity) * 10**digits for of, quantity in known.items()}
    return whole.dollars(minor | {"value": Fraction(value)})


def _quantity(item, unit):
    """How many of the tariff's unit the line declares, a nil not counted: in a field of its own, or as a quantity."""
    own = OWN_FIELD.get(unit)
    if own is not None and amount(item.get(own)):
        return amount(item[own])
    for number in ("", "2"):
        declared, word = amount(item.get(f"item_quantity{number}")), upper(item.get(f"item_unit{number}"))
        many = COUNTS.get(unit, {}).get(word)
        if declared and many is not None:
            return declared * many
    return None


class Tax(NamedTuple):
    """Base, amount and status of the tax on one line; no status: no charge at all."""

    base: int | None
    amount: int | None
    status: str | None


def tax_of(line, treatment, duty, tax_rate, beside, rounded, based, *, is_shaky):
    """The tax on one line.

    ``beside``: the line's shares of carriage and fees that are taxed though they are not part of the customs value;
    ``based`` rounds the base at its rate; ``is_shaky``: what is in the base is estimated.
    """
    rule = treatment.tax_rule
    if rule == "none":
        return Tax(None, None, None)
    if rule == "vendor":
        return Tax(None, None, "collected_elsewhere")
    if rule == "relief":
        return Tax(None, 0, "relieved")
    is_assessed = rule in {"border", "operator"}
    base = total([line.charged, duty, *beside]) if is_assessed else None
    if base is not None:
        base = based(base, tax_rate)
    if base is None or tax_rate is None:
        return Tax(base, None, "unresolved")
    share, is_certain = tax_rate
    found = rounded(base * share)
    if rule == "operator":
        return Tax(base, found, "deferred")
    return Tax(base, found, "definitive" if is_certain and not is_shaky else "estimated")


class Owing(NamedTuple):
    """A fee that applies: base, amount and status, and whether tax is charged on it."""

    base: int | None
    amount: int | None
    status: str | None
    is_taxed: bool


def fees_of(law, destination, intrinsic, lines, rates, digits, digits_of, told):
    """Each fee that applies, by its code; no amount where it cannot be converted.

    ``told``: what a fee may hang on; where the filing does not say, the fee is unknown.
    """
    counted = {"consignment": 1, "line": len(lines), "distinct_hs6": None, "distinct_code": None}
    codes = [line.code for line in lines]
    if None not in codes:
        counted |= {"distinct_hs6": len({code[:6] for code in codes}), "distinct_code": len(set(codes))}
    made = {}
    for fee in law.fees:
        is_there = not fee.get("place") or fee["place"] == destination
        only = fee.get("only", {})
        is_of_kind = all(told[name] is None or told[name] in words for name, words in only.items())
        if is_there and is_of_kind and _is_between(fee, intrinsic):
            is_taxed, base = fee.get("in_tax_base", False), intrinsic
            if None in [told[name] for name in only]:
                made[fee["code"]] = Owing(None, None, None, is_taxed)
                continue
            if fee["per"] == "value":
                of_customs = fee.get("base", "customs_value") == "customs_value"
                base = total([line.customs_value for line in lines]) if of_customs else intrinsic
                amount_of = _share_of(fee, base, law.rounding("fee", digits=digits), rates, digits, digits_of)
            elif counted[fee["per"]] is None:
                amount_of = None
            else:
                major = Decimal(fee["amount_minor"] * counted[fee["per"]]).scaleb(-digits_of[fee["currency"]])
                amount_of = converted(major, fee["currency"], rates, digits)[0]
            made[fee["code"]] = Owing(base, amount_of, _sure(fee), is_taxed)
    return made


def _sure(fee):
    return "definitive" if fee["evidence"] == "read" else "estimated"


def _is_between(fee, intrinsic):
    """Above the one value and up to the other; a fee without bounds is due whatever the goods are worth."""
    above, limit = fee.get("intrinsic_above_minor"), fee.get("intrinsic_limit_minor")
    if intrinsic is None:
        return above is None and limit is None
    return (above is None or intrinsic > above) and (limit is None or intrinsic <= limit)


def _share_of(fee, base, rule, rates, digits, digits_of):
    """A percentage of the value between its bounds; unknown with the value, or where a bound cannot be converted."""
    if base is None:
        return None
    owed_of = rule.round(base * Fraction(fee["percent"]) / 100)
    for name, keep in (("minimum_minor", max), ("maximum_minor", min)):
        if name in fee:
            major = Decimal(fee[name]).scaleb(-digits_of[fee["currency"]])
            bound = converted(major, fee["currency"], rates, digits)[0]
            if bound is None:
                return None
            owed_of = keep(owed_of, bound)
    return owed_of


def total(amounts):
    """The sum; unknown as soon as one amount is."""
    return None if None in amounts else sum(amounts)


def due_at_border(treatment, duty, tax, fees):
    """What must be paid before release; unknown as soon as one part is, or law that applies is not loaded."""
    if treatment.law_not_loaded is not None or treatment.tax_rule is None:
        return None
    parts = [duty, *fees]
    return total([*parts, tax] if treatment.tax_rule == "border" else parts)
