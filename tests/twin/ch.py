"""Switzerland's law on parcels, read from its sheet."""

from tests.twin.treatment import OPEN, Reading

SIMPLIFIED = ("SIMPLIFIED",)


def assume(facts):
    """Nothing is taken for granted."""
    return facts


def read(facts, law):
    """Duty, tax and data set of a filing that leaves nothing out but the code of a line."""
    is_here = facts.destination in law.says.get("territories", "").split()
    is_document = facts.is_worthless_document(law)
    is_gift = facts.is_gift and "gift_excluded_goods" not in facts.on
    is_relieved_gift = is_gift and law.is_up_to("gift_limit_minor", facts.value)
    may_be_free = bool(law.says.get("industrial_goods_free")) and "tariff_goods" not in facts.on
    holds = {
        "documents_relieved": is_document,
        "gift_limit_minor": is_relieved_gift,
        "industrial_goods_free": may_be_free and not facts.lacks_code,
    }
    reliefs = tuple(name for name, does in holds.items() if does)
    duty = OPEN
    if is_here and law.says.get("tariff_duty"):
        if reliefs:
            duty = ("relief", reliefs[0])
        elif not facts.is_back and not (may_be_free and facts.lacks_code):
            duty = ("tariff", "tariff_duty")
    if duty[0] != "relief":
        reliefs = ()
    tax = _tax(facts, is_document=is_document, is_gift=is_relieved_gift)
    concerns = {
        ("returned_goods_not_loaded", ""): ("either", facts.is_back and is_here),
        ("excise_not_loaded", ""): ("nothing", "excise_goods" in facts.on and is_here),
    }
    unloaded = {key: part for key, (part, does) in concerns.items() if does}
    is_small = law.is_up_to("simplified_limit_minor", facts.value) and "licence_goods" not in facts.on
    sets = {"SIMPLIFIED": is_small, "NORMAL": True}
    is_taxed = is_here and law.says.get("import_tax")
    return Reading(duty, reliefs, tax if is_taxed else OPEN, sets, unloaded, is_document, {})


def _tax(facts, *, is_document, is_gift):
    if is_document:
        return "relief", "documents_relieved"
    if is_gift:
        return "relief", "gift_limit_minor"
    return OPEN if facts.is_back else ("border", "import_tax")
