"""Duty and tax of a goods line, fees and totals of a filing: docs/explanation/order-of-computation.md read again."""

from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from tests.twin.reading import amount, upper
from tests.twin.us_rates import Reading
from tests.twin.worth import EXACT, converted, half_up

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


class Line(NamedTuple):
    """A goods line as far as amounts hang on it. ``rate``: what the tariff says of its code, if anything."""

    item: dict
    code: str | None
    line_value: int | None
    customs_value: int | None
    is_by_stand_in: bool
    rate: "Rate | None"
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


def duty_of(line, treatment, flat, unit, *, is_first, digits):
    """Amount and status of the duty on one line."""
    if treatment.duty_rule == "relief":
        return 0, "relieved"
    if treatment.duty_rule == "per_code" and line.code is not None:
        return (flat if is_first else 0), "definitive"
    if treatment.duty_rule == "flat_rate":
        return _by_flat_rate(line, Decimal(flat) / 100, unit)
    if treatment.duty_rule in {"per_item", "per_filing"}:
        return (flat if is_first or treatment.duty_rule == "per_item" else 0), "definitive"
    found = _by_tariff(line, digits) if treatment.duty_rule == "tariff" else None
    if found is None:
        return None, "unresolved"
    is_certain = line.rate.is_certain and not line.is_by_stand_in
    return found, "definitive" if is_certain else "estimated"


def _by_flat_rate(line, share, unit):
    """A share of the value; goods that are free stay free where the law spares them."""
    base = line.line_value if unit == "percent of intrinsic value" else line.charged
    if unit == "percent unless free" and line.rate is not None and line.rate.is_free:
        return 0, "estimated" if line.is_by_stand_in else "definitive"
    if base is None:
        return None, "unresolved"
    found = half_up(EXACT.multiply(Decimal(base), share))
    return found, "estimated" if line.is_by_stand_in else "definitive"


def _by_tariff(line, digits):
    """What the rate adds up to, rounded once; a line without a value has no amount."""
    if line.rate is None or line.rate.whole is None or line.customs_value is None:
        return None
    needed = {of for of in line.rate.whole.needs() if of != "value"}
    known = {of: _quantity(line.item, of) for of in needed}
    if None in known.values():
        return None
    minor = {of: Fraction(quantity) * 10**digits for of, quantity in known.items()}
    owed = line.rate.whole.dollars(minor | {"value": Fraction(line.charged)})
    return int(owed + Fraction(1, 2))


def _quantity(item, unit):
    """How many of the tariff's unit the line declares: in a field of its own, or as a quantity of that unit."""
    own = OWN_FIELD.get(unit)
    if own is not None and item.get(own) is not None:
        return amount(item[own])
    for number in ("", "2"):
        declared, word = amount(item.get(f"item_quantity{number}")), upper(item.get(f"item_unit{number}"))
        many = COUNTS.get(unit, {}).get(word)
        if declared is not None and many is not None:
            return declared * many
    return None


def tax_of(line, treatment, duty, duty_status, tax_rate, carriage):
    """Base, amount and status of the tax on one line; no status: no charge at all.

    ``carriage``: the line's share of costs that are taxed though they are not part of the customs value.
    """
    rule = treatment.tax_rule
    if rule == "none":
        return None, None, None
    if rule == "vendor":
        return None, None, "collected_elsewhere"
    if rule == "relief":
        return None, 0, "relieved"
    is_assessed = rule in {"border", "operator"}
    base = total([line.charged, duty, carriage]) if is_assessed else None
    if base is None or tax_rate is None:
        return base, None, "unresolved"
    share, is_certain = tax_rate
    found = half_up(EXACT.multiply(Decimal(base), share))
    if rule == "operator":
        return base, found, "deferred"
    is_shaky = duty_status == "estimated" or line.is_by_stand_in or not is_certain
    return base, found, "estimated" if is_shaky else "definitive"


def fees_of(law, destination, intrinsic, lines, rates, digits, digits_of, told):
    """Amount and status of each fee that applies, by its code; no amount where it cannot be converted.

    ``told``: what a fee may hang on; where the filing does not say, the fee is unknown.
    """
    counted = {
        "consignment": 1,
        "line": len(lines),
        "distinct_hs6": len({line.code[:6] for line in lines if line.code is not None}),
        "distinct_code": len({line.code for line in lines if line.code is not None}),
    }
    made = {}
    for fee in law.fees:
        is_there = not fee.get("place") or fee["place"] == destination
        only = fee.get("only", {})
        is_of_kind = all(told[name] is None or told[name] in words for name, words in only.items())
        if is_there and is_of_kind and _is_between(fee, intrinsic):
            if None in [told[name] for name in only]:
                made[fee["code"]] = (None, None)
                continue
            if fee["per"] == "value":
                made[fee["code"]] = (_share_of(fee, intrinsic, lines, rates, digits, digits_of), _sure(fee))
                continue
            major = Decimal(fee["amount_minor"] * counted[fee["per"]]).scaleb(-digits_of[fee["currency"]])
            amount_of = converted(major, fee["currency"], rates, digits)[0]
            made[fee["code"]] = (amount_of, _sure(fee))
    return made


def _sure(fee):
    return "definitive" if fee["evidence"] == "read" else "estimated"


def _is_between(fee, intrinsic):
    """Above the one value and up to the other; a fee without bounds is due whatever the goods are worth."""
    above, limit = fee.get("intrinsic_above_minor"), fee.get("intrinsic_limit_minor")
    if intrinsic is None:
        return above is None and limit is None
    return (above is None or intrinsic > above) and (limit is None or intrinsic <= limit)


def _share_of(fee, intrinsic, lines, rates, digits, digits_of):
    """A percentage of the value between its bounds; unknown with the value, or where a bound cannot be converted."""
    of_customs = fee.get("base", "customs_value") == "customs_value"
    base = total([line.customs_value for line in lines]) if of_customs else intrinsic
    if base is None:
        return None
    owed = half_up(EXACT.multiply(Decimal(base), Decimal(fee["percent"]) / 100))
    for name, keep in (("minimum_minor", max), ("maximum_minor", min)):
        if name in fee:
            major = Decimal(fee[name]).scaleb(-digits_of[fee["currency"]])
            bound = converted(major, fee["currency"], rates, digits)[0]
            if bound is None:
                return None
            owed = keep(owed, bound)
    return owed


def total(amounts):
    """The sum; unknown as soon as one amount is."""
    return None if None in amounts else sum(amounts)


def due_at_border(treatment, duty, tax, fees):
    """What must be paid before release; unknown as soon as one part is, or law that applies is not loaded."""
    if treatment.law_not_loaded is not None or treatment.tax_rule is None:
        return None
    parts = [duty, *fees]
    return total([*parts, tax] if treatment.tax_rule == "border" else parts)
