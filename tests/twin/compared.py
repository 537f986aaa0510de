"""Where two readers of the same filings differ: one line a difference, worded so that it can be looked into."""

from tests.twin.amounts import OF_LINE_VALUE

NOT_LOADED = "not_loaded"
UNLESS_FREE = "percent unless free"
FILING = (
    "duty_point_at", "category", "reduced_set_used", "resolved", "intrinsic_value_minor", "customs_value_minor",
    "duty_minor", "tax_minor", "fee_minor", "due_at_border_minor",
)  # fmt: skip


def differences(answers, consignments, items, charges):
    """Every difference between the twin's answers and the product's rows (lists of dicts), in their order."""
    found = []
    told = {row["consignment_id"]: row for row in consignments}
    found += [f"{name}: only the twin takes it" for name in answers.keys() - told.keys()]
    found += [f"{name}: only the product takes it" for name in told.keys() - answers.keys()]
    lines, charged = _by_filing(items), _by_filing(charges)
    for name in sorted(told.keys() & answers.keys()):
        answer = answers[name]
        expected = [(field, filing_of(answer)[field], told[name][field]) for field in FILING]
        expected += _pairs("item", items_of(answer), [_item(row) for row in lines.get(name, [])])
        expected += _pairs("charge", charges_of(answer), [_charge(row) for row in charged.get(name, [])])
        found += [
            f"{name} {where}: twin {twin}, product {product}" for where, twin, product in expected if twin != product
        ]
    return found


def _by_filing(rows):
    found = {}
    for row in rows:
        found.setdefault(row["consignment_id"], []).append(row)
    return found


def _pairs(where, ours, theirs):
    """Rows side by side by their key; a row that one side lacks is None there."""
    ours, theirs = dict(ours), dict(theirs)
    return [(f"{where} {key}", ours.get(key), theirs.get(key)) for key in {**ours, **theirs}]


def filing_of(answer):
    """The filing's own columns."""
    treatment = answer["treatment"]
    return {**answer, "category": treatment.category, "reduced_set_used": treatment.set_used}


def items_of(answer):
    """Per item number: line value, customs value, duty, tax."""
    return [
        (int(line.item["item_no"]), (line.line_value, line.customs_value, duty.amount, tax.amount))
        for line, duty, tax in answer["items"]
    ]


def _item(row):
    values = ("line_value_minor", "customs_value_minor", "duty_minor", "tax_minor")
    return row["item_no"], tuple(row[name] for name in values)


def charges_of(answer):
    """Per item number and charge: base, amount, status, and the parameter or code of the tariff it rests on."""
    treatment, made = answer["treatment"], []
    for line, duty, tax in answer["items"]:
        number = int(line.item["item_no"])
        code = line.rate.code if line.rate else None
        is_spared = answer["flat_unit"] == UNLESS_FREE and line.rate is not None and line.rate.is_free
        is_by_tariff = treatment.duty_rule == "tariff" or (treatment.duty_rule == "flat_rate" and is_spared)
        duty_rule = code if is_by_tariff else treatment.duty_rule_id
        is_of_line = treatment.duty_rule == "flat_rate" and answer["flat_unit"] == OF_LINE_VALUE
        own = line.line_value if is_of_line else line.charged
        (_, _, amount, status), *added = duty.rows(line)
        made.append(((number, "duty"), (own, amount, status, duty_rule)))
        made += [((number, one.name), (base, more, word, one.charge)) for one, base, more, word in added]
        if tax.status is not None:
            made.append(((number, "vat"), (tax.base, tax.amount, tax.status, treatment.tax_rule_id)))
    if treatment.law_not_loaded is not None:
        text = treatment.law_not_loaded
        made.append(((None, NOT_LOADED), (answer["customs_value_minor"], None, "unresolved", text)))
    known = {code: fee for code, fee in answer["fees"].items() if fee.amount is not None}
    made += [((None, code), (fee.base, fee.amount, fee.status, code)) for code, fee in known.items()]
    return made


def _charge(row):
    """The same of a row of the product.

    Law that is not loaded rests on its words; a fee and what lies on top of the duty are known by their names.
    """
    number, charge, rule = row["item_no"], row["charge"], row["rule_id"]
    if rule == NOT_LOADED:
        charge, rule = rule, row["source"]
    elif charge == "fee":
        charge = rule
    elif charge not in {"duty", "vat"}:
        charge, rule = rule, charge
    return (number, charge), (row["base_minor"], row["amount_minor"], row["status"], rule)
