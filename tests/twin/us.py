"""The United States' law on parcels, read from its sheet."""

from decimal import Decimal

from tests.twin.treatment import OPEN, Reading

SIMPLIFIED = ("I86", "POSTAL", "INFORMAL")
HELD = {"per_filing": "provisional"}
"""An amount by the band of the rate rests on a method that is presumed until the carrier says which it chose."""


def assume(facts):
    """Nothing is taken for granted."""
    return facts


def read(facts, law):
    """Duty, tax and data set of a filing that leaves nothing out."""
    is_inside = facts.destination in law.says.get("territories", "").split()
    is_small_gift = facts.is_gift and law.is_up_to("gift_limit_minor", facts.value)
    is_open_gift = is_small_gift and "gift_quantity_goods" in facts.on
    is_early = "relief_excluded_origins" in facts.on and law.is_up_to(
        "postal_excluded_origins_limit_minor", facts.value
    )
    is_by_formula = facts.mode == "post" and (law.is_up_to("postal_formula_limit_minor", facts.value) or is_early)
    is_printed = is_by_formula and "informational_goods" in facts.on
    tax = ("none", "no_import_tax") if is_inside and law.says.get("no_import_tax") else OPEN
    duty, reliefs = OPEN, ()
    if is_inside and law.says.get("tariff_duty"):
        reliefs = _reliefs(facts, law, is_relieved_gift=is_small_gift and not is_open_gift)
        if reliefs:
            duty = ("relief", reliefs[0])
        elif is_by_formula and not (is_open_gift or facts.is_back):
            duty = OPEN if is_printed else _by_formula(facts, law)
        elif not (is_open_gift or facts.is_back):
            duty = ("tariff", "tariff_duty")
    concerns = {
        ("additional_duties_not_loaded", ""): ("nothing", duty[0] == "tariff"),
        ("postal_formula_not_loaded", ""): ("duty", is_by_formula and is_inside and not is_printed),
        ("informational_not_loaded", ""): ("duty", is_printed and is_inside),
        ("gift_detail_not_loaded", ""): ("duty", is_open_gift and is_inside),
        ("returned_goods_not_loaded", ""): ("duty", facts.is_back and is_inside),
        ("excise_not_loaded", ""): ("nothing", "excise_goods" in facts.on and is_inside),
        ("processing_fee_not_loaded", "formal"): ("FORMAL", duty[0] == "tariff"),
        ("processing_fee_not_loaded", "informal"): ("INFORMAL", duty[0] == "tariff" and facts.mode == "cargo"),
    }
    unloaded = {key: part for key, (part, does) in concerns.items() if does}
    return Reading(duty, reliefs, tax, _sets(facts, law, duty), unloaded, facts.is_worthless_document(law), {})


def _by_formula(facts, law):
    """Duty on a postal item: the surcharge, or by the one rate of all its origins."""
    if "postal_surcharge" in law.says:
        return "flat_rate", "postal_surcharge"
    groups = [name.removeprefix("postal_origins_") for name in facts.on if name.startswith("postal_origins_")]
    if len(groups) != 1 or facts.lacks_origin:
        return OPEN
    name = f"postal_rate_{groups[0]}"
    if facts.is_by_value:
        return "flat_rate", name
    if not law.says.get("postal_specific_presumed"):
        return OPEN
    rate = Decimal(law.says[name])
    if rate < Decimal(law.says["postal_low_below"]):
        return "per_filing", "postal_low_minor"
    return "per_filing", "postal_high_minor" if rate > Decimal(law.says["postal_high_above"]) else "postal_middle_minor"


def _reliefs(facts, law, *, is_relieved_gift):
    """Reliefs that hold; the exemption counts all that one person receives on one day."""
    is_low = law.is_up_to("low_value_limit_minor", max(facts.value, facts.person_day))
    is_excluded = facts.on & {"relief_excluded_goods", "relief_excluded_origins"}
    holds = {
        "documents_relieved": facts.is_worthless_document(law),
        "low_value_limit_minor": is_low and not is_excluded,
        "gift_limit_minor": is_relieved_gift,
    }
    return tuple(name for name, does in holds.items() if does)


def _sets(facts, law, duty):
    is_small = law.is_up_to("informal_limit_minor", facts.value) and "licence_goods" not in facts.on
    is_exempt = duty[1] == "low_value_limit_minor"
    may_be_exempt = law.says.get("entry_type_86") and "licence_goods" not in facts.on and facts.mode != "post"
    return {
        "I86": bool(is_exempt and may_be_exempt),
        "POSTAL": is_small and facts.mode == "post",
        "INFORMAL": is_small,
        "FORMAL": True,
    }
