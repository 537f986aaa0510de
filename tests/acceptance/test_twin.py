"""Every amount the product makes equals that of a second reader: slow, in Decimal, sharing nothing but ``model``."""

import ast
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests import twin
from tests.builders_twin import cleared, rows_of, twin_of, write_csv
from tests.twin.compared import charges_of, differences
from tidewaiter.model.codes import CATEGORIES

JURISDICTIONS = ("CA", "EU", "GB", "US")
FILINGS = 5_000
"""Of each jurisdiction, on every change: 20,000 in all, of some 45,000 goods lines."""

CAMPAIGN_FILINGS, CAMPAIGN_ROUNDS = 18_000, 14
"""Of each jurisdiction in a round, and rounds: 1,008,000 in all."""

SEED_OF_CAMPAIGN = 1_000

MAY_BE_IMPORTED = {
    "collections", "dataclasses", "datetime", "decimal", "fractions", "functools", "itertools", "pathlib", "random",
    "re", "tomllib", "typing", "tests.twin", "tidewaiter.model",
}  # fmt: skip


@cache
def answered(jurisdiction):
    """The twin's answers to the filings of every change, worked out once."""
    return twin_of(jurisdiction).clear(rows_of(jurisdiction, FILINGS, 1))


def both(jurisdiction, count, seed, folder, office=None):
    """The twin's answers, and all differences to the product's."""
    filings = rows_of(jurisdiction, count, seed)
    answers = twin_of(jurisdiction, office).clear(filings)
    source = write_csv(folder / "filings.csv", (row for rows in filings.values() for row in rows))
    lake = cleared(jurisdiction, source, folder / "out", office)
    return answers, differences(answers, *(lake[name].to_dicts() for name in ("consignments", "items", "charges")))


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_two_readers_of_five_thousand_random_filings_agree_on_every_amount(jurisdiction, tmp_path):
    answers, found = both(jurisdiction, FILINGS, 1, tmp_path)

    assert found == [], f"{len(found)} differences, the first ones: {found[:5]}"
    assert len(answers) > 0.95 * FILINGS


def test_two_readers_agree_on_filings_declared_in_another_member_state(tmp_path):
    _, found = both("EU", 1_500, 2, tmp_path, office="DE")

    assert found == [], f"{len(found)} differences, the first ones: {found[:5]}"


@pytest.mark.slow
@pytest.mark.parametrize("round_no", range(CAMPAIGN_ROUNDS))
@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_two_readers_of_a_million_random_filings_agree_on_every_amount(jurisdiction, round_no, tmp_path):
    _, found = both(jurisdiction, CAMPAIGN_FILINGS, SEED_OF_CAMPAIGN + round_no, tmp_path)

    assert found == [], f"{len(found)} differences, the first ones: {found[:5]}"


WANTED = {
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
FEW = 20


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
    assert min(statuses[code, "estimated"] for code in ("FR-01", "IT-01", "RO-01")) > FEW
    assert settled > filings / 5


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


def test_a_cent_too_much_on_one_charge_is_found(tmp_path):
    filings = rows_of("EU", 200, 3)
    answers = twin_of("EU").clear(filings)
    source = write_csv(tmp_path / "filings.csv", (row for rows in filings.values() for row in rows))
    tables = {name: frame.to_dicts() for name, frame in cleared("EU", source, tmp_path / "out").items()}
    wrong = next(row for row in tables["charges"] if row["charge"] == "vat" and row["amount_minor"])

    wrong["amount_minor"] += 1

    found = differences(answers, tables["consignments"], tables["items"], tables["charges"])
    assert len(found) == 1
    assert found[0].startswith(f"{wrong['consignment_id']} charge")


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
