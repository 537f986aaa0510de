"""The European Union's law on parcels, read from its sheet."""

import re

from tests.twin.treatment import OPEN, Reading

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
    is_restricted = "licence_goods" in facts.on
    detail = _depends_on_detail(facts, law) if facts.is_gift else None
    is_open_gift = detail is not None
    tax = _tax(facts, law, is_open_gift)
    duty, reliefs = _duty(facts, law, is_open_gift, tax)
    is_member = facts.destination in law.says.get("member_states", "").split()
    may_be_low = law.says.get("h7_data_set") and law.is_up_to("low_value_limit_minor", facts.value)
    is_low = duty[0] in {"relief", "per_code"} if duty != OPEN else None
    sets = {
        "H7": is_low if may_be_low and not is_restricted and not is_excise else False,
        "H6": facts.mode == "post" and law.is_up_to("h6_limit_minor", facts.value) and not is_restricted,
        "H1": True,
    }
    concerns = {
        ("small_value_tax_not_loaded", ("tax", "")): is_member,
        ("gift_detail_not_loaded", ("either", detail)): is_open_gift,
        ("private_rate_not_loaded", ("duty", "")): facts.is_gift
        and law.is_up_to("private_rate_limit_minor", facts.value),
        ("returned_goods_not_loaded", ("either", "")): facts.is_back,
        ("excise_not_loaded", ("nothing", "")): is_excise,
    }
    unloaded = dict(name for name, does in concerns.items() if does)
    return Reading(duty, reliefs, tax, sets, unloaded, facts.is_worthless_document(law))


def _depends_on_detail(facts, law):
    """A gift relieved by quantity, or of which some goods may fit under the limit."""
    if law.is_up_to("gift_limit_minor", facts.value):
        return "by quantity" if "gift_quantity_goods" in facts.on else None
    return "by item" if law.is_over("gift_limit_minor", facts.value) and facts.is_several else None


def _is_relieved_gift(facts, law):
    return facts.is_gift and law.is_up_to("gift_limit_minor", facts.value) and "gift_quantity_goods" not in facts.on


def _tax(facts, law, is_open_gift):  # noqa: PLR0911 - a list of cases, the first that holds
    if facts.destination not in law.says.get("member_states", "").split():
        return OPEN
    if facts.is_worthless_document(law):
        return "relief", "documents_relieved"
    if _is_relieved_gift(facts, law):
        return "relief", "gift_limit_minor"
    if not law.says.get("import_tax") or is_open_gift or facts.is_back:
        return OPEN
    is_plain = "excise_goods" not in facts.on
    if facts.scheme == "IOSS" and law.is_up_to("ioss_limit_minor", facts.value):
        if not facts.has_scheme_number:
            return OPEN
        if facts.relation == "B2C" and facts.nature == "sale" and is_plain:
            return "vendor", "ioss_limit_minor"
    if law.says.get("office_is_destination") and facts.office != facts.destination:
        return OPEN
    if facts.scheme == "SPECIAL" and law.is_up_to("special_limit_minor", facts.value) and is_plain:
        return "operator", "special_limit_minor"
    return "border", "import_tax"


def _duty(facts, law, is_open_gift, tax):
    """The duty rule and every relief that holds."""
    if not law.says.get("tariff_duty"):
        return OPEN, ()
    holds = {
        "documents_relieved": facts.is_worthless_document(law),
        "gift_limit_minor": _is_relieved_gift(facts, law),
        "duty_relief_limit_minor": law.is_up_to("duty_relief_limit_minor", facts.value)
        and "relief_excluded_goods" not in facts.on,
    }
    reliefs = tuple(name for name, does in holds.items() if does)
    if reliefs:
        return ("relief", reliefs[0]), reliefs
    if is_open_gift or facts.is_back:
        return OPEN, ()
    keeps_preference = facts.claims_preference and facts.claimed_set == "H1" and tax[1] != "ioss_limit_minor"
    is_distance_sale = facts.relation == "B2C" and facts.nature == "sale"
    if law.is_up_to("flat_duty_limit_minor", facts.value) and is_distance_sale and not keeps_preference:
        return ("per_code", "flat_duty_minor"), ()
    if facts.is_gift and law.is_up_to("private_rate_limit_minor", facts.value):
        return OPEN, ()
    return ("tariff", "tariff_duty"), ()
