"""Days beyond what a sheet was looked through for: answered as no more than an estimate, and said to be that."""

from datetime import timedelta

import pytest

from tests.builders_quote import a_filing, asked
from tidewaiter.service import discovery

PLACES = {"EU": "DE", "GB": "GB", "US": "US", "CA": "CA", "CH": "CH", "AU": "AU", "NZ": "NZ"}
SURE = {"definitive"}


def quoted(code, on, home, **changed):
    currency = discovery.jurisdictions()[code].currency
    told = {"value_amount": "20", "value_currency": currency}
    where = {"as": code, "on": str(on), "destination_country": PLACES[code], "consignee_postcode": "K1A 0B1"}
    (answer,) = asked(a_filing(told, **{**where, **changed}), home=home)
    return answer


@pytest.mark.parametrize("code", PLACES)
def test_every_sheet_says_until_when_it_was_looked_through(code):
    assert discovery.jurisdictions()[code].known_until is not None


@pytest.mark.parametrize("code", PLACES)
def test_a_day_beyond_is_named_from_the_day_after_the_last_one(code, tmp_path):
    last = discovery.jurisdictions()[code].known_until

    assert "LAW-03" not in quoted(code, last, tmp_path)["reasons"]
    assert "LAW-03" in quoted(code, last + timedelta(days=1), tmp_path)["reasons"]


@pytest.mark.parametrize("code", PLACES)
def test_nothing_of_2090_is_settled(code, tmp_path):
    answer = quoted(code, "2090-01-01", tmp_path, vat_scheme="NONE", nature="other")

    assert not SURE & {line["status"] for line in answer["lines"]}
    assert "LAW-03" in answer["reasons"]


def test_a_flat_duty_that_was_read_is_sure_before_and_not_beyond(tmp_path):
    def status(on):
        return next(line["status"] for line in quoted("EU", on, tmp_path)["lines"] if line["charge"] == "duty")

    assert (status("2028-06-30"), status("2090-01-01")) == ("definitive", "estimated")
