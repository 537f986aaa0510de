"""The United Kingdom's law on parcels, read from its sheet."""

import re

from tests.twin.treatment import OPEN, Reading, by_item, by_quantity, private_rate

SIMPLIFIED = ("BIRDS", "H7")
VAT_NUMBER = re.compile(r"(GB|XI)?(([ .-]?[0-9]){9}|([ .-]?[0-9]){12})")


def assume(facts):
    """The seller's VAT scheme stands for a sale to a consumer where nobody says."""
    if facts.scheme == "UKVAT":
        return facts._replace(relation=facts.relation or "B2C", nature=facts.nature or "sale")
    return facts


def read(facts, law):
    """Duty, VAT and data set of a filing that leaves nothing out."""
    areas = law.says.get("northern_ireland_postcodes", "").split()
    is_northern = facts.destination in law.says.get("northern_ireland", "").split()
    is_northern |= facts.destination == "GB" and facts.postcode_area in areas
    tax = _tax(facts, law)
    duty, reliefs = _duty(facts, law, is_northern=is_northern)
    concerns = {
        ("northern_ireland_not_loaded", ""): ("nothing", is_northern),
        ("territory_not_loaded", ""): ("nothing", facts.territory is not None),
        **{("gift_detail_not_loaded", why): ("either", does) for why, does in _details(facts, law).items()},
        ("returned_goods_not_loaded", ""): ("either", facts.is_back),
        ("excise_not_loaded", ""): ("nothing", "excise_goods" in facts.on),
    }
    unloaded = {key: part for key, (part, does) in concerns.items() if does}
    sets = _sets(facts, law, duty, tax, is_northern=is_northern)
    return Reading(
        duty,
        reliefs,
        tax,
        sets,
        unloaded,
        facts.is_worthless_document(law),
        {},
        tax_reliefs=_tax_reliefs(facts, law) if tax[0] == "relief" else (),
    )


def _sets(facts, law, duty, tax, *, is_northern):
    """Bulk set: authorised, relieved, VAT at the sale, no post; super reduced set: Northern Ireland, no preference."""
    is_plain = not facts.on & {"licence_goods", "excise_goods"}
    is_sold = facts.nature == "sale" and facts.relation in {"B2C", "B2B"}
    may_be_bulk = law.says.get("bulk_data_set") and facts.is_authorised and facts.mode != "post" and is_plain
    is_low = law.is_up_to("low_value_limit_minor", facts.value) and "relief_excluded_goods" not in facts.on
    is_taxed_elsewhere = tax[0] in {"vendor", "none"} or tax == OPEN
    is_bulk = False
    if may_be_bulk and is_sold and is_low and not is_northern and is_taxed_elsewhere and duty[0] in {"relief", None}:
        is_bulk = None if OPEN in (duty, tax) else True
    is_super_reduced = is_northern and is_plain and law.is_up_to("h7_limit_minor", facts.value)
    return {"BIRDS": is_bulk, "H7": is_super_reduced and not facts.claims_preference, "H1": True}


def _details(facts, law):
    """Why quantities, single goods or a limit of the time of a gift decide."""
    if not facts.is_gift:
        return {}
    return {
        "by a limit not loaded": "gift_limit_minor" not in law.says,
        "by quantity": by_quantity(facts, law, "gift_quantity"),
        "by item": by_item(facts, law),
        private_rate(facts, law)[1]: private_rate(facts, law)[0] == OPEN,
    }


def _is_open_gift(facts, law):
    is_loaded = "gift_limit_minor" in law.says
    return facts.is_gift and (not is_loaded or by_quantity(facts, law, "gift_quantity") or by_item(facts, law))


def _is_relieved_gift(facts, law):
    return facts.is_gift and law.is_up_to("gift_limit_minor", facts.value) and bool(facts.keeps("gift_quantity"))


def _is_claimed(facts, law, relief, code):
    return bool(law.says.get(relief)) and code in facts.procedure


def _tax_reliefs(facts, law):
    """Every relief from VAT that holds."""
    is_plain = "relief_excluded_goods" not in facts.on
    holds = {
        "documents_relieved": facts.is_worthless_document(law),
        "gift_limit_minor": _is_relieved_gift(facts, law),
        "claimed_tax_relieved": _is_claimed(facts, law, "claimed_tax_relieved", "1RV"),
        "low_value_tax_limit_minor": is_plain and law.is_up_to("low_value_tax_limit_minor", facts.value),
    }
    return tuple(name for name, does in holds.items() if does)


def _tax(facts, law):
    is_inside = facts.destination in law.says.get("territories", "").split()
    if not is_inside or facts.territory is not None or not law.says.get("import_tax"):
        return OPEN
    reliefs = _tax_reliefs(facts, law)
    if reliefs:
        return "relief", reliefs[0]
    if _is_open_gift(facts, law) or facts.is_back:
        return OPEN
    is_low = law.is_up_to("seller_vat_limit_minor", facts.value) and "excise_goods" not in facts.on
    if is_low and facts.nature == "sale":
        if facts.relation == "B2B" and facts.has_buyer_number and law.says.get("buyer_accounts_for_vat"):
            return "none", "buyer_accounts_for_vat"
        if facts.relation in {"B2C", "B2B"}:
            return "vendor", "seller_vat_limit_minor"
    return "border", "import_tax"


def _duty(facts, law, *, is_northern):
    """The duty rule and every relief that holds."""
    if not law.says.get("tariff_duty") or is_northern or facts.territory is not None:
        return OPEN, ()
    holds = {
        "documents_relieved": facts.is_worthless_document(law),
        "gift_limit_minor": _is_relieved_gift(facts, law),
        "low_value_limit_minor": law.is_up_to("low_value_limit_minor", facts.value)
        and "relief_excluded_goods" not in facts.on,
        "guarantee_repair_relieved": _is_claimed(facts, law, "guarantee_repair_relieved", "B02"),
        "official_gift_relieved": _is_claimed(facts, law, "official_gift_relieved", "C28"),
    }
    reliefs = tuple(name for name, does in holds.items() if does)
    if reliefs:
        return ("relief", reliefs[0]), reliefs
    if _is_open_gift(facts, law) or facts.is_back:
        return OPEN, ()
    return private_rate(facts, law)[0] or ("tariff", "tariff_duty"), ()
