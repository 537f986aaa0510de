"""Duty and tax of a goods line, fees and totals of a filing: docs/explanation/order-of-computation.md read again."""

from decimal import Decimal
from typing import NamedTuple

from tests.twin.reading import amount, upper
from tests.twin.worth import EXACT, converted, half_up

PIECES = frozenset("PIECE PIECES PCE PCS PC EA EACH C62 H87 NAR NO UNIT UNITS".split())
PAIRS = frozenset("PAIR PAIRS PRS PR NPR".split())
DOZENS = frozenset("DOZEN DOZENS DZN DOZ".split())
WORDS_FOR = {"piece": PIECES, "pair": PAIRS, "dozen": DOZENS}
NOTHING_ASSESSED = ("vendor", "none")


class Line(NamedTuple):
    """A goods line as far as amounts hang on it. ``rate``: what the tariff says of its code, if anything."""

    item: dict
    code: str | None
    line_value: int | None
    customs_value: int | None
    is_by_stand_in: bool
    rate: "Rate | None"


class Rate(NamedTuple):
    """The tariff's answer at ``code``: a share of the value, or major units for each ``unit``; neither: unresolved."""

    code: str
    share: Decimal | None = None
    each: Decimal | None = None
    unit: str | None = None
    is_certain: bool = True


def duty_of(line, treatment, flat, *, is_first_of_code, digits):
    """Amount and status of the duty on one line."""
    if treatment.duty_rule == "relief":
        return 0, "relieved"
    if treatment.duty_rule == "per_code" and line.code is not None:
        return (flat if is_first_of_code else 0), "definitive"
    if treatment.duty_rule == "flat_rate":
        return _by_flat_rate(line, Decimal(flat) / 100)
    found = _by_tariff(line, digits) if treatment.duty_rule == "tariff" else None
    if found is None:
        return None, "unresolved"
    is_certain = line.rate.is_certain and not line.is_by_stand_in
    return found, "definitive" if is_certain else "estimated"


def _by_flat_rate(line, share):
    """A share of the value; goods that are free stay free."""
    if line.rate is not None and line.rate.share == 0:
        return 0, "estimated" if line.is_by_stand_in else "definitive"
    if line.customs_value is None:
        return None, "unresolved"
    found = half_up(EXACT.multiply(Decimal(line.customs_value), share))
    return found, "estimated" if line.is_by_stand_in else "definitive"


def _by_tariff(line, digits):
    """By value or by quantity; a line without a value has no amount."""
    if line.rate is None or line.customs_value is None:
        return None
    if line.rate.share is not None:
        return half_up(EXACT.multiply(Decimal(line.customs_value), line.rate.share))
    if line.rate.each is None:
        return None
    quantity = _quantity(line.item, line.rate.unit)
    return None if quantity is None else half_up((quantity * line.rate.each).scaleb(digits))


def _quantity(item, unit):
    """How many of the tariff's unit the line declares."""
    declared, in_unit = amount(item.get("item_quantity")), upper(item.get("item_unit"))
    if unit == "kg":
        return amount(item.get("item_net_mass_kg"))
    if unit == "litre" and item.get("item_volume_l") is not None:
        return amount(item["item_volume_l"])
    if declared is None or in_unit is None:
        return None
    if unit == "dozen" and in_unit in PIECES:
        return EXACT.divide(declared, Decimal(12))
    return declared if in_unit in WORDS_FOR.get(unit, ()) or in_unit == unit.upper() else None


def tax_of(line, treatment, duty, duty_status, tax_rate):
    """Base, amount and status of the tax on one line; no status: no charge at all."""
    rule = treatment.tax_rule
    if rule == "none":
        return None, None, None
    if rule == "vendor":
        return None, None, "collected_elsewhere"
    if rule == "relief":
        return None, 0, "relieved"
    is_assessed = rule in {"border", "operator"}
    base = line.customs_value + duty if is_assessed and None not in (line.customs_value, duty) else None
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
    }
    made = {}
    for fee in law.fees:
        is_there = not fee.get("place") or fee["place"] == destination
        only = fee.get("only", {})
        is_of_kind = all(told[name] is None or told[name] in words for name, words in only.items())
        if is_there and is_of_kind and _is_within(fee, intrinsic):
            if None in [told[name] for name in only]:
                made[fee["code"]] = (None, None)
                continue
            if fee["per"] == "value":
                share = EXACT.multiply(Decimal(intrinsic), Decimal(fee["percent"]) / 100)
                amount_of = min(max(half_up(share), fee["minimum_minor"]), fee["maximum_minor"])
            else:
                major = Decimal(fee["amount_minor"] * counted[fee["per"]]).scaleb(-digits_of[fee["currency"]])
                amount_of = converted(major, fee["currency"], rates, digits)[0]
            made[fee["code"]] = (amount_of, "definitive" if fee["evidence"] == "read" else "estimated")
    return made


def _is_within(fee, intrinsic):
    """True where the value is known and between the fee's bounds; no bound is none."""
    if intrinsic is None:
        return False
    return fee.get("intrinsic_above_minor", -1) < intrinsic <= fee.get("intrinsic_limit_minor", intrinsic)


def total(amounts):
    """The sum; unknown as soon as one amount is."""
    return None if None in amounts else sum(amounts)


def due_at_border(treatment, duty, tax, fees):
    """What must be paid before release; unknown as soon as one part is, or law that applies is not loaded."""
    if treatment.law_not_loaded is not None or treatment.tax_rule is None:
        return None
    parts = [duty, *fees]
    return total([*parts, tax] if treatment.tax_rule == "border" else parts)
