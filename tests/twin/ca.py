"""Canada's law on parcels, read from its sheet."""

from tests.twin.treatment import OPEN, Reading

SIMPLIFIED = ("CLVS", "POSTAL")
OF_DUTY, OF_TAX = "agreement_duty_limit_minor", "agreement_tax_limit_minor"


def assume(facts):
    """Nothing is taken for granted."""
    return facts


def read(facts, law):
    """Duty, tax and data set of a filing that leaves nothing out."""
    is_here = facts.destination in law.says.get("territories", "").split()
    duty, reliefs = _owed(facts, law, OF_DUTY, "tariff") if is_here and law.says.get("tariff_duty") else (OPEN, ())
    tax = _owed(facts, law, OF_TAX, "border")[0] if is_here and law.says.get("import_tax") else OPEN
    is_gift = facts.is_gift and "relief_excluded_goods" not in facts.on
    may_be_remitted = any(law.is_up_to(limit, facts.value) for limit in ("low_value_limit_minor", OF_DUTY, OF_TAX))
    concerns = {
        ("publications_not_loaded", ""): ("either", is_here and "publications" in facts.on and may_be_remitted),
        ("gift_excess_not_loaded", ""): (
            "either",
            is_here and is_gift and law.is_over("gift_limit_minor", facts.value),
        ),
        ("returned_goods_not_loaded", ""): ("either", is_here and facts.is_back),
        ("excise_not_loaded", ""): ("nothing", is_here and "excise_goods" in facts.on),
        ("surtax_not_loaded", ""): ("nothing", duty[0] == "tariff" and "surtax_origins" in facts.on),
    }
    unloaded = {key: part for key, (part, does) in concerns.items() if does}
    return Reading(duty, reliefs, tax, _sets(facts, law), unloaded, facts.is_worthless_document(law), {})


def _owed(facts, law, limit, rule):
    """What is owed, and all reliefs that hold; one limit of the agreement is for duty, the other for tax."""
    is_plain = "relief_excluded_goods" not in facts.on
    is_remitted = is_plain and facts.mode in {"post", "express"} and law.is_up_to("low_value_limit_minor", facts.value)
    is_partner = facts.dispatch in law.says.get("agreement_countries", "").split()
    is_by_agreement = is_plain and facts.mode == "express" and is_partner and law.is_up_to(limit, facts.value)
    is_sure = "publications" not in facts.on
    holds = {
        "documents_relieved": facts.is_worthless_document(law),
        "low_value_limit_minor": is_remitted and is_sure,
        limit: is_by_agreement and is_sure,
        "gift_limit_minor": is_plain and facts.is_gift and law.is_up_to("gift_limit_minor", facts.value),
    }
    reliefs = tuple(name for name, does in holds.items() if does)
    if reliefs:
        return ("relief", reliefs[0]), reliefs
    is_open_gift = is_plain and facts.is_gift and law.is_over("gift_limit_minor", facts.value)
    if is_remitted or is_by_agreement or is_open_gift or facts.is_back:
        return OPEN, ()
    return (rule, "tariff_duty" if rule == "tariff" else "import_tax"), ()


def _sets(facts, law):
    is_small = law.is_up_to("low_value_entry_limit_minor", facts.value) and "licence_goods" not in facts.on
    return {"CLVS": is_small and facts.mode == "express", "POSTAL": is_small and facts.mode == "post", "CAD": True}
