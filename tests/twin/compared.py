"""Where two readers of the same filings differ: one line a difference, worded so that it can be looked into."""

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
        (int(line.item["item_no"]), (line.line_value, line.customs_value, duty, tax))
        for line, duty, _, _, tax, _ in answer["items"]
    ]


def _item(row):
    values = ("line_value_minor", "customs_value_minor", "duty_minor", "tax_minor")
    return row["item_no"], tuple(row[name] for name in values)


def charges_of(answer):
    """Per item number and charge: base, amount, status, and the parameter or code of the tariff it rests on."""
    treatment = answer["treatment"]
    made = []
    for line, duty, duty_status, base, tax, tax_status in answer["items"]:
        number = int(line.item["item_no"])
        code = line.rate.code if line.rate else None
        duty_rule = code if treatment.duty_rule == "tariff" else treatment.duty_rule_id
        made.append(((number, "duty"), (line.charged, duty, duty_status, duty_rule)))
        if tax_status is not None:
            made.append(((number, "vat"), (base, tax, tax_status, treatment.tax_rule_id)))
    if treatment.law_not_loaded is not None:
        text = treatment.law_not_loaded
        made.append(((None, "additional_duty"), (answer["customs_value_minor"], None, "unresolved", text)))
    intrinsic = answer["intrinsic_value_minor"]
    known = {code: told for code, told in answer["fees"].items() if told[0] is not None}
    made += [((None, code), (intrinsic, *told, code)) for code, told in known.items()]
    return made


def _charge(row):
    """The same of a row of the product; law that is not loaded rests on its words, a fee is known by its code."""
    number, charge, rule = row["item_no"], row["charge"], row["rule_id"]
    if charge == "additional_duty":
        rule = row["source"]
    if charge == "fee":
        charge = rule
    return (number, charge), (row["base_minor"], row["amount_minor"], row["status"], rule)
