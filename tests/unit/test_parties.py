"""Parties: one person, address, seller or order has one key, however it is typed, and nobody has none."""

import numpy as np
import polars as pl
import pytest

from tests.builders_risk import parties
from tidewaiter.kit.risk_rule import WINDOW_KEYS
from tidewaiter.stages.parties import party_keys
from tidewaiter.stages.parties.fingerprints import combined, fingerprints, prints_of, word_prints_of
from tidewaiter.stages.parties.spelling import COMPANY, PERSON, STREET, code, words_of


def words(*texts, ignored=PERSON):
    """Keys of the words of texts, None where nobody is named."""
    return words_of((pl.Series(texts, dtype=pl.String), ignored))[0].told("key").to_list()


def keys(*rows):
    return party_keys(parties(*rows)).collect()


def are_one(key, *rows):
    found = keys(*rows)[key]
    return found.null_count() == 0 and found.n_unique() == 1


@pytest.mark.parametrize(
    "names",
    [
        ("Anne Moreau", "ANNE  MOREAU ", "Moreau, Anne", "Mme Anne Moreau"),
        ("Jörg Müller", "Joerg Mueller", "Jo\u0308rg Mu\u0308ller", "HERR JÖRG MÜLLER"),
        ("Łukasz Dąbrowski", "Lukasz Dabrowski"),
        ("Søren Kjær", "Soeren Kjaer"),
        ("Seán O'Brien", "Sean O\u2019Brien", "SEAN O BRIEN"),
        ("Mr John Smith", "Smith John"),
    ],
)
def test_a_person_is_known_however_the_name_is_typed(names):
    assert are_one("person_key", *({"consignee_name": name} for name in names))


@pytest.mark.parametrize(
    "streets",
    [
        ("12 rue Haute", "Rue Haute, 12", "12, HAUTE", "rue haute no. 12"),
        ("Hauptstraße 5a", "Hauptstr. 5 A", "hauptstrasse 5a", "5a Hauptstrasse"),
        ("Kerkstraat 7", "Kerkstr 7"),
        ("7 High Street, Flat 3", "Flat 3, 7 High St."),
        ("ul. Długa 7", "Dluga 7"),
        ("Via Roma 1", "Roma 1"),
    ],
)
def test_an_address_is_known_however_the_street_is_typed(streets):
    assert are_one("address_key", *({"consignee_street": name} for name in streets))


@pytest.mark.parametrize(
    ("field", "key", "one", "other"),
    [
        ("consignee_name", "person_key", "Anne Moreau", "Anna Moreau"),
        ("consignee_name", "person_key", "Anne Moreau", "Anne Marie Moreau"),
        ("consignee_postcode", "person_key", "69002", "69003"),
        ("consignee_street", "address_key", "12 rue Haute", "13 rue Haute"),
        ("consignee_street", "address_key", "12 rue Haute", "12 rue Basse"),
        ("consignee_street", "address_key", "12 rue Haute", "12a rue Haute"),
        ("consignee_postcode", "address_key", "69002", "69003"),
        ("consignee_country", "address_key", "FR", "BE"),
        ("seller_id", "address_seller_key", "S100", "S101"),
        ("seller_id", "seller_key", "S100", "S101"),
        ("order_id", "order_key", "A1001", "A1002"),
        ("seller_id", "order_key", "S100", "S101"),
    ],
)
def test_who_differs_in_what_makes_the_key_is_somebody_else(field, key, one, other):
    found = keys({field: one}, {field: other})[key]

    assert found.null_count() == 0
    assert found.n_unique() == 2


@pytest.mark.parametrize(
    ("field", "key", "one", "other"),
    [
        ("consignee_postcode", "address_key", "SW1A 1AA", "sw1a1aa"),
        ("consignee_postcode", "address_key", "10006", "10006-0001"),
        ("consignee_postcode", "person_key", "10006-0001", "10006 0002"),
        ("consignee_name", "address_key", "Anne Moreau", "Paul Moreau"),
        ("order_id", "order_key", "A-1001", "a1001"),
        ("marketplace_id", "order_key", "BAZAR", None),
        ("seller_name", "seller_key", "Blue Star Trading", "Blue Star Ltd"),
        ("consignee_country", "address_key", "FR", None),
    ],
)
def test_what_does_not_make_the_key_may_differ(field, key, one, other):
    assert are_one(key, {field: one}, {field: other})


@pytest.mark.parametrize("name", [None, "", "-", "N/A", "x", "XX", "unknown", "None", "Mr", "..."])
def test_a_name_that_names_nobody_makes_no_person(name):
    assert keys({"consignee_name": name})["person_key"].to_list() == [None]


@pytest.mark.parametrize("text", [None, "", "-", "Street", "n/a", "Unknown road"])
def test_a_street_that_names_none_makes_no_address(text):
    found = keys({"consignee_street": text})

    assert found.select("address_key", "address_seller_key").row(0) == (None, None)


@pytest.mark.parametrize("text", [None, "", "0", "00000", "99999", "NA", "n/a", "XX", "-", "unknown"])
def test_a_code_that_only_fills_its_field_is_no_code(text):
    found = keys({"consignee_postcode": text, "order_id": text})

    assert found.select("person_key", "address_key", "order_key").row(0) == (None, None, None)


def test_an_order_without_seller_is_its_number_at_the_marketplace():
    nobody = dict.fromkeys(["seller_id", "seller_name", "consignor_id", "consignor_name"])

    found = keys(nobody, {**nobody, "marketplace_id": "QUAY"}, {**nobody, "marketplace_id": None})["order_key"]

    assert found.n_unique() == 3
    assert found.is_null().to_list() == [False, False, True]


def test_a_seller_is_its_id_else_its_name_and_country_else_the_consignor():
    by_name = {"seller_id": None}
    rows = [
        {},
        by_name,
        {**by_name, "consignor_id": "W8"},
        {**by_name, "seller_country": "HK"},
        {**by_name, "seller_name": None},
        {**by_name, "seller_name": None, "consignor_id": None},
        {**by_name, "seller_name": None, "consignor_id": None, "consignor_name": None},
    ]

    found = keys(*rows)["seller_key"].to_list()

    assert found[1] == found[2]
    assert len(set(found)) == 6
    assert found[6] is None


def test_a_seller_of_unknown_country_is_still_a_seller():
    unknown = {"seller_id": None, "seller_country": None}

    assert are_one("seller_key", unknown, {**unknown, "consignee_name": "Paul"})


@pytest.mark.parametrize(
    ("told", "is_counted"),
    [
        ({}, True),
        ({"filing_kind": None, "function": None}, True),
        ({"filing_kind": "ens"}, False),
        ({"filing_kind": "return"}, False),
        ({"function": "amendment"}, True),
        ({"function": "cancellation"}, False),
    ],
)
def test_only_a_filing_that_brings_a_parcel_in_is_counted(told, is_counted):
    found = keys(told).select(WINDOW_KEYS).row(0)

    assert [key is not None for key in found] == [is_counted] * len(WINDOW_KEYS)


def test_keys_are_added_and_nothing_else_changes():
    before = parties({}, {"consignee_name": None})

    after = party_keys(before).collect()

    assert after.drop(WINDOW_KEYS).equals(before.collect())
    assert [after.schema[key] for key in WINDOW_KEYS] == [pl.Int64()] * len(WINDOW_KEYS)


def test_a_run_without_filings_has_no_keys():
    assert party_keys(parties().clear()).collect().shape == (0, 20)


def test_fingerprints_are_the_same_for_ever_since_history_keeps_them():
    texts = pl.Series(["", "a", "Ab", "12345678", "123456789", "Łódź, ul. Długa 7", None])

    assert fingerprints(texts).to_list() == FOR_EVER
    assert keys({})[:, -5:].row(0) == KEYS_FOR_EVER


def test_the_order_of_words_makes_no_other_fingerprint_but_their_number_does():
    found = words("haute 12", "12 haute", "haute12", "haute haute 12", "haute 1 2", "haute", ignored=())

    assert len(set(found[:3])) == 1
    assert len(set(found)) == 4


def test_ignored_words_count_nothing():
    found = words("rue haute", "haute", "rue", ignored=("rue",))

    assert found[0] == found[1]
    assert found[2] is None


def test_the_shortest_names_are_names_and_a_letter_is_none():
    found = [key is None for key in words("Li", "Moreau", "L", "L M", "L Mo")]

    assert found == [False, False, True, True, False]


def test_a_word_ends_with_its_text():
    together = words("12", "7", "", "7", "haute", "a", ignored=STREET)

    assert together[:5] == [words(text, ignored=STREET)[0] for text in ("12", "7", "", "7", "haute")]


def test_columns_worked_together_have_the_keys_they_have_alone():
    names, streets = pl.Series(["Anne Moreau", None, "rue"]), pl.Series(["12 rue Haute", "Mrs 7", ""])

    together = words_of((names, PERSON), (streets, STREET))

    assert [column.told("key").to_list() for column in together] == [words(*names), words(*streets, ignored=STREET)]
    assert [column.told("key").to_list() for column in prints_of(names, streets)] == [
        fingerprints(names).to_list(),
        fingerprints(streets).to_list(),
    ]


def test_nothing_at_all_has_no_words():
    assert [len(column.numbers) for column in word_prints_of((pl.Series([], dtype=pl.String), np.array([], "u8")))] == [
        0
    ]


def test_a_part_of_a_longer_column_has_the_fingerprints_it_had_in_it():
    texts = pl.Series([None, "Anne Moreau", "", "Li Na", "Bo 7", None, "a b"])

    for ignored in (PERSON, STREET, COMPANY):
        whole = words(*texts, ignored=ignored)
        assert [words(*texts.slice(at, 2), ignored=ignored) for at in range(5)] == [
            whole[at : at + 2] for at in range(5)
        ]
    assert [fingerprints(texts.slice(at, 2)).to_list() for at in range(5)] == [
        fingerprints(texts).slice(at, 2).to_list() for at in range(5)
    ]


def test_a_combination_depends_on_its_order_and_is_empty_with_an_empty_part():
    one, other = prints_of(pl.Series(["a", "a", None]), pl.Series(["b", None, "b"]))

    assert combined(one, other).told("key")[0] != combined(other, one).told("key")[0]
    assert combined(one, other).told("key").is_null().to_list() == [False, True, True]


def test_a_code_is_its_letters_and_digits():
    assert code(pl.Series(["SW1A 1AA", "ab-12/3", "9999", "999", "0x"])).to_list() == [
        "SW1A1AA", "AB123", None, "999", "0X",
    ]  # fmt: skip


FOR_EVER = [
    5_197_578_548_964_807_871,
    7_774_322_442_379_691_402,
    -2_701_240_772_749_642_322,
    4_667_600_389_107_640_435,
    2_913_634_383_853_634_619,
    -8_570_319_251_095_374_824,
    None,
]
KEYS_FOR_EVER = (
    5_347_769_731_798_358_198,
    -38_897_280_720_950_232,
    6_682_413_931_983_301_107,
    -7_716_306_065_519_422_171,
    5_568_157_817_342_180_324,
)
