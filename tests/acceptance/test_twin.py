"""Every amount the product makes equals that of a second reader: slow, in Decimal, sharing nothing but ``model``."""

import ast
from collections import Counter
from functools import cache
from itertools import product
from pathlib import Path
from random import Random

import pytest

from tests import twin
from tests.builders_twin import cleared, rows_of, twin_of, write_csv
from tests.builders_twin_tariff import ON_TOP
from tests.twin.compared import charges_of, differences
from tidewaiter.model.codes import CATEGORIES
from tidewaiter.model.money import Rounding

JURISDICTIONS = ("AU", "CA", "CH", "EU", "GB", "NZ", "US")
FILINGS = 3_000
"""Of each jurisdiction, on every change: 21,000 in all, of some 47,000 goods lines."""

DRAWN, FILINGS_OF_DRAWN = (0, 1, 2, 3), 400
"""Sheets drawn for each jurisdiction, and filings under each."""

CAMPAIGN_FILINGS, CAMPAIGN_ROUNDS = 18_000, 8
"""Of each jurisdiction in a round, and rounds, every other under a sheet that is drawn: 1,008,000 in all."""

SEED_OF_CAMPAIGN = 1_000
MOST_ROWS = 131_072

MAY_BE_IMPORTED = {
    "collections", "dataclasses", "datetime", "decimal", "fractions", "functools", "itertools", "pathlib", "random",
    "re", "tomllib", "typing", "tests.twin", "tidewaiter.model",
}  # fmt: skip


@cache
def answered(jurisdiction, drawn=None, count=FILINGS):
    """The twin's answers to the filings of every change, worked out once."""
    return twin_of(jurisdiction, drawn=drawn).clear(rows_of(jurisdiction, count, 1))


def both(jurisdiction, count, seed, folder, office=None, drawn=None, chunk_rows=MOST_ROWS):
    """The twin's answers, and all differences to the product's, which reads the rows in another order."""
    filings = rows_of(jurisdiction, count, seed)
    answers = twin_of(jurisdiction, office, drawn).clear(filings)
    rows = [row for rows in filings.values() for row in rows]
    Random(seed).shuffle(rows)
    source = write_csv(folder / "filings.csv", rows)
    lake = cleared(jurisdiction, source, folder / "out", office, chunk_rows, drawn)
    return answers, differences(answers, *(lake[name].to_dicts() for name in ("consignments", "items", "charges")))


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_two_readers_of_three_thousand_random_filings_agree_on_every_amount(jurisdiction, tmp_path):
    answers, found = both(jurisdiction, FILINGS, 1, tmp_path)

    assert found == [], f"{len(found)} differences, the first ones: {found[:5]}"
    assert len(answers) > 0.95 * FILINGS


@pytest.mark.parametrize("drawn", DRAWN)
@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_two_readers_agree_under_any_rounding_minimum_carriage_and_fee_however_the_rows_are_cut(
    jurisdiction, drawn, tmp_path
):
    chunk_rows = Random(f"{jurisdiction} {drawn}").choice([101, 333, 1_000])

    _, found = both(jurisdiction, FILINGS_OF_DRAWN, 1, tmp_path, drawn=drawn, chunk_rows=chunk_rows)

    assert found == [], f"{len(found)} differences, the first ones: {found[:5]}"


def test_two_readers_agree_on_filings_declared_in_another_member_state(tmp_path):
    _, found = both("EU", 1_500, 2, tmp_path, office="DE")

    assert found == [], f"{len(found)} differences, the first ones: {found[:5]}"


@pytest.mark.slow
@pytest.mark.parametrize("round_no", range(CAMPAIGN_ROUNDS))
@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_two_readers_of_a_million_random_filings_agree_on_every_amount(jurisdiction, round_no, tmp_path):
    seed = SEED_OF_CAMPAIGN + round_no
    drawn = seed if round_no % 2 else None
    chunk_rows = Random(f"{jurisdiction} {seed}").choice([MOST_ROWS, 20_011, 5_003])

    _, found = both(jurisdiction, CAMPAIGN_FILINGS, seed, tmp_path, drawn=drawn, chunk_rows=chunk_rows)

    assert found == [], f"{len(found)} differences, the first ones: {found[:5]}"


WANTED = {
    "AU": {
        "duty": {"tariff", "relief", None}, "tax": {"border", "vendor", "relief", None},
        "set": {"SAC", "POSTAL", "N10"},
    },
    "CH": {"duty": {"tariff", "relief", None}, "tax": {"border", "relief", None}, "set": {"SIMPLIFIED", "NORMAL"}},
    "NZ": {
        "duty": {"tariff", "relief", None}, "tax": {"border", "vendor", "relief", None},
        "set": {"ECI", "POSTAL", "ENTRY"},
    },
    "CA": {
        "duty": {"tariff", "relief", None}, "tax": {"border", "relief", None}, "set": {"CLVS", "POSTAL", "CAD"},
    },
    "EU": {
        "duty": {"tariff", "relief", "per_code", None}, "tax": {"border", "vendor", "operator", "relief", None},
        "set": {"H7", "H6", "H1"},
    },
    "GB": {
        "duty": {"tariff", "relief", None}, "tax": {"border", "vendor", "relief", "none", None},
        "set": {"BIRDS", "H7", "H1"},
    },
    "US": {
        "duty": {"tariff", "relief", "flat_rate", "per_filing", None}, "tax": {"none", None},
        "set": {"I86", "POSTAL", "INFORMAL", "FORMAL"},
    },
}  # fmt: skip
FEW, FEW_OF_DRAWN = 9, 4
"""So often at least must be met what is to be told apart."""


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_random_filings_reach_every_treatment_often_enough_to_tell(jurisdiction):
    treated = [answer["treatment"] for answer in answered(jurisdiction).values()]

    met = {
        "duty": Counter(treatment.duty_rule for treatment in treated),
        "tax": Counter(treatment.tax_rule for treatment in treated),
        "set": Counter(treatment.set_used for treatment in treated),
    }

    for name, wanted in WANTED[jurisdiction].items():
        rare = {word for word in wanted if met[name][word] < FEW}
        assert not rare, f"{name}: {rare} are met fewer than {FEW} times: {met[name]}"
    assert set(CATEGORIES) <= {treatment.category for treatment in treated}


def test_random_filings_reach_every_status_and_one_in_five_is_settled():
    statuses, settled, filings = Counter(), 0, 0
    for jurisdiction in JURISDICTIONS:
        for answer in answered(jurisdiction).values():
            statuses.update((key[1], told[2]) for key, told in charges_of(answer))
            settled += answer["resolved"]
            filings += 1

    for word in ("estimated", "definitive", "relieved", "unresolved"):
        assert statuses["duty", word] > FEW
        assert statuses["vat", word] > FEW
    assert min(statuses["vat", "deferred"], statuses["vat", "collected_elsewhere"]) > FEW
    assert min(statuses[code, "definitive"] for code in ("FR-01", "IT-01", "RO-01")) > FEW // 2
    assert statuses["IT-01", "estimated"] > FEW
    assert settled > filings / 5


def test_random_filings_bear_every_duty_on_top_with_and_without_certainty():
    met = Counter()
    for jurisdiction in JURISDICTIONS:
        for answer in answered(jurisdiction).values():
            met.update((key[1], told[2]) for key, told in charges_of(answer))

    for name, charge, base, _, _, _, rate, evidence in ON_TOP:
        is_known, is_sure = "notes" not in rate, evidence == "read"
        word = ("definitive" if is_sure else "estimated") if is_known else "unresolved"
        least = FEW // 2 if base == "value_and_duty" else FEW  # sure only where every duty before it is
        assert met[name, word] > least, f"{name} ({charge}) is {word} {met[name, word]} times"


@pytest.mark.parametrize(("jurisdiction", "charge"), [("CH", "duty"), ("CH", "vat"), ("NZ", "duty"), ("NZ", "vat")])
def test_random_filings_owe_too_little_to_be_collected_often_enough_to_tell(jurisdiction, charge):
    met = Counter((key[1], told[2]) for answer in answered(jurisdiction).values() for key, told in charges_of(answer))

    assert met[charge, "below_minimum"] > FEW


@cache
def roundings_met(charge):
    """Mode and moment by which lines that owe something of a charge were rounded, under the sheets that are drawn."""
    met = Counter()
    for jurisdiction, drawn in product(JURISDICTIONS, DRAWN):
        sheet = twin_of(jurisdiction, drawn=drawn).sheet
        for answer in answered(jurisdiction, drawn, FILINGS_OF_DRAWN).values():
            rule = sheet.on(answer["duty_point_at"].date()).rounding(charge, digits=2)
            owes = {"duty": "duty_minor", "tax": "tax_minor", "fee": "fee_minor"}.get(charge)
            met[rule.mode, rule.moment] += (
                bool(answer[owes])
                if owes
                else any(
                    one.charge == charge and amount for line in answer["items"] for one, _, amount in line.duty.added
                )
            )
    return met


@pytest.mark.parametrize("charge", ["duty", "excise", "tax"])
def test_sheets_that_are_drawn_round_what_is_owed_in_every_way_at_every_moment(charge):
    rare = [
        told for told in product(Rounding, ("charge", "item", "filing")) if roundings_met(charge)[told] < FEW_OF_DRAWN
    ]

    assert not rare, f"{rare} round a {charge} fewer than {FEW_OF_DRAWN} times: {roundings_met(charge)}"


def test_random_people_lose_an_exemption_by_what_else_they_receive_that_day():
    limit = 80_000
    losers = [
        answer
        for answer in answered("US").values()
        if answer["treatment"].duty_rule == "tariff"
        and answer["person_day"] is not None
        and answer["intrinsic_value_minor"] <= limit < answer["person_day"]
    ]

    assert len(losers) > FEW


@pytest.fixture(scope="module")
def right(tmp_path_factory):
    """The twin's answers to filings under a sheet that is drawn, and the product's tables."""
    folder = tmp_path_factory.mktemp("right")
    filings = rows_of("EU", 400, 3)
    source = write_csv(folder / "filings.csv", (row for rows in filings.values() for row in rows))
    lake = cleared("EU", source, folder / "out", drawn=1)
    return twin_of("EU", drawn=1).clear(filings), {name: frame.to_dicts() for name, frame in lake.items()}


@pytest.mark.parametrize("charge", ["duty", "vat", "fee", "anti_dumping", "countervailing", "excise"])
@pytest.mark.parametrize("cell", ["amount_minor", "base_minor", "status", "rule_id"])
def test_a_cent_too_much_or_another_word_on_one_charge_is_found(charge, cell, right):
    answers, tables = right
    at = next(at for at, row in enumerate(tables["charges"]) if row["charge"] == charge and row["amount_minor"])
    row = tables["charges"][at]
    worse = {cell: row[cell] + 1 if cell.endswith("_minor") else "another"}
    charges = [*tables["charges"][:at], row | worse, *tables["charges"][at + 1 :]]

    found = differences(answers, tables["consignments"], tables["items"], charges)

    assert differences(answers, tables["consignments"], tables["items"], tables["charges"]) == []
    assert found
    assert all(line.startswith(f"{row['consignment_id']} charge") for line in found)


def test_the_twin_shares_no_code_with_the_product_but_its_words_and_shapes():
    folder = Path(twin.__file__).parent
    imported = set()
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add(node.module)

    strangers = {name for name in imported if not any(f"{name}.".startswith(f"{known}.") for known in MAY_BE_IMPORTED)}

    assert strangers == set()
    assert any(name.startswith("tidewaiter.model") for name in imported)
