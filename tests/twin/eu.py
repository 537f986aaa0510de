"""The European Union's law on parcels, read from its sheet."""

import re

from tests.twin.treatment import OPEN, Reading, by_item, by_quantity, private_rate

SIMPLIFIED = ("H7", "H6")
IOSS_NUMBER = re.compile(r"IM([ .-]?[0-9]){10}")


def assume(facts):
    """A well-formed IOSS number claims IOSS where no scheme is claimed, and a distance sale where nobody says."""
    scheme = facts.scheme or ("IOSS" if facts.has_scheme_number else "NONE")
    facts = facts._replace(scheme=scheme)
    if scheme == "IOSS" and facts.has_scheme_number:
        facts = facts._replace(relation=facts.relation or "B2C", nature=facts.nature or "sale")
    return facts


def read(facts, law):
    """Duty, VAT and data set of a filing that leaves nothing out."""
    is_excise = "excise_goods" in facts.on
    tax = _tax(facts, law)
    duty, reliefs = _duty(facts, law)
    is_member = _is_member(facts, law)
    is_in_union = facts.destination in law.says.get("customs_unions", "").split()
    concerns = {
        ("small_value_tax_not_loaded", ""): ("tax", is_member),
        **{("gift_detail_not_loaded", why): ("either", does) for why, does in _details(facts, law).items()},
        ("gift_tax_not_loaded", ""): ("tax", _is_of_national_tax(facts, law)),
        ("returned_goods_not_loaded", ""): ("either", facts.is_back),
        ("excise_not_loaded", ""): ("nothing", is_excise),
        ("customs_union_not_loaded", ""): ("nothing", is_in_union),
        ("territory_not_loaded", ""): ("nothing", facts.territory is not None),
    }
    unloaded = {key: part for key, (part, does) in concerns.items() if does}
    sets = _sets(facts, law, duty, tax)
    untaxed = _sets(facts, law, duty, OPEN)
    hanging = {"H7": [_sets(facts, law, ("relief", None), told)["H7"] for told in (tax, OPEN)]}
    return Reading(duty, reliefs, tax, sets, unloaded, facts.is_worthless_document(law), hanging, untaxed)


def _sets(facts, law, duty, tax):
    """H7 for low value relieved or under the flat duty, declared where it goes or sold by IOSS; H6 for post."""
    is_restricted = "licence_goods" in facts.on
    may_be_low = law.says.get("h7_data_set") and law.is_up_to("low_value_limit_minor", _judged(facts, law))
    is_at_home = not _is_elsewhere(facts, law) or _is_sold_by_ioss(facts, law) or tax[0] == "relief"
    is_plain = not is_restricted and "excise_goods" not in facts.on
    is_low = duty[0] in {"relief", "per_code"} if duty != OPEN else None
    return {
        "H7": is_low if may_be_low and is_plain and is_at_home else False,
        "H6": facts.mode == "post" and law.is_up_to("h6_limit_minor", facts.value) and not is_restricted,
        "H1": True,
    }


def _details(facts, law):
    """Why quantities or single goods of a gift decide."""
    if not facts.is_gift:
        return {}
    return {
        "by quantity": by_quantity(facts, law, "gift_quantity"),
        "tax by quantity": by_quantity(facts, law, "gift_tax_quantity"),
        "by item": by_item(facts, law),
        private_rate(facts, law)[1]: private_rate(facts, law)[0] == OPEN,
    }


def _ioss_value(facts, law):
    """IOSS looks at the value at the sale, where its day is told."""
    return facts.sale_value if law.says.get("ioss_value_at_sale") and facts.sale_value is not None else facts.value


def _is_sold_by_ioss(facts, law):
    is_claimed = facts.scheme == "IOSS" and facts.has_scheme_number
    is_sale = facts.relation == "B2C" and facts.nature == "sale"
    is_low = law.is_up_to("ioss_limit_minor", _ioss_value(facts, law))
    return is_claimed and is_sale and is_low and "excise_goods" not in facts.on


def _judged(facts, law):
    """The value held against the limits of low value."""
    return _ioss_value(facts, law) if _is_sold_by_ioss(facts, law) else facts.value


def _is_member(facts, law):
    """A member state, or Monaco, which is taxed as France."""
    return facts.destination in f"{law.says.get('member_states', '')} {law.says.get('treated_as_france', '')}".split()


def _is_elsewhere(facts, law):
    own = ("MC", "FR") if facts.destination == "MC" else (facts.destination,)
    return bool(law.says.get("office_is_destination")) and facts.office not in own


def _is_low_gift(facts, law):
    return facts.is_gift and law.is_up_to("gift_limit_minor", facts.value)


def _is_of_national_tax(facts, law):
    """Tobacco, alcohol or perfume in a gift: each member says how far VAT spares them."""
    return _is_low_gift(facts, law) and "gift_quantity_goods" in facts.on


def _tax(facts, law):  # noqa: PLR0911 - a list of cases, the first that holds
    if not _is_member(facts, law) or facts.territory is not None:
        return OPEN
    if facts.is_worthless_document(law):
        return "relief", "documents_relieved"
    is_open_gift = facts.is_gift and (by_quantity(facts, law, "gift_tax_quantity") or by_item(facts, law))
    if _is_low_gift(facts, law) and not _is_of_national_tax(facts, law) and facts.keeps("gift_tax_quantity"):
        return "relief", "gift_limit_minor"
    if not law.says.get("import_tax") or is_open_gift or _is_of_national_tax(facts, law) or facts.is_back:
        return OPEN
    if facts.scheme == "IOSS" and not facts.has_scheme_number:
        if law.is_up_to("ioss_limit_minor", _ioss_value(facts, law)):
            return OPEN
    elif _is_sold_by_ioss(facts, law):
        return "vendor", "ioss_limit_minor"
    if _is_elsewhere(facts, law):
        return OPEN
    is_special = facts.scheme == "SPECIAL" and law.is_up_to("special_limit_minor", facts.value)
    if is_special and "excise_goods" not in facts.on:
        return "operator", "special_limit_minor"
    return "border", "import_tax"


def _duty(facts, law):
    """The duty rule and every relief that holds."""
    is_in_union = facts.destination in law.says.get("customs_unions", "").split()
    if not law.says.get("tariff_duty") or is_in_union or facts.is_outside_customs:
        return OPEN, ()
    judged = _judged(facts, law)
    holds = {
        "documents_relieved": facts.is_worthless_document(law),
        "gift_limit_minor": _is_low_gift(facts, law) and bool(facts.keeps("gift_quantity")),
        "duty_relief_limit_minor": law.is_up_to("duty_relief_limit_minor", judged)
        and "relief_excluded_goods" not in facts.on,
    }
    reliefs = tuple(name for name, does in holds.items() if does)
    if reliefs:
        return ("relief", reliefs[0]), reliefs
    if facts.is_gift and (by_quantity(facts, law, "gift_quantity") or by_item(facts, law)):
        return OPEN, ()
    if facts.is_back:
        return OPEN, ()
    is_ioss_member = _is_sold_by_ioss(facts, law) and _is_member(facts, law)
    keeps_preference = facts.claims_preference and facts.claimed_set == "H1" and not is_ioss_member
    is_distance_sale = facts.relation == "B2C" and facts.nature == "sale"
    if law.is_up_to("flat_duty_limit_minor", judged) and is_distance_sale and not keeps_preference:
        return ("per_code", "flat_duty_minor"), ()
    return private_rate(facts, law)[0] or ("tariff", "tariff_duty"), ()
