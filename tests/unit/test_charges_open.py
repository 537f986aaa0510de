"""What stays open in charges: tax on goods whose excise nobody knows, and what a flat rate on free goods says."""

import pytest

from tests.builders_quote import a_filing, asked, codes

WINE, BEER, PERFUME = "2204210600", "2203000100", "3303001000"
PLACES = {"EU": ("DE", "EUR"), "GB": ("GB", "GBP"), "CA": ("CA", "CAD"), "NZ": ("NZ", "NZD"), "AU": ("AU", "AUD"),
          "CH": ("CH", "CHF")}  # fmt: skip


def quoted(code, goods, home, rate="5 %", **changed):
    place, currency = PLACES[code]
    told = {"value_amount": "2000", "value_currency": currency, "commodity_code": goods, "volume_l": "0.7"}
    assume = {"assume": {"duty_rate": rate}} if rate else {}
    where = {"as": code, "destination_country": place, "on": "2026-10-20", "consignee_postcode": "K1A 0B1"}
    (answer,) = asked(a_filing(told, **{**where, **assume, **changed}), home=home)
    return answer


def line_of(answer, charge):
    (line,) = [line for line in answer["lines"] if line["charge"] == charge]
    return line


@pytest.mark.parametrize("goods", [WINE, BEER, "2208201000", "2402201000"])
@pytest.mark.parametrize("code", PLACES)
def test_tax_on_goods_that_owe_an_unknown_excise_is_open(code, goods, tmp_path):
    answer = quoted(code, goods, tmp_path)

    tax = line_of(answer, "vat")
    assert (tax["amount_minor"], tax["base_minor"], tax["status"]) == (None, None, "unresolved")
    assert (answer["tax_minor"], answer["due_at_border_minor"], answer["resolved"]) == (None, None, False)
    assert "RES-08" in answer["reasons"]


@pytest.mark.parametrize("code", PLACES)
def test_tax_on_perfume_which_owes_no_excise_is_told(code, tmp_path):
    assert quoted(code, PERFUME, tmp_path)["tax_minor"] > 0


@pytest.mark.parametrize("code", ["EU", "GB"])
def test_excise_that_is_not_loaded_is_a_charge_of_its_own(code, tmp_path):
    excise = line_of(quoted(code, WINE, tmp_path), "excise")

    assert (excise["amount_minor"], excise["status"], excise["source"]) == (None, "unresolved", "Excise duty")


def duty_on_a_gift(goods, home):
    told = {"value_amount": "400", "value_currency": "EUR", "commodity_code": goods}
    persons = {"consignor_person_type": "natural", "consignee_person_type": "natural"}
    gift = a_filing(told, on="2026-10-20", party_relation="C2C", nature="gift", **persons)
    (answer,) = asked(gift, home=home)
    return line_of(answer, "duty")


def test_a_flat_rate_that_gives_way_to_free_goods_says_what_the_tariff_says(tmp_path):
    free, charged = duty_on_a_gift("3304990000", tmp_path), duty_on_a_gift("6109100010", tmp_path)

    assert (free["amount_minor"], free["rate_text"], free["rule_id"]) == (0, "Free", "330499")
    assert "starter tariff" in free["source"]
    assert (charged["amount_minor"], charged["rate_text"], charged["rule_id"]) == (1000, "2.5 %", "private_rate")


def test_a_flat_rate_is_no_more_than_an_estimate_where_nobody_knows_whether_the_goods_are_free(tmp_path):
    unknown = duty_on_a_gift("9503007500", tmp_path)

    assert (unknown["amount_minor"], unknown["status"]) == (1000, "estimated")


@pytest.mark.parametrize(("as_", "currency"), [("EU", "EUR"), ("GB", "gbp"), ("CH", "CHF")])
def test_no_rate_is_taken_for_the_currency_that_the_law_counts_in(as_, currency, tmp_path):
    asks = {"as": as_, "destination_country": None, "assume": {"exchange_rates": {currency: "0.5"}}}
    (answer,) = asked(a_filing(**asks), home=tmp_path)

    assert codes(answer) == ["QUO-03"]
    assert answer["errors"][0]["field"] == f"assume.exchange_rates.{currency.upper()}"


def test_a_rate_for_another_currency_is_taken(tmp_path):
    (answer,) = asked(a_filing(assume={"exchange_rates": {"USD": "0.5"}}), home=tmp_path)

    assert "errors" not in answer


def test_an_assumed_duty_stands_for_the_duties_on_top_of_the_tariff_and_says_so(tmp_path):
    told = {"value_amount": "400", "value_currency": "USD", "commodity_code": "6109100012", "origin": "CN"}
    asks = {"as": "US", "destination_country": "US", "on": "2026-03-10"}
    assumed, plain = asked(a_filing(told, **asks, assume={"duty_rate": "12 %"}), a_filing(told, **asks), home=tmp_path)

    assert (assumed["duty_minor"], assumed["resolved"]) == (4800, True)
    assert {line["charge"] for line in assumed["lines"]} & {"additional_duty"} == set()
    assert assumed["assumed"][0]["stands_for"] == "all duties on the goods, those on top of the tariff as well"
    assert plain["resolved"] is False


def test_an_assumed_duty_stands_for_no_excise(tmp_path):
    told = {"value_amount": "400", "value_currency": "USD", "commodity_code": WINE}
    asks = {"as": "US", "destination_country": "US", "on": "2026-03-10"}
    (answer,) = asked(a_filing(told, **asks, assume={"duty_rate": "12 %"}), home=tmp_path)

    assert line_of(answer, "excise")["status"] == "unresolved"
