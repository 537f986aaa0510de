"""Keys as items declare them, answered by measures: however they are typed, in their order, with their evidence."""

from datetime import date

import polars as pl
import pytest

from tests.builders_taric import (
    BOOTS,
    EVERYONE,
    OTHER,
    SHOES,
    a_record,
    a_small_tariff,
    an_envelope,
    measure,
)  # fmt: skip
from tidewaiter.reference.measures.editions import import_messages
from tidewaiter.reference.tariff import open_tariff
from tidewaiter.reference.tariff_answers import ADDITIONS, KEYS, TARIFF

DAY = date(2024, 6, 1)
RECORDS = [
    *measure("100", "103", EVERYONE, SHOES, parts=[("01", "8")]),
    *measure("200", "142", "2020", SHOES, parts=[("01", "4.5")]),
    a_record("insert", "additional.code.type", additional_code_type_id="C", validity_start_date="2000-01-01"),
    a_record("insert", "additional.code", additional_code_sid="9", additional_code_type_id="C", additional_code="A1B",
             validity_start_date="2000-01-01"),
    *measure("400", "552", "CN", SHOES, parts=[("01", "9.7")], additional_code_type="C", additional_code="A1B",
             additional_code_sid="9"),
]  # fmt: skip


@pytest.fixture
def tariff(tmp_path):
    path = tmp_path / "message.xml"
    path.write_text(an_envelope(*a_small_tariff(), *RECORDS), encoding="utf-8")
    import_messages([path], tmp_path, "EU")
    return open_tariff(tmp_path, "EU")


def asked(*rows):
    return pl.DataFrame([(*row, None) for row in rows], schema=KEYS, orient="row")


def test_answers_come_in_the_order_and_form_that_is_promised(tariff):
    told = tariff.answers(asked((OTHER[1], "VN", DAY, "200", None), (BOOTS[1], "CN", DAY, None, "ca1b")))

    assert dict(told.tariff.schema) == dict(TARIFF)
    assert dict(told.additions.schema) == dict(ADDITIONS)
    assert told.tariff["tariff_row"].to_list() == [0, 1]
    assert told.tariff["commodity_code"].to_list() == [OTHER[1], BOOTS[1]]
    assert told.additions.select("tariff_row", "rate_text").rows() == [(1, "9.7 %")]


def test_only_code_and_day_must_be_told(tariff):
    told = tariff.answers(pl.DataFrame({"commodity_code": [BOOTS[1]], "duty_day": [DAY]}))

    assert told.tariff["rate_text"].to_list() == ["8 %"]


def test_dots_spaces_and_small_letters_do_not_count(tariff):
    told = tariff.answers(asked(("6403.51 00.10", " cn", DAY, " ", "c999; cA1b")))

    assert told.tariff["rate_text"].to_list() == ["8 %"]
    assert told.additions["unresolved_reason"].to_list() == [None]


@pytest.mark.parametrize(
    ("code", "day", "reason"),
    [
        (None, DAY, "no commodity code is declared"),
        ("6.40E+09", DAY, "'6.40E+09' is no commodity code"),
        ("64035", DAY, "'64035' is no commodity code"),
        ("64035100100", DAY, "'64035100100' is no commodity code"),
        (BOOTS[1], None, "the filing has no duty point"),
    ],
)
def test_what_cannot_be_asked_says_why(tariff, code, day, reason):
    told = tariff.answers(asked((code, "CN", day, None, None), (BOOTS[1], "CN", DAY, None, None))).tariff.to_dicts()

    assert told[0]["unresolved_reason"].startswith(reason)
    assert (told[0]["duty_kind"], told[0]["duty_num"], told[0]["mfn_duty_kind"]) == ("unresolved", None, "unresolved")
    assert told[1]["rate_text"] == "8 %"


def test_a_rate_is_read_and_what_a_preference_opens_is_recalled(tariff):
    told = tariff.answers(asked((BOOTS[1], "VN", DAY, "200", None), (BOOTS[1], "VN", DAY, None, None))).tariff

    assert told["duty_evidence"].to_list() == ["recalled", "read"]


def test_the_source_names_measure_type_area_regulation_and_edition(tariff):
    source = tariff.answers(asked((BOOTS[1], "VN", DAY, None, None))).tariff["duty_source"][0]

    assert source.startswith("measure 100 of type 103 for 1011, R2000010; TARIC-EU ")
    assert source.rpartition("; ")[2] in tariff.editions


def test_every_code_of_the_tariff_is_known_in_full_and_cut(tariff):
    assert {"6403510010", "64035100", "640351", "6403590000"} <= set(tariff.codes())


def test_no_keys_have_no_answers(tariff):
    told = tariff.answers(asked())

    assert (told.tariff.height, told.additions.height) == (0, 0)
