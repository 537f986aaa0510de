"""Whatever is not known: no amount goes missing without a reason, and none is made up."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders_stages import DUTIABLE, between_items
from tests.builders_tariff import additions, an_addition, an_answer, answers
from tidewaiter.kit.jurisdiction import DUTY_RULES, TAX_RULES
from tidewaiter.stages.duty import DutyLaw, assess_duty
from tidewaiter.stages.tax import assess_tax

FLAGS = ("res_01", "res_05", "res_06", "res_12")
FIGURE = st.sampled_from([None, 0, 1, 250_000])
UNITS = st.sampled_from([None, "KG", "PCS", "PRS", "DZN", "M2"])
LINE = st.fixed_dictionaries(
    {
        "filing_row": st.integers(0, 1),
        "duty_rule": st.sampled_from([None, *DUTY_RULES]),
        "tax_rule": st.sampled_from([None, *TAX_RULES]),
        "commodity_code": st.sampled_from([None, "610910", "6109100010", "851830"]),
        "customs_value_minor": FIGURE,
        "law_flat_duty_minor": st.sampled_from([None, 300]),
        "flat_duty_by_hs6": st.booleans(),
        "unit": UNITS,
        "quantity_micro": FIGURE,
        "net_mass_mg": FIGURE,
        "volume_l_micro": FIGURE,
        "exchange_status": st.sampled_from([None, "legal", "assumed"]),
        "tax_is_open": st.booleans(),
        "flat_num": st.sampled_from([None, 25_000]),
        "flat_den": st.just(1_000_000),
        "flat_of_intrinsic": st.booleans(),
        "flat_unless_free": st.booleans(),
        "flat_each_minor": st.sampled_from([None, 8_000]),
        "line_value_minor": FIGURE,
        "origin_proof": st.sampled_from([None, "U164"]),
        "tariff_row": st.sampled_from([None, 0, 1, 2, 3, 4, 5]),
    }
)
TARIFF = answers(
    an_answer(None), an_answer("free"), an_answer("12.5 %", duty_evidence="recalled"), an_answer("0.4 EUR/kg"),
    an_answer("1 EUR/piece + 2 %"), an_answer("free", "8 %"),
)  # fmt: skip
STACKED = additions(
    an_addition("10 %", tariff_row=2), an_addition("1 EUR/kg", "excise", base="value_and_duty", tariff_row=2),
    an_addition(None, tariff_row=3),
)  # fmt: skip
TAX = st.sampled_from(
    [
        {"tax_num": None, "tax_den": None, "tax_evidence": None},
        {"tax_num": 19, "tax_den": 100, "tax_evidence": "read"},
    ]
)
LINES = st.lists(st.tuples(LINE, TAX).map(lambda parts: DUTIABLE | {"duty_collected_from": "border", "law_period": 0}
                                          | parts[0] | parts[1]), min_size=1, max_size=8)  # fmt: skip


def worked_out(lines):
    """Duty and tax of lines; those of a filing stand together."""
    rows = between_items(*sorted(lines, key=lambda line: line["filing_row"]))
    return assess_tax(assess_duty(rows, TARIFF.lazy(), STACKED.lazy(), DutyLaw("EUR", 2))).collect()


@settings(max_examples=60, deadline=None)
@given(lines=LINES)
def test_an_amount_that_is_missing_has_a_finding_or_an_input_that_has_one(lines):
    told = worked_out(lines)

    for line in told.iter_rows(named=True):
        by_value = line["duty_rule"] in {"tariff", "flat_rate"}
        has_no_value = by_value and None in (line["customs_value_minor"], line["line_value_minor"])
        assert (line["duty_minor"] is None) == (line["duty_status"] == "unresolved")
        if line["duty_minor"] is None:
            assert line["duty_rule"] is None or has_no_value or any(line[flag] for flag in FLAGS)
        if line["tax_rule"] == "border":
            assert (line["tax_minor"] is None) == (line["res_07"] or line["res_08"])
            assert (line["tax_minor"] is None) == (line["tax_status"] == "unresolved")


@settings(max_examples=60, deadline=None)
@given(lines=LINES)
def test_no_amount_is_made_of_an_unknown_base(lines):
    told = worked_out(lines)

    for line in told.iter_rows(named=True):
        if line["tax_minor"]:
            assert None not in (line["duty_minor"], line["customs_value_minor"], line["tax_num"])
        if line["duty_minor"] and line["duty_rule"] == "tariff":
            assert line["customs_value_minor"] is not None
