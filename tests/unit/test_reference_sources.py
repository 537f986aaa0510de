"""Rates, VAT, Meursing codes and rules of origin: read exactly, refused by name, asked on a day."""

import io
import zipfile
from datetime import date
from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest

from tests.builders_imports import A_DAY, a_scheme, imported, schemes, written
from tidewaiter.model.errors import PublicationRefused, WrongUse
from tidewaiter.reference import customs_rates, ecb_file, meursing, origin, vat
from tidewaiter.reference.ecb import publication
from tidewaiter.reference.exchange_rates import rates
from tidewaiter.reference.in_use import in_use, lend
from tidewaiter.service import discovery

MONTH = "currency,valid_from,valid_to,rate\nUSD,2026-10-01,2026-10-31,0.7512\nJPY,2026-10-01,2026-10-31,0.005\n"


def a_rate(home, currency, day, own="GB"):
    table = rates("ecb_daily", [day], "GBP", ecb_file.published(home), customs_rates.customs_rates(home, own))
    found = table.filter(pl.col("currency") == currency).rows(named=True)
    return found[0] if found else None


def test_a_customs_rate_holds_on_its_days_and_the_rule_outside_of_them(tmp_path):
    imported(customs_rates.staged, tmp_path, *written(tmp_path, {"october.csv": MONTH}), jurisdiction="GB")

    inside, outside = a_rate(tmp_path, "USD", date(2026, 10, 31)), a_rate(tmp_path, "USD", date(2026, 9, 30))

    assert Fraction(inside["rate_num"], inside["rate_den"]) == Fraction("0.7512")
    assert (inside["exchange_status"], inside["exchange_valid_from"]) == ("legal", date(2026, 10, 1))
    assert "october.csv, 2026-10-01 to 2026-10-31 (read)" in inside["exchange_source"]
    assert outside["exchange_status"] == "assumed"
    assert a_rate(tmp_path, "CHF", A_DAY)["exchange_status"] == "assumed"


def test_a_rate_printed_the_other_way_round_is_turned_exactly(tmp_path):
    text = "currency,valid_from,valid_to,units_per_own\nUSD,2026-10-01,2026-10-31,1.3\n"
    imported(customs_rates.staged, tmp_path, *written(tmp_path, {"m.csv": text}), jurisdiction="GB")

    found = a_rate(tmp_path, "USD", A_DAY)

    assert Fraction(found["rate_num"], found["rate_den"]) == Fraction(10, 13)


def test_months_stand_beside_each_other_and_a_correction_takes_its_months_place(tmp_path):
    november = MONTH.replace("-10-01", "-11-01").replace("-10-31", "-11-30").replace("0.7512", "0.76")
    for name, text in (("o.csv", MONTH), ("n.csv", november), ("o2.csv", MONTH.replace("0.7512", "0.7513"))):
        imported(customs_rates.staged, tmp_path, *written(tmp_path, {name: text}), jurisdiction="GB")

    told = [a_rate(tmp_path, "USD", day) for day in (A_DAY, date(2026, 11, 1))]

    assert [Fraction(one["rate_num"], one["rate_den"]) for one in told] == [Fraction("0.7513"), Fraction("0.76")]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("QQQ,2026-10-01,2026-10-31,1", "nobody knows the currency 'QQQ'"),
        ("EUR,2026-10-01,,1", "valid_to is empty"),
        ("EUR,2026-10-01,2026-10-31,0", "'0' is no number above zero"),
        ('EUR,2026-10-01,2026-10-31,"0,8"', "is no number above zero"),
        ("EUR,2026-10-01,2026-10-31,", "exactly one of rate and units_per_own is needed"),
        ("USD,2026-10-15,2026-11-14,0.75", "USD from 2026-10-15 overlaps the span from 2026-10-01"),
    ],
)
def test_a_faulty_customs_rate_is_named(line, fault, tmp_path):
    with pytest.raises(PublicationRefused) as refused:
        imported(customs_rates.staged, tmp_path, *written(tmp_path, {"m.csv": MONTH + line + "\n"}), jurisdiction="GB")

    assert any("m.csv, line 4: " in told and fault in told for told in refused.value.faults)


WIDE = "Date,USD,JPY,\n2026-11-06,1.1500,171.5,\n2026-11-05,1.1490,N/A,\n"
LONG = "Date,currency,rate_per_eur\n2026-11-06,USD,1.1500\n2026-11-06,JPY,171.5\n2026-11-05,USD,1.1490\n"


def zipped(folder, text):
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("eurofxref-hist.csv", text)
    (folder / "h.zip").write_bytes(raw.getvalue())
    return (folder / "h.zip",)


@pytest.mark.parametrize("form", ["wide", "long", "zip"])
def test_rates_of_the_ecb_are_the_same_in_each_form(form, tmp_path):
    files = zipped(tmp_path, WIDE) if form == "zip" else written(tmp_path, {"e.csv": WIDE if form == "wide" else LONG})

    imported(ecb_file.staged, tmp_path, *files)

    joined = ecb_file.published(tmp_path)
    assert (joined.days[-2:], joined.days[0]) == ((date(2026, 11, 5), date(2026, 11, 6)), publication().days[0])
    assert joined.at(len(joined.days) - 1)["JPY"] == Fraction("171.5")
    assert "JPY" not in joined.at(len(joined.days) - 2)
    assert joined.at(0) == publication().at(0)


def test_the_file_of_one_day_is_read(tmp_path):
    imported(
        ecb_file.staged, tmp_path, *written(tmp_path, {"d.csv": "Date, USD, JPY, \n06 November 2026, 1.15, 171.5, \n"})
    )

    assert ecb_file.published(tmp_path).days[-1] == date(2026, 11, 6)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (WIDE + "2026-11-06,1.16,1,\n", "USD of 2026-11-06 stands there already (e.csv, line 2)"),
        (WIDE + "soon,1.16,1,\n", "'soon' is no day of law"),
        (WIDE + "2026-11-04,1.1e1,1,\n", "'1.1e1' is no rate of USD"),
        (WIDE.replace("JPY", "JPX"), "nobody knows the currency 'JPX'"),
        ("Date,USD\n", "no rate stands in it"),
    ],
)
def test_a_faulty_file_of_the_ecb_is_named(text, fault, tmp_path):
    with pytest.raises(PublicationRefused) as refused:
        imported(ecb_file.staged, tmp_path, *written(tmp_path, {"e.csv": text}))

    assert any(fault in told for told in refused.value.faults)


OWN_VAT = (
    "place,category,percent,valid_from,valid_to,goods\nDE,standard,18,2026-01-01,2026-03-31,\n"
    "DE,reduced,7,2026-01-01,,49;6109\n"
)


def rates_of(home, place, day):
    law = vat.with_imported(discovery.jurisdictions()["EU"], home)
    return [
        (rate.rate.text(), rate.evidence) for rate in law.tax_rates
        if (rate.place, rate.category) == (place, "standard") and rate.valid_from <= day <= (rate.valid_to or date.max)
    ]  # fmt: skip


def test_an_imported_standard_rate_counts_on_its_days_and_the_sheets_outside(tmp_path):
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 3, 31), date(2026, 4, 1)]
    before = [rates_of(tmp_path, "DE", day) for day in days]

    imported(vat.staged, tmp_path, *written(tmp_path, {"v.csv": OWN_VAT}))

    assert [rates_of(tmp_path, "DE", day) for day in days] == [
        before[0],
        [("18 %", "read")],
        [("18 %", "read")],
        before[3],
    ]
    assert rates_of(tmp_path, "FR", days[1]) == rates_of(tmp_path / "none", "FR", days[1])


def test_a_rate_for_goods_goes_before_the_sheets(tmp_path):
    imported(vat.staged, tmp_path, *written(tmp_path, {"v.csv": OWN_VAT}))

    first = vat.with_imported(discovery.jurisdictions()["EU"], tmp_path).tax_rates[0]

    assert (first.place, first.category, first.rate.text(), first.goods) == ("DE", "reduced", "7 %", ("49", "6109"))


def test_each_start_ends_the_rate_before_it(tmp_path):
    text = "member_state,effective_from,standard_rate_pct\nEE,2024-01-01,22\nEE,2025-07-01,24\n"
    imported(vat.staged, tmp_path, *written(tmp_path, {"v.csv": text}))

    assert [rates_of(tmp_path, "EE", day) for day in (date(2025, 6, 30), date(2025, 7, 1))] == [
        [("22 %", "read")], [("24 %", "read")],
    ]  # fmt: skip


def test_todays_rates_without_a_start_are_assumed_and_hide_no_read_rate(tmp_path):
    text = '{"version": "2026-09-29", "rates": {"EE": {"standard": 24.0, "reduced": [9.0]}, "EL": {"standard": 24}}}'
    starts = "member_state,effective_from,standard_rate_pct\nEE,2025-07-01,24\n"
    for name, told in (("s.csv", starts), ("v.json", text)):
        imported(vat.staged, tmp_path, *written(tmp_path, {name: told}))

    assert rates_of(tmp_path, "EE", A_DAY) == [("24 %", "read")]
    assert rates_of(tmp_path, "GR", A_DAY) == [("24 %", "assumed")]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("DE,standard,20,2026-03-01,,", "DE standard from 2026-03-01 overlaps"),
        ("DE,reduced,5,2026-03-01,,6109", "DE goods 6109 from 2026-03-01 overlaps"),
        ("ZZ,standard,20,2026-03-01,,", "nobody knows the country 'ZZ'"),
        ("FR,low,20,2026-03-01,,", "nobody knows the category 'low'"),
        ("FR,standard,twenty,2026-03-01,,", "'twenty' is no percentage"),
        ("FR,standard,0.21,2026-03-01,,", "'0.21' per cent may be a share of one"),
        ("FR,standard,119,2026-03-01,,", "'119' per cent is more than the goods are worth"),
        ("FR,standard,0,2026-03-01,,", "a standard rate of nil"),
        ("FR,reduced,5,2026-03-01,,4.9E+03", "went through a spreadsheet program"),
        ("FR,standard,20,2026-03-01,,49", "a standard rate with goods"),
    ],
)
def test_a_faulty_vat_rate_is_named(line, fault, tmp_path):
    with pytest.raises(PublicationRefused) as refused:
        imported(vat.staged, tmp_path, *written(tmp_path, {"v.csv": OWN_VAT + line + "\n"}))

    assert any("v.csv, line 4: " in told and fault in told for told in refused.value.faults)


@pytest.mark.parametrize(
    ("rate", "fault"),
    [("null", "no standard rate"), ("0", "a standard rate of nil"), ("0.19", "may be a share of one")],
)
def test_a_country_without_a_true_standard_rate_is_named_and_nothing_of_it_is_left_out(rate, fault, tmp_path):
    told = f'{{"version": "2026-09-29", "rates": {{"DE": {{"standard": {rate}, "reduced": [7]}}}}}}'

    with pytest.raises(PublicationRefused, match=f"DE: .*{fault}"):
        imported(vat.staged, tmp_path, *written(tmp_path, {"v.json": told}))


CODES = (
    "code,milk_fat,milk_protein,starch,sucrose\n7000,0 - 1.49,0 - 2.49,0 - 4.99,0 - 4.99\n"
    "7001,0 - 1.49,0 - 2.49,0 - 4.99,5 or more\n7780,85 or more,,0 - 4.99,\n"
)


@pytest.mark.parametrize(
    ("fat", "sucrose", "code"),
    [
        ("0", "4.99", "7000"),
        ("1.49", "5", "7001"),
        ("1.495", "4.995", "7000"),
        ("1.5", "0", None),
        ("85", "10", "7780"),
    ],
)
def test_a_composition_has_the_code_of_its_bands(fat, sucrose, code, tmp_path):
    imported(meursing.staged, tmp_path, *written(tmp_path, {"m.csv": CODES}))

    contents = {"milk_fat": fat, "milk_protein": "0", "starch": "0", "sucrose": sucrose}

    assert meursing.code_for(tmp_path, {name: Decimal(text) for name, text in contents.items()}) == code


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("7000,85 or more,,5 - 9,", "7000 stands there already"),
        ("7002,1 - 3,0 - 2.49,0 - 4.99,0 - 4.99", "share compositions"),
        ("7002,about 3,,,", "milk_fat: 'about 3' is no band"),
        ("702,90 or more,,6 or more,", "'702' is no additional code"),
    ],
)
def test_a_faulty_meursing_table_is_named(line, fault, tmp_path):
    with pytest.raises(PublicationRefused) as refused:
        imported(meursing.staged, tmp_path, *written(tmp_path, {"m.csv": CODES + line + "\n"}))

    assert any(fault in told for told in refused.value.faults)


RULES = "agreement,heading,subdivision,code_min,code_max,rule_no,rule\n"
RULE = (
    RULES + "examplia,6101-6117,,6101000000,6117999999,0,Knitting\nexamplia,6101-6117,,6101000000,6117999999,1,Sewing\n"
)


def with_origin(home, rules=RULE, *told):
    files = written(home, {"schemes.json": schemes(*(told or (a_scheme(), a_scheme("lacking")))), "rules.csv": rules})
    return imported(origin.staged, home, *files, jurisdiction="GB")


def test_rule_and_proof_are_told_for_code_and_origin(tmp_path):
    made = with_origin(tmp_path)

    ways = origin.ways_to_preference(tmp_path, "GB", "6109100010", "JP", A_DAY)

    assert [(way.scheme, way.rules, way.proofs, bool(way.unresolved_reason)) for way in ways] == [
        ("examplia", ("Knitting", "Sewing"), ("Statement on origin",), False),
        ("lacking", (), ("Statement on origin",), True),
    ]
    assert made.manifest.unresolved == 1


@pytest.mark.parametrize(
    ("code", "country", "day", "found"),
    [
        ("610910", "JP", A_DAY, True), ("6120000000", "JP", A_DAY, False), ("610910", "CN", A_DAY, False),
        ("610910", "JP", date(2020, 12, 31), False), ("610910", "JP", date(2021, 1, 1), True),
    ],
)  # fmt: skip
def test_an_agreement_holds_for_its_codes_countries_and_days(code, country, day, found, tmp_path):
    with_origin(tmp_path, RULE, a_scheme())

    assert bool(origin.ways_to_preference(tmp_path, "GB", code, country, day)) is found


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("nowhere,61,,6101000000,6117999999,0,Knitting", "no scheme is called 'nowhere'"),
        ("examplia,61,,610100000,6117999999,0,Knitting", "'610100000' has 9 digits: a leading zero may have been lost"),
        ("examplia,61,,6117999999,6101000000,0,Knitting", "the range ends before it starts"),
        ("examplia,61,,6101000000,6117999999,one,Knitting", "rule_no 'one' is no whole number"),
    ],
)
def test_a_faulty_rule_of_origin_is_named(line, fault, tmp_path):
    with pytest.raises(PublicationRefused) as refused:
        with_origin(tmp_path, RULE + line + "\n")

    assert any("rules.csv, line 4: " in told and fault in told for told in refused.value.faults)


def test_rules_nobody_loaded_are_said_to_be_missing(tmp_path):
    with pytest.raises(WrongUse, match="No rules of origin of GB are loaded"):
        origin.ways_to_preference(tmp_path, "GB", "610910", "JP", A_DAY)
    with pytest.raises(WrongUse, match="No Meursing codes are loaded"):
        meursing.code_for(tmp_path, {})


def test_the_same_editions_lent_by_another_home_are_joined_once_and_few_are_kept(tmp_path):
    day = "Date, USD, JPY, \n{:02d} November 2026, 1.15, 171.5, \n"
    for number in range(2, 9):
        home, lent = tmp_path / f"home-{number}", tmp_path / f"lent-{number}"
        (tmp_path / str(number)).mkdir()
        imported(ecb_file.staged, home, *written(tmp_path / str(number), {"d.csv": day.format(number)}))
        lent.mkdir()
        first = ecb_file.published(home)

        assert ecb_file.published(lend(home, in_use(home), lent)) is first
        assert first.days[-1] == date(2026, 11, number)
    kept = ecb_file._joined.cache_info()
    assert kept.currsize <= ecb_file.JOINED_AT_ONCE
