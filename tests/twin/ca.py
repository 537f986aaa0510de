"""Canada's law on parcels, read from its sheet."""

import re

from tests.twin.treatment import OPEN, Reading

SIMPLIFIED = ("CLVS", "POSTAL")
PROVINCES = {"NL": "A", "NS": "B", "PE": "C", "NB": "E", "QC": "GHJ", "ON": "KLMNP", "MB": "R", "SK": "S", "AB": "T",
             "BC": "V", "NT": "X", "YT": "Y"}  # fmt: skip
"""First letters of the postcodes of each province; those of the northern territories share one."""

POSTCODE = re.compile("[A-Z][0-9][A-Z][ -]?[0-9][A-Z][0-9]")
OF_DUTY, OF_TAX = "agreement_duty_limit_minor", "agreement_tax_limit_minor"


def assume(facts):
    """Nothing is taken for granted."""
    return facts


def tax_place(facts, postcode, region=None):
    """Where goods are taxed: commercial ones by the federation alone, others by the province; nowhere if not told."""
    if facts.relation is not None and facts.relation not in {"B2C", "C2C"}:
        return "CA"
    told = (postcode or "").strip().upper()
    province = next((name for name, letters in PROVINCES.items() if told[:1] and told[0] in letters), None)
    if province is not None and not POSTCODE.fullmatch(told):
        province = None
    if postcode is None and region is not None and region.strip().upper() in PROVINCES:
        province = region.strip().upper()
    is_casual = facts.relation is not None and province is not None
    return f"CA-{province}" if is_casual else None


def relieved(facts, law):
    """So much of a gift's value owes neither duty nor tax: the limit, where the gift is worth more."""
    is_gift = facts.is_gift and "relief_excluded_goods" not in facts.on
    is_over = is_gift and facts.value is not None and law.is_over("gift_limit_minor", facts.value)
    return law.says["gift_limit_minor"] if is_over else 0


def read(facts, law):
    """Duty, tax and data set of a filing that leaves nothing out."""
    is_here = facts.destination in law.says.get("territories", "").split()
    duty, reliefs = _owed(facts, law, OF_DUTY, "tariff") if is_here and law.says.get("tariff_duty") else (OPEN, ())
    tax, spared = _owed(facts, law, OF_TAX, "border") if is_here and law.says.get("import_tax") else (OPEN, ())
    is_gift = facts.is_gift and "relief_excluded_goods" not in facts.on
    may_be_remitted = any(law.is_up_to(limit, facts.value) for limit in ("low_value_limit_minor", OF_DUTY, OF_TAX))
    concerns = {
        ("publications_not_loaded", ""): ("either", is_here and "publications" in facts.on and may_be_remitted),
        ("gift_excess_not_loaded", ""): (
            "either",
            is_here and is_gift and facts.is_several and law.is_over("gift_limit_minor", facts.value),
        ),
        ("returned_goods_not_loaded", ""): ("either", is_here and facts.is_back),
        ("excise_not_loaded", ""): ("nothing", is_here and "excise_goods" in facts.on),
        ("surtax_not_loaded", ""): ("nothing", duty[0] == "tariff" and "surtax_origins" in facts.on),
    }
    unloaded = {key: part for key, (part, does) in concerns.items() if does}
    is_document = facts.is_worthless_document(law)
    return Reading(duty, reliefs, tax, _sets(facts, law), unloaded, is_document, {}, tax_reliefs=spared)


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
    is_open_gift = is_plain and facts.is_gift and facts.is_several and law.is_over("gift_limit_minor", facts.value)
    if is_remitted or is_by_agreement or is_open_gift or facts.is_back:
        return OPEN, ()
    return (rule, "tariff_duty" if rule == "tariff" else "import_tax"), ()


def _sets(facts, law):
    is_small = law.is_up_to("low_value_entry_limit_minor", facts.value) and "licence_goods" not in facts.on
    return {"CLVS": is_small and facts.mode == "express", "POSTAL": is_small and facts.mode == "post", "CAD": True}
