"""Programmes of preference and the second column: whose goods they are for, since when, and what nobody tells."""

from datetime import date, timedelta

import polars as pl
import pytest

from tests.builders_us_hts import SCHEDULE, a_row, written
from tidewaiter.model.errors import SheetRefused
from tidewaiter.reference.programmes.sheet import programmes_of, read_programmes
from tidewaiter.reference.tariff import open_tariff
from tidewaiter.reference.us_hts import import_us_hts
from tidewaiter.service.importing import import_publication

SPECIAL = "Free (AU,B,D,E*,KR,S) 2.8% (JP) See 9822.05.01 (PA)"
HATS = [
    a_row("6501", "0", "Hats:"),
    a_row("6501.00.10", "1", "Of felt", "10%", special=SPECIAL, column_2="90%"),
    a_row("6501.00.10.30", "2", "New"),
    a_row("6501.00.20", "1", "Of straw", "10%", special="Free (AU)", column_2="60%"),
    a_row("6501.00.30", "1", "Of paper", "10%", special="Free (AU"),
]  # fmt: skip
DAY = date(2026, 3, 1)
AU_HEAD = "tariff_number,stat_code,description,duty_rate"


@pytest.fixture(scope="module")
def tariff(tmp_path_factory):
    folder = tmp_path_factory.mktemp("us")
    rows = [row for row in SCHEDULE if not row[0].startswith("6501")]
    at = next(place for place, row in enumerate(rows) if row[0].startswith("6601"))
    wanted = [row for row in rows[:at] if not row[0].startswith("65")]
    import_us_hts(written(folder, [*wanted, *HATS, *rows[at:]]), folder / "home", date(2015, 1, 1))
    return open_tariff(folder / "home", "US")


def asked(tariff, code, origin, claim=None, day=DAY):
    keys = pl.DataFrame(
        [(code, origin, day, claim)], schema=["commodity_code", "origin", "duty_day", "preference"], orient="row"
    )
    return tariff.answers(keys).tariff.row(0, named=True)


def test_a_claim_that_is_open_gives_its_rate_and_wants_a_proof(tariff):
    told = asked(tariff, "6501.00.10.30", "AU", "AU")

    assert (told["duty_kind"], told["rate_text"], told["mfn_rate_text"]) == ("free", "Free", "10%")
    assert (told["duty_option"], told["needs_proof"], told["option_reason"]) == ("preference", True, None)
    assert told["duty_evidence"] == "recalled"
    assert told["duty_source"].endswith("general note 28 (recalled)")


@pytest.mark.parametrize("claim", ["au", " AU "])
def test_a_claim_may_be_written_carelessly(tariff, claim):
    assert asked(tariff, "65010010", "au", claim)["duty_option"] == "preference"


def test_a_claim_for_goods_of_another_country_keeps_the_general_rate_and_says_why(tariff):
    told = asked(tariff, "65010010", "CN", "AU")

    assert (told["duty_option"], told["mfn_rate_text"]) == ("mfn", "10%")
    assert told["option_reason"] == "programme AU is not for goods of CN"
    assert told["duty_kind"] == "free", "the rate that was claimed is told, for what it would save"


@pytest.mark.parametrize(
    ("origin", "claim", "reason"),
    [
        ("CN", "ZZ", "the tariff knows no programme ZZ"),
        (None, "AU", "AU is claimed and no origin is declared"),
        ("SG", "SG", "no rate of 65010010 is marked SG"),
        ("IN", "A", "programme A ended on 2020-12-31"),
        ("RU", "AU", "goods of RU pay the rates of column 2"),
    ],
)
def test_a_claim_that_opens_nothing_is_named(tariff, origin, claim, reason):
    assert asked(tariff, "65010010", origin, claim)["option_reason"] == reason


@pytest.mark.parametrize(
    ("code", "origin", "claim", "reason"),
    [
        ("65010030", "AU", "AU", "the marked rates of 65010030 cannot be told apart"),
        ("65010010", "PA", "PA", "stands elsewhere"),
        ("65010010", "CA", "B", "general note 5 is not told"),
        ("65010010", "HT", "E", "general note 7(d)"),
    ],
)
def test_what_the_tariff_does_not_tell_of_a_claim_is_unresolved(tariff, code, origin, claim, reason):
    told = asked(tariff, code, origin, claim)

    assert told["duty_kind"] in {"unresolved", "reference"}
    assert (told["duty_num"], told["option_reason"]) == (None, None)
    assert reason in told["unresolved_reason"]
    assert told["mfn_duty_kind"] == "ad_valorem"


def test_a_day_before_the_sheet_begins_is_unresolved(tariff):
    assert (
        "before 2020-01-01 is not loaded"
        in asked(tariff, "65010010", "AU", "AU", date(2019, 12, 31))["unresolved_reason"]
    )


def test_no_claim_and_the_code_for_none_change_nothing(tariff):
    for claim in (None, "100", " "):
        told = asked(tariff, "65010010", "AU", claim)
        assert (told["duty_option"], told["rate_text"], told["option_reason"]) == ("mfn", "10%", None)


def test_one_rate_below_a_short_code_answers_and_several_do_not(tariff):
    assert asked(tariff, "650100", "KR", "KR")["unresolved_reason"] is not None
    assert asked(tariff, "650100", "CU")["unresolved_reason"] == "column 2 has several rates below 650100"


@pytest.mark.parametrize(
    ("origin", "day", "text"),
    [
        ("RU", date(2022, 4, 8), "10%"), ("RU", date(2022, 4, 9), "90%"), ("BY", date(2022, 4, 9), "90%"),
        ("CU", date(2020, 1, 1), "90%"), ("KP", DAY, "90%"), ("CN", DAY, "10%"),
    ],
)  # fmt: skip
def test_goods_of_the_second_column_pay_its_rate_from_its_day(tariff, origin, day, text):
    told = asked(tariff, "6501001030", origin, day=day)

    assert (told["rate_text"], told["mfn_rate_text"]) == (text, text)
    assert told["duty_option"] == ("mfn" if text == "10%" else "column_2")


def test_a_line_without_a_second_rate_and_a_tariff_without_the_column_are_unresolved(tariff, tmp_path):
    assert asked(tariff, "65010030", "CU")["unresolved_reason"] == "column 2 has no rate for 65010030"
    starter = open_tariff(tmp_path, "US")
    told = asked(starter, "610910", "CU")
    assert (told["duty_kind"], told["unresolved_reason"]) == (
        "unresolved", "goods of CU pay the rate of column 2, which is not loaded",
    )  # fmt: skip


@pytest.fixture
def schedule3(tmp_path):
    file = tmp_path / "schedule3.csv"
    rows = ["4202.11.00,10,cases,5% DCS4% DCT5%", '2208.20.10,01,"spirits","5%, and $100/L NZ/LDC $100/L"',
            "6109.10.00,11,shirts,5% CAFree From1July2018 2.5%"]  # fmt: skip
    file.write_text("\n".join([AU_HEAD, *rows]), encoding="utf-8")
    import_publication("au-schedule3", [file], home=tmp_path / "home", valid_from="2016-01-01")
    return open_tariff(tmp_path / "home", "AU")


@pytest.mark.parametrize(
    ("code", "origin", "claim", "rate", "reason"),
    [
        ("42021100", "TW", "DCT", "5%", None),
        ("42021100", "NZ", "NZ", "Free", None),
        ("22082010", "NZ", "NZ", "$100/L", None),
        ("42021100", "KH", "LDC", "Free", None),
        ("42021100", "CN", "LDC", None, "programme LDC is not for goods of CN"),
        ("42021100", "CA", "CA", None, "no rate of 42021100 is marked CA"),
    ],
)
def test_classes_of_countries_of_schedule_3_have_their_rates(schedule3, code, origin, claim, rate, reason):
    told = asked(schedule3, code, origin, claim)

    assert told["option_reason"] == reason
    if rate:
        assert (told["duty_option"], told["rate_text"], told["needs_proof"]) == ("preference", rate, True)


@pytest.mark.parametrize(("origin", "claim", "reason"), [
    ("CN", "CHAFTA", "the rates of Schedule 12 are not loaded"), ("CN", "DCS", "the countries of Schedule 1 Part 4"),
])  # fmt: skip
def test_agreements_whose_schedules_are_not_loaded_are_unresolved_by_name(schedule3, origin, claim, reason):
    assert reason in asked(schedule3, "42021100", origin, claim)["unresolved_reason"]


def test_a_rate_of_a_group_ends_where_a_later_stage_does_not_name_it(schedule3):
    assert asked(schedule3, "61091000", "CA", "CA", date(2018, 6, 30))["rate_text"] == "Free"
    later = asked(schedule3, "61091000", "CA", "CA", date(2018, 7, 1))
    assert (later["rate_text"], later["option_reason"]) == ("2.5%", "no rate of 61091000 is marked CA")


@pytest.mark.parametrize("country", ["us", "au"])
def test_each_programme_opens_on_its_first_day_and_shuts_after_its_last(country):
    sheet = programmes_of(country)

    for spans in sheet.programmes.values():
        for one in spans:
            assert one.valid_to is None or one.valid_from <= one.valid_to
            assert one.source
            for origin in one.origins:
                before = one.valid_from - timedelta(days=1)
                assert not any(
                    other is not one and origin in other.origins and other.valid_from <= one.valid_from
                    and (other.valid_to or date.max) > before
                    for other in spans
                )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("origins = ['AU']\nvalid_from = 2020-01-01\nevidence = 'read'", "lacks"),
        ("origins = ['AU']\nvalid_from = 2020-01-01\nevidence = 'sure'\nsource = 'x'", "lacks"),
    ],
)
def test_a_programme_without_source_or_evidence_is_refused(row, why):
    with pytest.raises(SheetRefused, match=why):
        read_programmes(f"title = 't'\ntold_from = 2020-01-01\n[[programme]]\nsymbol = 'AU'\n{row}\n")


def test_a_programme_that_tells_an_origin_twice_is_refused():
    row = "[[programme]]\nsymbol = 'AU'\norigins = ['AU']\nvalid_from = 2020-01-01\nevidence = 'read'\nsource = 'x'\n"
    with pytest.raises(SheetRefused, match="twice"):
        read_programmes(f"title = 't'\ntold_from = 2020-01-01\n{row}{row}")
