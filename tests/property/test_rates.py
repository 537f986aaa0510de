"""Rate texts of every kind: read as written or not at all, printed and read again, computed exactly."""

from fractions import Fraction

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tests.twin.us_rates import reading
from tidewaiter.kit.rates.evaluate import Bases, evaluate
from tidewaiter.kit.rates.expression import Duty, Free, Reference, Term, Unresolved
from tidewaiter.kit.rates.numbers import is_in_bounds
from tidewaiter.kit.rates.parse import DIALECTS, parse
from tidewaiter.kit.rates.printed import printed
from tidewaiter.kit.rates.program import programs
from tidewaiter.kit.rates.units import MONEY, QUANTITIES
from tidewaiter.model.money import Rounding

SUGAR = (
    "1.4606¢/kg less 0.020668¢/kg for each degree under 100 degrees (and fractions of a degree in proportion) "
    "but not less than 0.943854¢/kg"
)
PUBLISHED = (
    "Free", "6.8%", "33 1/3%", "20.4¢/kg", "$1.53/kg + 6%", "8¢ each + 8%", "94¢/doz. + 4.6%", "10¢/1,000 pins + 3.5%",
    "$1.16 each + 6% on the case", "2.5% on the value of the lead content", "1.3¢/liter + 9.8¢/pf. liter",
    "0.18¢/line/ gross + 2.5%", "13.5¢/kg + 6.3% + 1.9¢/article", "15¢ each + 2.3% + 0.8¢/jewel", "$4.95/t", "0%",
    SUGAR, "0.7¢/kg on copper content + 0.7¢/kg on lead content", "See additional U.S. note 1",
    "The rate applicable to each garment in the ensemble if separately entered",
)  # fmt: skip
ELSEWHERE = (
    "9.60 % + 21.00 EUR / 100 kg MAX 17.00 %", "9 % + EA MAX 24.2 % + AD S/Z", "NIHIL", "16.5 % of retail price",
    "32.00 EUR / % vol / hl + 6.4 EUR / hl", "5%, and $107.99/L of alcohol", "5%, or, if lower, $0.45/kg TSS",
    "$1.220/kg, less 5%", "10 EUR DTN Z", "0.2 EUR/3 kg MIN 4 %", 'unresolved ["a", "b"]', 'reference "x"', "free",
)  # fmt: skip
PIECES = ("%", "¢", "$", "/kg", " each", "Free", "free", " + ", " 1/3", "cents", " ", "1,000", "0", "See note 2", ".",
          "MAX", " MIN ", "EUR", " EUR / ", "100 kg", "EA", "-", ", and ", "/L", "of")  # fmt: skip
NUMBERS = st.decimals(min_value=0, max_value=10_000, places=4).map(lambda number: f"{number.normalize():f}")
TEXTS = st.lists(st.sampled_from(PIECES) | NUMBERS, max_size=8).map("".join) | st.text(max_size=20)


@st.composite
def spoilt(draw, texts=PUBLISHED):
    """A published text in which up to three letters are lost, doubled or others."""
    text = draw(st.sampled_from(texts))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, max(len(text) - 1, 0)))
        new = draw(st.sampled_from(["", text[at : at + 1] * 2, *"0123456789.,%¢$/+- Âx"]))
        text = text[:at] + new + text[at + 1 :]
    return text


@given(spoilt() | TEXTS)
def test_a_text_that_nobody_foresaw_costs_what_it_says_or_is_not_understood(text):
    read = parse(text, "us")

    if isinstance(read, Free):
        assert text.strip().lower() == "free"
    if isinstance(read, Duty):
        second = reading(" ".join(text.split()))
        assert second is not None
        assert sorted(term.factor for term in read.terms) == sorted(
            part.factor for part in (*second.parts, *second.least)
        )


@given(spoilt((*PUBLISHED, *ELSEWHERE)) | TEXTS, st.sampled_from(sorted(DIALECTS)))
def test_nothing_is_nil_but_what_says_nothing_or_nought(text, dialect):
    read = parse(text, dialect)

    if isinstance(read, Free):
        assert text.strip().lower() in {"free", "nihil"}
    if isinstance(read, Duty) and not any(term.factor for term in read.terms):
        assert "0" in text
        assert not set(text) & set("123456789") or "/" in text
    if isinstance(read, Unresolved):
        assert read.reason
        assert programs([read])["duty_kind"].item() == "unresolved"


@given(spoilt((*PUBLISHED, *ELSEWHERE)) | TEXTS, st.sampled_from(sorted(DIALECTS)))
def test_what_was_read_is_read_again_from_its_canonical_text(text, dialect):
    read = parse(text, dialect)

    assert parse(printed(read)) == read


FACTORS = st.fractions(min_value=0, max_value=3_000, max_denominator=10_000)
COLUMNS = {"value": "v", "retail_price": "r", "EA": "e", "kg": "k", "piece": "n", "litre_alcohol": "a"}
KNOWN = st.integers(0, 10**12)


@st.composite
def duties(draw, units=tuple(QUANTITIES), bases=tuple(MONEY)):
    """Any sum, minimum and maximum of shares and amounts."""
    terms = []
    for at in range(draw(st.integers(1, 6))):
        join = draw(st.sampled_from(["+", "-", "MIN", "MAX"])) if at else ""
        if draw(st.booleans()):
            terms.append(Term(join, draw(FACTORS), draw(st.sampled_from(units)), "EUR"))
        else:
            terms.append(Term(join, draw(FACTORS) / 3_000, draw(st.sampled_from(bases))))
    return Duty(tuple(terms))


@given(duties() | st.text().map(Reference) | st.builds(Unresolved, st.text(), st.text()) | st.just(Free()))
def test_every_expression_is_read_again_from_its_canonical_text(expression):
    assert parse(printed(expression)) == expression


ROWS = st.tuples(duties(("kg", "piece", "litre_alcohol"), ("value", "retail_price", "EA")), *[KNOWN] * 6)


@given(
    st.lists(ROWS, max_size=6),
    st.sampled_from(Rounding), st.sampled_from([1, 5, 100]), st.sampled_from([0, 2, 3]),
)  # fmt: skip
def test_amounts_are_the_ones_of_a_slow_reckoning_in_fractions(rows, rounding, unit_minor, digits):
    items = programs([row[0] for row in rows]).hstack(
        [pl.Series(name, [row[at] for row in rows], dtype=pl.Int64) for at, name in enumerate(COLUMNS.values(), 1)]
    )

    told = items.select(evaluate(Bases("EUR", digits, COLUMNS, rounding, unit_minor)).struct.field("amount_minor"))

    kinds = items["duty_kind"].to_list()
    expected = [slow(*row, rounding, unit_minor, digits) for row in rows]
    assert [None if kind == "unresolved" else one for kind, one in zip(kinds, expected, strict=True)] == (
        told.to_series().to_list()
    )
    assert all(kind == "unresolved" for kind, row in zip(kinds, rows, strict=True) if not fits(row[0]))


def fits(duty):
    return all(is_in_bounds(term.factor) for term in duty.terms)


def slow(duty, value, retail, component, kilograms, pieces, alcohol, rounding, unit_minor, digits):
    """One duty in minor units: sums first, then each minimum or maximum as it follows."""
    money = {"value": value, "retail_price": retail, "EA": component}
    units = {"kg": kilograms, "piece": pieces, "litre_alcohol": alcohol}
    kept, compare, summed = None, None, Fraction(0)
    for term in duty.terms:
        if term.currency is None:
            amount = term.factor * money[term.unit]
        else:
            amount = term.factor * Fraction(units[term.unit], 10**6) * 10**digits
        if term.join in {"MIN", "MAX"}:
            kept, compare, summed = _compared(kept, compare, summed), term.join, amount
        else:
            summed += -amount if term.join == "-" else amount
    whole = max(_compared(kept, compare, summed), Fraction(0)) / unit_minor
    return _whole(whole, rounding) * unit_minor


def _compared(kept, compare, summed):
    return summed if compare is None else min(kept, summed) if compare == "MAX" else max(kept, summed)


def _whole(number, rounding):
    below = number.numerator // number.denominator
    rest = number - below
    if rounding == "half_even":
        return round(number)
    if rounding == "ceiling":
        return below + (1 if rest else 0)
    return below + (1 if rounding == "half_up" and rest >= Fraction(1, 2) else 0)
