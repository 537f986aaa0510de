"""What is stacked on the tariff's duty, in its order; preferences and the proof they want."""

import pytest

from tests.builders_stages import DUTIABLE, between_items
from tests.builders_tariff import additions, an_addition, an_answer, answers
from tests.unit.test_stage_duty import LAW, SOUND, assessed
from tidewaiter.kit.rounding import RoundingRule, Roundings
from tidewaiter.model.money import Rounding
from tidewaiter.stages.duty import DutyLaw, assess_duty


def stacked(*charges, law=LAW, **said):
    row = assessed(said, law=law, stacked=charges).row(0, named=True)
    return row["basic_duty_minor"], row["addition_minor"], row["duty_minor"], row["duty_status"]


def test_nothing_stacked_leaves_the_duty_as_it_is():
    assert stacked() == (250, None, 250, "definitive")
    assert stacked(an_addition(tariff_row=7)) == (250, None, 250, "definitive")


def test_charges_on_the_value_add_up():
    assert stacked(an_addition("10 %"), an_addition("3 EUR/kg"), net_mass_mg=1_000_000) == (
        250, [1000, 300], 1550, "definitive",
    )  # fmt: skip


def test_a_charge_on_value_and_duty_takes_what_stands_before_it():
    later = an_addition("10 %", "excise", base="value_and_duty")

    assert stacked(an_addition("5 %"), later, later) == (250, [500, 1075, 1183], 3008, "definitive")


def test_charges_follow_their_position_and_not_their_place_in_the_table():
    first, second = an_addition("5 %", position=1), an_addition("10 %", "excise", base="value_and_duty", position=2)

    assert stacked(second, first) == (250, [500, 1075], 1825, "definitive")


@pytest.mark.parametrize(
    ("charge", "reason"),
    [
        (an_addition(None, unresolved_reason="the exporter's code decides"), "the exporter's code decides"),
        (an_addition("3 EUR/kg"), "anti_dumping is charged by kilogram of net mass, which the line does not tell"),
        (an_addition(None), "what it is charged on is not known"),
    ],
)
def test_a_charge_that_is_not_known_leaves_the_duty_unknown_and_is_res_12(charge, reason):
    row = assessed({}, stacked=[an_addition("5 %"), charge]).row(0, named=True)

    assert (row["basic_duty_minor"], row["addition_minor"], row["duty_minor"]) == (250, [500, None], None)
    assert (row["duty_status"], row["res_12"], row["addition_reason"]) == ("unresolved", True, reason)


def test_a_charge_on_the_value_is_known_after_one_that_is_not_and_one_on_the_duties_is_not():
    unknown = an_addition(None)

    assert stacked(unknown, an_addition("5 %"))[1] == [None, 500]
    assert stacked(unknown, an_addition("5 %", base="value_and_duty"))[1] == [None, None]


def test_a_line_without_a_value_lacks_that_and_nothing_else():
    row = assessed({"customs_value_minor": None}, stacked=[an_addition()]).row(0, named=True)

    assert (row["duty_minor"], row["res_12"]) == (None, False)


@pytest.mark.parametrize("rule", ["relief", "per_code", None])
def test_nothing_is_stacked_where_the_tariff_does_not_decide(rule):
    assert stacked(an_addition(), duty_rule=rule)[1] is None


def test_a_charge_that_was_not_read_makes_the_duty_estimated():
    assert stacked(an_addition(evidence="recalled"))[3] == "estimated"


def test_only_lines_with_charges_bear_them():
    made = assessed({}, {}, {"tariff_row": 0}, stacked=[an_addition("10 %"), an_addition("1 %", tariff_row=1)])

    assert made["duty_minor"].to_list() == [1250, 350, 1250]
    assert made["additions_minor"].to_list() == [1000, 100, 1000]


def test_excise_rounds_by_its_own_rule():
    law = DutyLaw("EUR", 2, excise_rounding=Roundings((RoundingRule(Rounding.FLOOR, 100),)))

    assert stacked(an_addition("1.99 %"), an_addition("1.99 %", "excise"), law=law)[1] == [199, 100]


@pytest.mark.parametrize(("moment", "excises"), [("charge", [1, 1]), ("item", [1, 1]), ("filing", [1, 0])])
def test_excise_rounds_at_its_own_moment_whatever_that_of_the_duties(moment, excises):
    law = DutyLaw("EUR", 2, excise_rounding=Roundings((RoundingRule(moment=moment),)))
    lines = [{"customs_value_minor": 20}, {"customs_value_minor": 20}]

    made = assessed(*lines, stacked=[an_addition("2.5 %", "excise", tariff_row=at) for at in (0, 1)], law=law)

    assert made["addition_minor"].to_list() == [[amount] for amount in excises]
    assert made["basic_duty_minor"].to_list() == [1, 1]


@pytest.mark.parametrize("moment", ["charge", "item", "filing"])
@pytest.mark.parametrize("rate", ["12 % + 3 EUR/kg", "3 EUR/kg + 12 % MIN 1 EUR/kg", "12 % + 300 EUR/100 kg"])
def test_a_duty_of_several_terms_is_the_same_at_every_moment(rate, moment):
    law = DutyLaw("EUR", 2, Roundings((RoundingRule(moment=moment),)))

    assert stacked(law=law, rate=rate, net_mass_mg=1_000_000)[0] == 1_500
    assert stacked(an_addition(rate), law=law, net_mass_mg=1_000_000)[1] == [1_500]


def test_a_charge_on_the_duties_before_it_takes_them_as_they_are_charged():
    law = DutyLaw("EUR", 2, Roundings((RoundingRule(Rounding.FLOOR, 100, "filing"),)))
    charges = [an_addition("7 %", tariff_row=at, position=0) for at in (0, 1)]
    charges += [an_addition("100 %", "excise", base="value_and_duty", tariff_row=at, position=1) for at in (0, 1)]

    made = assessed({"customs_value_minor": 1_000}, {"customs_value_minor": 1_000}, stacked=charges, law=law)

    assert made["addition_minor"].to_list() == [[0, 1_000], [100, 1_100]]


def test_duties_of_a_line_that_round_together_add_up_to_their_rounded_sum():
    law = DutyLaw("EUR", 2, Roundings((RoundingRule(moment="item"),)))

    basic, more, whole, _ = stacked(an_addition("2.5 %"), an_addition("2.5 %"), law=law, customs_value_minor=20)

    assert (basic, more, whole) == (1, [0, 1], 2)


def test_a_charge_of_a_filing_that_rounds_together_adds_up_by_its_name():
    law = DutyLaw("EUR", 2, Roundings((RoundingRule(moment="filing"),)))
    charges = [an_addition("2.5 %", tariff_row=at) for at in (0, 1)]

    made = assessed({"customs_value_minor": 20}, {"customs_value_minor": 20}, stacked=charges, law=law)

    assert made["basic_duty_minor"].to_list() == [1, 0]
    assert made["addition_minor"].to_list() == [[1], [0]]


def preferred(proof, rate="free", mfn="12 %", *, needs_proof=True, rule="tariff"):
    table = answers(an_answer(rate, mfn, needs_proof=needs_proof))
    line = {**DUTIABLE, **SOUND, "tariff_row": 0, "origin_proof": proof, "preference": "300", "duty_rule": rule}
    made = assess_duty(between_items(line), table.lazy(), additions().lazy(), LAW).collect().row(0, named=True)
    return made["duty_minor"], made["dut_01"], made["proof_saves_minor"]


def test_a_preference_that_is_proven_counts():
    assert preferred("U164") == (0, False, None)


def test_a_preference_without_its_proof_is_charged_as_any_origin_and_what_that_costs_is_told():
    assert preferred(None) == (1200, True, 1200)
    assert preferred(None, "3 %") == (1200, True, 900)


def test_a_preference_that_wants_no_proof_counts_without():
    assert preferred(None, needs_proof=False) == (0, False, None)


def test_a_proof_that_lacks_is_told_only_where_the_tariff_decides():
    assert preferred(None, rule="relief") == (0, False, None)


def shut(rate="free", **said):
    table = answers(an_answer(rate, "12 %", needs_proof=False, option_reason="not for goods of CN", **said))
    line = {**DUTIABLE, **SOUND, "tariff_row": 0, "origin_proof": "U164", "preference": "AU", "duty_rule": "tariff"}
    return assess_duty(between_items(line), table.lazy(), additions().lazy(), LAW).collect().row(0, named=True)


def test_a_claim_that_is_not_open_is_charged_as_any_origin_and_what_it_would_save_is_told():
    made = shut()

    assert (made["duty_minor"], made["dut_01"], made["dut_02"]) == (1200, False, True)
    assert (made["option_reason"], made["proof_saves_minor"]) == ("not for goods of CN", 1200)


def test_a_claim_whose_own_rate_nobody_knows_or_that_saves_nothing_says_so():
    assert shut("12 %")["proof_saves_minor"] is None
    assert shut("15 %")["proof_saves_minor"] is None


def test_a_claim_that_gives_way_to_a_rate_that_is_not_known_tells_the_reason_of_that_rate():
    table = answers(an_answer("free", "see heading 9999", mfn_unresolved_reason="it stands elsewhere"))
    line = {**DUTIABLE, **SOUND, "tariff_row": 0, "origin_proof": None, "preference": "AU", "duty_rule": "tariff"}
    made = assess_duty(between_items(line), table.lazy(), additions().lazy(), LAW).collect().row(0, named=True)

    assert (made["duty_minor"], made["unresolved_reason"]) == (None, "it stands elsewhere")
