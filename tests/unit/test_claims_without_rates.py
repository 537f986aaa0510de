"""Preferences claimed where no rates of preference are loaded: named and left open, never charged as if not claimed."""

import pytest

from tests.builders_quote import a_filing, asked

SHIRTS = "6109100010"
CLAIMS = {"EU": ("DE", "EUR", "300"), "GB": ("GB", "GBP", "300"), "CA": ("CA", "CAD", "10"), "NZ": ("NZ", "NZD", "CN")}
NO_CLAIM = {"EU": "100", "GB": " 100 ", "CA": "2", "NZ": None}


def quoted(code, preference, home, **item):
    place, currency, _ = CLAIMS[code]
    told = {"value_amount": "1500", "value_currency": currency, "commodity_code": SHIRTS, "preference": preference}
    (answer,) = asked(
        a_filing(told | item, **{"as": code, "destination_country": place, "on": "2026-10-20"}), home=home
    )
    return answer


@pytest.mark.parametrize("code", CLAIMS)
def test_a_claim_without_rates_of_preference_leaves_the_duty_open_and_says_why(code, tmp_path):
    answer = quoted(code, CLAIMS[code][2], tmp_path)

    (duty,) = [line for line in answer["lines"] if line["charge"] == "duty"]
    assert (duty["amount_minor"], duty["status"], answer["duty_minor"]) == (None, "unresolved", None)
    assert (answer["resolved"], "RES-01" in answer["reasons"]) == (False, True)


@pytest.mark.parametrize("code", CLAIMS)
def test_a_claim_of_none_is_no_claim(code, tmp_path):
    answer = quoted(code, NO_CLAIM[code], tmp_path)

    assert answer["duty_minor"] is not None
    assert answer["duty_minor"] > 0


def test_a_claim_under_the_flat_duty_changes_nothing(tmp_path):
    answer = quoted("EU", "300", tmp_path, value_amount="50")

    assert answer["duty_minor"] == 300
