"""Sentences filled with their evidence, and shelves with the edition of everything that decides."""

import pytest

from tidewaiter.model.words import filled
from tidewaiter.reference.ecb import publication
from tidewaiter.service import discovery
from tidewaiter.service.settings import HOME_VARIABLE, home_folder
from tidewaiter.service.shelves import open_shelves


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("limit_minor", 15000, "EUR 150.00"),
        ("sum_minor_order_key_30d", 1234567, "EUR 12,345.67"),
        ("net_mass_mg", 928_000, "0.928 kg"),
        ("value_micro", 12_500_000, "12.5"),
        ("value_micro", -500_000, "-0.5"),
        ("value_micro", 30_000_000, "30"),
        ("count_order_key_30d", 3, "3"),
        ("is_gift", True, "yes"),
        ("is_gift", False, "no"),
        ("missing_fields", ["a", "b"], "a, b"),
        ("defaulted", "mode;nature", "mode, nature"),
        ("order_id", "12;3", "12;3"),
        ("origin", None, "(not declared)"),
        ("proof_saves_minor", None, "(not known)"),
    ],
)
def test_evidence_is_told_as_a_person_reads_it(name, value, text):
    assert filled(f"It says {{{name}}}.", {name: value}, "EUR") == f"It says {text}."


def test_a_sentence_without_gaps_stays_as_it_is():
    assert filled("Nothing is said.", {"other": 1}, "EUR") == "Nothing is said."


def test_a_currency_without_minor_units_has_no_decimals():
    assert filled("{limit_minor}", {"limit_minor": 1500}, "JPY") == "JPY 1,500"


def test_everything_that_can_change_an_answer_is_named_with_its_edition(tmp_path):
    law = discovery.jurisdictions()["EU"]
    rules, sheets = discovery.risk_rules().values(), discovery.sender_sheets().values()

    editions = open_shelves(law, rules, sheets, tmp_path).editions

    assert editions["sheet EU"] == law.edition
    assert {rule.edition for rule in rules} | {sheet.edition for sheet in sheets} <= set(editions.values())
    assert publication().content in editions.values()
    assert [name for name in editions if name.startswith(("nomenclature: HS 2022", "tariff: EU"))]


def test_codes_that_only_the_tariff_knows_stand_in_the_nomenclature(tmp_path):
    law = discovery.jurisdictions()["US"]

    shelves = open_shelves(law, (), (), tmp_path)

    tariff_codes = {code[:6] for code in ("610910", "950300")}
    assert tariff_codes <= set(shelves.nomenclature["hs"].to_list())


def test_shelves_live_where_the_environment_says(monkeypatch, tmp_path):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    assert home_folder() == tmp_path

    monkeypatch.delenv(HOME_VARIABLE)
    assert home_folder().parts[-3:] == (".local", "share", "tidewaiter")
