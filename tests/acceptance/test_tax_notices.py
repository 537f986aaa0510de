"""Real tax notices of the United Kingdom: every line with base and unrounded rate comes out to the penny.

Each line is cleared as a filing of its own whose goods have the printed rate in the tariff, so that what computes is
the whole clearance; goods are of a kind that low value never relieves. Lines that are relieved are cleared with the
procedure that their declaration claims, and a rule of the sheet must relieve them. Lists are written to the output.
"""

import sys
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from tests.builders_examples import cleared_rows
from tests.builders_notices import by_notice, procedures, read_notices

FILE, FOLDER = "messages/uk_cds_dec/tax_notices.csv", "messages/uk_cds_dec"
DAY = date(2022, 1, 12)
STANDARD, ZERO = Decimal(20), Decimal(0)
PERFUME, BOOKS = "330300", "490199"


@pytest.fixture(scope="module")
def lines(real_data):
    return read_notices(real_data / FILE)


def say(text):
    """A line of the report of this run."""
    sys.stdout.write(f"\n{text}")


def a_filing(name, line_minor, code, **more):
    """A filing that owes whatever its goods owe: no sale, so that no seller has collected anything."""
    return {
        "consignment_id": name, "destination_country": "GB", "presented_at": f"{DAY}", "party_relation": "B2B",
        "nature": "other", "reduced_set": "H1", "mode": "cargo", "item_no": "1", "item_description": "goods",
        "item_origin": "US", "item_value_currency": "GBP", "item_commodity_code": code,
        "item_value_amount": f"{Decimal(line_minor).scaleb(-2)}", **more,
    }  # fmt: skip


def worked_out(lines, folder):
    """What clearance makes of each line, by its place: the duty on a line of duty, the VAT on one of VAT."""
    rows, rates = [], {BOOKS: "Free", PERFUME: "Free"}
    for place, line in enumerate(lines):
        code = PERFUME
        if not line.is_vat:
            code = f"{PERFUME}{place:04}"
            rates[code] = f"{line.rate}%"
        elif Decimal(line.rate) == ZERO:
            code = BOOKS
        rows.append(a_filing(f"L{place}", line.base_minor, code))
    made = {row["consignment_id"]: row for row in cleared_rows("GB", rows, rates, folder)["consignments"]}
    return [made[f"L{place}"]["tax_minor" if line.is_vat else "duty_minor"] for place, line in enumerate(lines)]


def sorted_out(lines, folder):
    """Lines by what became of them: exact, relieved, rounded, undetermined, wrong."""
    by_value = [line for line in lines if line.is_ad_valorem]
    kinds = {"undetermined": [line for line in lines if not line.is_ad_valorem]}
    for line, amount in zip(by_value, worked_out(by_value, folder), strict=True):
        kind = "exact" if amount == line.assessed_minor else "wrong"
        if kind == "wrong" and amount is not None and not line.assessed_minor:
            kind = "relieved"
        elif kind == "wrong" and line.may_be_rounded:
            kind = "rounded"
        kinds.setdefault(kind, []).append(line)
    return kinds


@pytest.fixture(scope="module")
def kinds(lines, tmp_path_factory):
    return sorted_out(lines, tmp_path_factory.mktemp("notices"))


def test_every_line_with_base_and_unrounded_rate_is_exact_to_the_penny(lines, kinds, capsys):
    counted = Counter({kind: len(found) for kind, found in kinds.items()})

    with capsys.disabled():
        say(f"{len(lines)} printed lines: {dict(counted)}")
    for line in kinds.get("rounded", []):
        say(f"printed rate is rounded: {line}")
    assert kinds.get("wrong", []) == []
    assert counted["exact"] + counted["relieved"] + counted["rounded"] == sum(line.is_ad_valorem for line in lines)
    assert counted["exact"] >= 0.9 * (len(lines) - counted["undetermined"])


def test_only_vat_at_a_rate_of_the_sheet_is_asked_for(lines):
    assert {Decimal(line.rate) for line in lines if line.is_vat and line.is_ad_valorem} <= {STANDARD, ZERO}


def test_every_other_line_says_why_it_cannot_be_determined(kinds):
    told = Counter(line.why_not for line in kinds["undetermined"])

    for line in kinds["undetermined"]:
        say(f"{line.file} item {line.item} {line.tax_type}: {line.why_not}")
    assert "" not in told
    assert sum(told.values()) == len(kinds["undetermined"])


def test_every_relieved_line_is_relieved_by_a_rule_of_the_sheet(kinds, lines, real_data, tmp_path):
    notices = {key: found for key, found in by_notice(lines).items() if set(found) & set(kinds["relieved"])}
    rows, rates, named = [], {}, {}
    for place, (key, found) in enumerate(notices.items()):
        duty = next(line for line in found if not line.is_vat and line.is_ad_valorem)
        code = f"6109{place:06}"
        rates[code] = f"{duty.rate}%"
        claimed = procedures(real_data / FOLDER / duty.scenario)
        rows.append(a_filing(f"N{place}", duty.base_minor, code, nature="sale", item_procedure=claimed))
        named[f"N{place}"] = key
    charges = cleared_rows("GB", rows, rates, tmp_path)["charges"]

    relieved = {
        (named[row["consignment_id"]], row["charge"]): row["relief_code"]
        for row in charges
        if row["status"] == "relieved" and row["amount_minor"] == 0
    }
    for line in kinds["relieved"]:
        rule = relieved.get(((line.file, line.item), "vat" if line.is_vat else "duty"))
        say(f"{line.file} {line.tax_type} {line.rate} % of {line.base_minor}: {rule}")
        assert rule is not None, line


def test_a_notice_whose_vat_stands_on_value_and_duty_comes_out_whole(lines, tmp_path):
    whole = [(duty, vat) for found in by_notice(lines).values() for duty, vat in _pairs(found)]
    rates = {f"{PERFUME}{place:04}": f"{duty.rate}%" for place, (duty, _) in enumerate(whole)}
    rows = [a_filing(f"W{place}", whole[place][0].base_minor, code) for place, code in enumerate(rates)]

    made = {row["consignment_id"]: row for row in cleared_rows("GB", rows, rates, tmp_path)["consignments"]}

    amounts = [(made[f"W{place}"]["duty_minor"], made[f"W{place}"]["tax_minor"]) for place in range(len(whole))]
    assert amounts == [(duty.assessed_minor, vat.assessed_minor) for duty, vat in whole]
    assert len(whole) > 20


def _pairs(found):
    """The duty and the VAT of a notice that holds nothing else, at the standard rate, on value and duty."""
    duties = [line for line in found if not line.is_vat]
    taxes = [line for line in found if line.is_vat]
    if len(duties) != 1 or len(taxes) != 1 or not (duties[0].is_ad_valorem and taxes[0].is_ad_valorem):
        return
    duty, vat = duties[0], taxes[0]
    stands_on_both = vat.base_minor == duty.base_minor + duty.assessed_minor
    if stands_on_both and Decimal(vat.rate) == STANDARD and vat.assessed_minor:
        yield duty, vat
