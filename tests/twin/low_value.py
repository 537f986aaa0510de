"""The law of Australia and New Zealand on parcels, of one shape: a value limit, and the seller's tax below it."""

from tests.twin.treatment import OPEN, Reading


def read(facts, law, sets):
    """Duty, GST and data set of a filing that leaves nothing out; ``sets(facts, law)``: which data set may be used."""
    is_here = facts.destination in law.says.get("territories", "").split()
    is_plain = "relief_excluded_goods" not in facts.on
    is_document = facts.is_worthless_document(law)
    is_low = is_plain and law.is_up_to("low_value_limit_minor", facts.value)
    reliefs = tuple(
        name for name, holds in (("documents_relieved", is_document), ("low_value_limit_minor", is_low)) if holds
    )
    tax = _tax(facts, law, is_document=is_document, is_low=is_low) if is_here and law.says.get("import_tax") else OPEN
    duty = OPEN
    if is_here and law.says.get("tariff_duty") and (reliefs or not facts.is_back):
        duty = ("relief", reliefs[0]) if reliefs else ("tariff", "tariff_duty")
    if duty[0] != "relief":
        reliefs = ()
    return Reading(duty, reliefs, tax, sets(facts, law), _unloaded(facts, law, is_here=is_here), is_document, {})


def _tax(facts, law, *, is_document, is_low):
    if is_document:
        return "relief", "documents_relieved"
    is_sale = facts.relation == "B2C" and facts.nature == "sale"
    is_plain = "relief_excluded_goods" not in facts.on
    if is_sale and is_plain and law.is_up_to("vendor_tax_limit_minor", facts.value):
        return "vendor", "vendor_tax_limit_minor"
    if is_low:
        return "relief", "low_value_limit_minor"
    return OPEN if facts.is_back else ("border", "import_tax")


def _unloaded(facts, law, *, is_here):
    is_over = law.is_over("low_value_limit_minor", facts.value)
    is_under = law.is_up_to("low_value_limit_minor", facts.value)
    concerns = {
        ("returned_goods_not_loaded", ""): ("either", facts.is_back),
        ("excise_not_loaded", ""): ("nothing", "excise_goods" in facts.on),
        ("biosecurity_charge_not_loaded", ""): ("nothing", is_over),
        ("biosecurity_by_sea_not_loaded", ""): ("nothing", is_over and facts.mode == "cargo"),
        ("entry_levies_not_loaded", ""): ("nothing", is_over),
        ("cargo_levies_not_loaded", ""): ("nothing", is_under and facts.mode == "cargo"),
    }
    return {key: part for key, (part, does) in concerns.items() if does and is_here}
