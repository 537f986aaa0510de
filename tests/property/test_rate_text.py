"""Rate texts: whatever stands there, it is read as written or not at all; nothing unknown becomes nothing to pay."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.reference.rate_text import E8, read_rate

NUMBERS = st.decimals(min_value=0, max_value=10_000, places=4).map(lambda number: f"{number.normalize():f}")
PIECES = ["%", "¢", "$", "/kg", " each", "Free", "free", " + ", " 1/3", "cents", " ", "1,000", "0", "See note 2", "."]
TEXTS = st.lists(st.sampled_from(PIECES) | NUMBERS, max_size=8).map("".join) | st.text(max_size=20)


@given(TEXTS)
def test_a_text_is_free_only_where_it_says_so_and_never_half_read(text):
    program = read_rate(text)

    numbers = (program.num, program.den, program.e8)
    if program.kind == "free":
        assert text.lower() == "free"
    elif program.kind == "unresolved":
        assert numbers == (None, None, None)
    elif program.kind == "ad_valorem":
        assert text.endswith("%")
    else:
        assert program.kind == "specific"
        assert program.unit is not None


@given(NUMBERS)
def test_a_percentage_means_exactly_its_number(number):
    program = read_rate(f"{number}%")

    assert Fraction(program.num, program.den) == Fraction(Decimal(number)) / 100
    assert program.den >= 1_000_000


@given(NUMBERS, st.sampled_from(["kg", "liter", "doz.", "t"]))
def test_an_amount_in_cents_is_a_hundredth_of_that_in_dollars(number, unit):
    dollars, cents = read_rate(f"${number}/{unit}"), read_rate(f"{number}¢/{unit}")

    per = 1_000 if unit == "t" else 1
    assert Fraction(dollars.e8 * per, E8) == Fraction(Decimal(number))
    assert cents.kind == "unresolved" or cents.e8 * 100 == dollars.e8
