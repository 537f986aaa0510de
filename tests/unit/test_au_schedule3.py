"""Schedule 3 of Australia: stages and groups read apart, statistical codes with their rate, the rest named."""

from datetime import date

import polars as pl
import pytest

from tidewaiter.model.errors import PublicationRefused, WrongUse
from tidewaiter.reference.au_schedule3 import SHELF, stages
from tidewaiter.reference.shelf import Shelf
from tidewaiter.reference.tariff import open_tariff
from tidewaiter.service.importing import import_publication

START = "2026-04-17"
HEAD = "tariff_number,stat_code,description,duty_rate"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Free", [(None, "", "Free")]),
        ("5% DCS4% DCT5%", [(None, "", "5%"), (None, "DCS", "4%"), (None, "DCT", "5%")]),
        ("5% DCS4% DCT;5%", [(None, "", "5%"), (None, "DCS", "4%"), (None, "DCT", "5%")]),
        ("5% CA Free", [(None, "", "5%"), (None, "CA", "Free")]),
        (
            "$0.142/kg NZ/PG/DC/ LDC $0.142/kg",
            [(None, "", "$0.142/kg"), *((None, group, "$0.142/kg") for group in ("NZ", "PG", "DC", "LDC"))],
        ),
        (
            "5% CAFree From1July20183.75% CA Free From 1 July 2019Free",
            [
                (None, "", "5%"), (None, "CA", "Free"), (date(2018, 7, 1), "", "3.75%"),
                (date(2018, 7, 1), "CA", "Free"), (date(2019, 7, 1), "", "Free"),
            ],
        ),
        ("5%, or, if lower, $0.45/kg TSS", [(None, "", "5%, or, if lower, $0.45/kg TSS")]),
        ("$1.220/kg DC$1.220/kg, less 5%", [(None, "", "$1.220/kg"), (None, "DC", "$1.220/kg, less 5%")]),
    ],
)  # fmt: skip
def test_a_rate_cell_is_cut_into_stages_and_groups(text, told):
    assert stages(text) == told


def imported(tmp_path, *rows, valid_from=START):
    file = tmp_path / "schedule3.csv"
    file.write_text("\n".join([HEAD, *rows]), encoding="utf-8")
    return import_publication("au-schedule3", (file,), valid_from=valid_from, home=tmp_path / "home")


def asked(tmp_path, code, day):
    told = open_tariff(tmp_path / "home", "AU").rates_for(pl.Series([code]), day).row(0, named=True)
    return told["expression"], told["unresolved_reason"]


def test_a_number_and_its_statistical_codes_answer_with_the_stage_of_the_day(tmp_path):
    imported(tmp_path, '6109.10.00,31,shirts,"10% From1July2019 5% From 1 January 2027 Free"', "6109.10.00,32,more,")

    for code in ("61091000", "6109100031", "6109100032", "6109.10.00"):
        assert asked(tmp_path, code, date(2026, 4, 17)) == ("5 %", None)
        assert asked(tmp_path, code, date(2026, 12, 31)) == ("5 %", None)
        assert asked(tmp_path, code, date(2027, 1, 1)) == ("free", None)


def test_rates_of_groups_are_kept_apart_from_the_general_one(tmp_path):
    imported(tmp_path, "6109.10.00,,shirts,5% DCSFree")

    rows = Shelf(tmp_path / "home", SHELF).in_use()
    lines = Shelf(tmp_path / "home", SHELF).read(rows[0].edition)
    assert lines.select("commodity_code", "group", "rate_text").rows() == [
        ("61091000", "", "5%"), ("61091000", "DCS", "Free"),
    ]  # fmt: skip
    assert asked(tmp_path, "61091000", date(2026, 5, 1)) == ("5 %", None)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (["6109.10.00,31,shirts,"], "no rate stands at the number"),
        (["6109.10.00,31,shirts,5%", "6109.10.00,32,shirts,6%"], "several rates: 5% | 6%"),
        (["6109.10.00,31,shirts,as agreed"], "'as agreed'"),
        (["6109.10.00,31,shirts,View TCOs for 6109"], "stands elsewhere"),
    ],
)
def test_a_number_without_one_rate_that_is_understood_is_listed_and_never_free(rows, reason, tmp_path):
    told = imported(tmp_path, *rows)

    assert {one["key"] for one in told["unresolved"]} >= {"61091000", "6109100031"}
    assert all(reason in one["reason"] for one in told["unresolved"])
    assert reason in asked(tmp_path, "6109100031", date(2026, 5, 1))[1]


def test_a_number_that_a_spreadsheet_spoilt_is_refused(tmp_path):
    with pytest.raises(PublicationRefused, match="tariff_number"):
        imported(tmp_path, "6.10E+07,31,shirts,5%")

    assert Shelf(tmp_path / "home", SHELF).editions() == []


def test_without_a_first_day_nothing_is_imported(tmp_path):
    with pytest.raises(WrongUse, match="--valid-from"):
        imported(tmp_path, "6109.10.00,31,shirts,5%", valid_from=None)


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("6.11E+07", "'6.11E+07' went through a spreadsheet program"),
        ("1012.10", "1012.10 has a rate and not its eight digits"),
        ("6109.1", "6109.1 has a rate and not its eight digits"),
        ("611.10.00", "has 7 digits: a leading zero may have been lost"),
    ],
)
def test_a_number_that_a_spreadsheet_spoiled_is_named_as_it_stands(number, fault, tmp_path):
    (tmp_path / "s.csv").write_text(f"{HEAD}\n6109.90.00,,shirts,5%\n{number},,shirts,Free\n", "utf-8")

    with pytest.raises(PublicationRefused) as refused:
        import_publication("au-schedule3", (tmp_path / "s.csv",), valid_from=START, home=tmp_path / "home")

    assert [told for told in refused.value.faults if "s.csv, line 3: " in told and fault in told]
