"""Special rates: each programme with its rate, and nothing where the column leaves a doubt."""

import polars as pl
import pytest

from tests.builders_us_hts import a_row
from tidewaiter.reference.us_hts import tariff_lines
from tidewaiter.reference.us_hts_file import Line
from tidewaiter.reference.us_hts_special import doubtful, preferences, special_rates


def lines_of(special):
    return tariff_lines([Line(2, *a_row("0101.21.00", "0", "Males", "5%", special=special))])


def test_each_programme_has_the_rate_before_its_brackets():
    told = preferences(lines_of("Free (A+,AU, BH) 2.8% (JP) See 9822.04.25 (P,PE)"))

    assert told.select("commodity_code", "programme", "duty_kind", "expression").rows() == [
        ("01012100", "A+", "free", "free"),
        ("01012100", "AU", "free", "free"),
        ("01012100", "BH", "free", "free"),
        ("01012100", "JP", "ad_valorem", "2.8 %"),
        ("01012100", "P", "reference", 'reference "See 9822.04.25"'),
        ("01012100", "PE", "reference", 'reference "See 9822.04.25"'),
    ]
    assert told["unresolved_reason"][-1] == "the rate of 01012100 stands elsewhere: 'See 9822.04.25'"


@pytest.mark.parametrize(
    "text",
    ["Free", "Free (A+,AU", "Free (A+) or not", "(AU)", "Free ()", "Free (AU,.OM)", "Free (E IL)", "Free (A) 5% (A)",
     "Free (AU (PA)"],
)  # fmt: skip
def test_a_column_in_doubt_gives_no_rate_and_is_listed(text):
    assert special_rates(text) is None
    assert preferences(lines_of(text)).is_empty()
    assert doubtful(lines_of(text)).rows() == [("01012100", text)]


def test_a_line_without_the_column_is_in_no_doubt():
    assert preferences(lines_of("")).is_empty()
    assert doubtful(lines_of("")).is_empty()


def test_a_rate_that_nobody_reads_is_unresolved_and_never_free():
    told = preferences(lines_of("as agreed (AU)"))

    assert told.select(pl.col("duty_kind"), pl.col("duty_num")).row(0) == ("unresolved", None)
