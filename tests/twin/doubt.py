"""What is not certain of a filing: amounts that rest on figures of the law nobody has read."""

from tests.twin.reading import amount
from tests.twin.treatment import treat

COSTS = {"customs_value_includes_freight", "tax_base_includes_freight"}
OWN_FIGURE = ("flat_rate", "per_item", "per_filing")
FIELDS = {"duty": ("duty_rule", "duty_rule_id"), "tax": ("tax_rule", "tax_rule_id"),
          "fee": ("set_used", "duty_rule", "tax_rule")}  # fmt: skip


def doubts(treatment, facts, law, law_of, first):
    """For duty, tax and fees of a filing: does anything of them rest on a figure nobody has read."""
    others = [treat(facts, moved, law_of.read, law_of.SIMPLIFIED) for moved in law.with_limits_moved()]
    found = {
        kind: any(getattr(other, name) != getattr(treatment, name) for other in others for name in names)
        for kind, names in FIELDS.items()
    }
    unread, rule = law.unread, treatment.duty_rule
    costs = [amount(first.get(name)) for name in ("freight_amount", "insurance_amount", "other_costs_amount")]
    by_costs = any(cost is not None and cost > 0 for cost in costs) and bool(unread & COSTS)
    both = {"minimum_collectable_minor"}
    found["duty"] |= (
        (rule in OWN_FIGURE and treatment.duty_rule_id in unread and is_figure(law, treatment.duty_rule_id))
        or (rule == "per_code" and "flat_duty_minor" in unread)
        or (rule in {"tariff", "flat_rate"} and ("duty_rounding" in unread or by_costs))
        or bool(unread & {"duty_minimum_minor", *both})
    )
    found["tax"] |= found["duty"] or by_costs or bool(unread & {"tax_rounding", "tax_minimum_minor", *both})
    found["fee"] |= by_costs or "fee_rounding" in unread
    return {kind: doubt or law.is_beyond for kind, doubt in found.items()}


def is_figure(law, name):
    """Money or a rate, and no word."""
    return law.units[name].endswith(" minor") or law.units[name].startswith("percent")


def shaken(charge, *, is_unsure):
    """A duty, a tax or a fee; what rests on doubt is no more than an estimate."""
    return charge._replace(status="estimated") if charge.status == "definitive" and is_unsure else charge
