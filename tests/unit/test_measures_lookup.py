"""What applies to a code, an origin and a day: inherited, excluded, claimed, wanting a code or a paper, or unknown."""

from datetime import date

import polars as pl
import pytest

from tests.builders_taric import (
    BOOTS,
    EVERYONE,
    LEATHER,
    OTHER,
    SHOES,
    a_record,
    a_small_tariff,
    an_envelope,
    condition,
    excluded,
    goods,
    measure,
)  # fmt: skip
from tidewaiter.reference.measures.applying import apply_changes
from tidewaiter.reference.measures.changes import RECORDS
from tidewaiter.reference.measures.envelope import read_envelope
from tidewaiter.reference.measures.lookup import ASKED, measure_table
from tidewaiter.reference.measures.model import MeasureModel
from tidewaiter.reference.measures.sheet import measure_sheet

DAY = date(2024, 6, 1)
MFN = measure("100", "103", EVERYONE, SHOES, parts=[("01", "8")])


@pytest.fixture
def tariff(tmp_path):
    """A small tariff with some more records in it, ready to be asked."""

    def made(*records):
        path = tmp_path / "message.xml"
        path.write_text(an_envelope(*a_small_tariff(), *records), encoding="utf-8")
        message = read_envelope(path)
        applied = apply_changes(pl.DataFrame(schema=RECORDS), message.changes)
        assert (*message.faults, *applied.faults) == ()
        return measure_table("TEST", MeasureModel(applied.records, measure_sheet()))

    return made


def ask(table, code=BOOTS[1], origin="CN", day=DAY, preference=None, declared=()):
    """The answer and what stands beside it, as rows."""
    row = (0, code, origin, day, preference, list(declared))
    told, beside = table.look_up(pl.DataFrame([row], schema=ASKED, orient="row"))
    return told.to_dicts()[0], beside.to_dicts()


def percent(told):
    """The share of the value in per cent, where the answer is one."""
    return told["duty_num"] * 100 / told["duty_den"] if told["duty_kind"] == "ad_valorem" else told["duty_kind"]


def test_a_measure_is_inherited_by_everything_below_it(tariff):
    told, _ = ask(tariff(*MFN))

    assert (percent(told), told["measure_id"], told["rate_code"], told["duty_option"]) == (8, "100", SHOES[1], "mfn")


def test_a_measure_nearer_to_the_goods_stands_before_one_above(tariff):
    nearer = measure("101", "103", EVERYONE, LEATHER, parts=[("01", "5")])

    table = tariff(*MFN, *nearer)

    assert percent(ask(table)[0]) == 5
    assert percent(ask(table, OTHER[1])[0]) == 8


def test_a_measure_at_an_intermediate_line_reaches_only_what_stands_below_it(tariff):
    table = tariff(*MFN, *measure("101", "103", EVERYONE, ("9", "6403510000"), parts=[("01", "3")]))

    assert percent(ask(table)[0]) == 3
    assert percent(ask(table, OTHER[1])[0]) == 8


@pytest.mark.parametrize(
    ("day", "rate"), [("2024-05-31", 8), ("2024-06-01", 7), ("2024-06-30", 7), ("2024-07-01", None)]
)
def test_both_ends_of_a_span_count(tariff, day, rate):
    table = tariff(
        *measure("100", "103", EVERYONE, SHOES, end="2024-05-31", parts=[("01", "8")]),
        *measure("101", "103", EVERYONE, SHOES, start="2024-06-01", end="2024-06-30", parts=[("01", "7")]),
    )

    told, _ = ask(table, day=date.fromisoformat(day))

    assert percent(told) == (rate or "unresolved")
    assert (told["unresolved_reason"] is None) == (rate is not None)


def test_a_regulation_that_ends_takes_its_open_measures_with_it(tariff):
    ending = a_record("update", "base.regulation", base_regulation_role="1", base_regulation_id="R2000010",
                      validity_start_date="2000-01-01", validity_end_date="2024-05-31", regulation_group_id="DUM")  # fmt: skip

    table = tariff(*MFN, ending)

    assert percent(ask(table, day=date(2024, 5, 31))[0]) == 8
    assert percent(ask(table, day=date(2024, 6, 1))[0]) == "unresolved"


def test_a_shorter_code_answers_where_all_below_it_agree(tariff):
    table = tariff(*MFN, *measure("101", "103", EVERYONE, BOOTS, parts=[("01", "5")]))

    assert percent(ask(table, "640359")[0]) == 8
    told, _ = ask(table, "640351")
    assert told["unresolved_reason"] == "several rates stand below the code: give more digits"
    assert told["duty_num"] is None


def test_a_code_that_is_divided_further_is_named_and_never_padded(tariff):
    told, _ = ask(tariff(*MFN), LEATHER[1])

    assert told["unresolved_reason"] == "6403510000 is divided further in TEST: give the code of a part"


def test_a_code_that_is_not_there_is_named(tariff):
    assert ask(tariff(*MFN), "6403519999")[0]["unresolved_reason"] == "6403519999 is not in TEST on 2024-06-01"


def test_goods_that_end_are_not_there_after(tariff):
    table = tariff(*MFN, *goods("77", "6403590010", 2, end="2024-05-31"))

    assert percent(ask(table, "6403590010", day=date(2024, 5, 31))[0]) == 8
    assert ask(table, "6403590010")[0]["duty_kind"] == "unresolved"
    assert percent(ask(table, OTHER[1])[0]) == 8


def test_an_origin_that_is_none_on_the_day_is_named(tariff):
    assert ask(tariff(*MFN), origin="SU")[0]["unresolved_reason"] == "SU is no origin in TEST on 2024-06-01"


def test_without_an_origin_the_third_country_duty_applies(tariff):
    assert percent(ask(tariff(*MFN), origin=None)[0]) == 8


PREFERENCE = measure("200", "142", "2020", SHOES, parts=[("01", "4.5")])


def test_a_claimed_preference_applies_to_its_members_and_wants_a_proof(tariff):
    told, _ = ask(tariff(*MFN, *PREFERENCE), origin="VN", preference="200")

    assert (percent(told), told["duty_option"], told["needs_proof"]) == (4.5, "preference", True)
    assert told["mfn_duty_num"] * 100 / told["mfn_duty_den"] == 8


def test_a_preference_that_is_not_claimed_does_not_apply(tariff):
    told, _ = ask(tariff(*MFN, *PREFERENCE), origin="VN")

    assert (percent(told), told["duty_option"], told["needs_proof"]) == (8, "mfn", False)


def test_a_preference_that_opens_nothing_to_the_origin_says_so(tariff):
    told, _ = ask(tariff(*MFN, *PREFERENCE), origin="CN", preference="200")

    assert (percent(told), told["duty_option"]) == (8, "mfn")
    assert told["option_reason"] == "no measure opens preference 200 to CN"


@pytest.mark.parametrize("left_out", ["VN", "2005"])
def test_an_excluded_origin_gets_nothing_by_itself_or_as_member(tariff, left_out):
    table = tariff(*MFN, *PREFERENCE, excluded("200", left_out))

    assert percent(ask(table, origin="VN", preference="200")[0]) == 8
    assert percent(ask(table, origin="ID", preference="200")[0]) == 4.5


def test_of_two_preferences_the_lower_counts(tariff):
    lower = measure("201", "142", "2005", SHOES, parts=[("01", "0")])

    assert percent(ask(tariff(*MFN, *PREFERENCE, *lower), origin="VN", preference="200")[0]) == 0


def test_preferences_that_cannot_be_compared_are_named(tariff):
    other = measure("201", "142", "2005", SHOES, parts=[("01", "10", "EUR", "DTN")])

    told, _ = ask(tariff(*MFN, *PREFERENCE, *other), origin="VN", preference="200")

    assert told["unresolved_reason"] == "measures 200, 201 apply at once"


def test_general_preferences_and_agreements_are_claimed_apart(tariff):
    table = tariff(*MFN, *PREFERENCE, *measure("201", "142", "VN", SHOES, parts=[("01", "0")]))

    assert percent(ask(table, origin="VN", preference="200")[0]) == 4.5
    assert percent(ask(table, origin="VN", preference="300")[0]) == 0


def test_a_group_whose_members_nobody_told_leaves_the_claim_open(tariff):
    group = a_record("insert", "geographical.area", geographical_area_sid="2027", geographical_area_id="2027",
                     validity_start_date="2000-01-01", geographical_code="1")  # fmt: skip
    table = tariff(*MFN, group, *measure("200", "142", "2027", SHOES, parts=[("01", "0")]))

    told, _ = ask(table, origin="VN", preference="200")

    assert told["unresolved_reason"] == "nobody told whether the origin belongs to 2027"
    assert told["mfn_duty_kind"] == "ad_valorem"


def test_quota_and_suspension_are_options_of_their_own(tariff):
    table = tariff(*MFN, *measure("300", "122", EVERYONE, SHOES, parts=[("01", "2")], ordernumber="091234"),
                   *measure("301", "112", EVERYONE, SHOES, parts=[("01", "1")]))  # fmt: skip

    assert [ask(table, preference=code)[0]["duty_option"] for code in ("100", "110", "120")] == [
        "mfn", "suspension", "quota"
    ]  # fmt: skip


def test_a_measure_without_a_rate_is_unresolved_and_never_zero(tariff):
    told, _ = ask(tariff(*measure("100", "103", EVERYONE, SHOES)))

    assert (told["duty_kind"], told["duty_num"]) == ("unresolved", None)
    assert told["unresolved_reason"] == "measure 100 comes without a rate"


def test_a_rate_that_nobody_understands_is_unresolved(tariff):
    told, _ = ask(tariff(*measure("100", "103", EVERYONE, SHOES, parts=[("01", "8"), ("99", "2")])))

    assert (told["duty_kind"], told["duty_num"]) == ("unresolved", None)
    assert told["unresolved_reason"].startswith("the rate '8 % ?99 2 %' is not understood")


def coded(sid, letter_and_code, rate):
    return [
        a_record("insert", "additional.code", additional_code_sid=letter_and_code, additional_code_type_id="C",
                 additional_code=letter_and_code[1:], validity_start_date="2000-01-01"),
        *measure(sid, "552", "CN", SHOES, parts=[("01", rate)], additional_code_type="C",
                 additional_code=letter_and_code[1:], additional_code_sid=letter_and_code),
    ]  # fmt: skip


CODE_TYPE = a_record("insert", "additional.code.type", additional_code_type_id="C", validity_start_date="2000-01-01")


def test_an_anti_dumping_duty_follows_the_declared_additional_code(tariff):
    table = tariff(*MFN, CODE_TYPE, *coded("400", "C111", "9.7"), *coded("401", "C999", "16.5"))

    [duty] = ask(table, declared=["C999"])[1]
    [unknown] = ask(table)[1]

    assert (duty["charge"], duty["tax_type"], percent(duty), duty["position"]) == ("anti_dumping", "A30", 16.5, 1)
    assert unknown["unresolved_reason"] == "it needs one of the additional codes C111, C999"
    assert unknown["duty_num"] is None


def test_an_additional_duty_on_one_origin_leaves_others_alone(tariff):
    table = tariff(*MFN, *measure("400", "552", "CN", SHOES, parts=[("01", "9.7")]))

    assert ask(table, origin="VN")[1] == []
    assert percent(ask(table, origin="CN")[1][0]) == 9.7
    assert ask(table, origin=None)[1][0]["unresolved_reason"] == "nobody told whether the origin belongs to CN"


def test_additional_duties_stack_in_order_and_a_quota_spares_the_safeguard(tariff):
    table = tariff(
        *MFN, *measure("402", "696", EVERYONE, SHOES, parts=[("01", "25")]),
        *measure("401", "554", "CN", SHOES, parts=[("01", "3")]),
        *measure("400", "552", "CN", SHOES, parts=[("01", "9.7")]),
        *measure("300", "122", EVERYONE, SHOES, parts=[("01", "2")], ordernumber="091234"),
    )  # fmt: skip

    assert [one["charge"] for one in ask(table)[1]] == ["anti_dumping", "countervailing", "safeguard"]
    assert [one["charge"] for one in ask(table, preference="120")[1]] == ["anti_dumping", "countervailing"]


def test_an_additional_duty_on_a_part_of_a_shorter_code_asks_for_more_digits(tariff):
    table = tariff(*MFN, *measure("400", "552", "CN", BOOTS, parts=[("01", "9.7")]))

    assert ask(table, "640351")[1][0]["unresolved_reason"] == "it differs below the code: give more digits"


def test_an_amount_that_depends_on_a_condition_is_unresolved(tariff):
    table = tariff(*MFN, condition("1", "100", "V", "01", condition_duty_amount="50"))

    assert ask(table)[0]["unresolved_reason"] == "the amount of measure 100 depends on its conditions"


def test_documents_that_a_measure_asks_for_are_named(tariff):
    table = tariff(*MFN, condition("1", "100", "B", "27", "N990"), condition("2", "100", "B", "07", number="2"))

    told, _ = ask(table)

    assert (percent(told), told["documents"]) == (8, "N990")


def test_the_rate_under_end_use_is_claimed_or_stands_alone(tariff):
    end_use = measure("101", "105", EVERYONE, SHOES, parts=[("01", "0")])

    both = tariff(*MFN, *end_use)
    assert [percent(ask(both, preference=code)[0]) for code in (None, "140")] == [8, 0]


def test_an_end_use_rate_without_another_is_the_third_country_duty(tariff):
    assert percent(ask(tariff(*measure("101", "105", EVERYONE, SHOES, parts=[("01", "2")])))[0]) == 2


def test_a_measure_rests_while_it_is_stopped(tariff):
    stop = a_record("insert", "measure.partial.temporary.stop", measure_sid="100", validity_start_date="2024-06-01",
                    validity_end_date="2024-06-30", partial_temporary_stop_regulation_id="R2")  # fmt: skip
    table = tariff(*MFN, stop)

    rates = [percent(ask(table, day=date(2024, month, day))[0]) for month, day in ((5, 31), (6, 1), (6, 30), (7, 1))]

    assert rates == [8, "unresolved", "unresolved", 8]


def test_many_questions_are_answered_in_their_order(tariff):
    table = tariff(*MFN, *measure("101", "103", EVERYONE, BOOTS, parts=[("01", "5")]))
    rows = [(number, code, "CN", day, None, None) for number, (code, day) in enumerate(
        [(OTHER[1], DAY), (BOOTS[1], date(2019, 1, 1)), (BOOTS[1], DAY), (OTHER[1], date(2021, 1, 1))])]  # fmt: skip

    told, _ = table.look_up(pl.DataFrame(rows, schema=ASKED, orient="row"))

    assert told["asked"].to_list() == [0, 1, 2, 3]
    assert [percent(row) for row in told.to_dicts()] == [8, "unresolved", 5, 8]
