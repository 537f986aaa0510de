"""Whatever is not known: no amount goes missing without a reason, and none is made up."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders_stages import between_items
from tidewaiter.kit.jurisdiction import DUTY_RULES, TAX_RULES
from tidewaiter.stages.duty import assess_duty
from tidewaiter.stages.tax import assess_tax

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
        "specific_unit": st.sampled_from([None, "kg", "piece", "pair", "dozen", "litre", "m2"]),
        "unit": UNITS,
        "quantity_micro": FIGURE,
        "net_mass_mg": FIGURE,
        "volume_l_micro": FIGURE,
        "exchange_status": st.sampled_from([None, "legal", "assumed"]),
        "is_reduced_rate_goods": st.sampled_from([None, True, False]),
    }
)
DUTY = st.sampled_from(
    [
        {"duty_kind": None, "duty_num": None, "duty_den": None, "specific_e8": None, "duty_evidence": None},
        {"duty_kind": "unresolved", "duty_num": None, "duty_den": None, "specific_e8": None, "duty_evidence": "read"},
        {"duty_kind": "free", "duty_num": None, "duty_den": None, "specific_e8": None, "duty_evidence": "read"},
        {"duty_kind": "ad_valorem", "duty_num": 1, "duty_den": 8, "specific_e8": None, "duty_evidence": "recalled"},
        {"duty_kind": "specific", "duty_num": None, "duty_den": None, "specific_e8": 9**8, "duty_evidence": "read"},
    ]
)
TAX = st.sampled_from(
    [
        {"tax_num": None, "tax_den": None, "tax_evidence": None},
        {"tax_num": 19, "tax_den": 100, "tax_evidence": "read"},
    ]
)
LINES = st.lists(st.tuples(LINE, DUTY, TAX).map(lambda parts: parts[0] | parts[1] | parts[2]), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(lines=LINES)
def test_an_amount_that_is_missing_has_a_finding_or_an_input_that_has_one(lines):
    told = assess_tax(assess_duty(between_items(*lines), 2)).collect()

    for line in told.iter_rows(named=True):
        has_no_value = line["duty_rule"] == "tariff" and line["customs_value_minor"] is None
        assert (line["duty_minor"] is None) == (line["duty_status"] == "unresolved")
        if line["duty_minor"] is None:
            assert line["duty_rule"] is None or has_no_value or line["res_01"] or line["res_05"] or line["res_06"]
        if line["tax_rule"] == "border":
            assert (line["tax_minor"] is None) == (line["res_07"] or line["res_08"])
            assert (line["tax_minor"] is None) == (line["tax_status"] == "unresolved")


@settings(max_examples=60, deadline=None)
@given(lines=LINES)
def test_no_amount_is_made_of_an_unknown_base(lines):
    told = assess_tax(assess_duty(between_items(*lines), 2)).collect()

    for line in told.iter_rows(named=True):
        if line["tax_minor"]:
            assert None not in (line["duty_minor"], line["customs_value_minor"], line["tax_num"])
        if line["duty_minor"] and line["duty_rule"] == "tariff":
            assert line["customs_value_minor"] is not None
