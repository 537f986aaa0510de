"""Fields, findings, errors and privacy classes say what the interfaces promise."""

import polars as pl
import pytest

from tidewaiter.model import codes, errors
from tidewaiter.model.columns import (
    BY_DOOR,
    FIELDS,
    FILING_SCHEMA,
    INSTANT,
    ITEM_SCHEMA,
    PARTIES,
    VOCABULARY,
    Field,
    Kind,
)
from tidewaiter.model.findings import WEIGHT_OF, FindingKind
from tidewaiter.model.privacy import Privacy, masked


@pytest.mark.parametrize(
    ("door", "column", "inner", "dtype"),
    [
        ("consignment_id", "consignment_id", "consignment_id", pl.String()),
        ("gross_mass_kg", "gross_mass_mg", "gross_mass_mg", pl.Int64()),
        ("freight_amount", "freight_micro", "freight_micro", pl.Int64()),
        ("lodged_at", "lodged_at", "lodged_at", INSTANT),
        ("packages", "packages", "packages", pl.Int64()),
        ("item_value_amount", "value_micro", "item_value_micro", pl.Int64()),
        ("item_net_mass_kg", "net_mass_mg", "item_net_mass_mg", pl.Int64()),
        ("item_quantity", "quantity_micro", "item_quantity_micro", pl.Int64()),
        ("item_no", "item_no", "item_no", pl.Int64()),
        ("item_origin", "origin", "item_origin", pl.String()),
    ],
)
def test_a_field_has_one_name_at_the_door_and_its_unit_inside(door, column, inner, dtype):
    field = BY_DOOR[door]

    assert (field.door, field.column, field.inner, field.dtype) == (door, column, inner, dtype)


def test_a_filing_field_is_never_prefixed_even_where_it_speaks_of_items():
    assert Field("order_id", "filing", Kind.CODE).inner == "order_id"
    assert Field("item_count", "filing", Kind.COUNT).door == "item_count"


def test_no_two_fields_share_a_name_at_the_door_or_inside():
    assert len(BY_DOOR) == len(FIELDS) == len({field.inner for field in FIELDS})
    assert len(FILING_SCHEMA) + len(ITEM_SCHEMA) == len(FIELDS)


def test_names_and_addresses_are_personal_and_ways_to_reach_somebody_are_contacts():
    for role in PARTIES:
        assert BY_DOOR[f"{role}_name"].privacy is Privacy.PERSONAL
        assert BY_DOOR[f"{role}_street"].privacy is Privacy.PERSONAL
        assert BY_DOOR[f"{role}_email"].privacy is Privacy.CONTACT
        assert BY_DOOR[f"{role}_country"].privacy is Privacy.OPEN


def test_closed_lists_belong_to_fields_of_words():
    assert set(VOCABULARY) <= set(BY_DOOR)
    assert all(VOCABULARY.values())
    assert VOCABULARY["mode"] == codes.MODES


def test_the_wco_place_of_a_field_is_kept_where_it_is_certain():
    assert BY_DOOR["item_commodity_code"].wco == "42A/67A/68A/23A/21A/145"
    assert BY_DOOR["consignor_name"].wco == "42A/57A/R031"
    assert BY_DOOR["item_serial"].wco == ""


def kind(**told):
    return FindingKind(
        **{"code": "VAL-01", "title": "t", "sentence": "s", "severity": "ask", "level": "filing", **told}
    )


@pytest.mark.parametrize(
    ("severity", "points", "route", "pending"),
    [
        ("note", 0, "release", ""),
        ("ask", 100, "ask", "information"),
        ("hold", 400, "document_check", "inspection"),
        ("refuse", 1000, "refer", ""),
    ],
)
def test_a_finding_weighs_leads_and_waits_as_its_severity_does(severity, points, route, pending):
    plain = kind(severity=severity)

    assert (plain.points, plain.to_route, plain.waits_for) == (points, route, pending)
    assert WEIGHT_OF[severity] == points


@pytest.mark.parametrize("weight", [0, 1, 450])
def test_a_findings_own_words_go_before_those_of_its_severity(weight):
    own = kind(weight=weight, route="scan", pending_on="agency")

    assert (own.points, own.to_route, own.waits_for) == (weight, "scan", "agency")


def test_a_finding_is_carried_by_the_column_of_its_code():
    assert kind().flag == "val_01"


@pytest.mark.parametrize(
    ("privacy", "value", "shown"),
    [
        (Privacy.OPEN, "FR", "FR"),
        (Privacy.BUSINESS, "GB123", "GB123"),
        (Privacy.PERSONAL, "Jean", "J…"),
        (Privacy.PERSONAL, "", ""),
        (Privacy.CONTACT, "a@example.org", "…"),
        (Privacy.CONTACT, "", ""),
    ],
)
def test_somebody_without_need_sees_no_value(privacy, value, shown):
    assert masked(value, privacy) == shown


def test_every_error_has_a_code_of_its_own_and_an_exit_code():
    tree = [errors.TidewaiterError]
    for error in tree:
        tree += error.__subclasses__()
    own = [error for error in tree if error.__module__ == errors.__name__]

    assert len({error.code for error in own}) == len(own)
    assert {error.exit_code for error in own} == {2, 3, 4}


def test_missing_law_says_what_to_do():
    assert str(errors.LawMissing("EU", "relief", "2026-07-01")).startswith(
        "The sheet of EU has no 'relief' on 2026-07-01. "
    )
    assert str(errors.LawMissing("EU", "relief")).startswith("The sheet of EU has no 'relief'. Add a [[parameter]]")


def test_a_refused_publication_keeps_its_faults():
    assert errors.PublicationRefused("damaged", ("row 7",)).faults == ("row 7",)
    assert errors.PublicationRefused("damaged").faults == ()


def test_currencies_have_the_decimals_of_their_minor_unit():
    assert [codes.CURRENCY_DIGITS[code] for code in ("EUR", "JPY", "KWD")] == [2, 0, 3]
    assert "XX" not in codes.COUNTRIES
    assert {"DE", "XI", "XK"} <= codes.COUNTRIES
    assert len(codes.COUNTRIES) == 251
