"""Exchange rates: which published rate a rule takes on which day, exactly, and what has none."""

from datetime import date, timedelta
from fractions import Fraction

import polars as pl
import pytest

from tidewaiter.model.errors import WrongUse
from tidewaiter.reference import exchange_rates
from tidewaiter.reference.ecb import Publication, publication
from tidewaiter.reference.exchange_rates import LARGEST, MOST_DAYS_OLD, RATES, rates, second_last_wednesday


@pytest.fixture
def published(monkeypatch):
    """A function that replaces the publication: day by day the euro rates of a few currencies."""

    def replace(quotes, currencies=("USD", "GBP")):
        days = tuple(sorted(quotes))
        lines = tuple(",".join([str(day), *(quotes[day].get(name, "N/A") for name in currencies)]) for day in days)
        made = Publication(days, lines, tuple(currencies), "hash")
        monkeypatch.setattr(exchange_rates, "publication", lambda: made)
        exchange_rates._rates_on.cache_clear()

    yield replace
    monkeypatch.undo()
    exchange_rates._rates_on.cache_clear()


def a_rate(rule, day, currency, target="EUR"):
    """The fraction for a currency on a day, nothing where there is no row."""
    found = rates(rule, [day], target).filter(pl.col("currency") == currency).rows(named=True)
    return Fraction(found[0]["rate_num"], found[0]["rate_den"]) if found else None


@pytest.mark.parametrize(
    ("day", "wednesday"),
    [
        (date(2026, 10, 1), date(2026, 9, 23)),
        (date(2026, 10, 31), date(2026, 9, 23)),
        (date(2026, 11, 1), date(2026, 10, 21)),
        (date(2026, 1, 15), date(2025, 12, 24)),
        (date(2025, 1, 1), date(2024, 12, 18)),
        (date(2024, 3, 1), date(2024, 2, 21)),
        (date(2026, 5, 1), date(2026, 4, 22)),
    ],
)
def test_the_deciding_day_is_the_second_last_wednesday_of_the_month_before(day, wednesday):
    assert second_last_wednesday(day) == wednesday
    assert wednesday.strftime("%A") == "Wednesday"
    assert (wednesday + timedelta(days=7)).month == wednesday.month != (wednesday + timedelta(days=14)).month


def test_the_monthly_rate_changes_with_the_month_and_on_no_other_day(published):
    published(
        {date(2026, 9, 23): {"USD": "1.25"}, date(2026, 10, 20): {"USD": "2"}, date(2026, 10, 21): {"USD": "1.6"}}
    )

    assert a_rate("ecb_monthly", date(2026, 10, 1), "USD") == Fraction(4, 5)
    assert a_rate("ecb_monthly", date(2026, 10, 31), "USD") == Fraction(4, 5)
    assert a_rate("ecb_monthly", date(2026, 11, 1), "USD") == Fraction(5, 8)


def test_where_that_wednesday_has_no_publication_the_most_recent_before_it_applies(published):
    published({date(2026, 9, 18): {"USD": "1.25"}, date(2026, 9, 24): {"USD": "2"}})

    assert a_rate("ecb_monthly", date(2026, 10, 20), "USD") == Fraction(4, 5)


def test_a_currency_left_out_that_wednesday_takes_its_own_most_recent_rate(published):
    published({date(2026, 9, 22): {"USD": "2", "GBP": "0.5"}, date(2026, 9, 23): {"USD": "1.25"}})

    assert a_rate("ecb_monthly", date(2026, 10, 20), "USD") == Fraction(4, 5)
    assert a_rate("ecb_monthly", date(2026, 10, 20), "GBP") == 2


def test_a_rate_of_a_week_is_the_oldest_that_counts(published):
    at = date(2026, 9, 23)
    published({at - timedelta(days=MOST_DAYS_OLD): {"USD": "1.25"}, at + timedelta(days=1): {"USD": "2"}})
    assert a_rate("ecb_monthly", date(2026, 10, 20), "USD") == Fraction(4, 5)

    published({at - timedelta(days=MOST_DAYS_OLD + 1): {"USD": "1.25"}, at + timedelta(days=1): {"USD": "2"}})
    assert a_rate("ecb_monthly", date(2026, 10, 20), "USD") is None


def test_a_month_whose_wednesday_is_not_published_yet_has_no_foreign_rate(published):
    published({date(2026, 9, 21): {"USD": "1.25"}, date(2026, 9, 22): {"USD": "1.25"}})

    told = rates("ecb_monthly", [date(2026, 10, 1)], "EUR")

    assert told.select("currency", "rate_num", "rate_den").rows() == [("EUR", 1, 1)]


def test_the_monthly_rate_is_law_for_the_euro_alone_and_cites_it(published):
    published({date(2026, 9, 23): {"USD": "1.25", "GBP": "0.5"}})

    euro = rates("ecb_monthly", [date(2026, 10, 20)], "EUR").filter(pl.col("currency") == "USD").row(0, named=True)
    pound = rates("ecb_monthly", [date(2026, 10, 20)], "GBP").filter(pl.col("currency") == "USD").row(0, named=True)

    assert (euro["exchange_status"], euro["exchange_valid_from"]) == ("legal", date(2026, 10, 1))
    assert "2026-09-23" in euro["exchange_source"]
    assert "art. 146" in euro["exchange_source"]
    assert pound["exchange_status"] == "assumed"


@pytest.mark.parametrize("target", ["GBP", "USD"])
def test_the_daily_rate_stands_in_and_is_marked_as_assumed(published, target):
    published({date(2026, 10, 19): {"USD": "1.20", "GBP": "0.80"}, date(2026, 10, 20): {"USD": "1.25", "GBP": "0.75"}})

    told = rates("ecb_daily", [date(2026, 10, 20)], target).filter(pl.col("currency") != target)

    assert told["exchange_status"].unique().to_list() == ["assumed"]
    assert all("(assumed)" in source for source in told["exchange_source"])
    assert a_rate("ecb_daily", date(2026, 10, 20), "USD", "GBP") == Fraction(3, 5)
    assert a_rate("ecb_daily", date(2026, 10, 20), "GBP", "USD") == Fraction(5, 3)
    assert a_rate("ecb_daily", date(2026, 10, 20), "EUR", "GBP") == Fraction(3, 4)


def test_the_daily_rate_of_a_day_without_publication_is_the_last_one_before_it(published):
    published({date(2026, 10, 16): {"USD": "1.25", "GBP": "0.80"}, date(2026, 10, 19): {"USD": "2", "GBP": "0.80"}})

    assert a_rate("ecb_daily", date(2026, 10, 18), "USD", "GBP") == Fraction(16, 25)
    assert a_rate("ecb_daily", date(2026, 10, 19), "USD", "GBP") == Fraction(2, 5)


def test_a_day_before_or_long_after_the_publication_has_only_the_currency_itself(published):
    published({date(2026, 10, 16): {"USD": "1.25", "GBP": "0.80"}})

    for day in (date(2026, 10, 15), date(2026, 10, 24)):
        assert rates("ecb_daily", [day], "GBP").select("currency", "exchange_status").rows() == [("GBP", "legal")]


def test_a_currency_that_no_publication_has_has_no_row():
    assert a_rate("ecb_monthly", date(2026, 10, 20), "RUB") is None
    assert a_rate("ecb_monthly", date(2026, 10, 20), "VND") is None
    assert a_rate("ecb_daily", date(2026, 10, 20), "XTS", "GBP") is None


def test_a_target_that_is_not_published_gives_nothing_but_itself(published):
    published({date(2026, 10, 20): {"USD": "1.25"}})

    assert rates("ecb_daily", [date(2026, 10, 20)], "GBP")["currency"].to_list() == ["GBP"]


def test_a_fraction_too_large_to_reckon_with_has_no_row(published):
    published({date(2026, 10, 20): {"USD": f"{LARGEST}", "GBP": f"{LARGEST - 1}"}})

    assert a_rate("ecb_daily", date(2026, 10, 20), "USD") is None
    assert a_rate("ecb_daily", date(2026, 10, 20), "GBP") == Fraction(1, LARGEST - 1)


def test_days_are_asked_once_each_in_order():
    told = rates("ecb_monthly", [date(2026, 10, 20), date(2026, 9, 20), date(2026, 10, 20)], "EUR")

    assert told.schema == pl.Schema(RATES)
    assert told["duty_day"].unique(maintain_order=True).to_list() == [date(2026, 9, 20), date(2026, 10, 20)]
    assert told.select("duty_day", "currency").is_duplicated().sum() == 0
    assert rates("ecb_monthly", [], "EUR").height == 0


def test_a_rule_that_nobody_knows_is_refused_with_those_there_are():
    with pytest.raises(WrongUse, match="ecb_monthly, ecb_daily"):
        rates("monthly", [date(2026, 10, 20)], "EUR")


def test_the_package_reaches_the_days_that_the_examples_clear():
    assert publication().days[0] == date(1999, 1, 4)
    assert publication().days[-1] >= date(2026, 10, 30)
    assert a_rate("ecb_monthly", date(2026, 10, 20), "USD") == Fraction(10_000, 11_411)


def test_every_rate_of_the_package_is_the_published_one_by_the_days(real_data):
    known = pl.read_parquet(real_data / "tariff/fx/ecb_eurofxref_hist.parquet").filter(
        pl.col("Date") == date(2026, 9, 23)
    )

    for row in known.iter_rows(named=True):
        assert a_rate("ecb_monthly", date(2026, 10, 20), row["currency"]) == 1 / Fraction(row["rate_per_eur"])
