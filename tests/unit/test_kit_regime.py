"""Words a law is written in: known, unknown, and never a guess."""

import polars as pl
import pytest

from tidewaiter.kit import regime as law
from tidewaiter.kit.refused import Refused, read_refused

LIMIT = 15_000


def one(expression, **columns):
    """The answer on one row of these columns."""
    return pl.DataFrame({name: [value] for name, value in columns.items()}).select(told=expression)["told"][0]


def flag(value):
    return pl.lit(value, dtype=pl.Boolean)


@pytest.mark.parametrize(
    ("first", "second", "word"),
    [
        (True, True, "one"),
        (False, True, "two"),
        (False, False, "else"),
        (None, True, None),
        (False, None, None),
        (True, None, "one"),
    ],
)
def test_the_first_condition_that_holds_decides_and_one_nobody_can_tell_ends_it(first, second, word):
    answer = law.first_that_holds((flag(first), "one"), (flag(second), "two"), otherwise="else")

    assert one(answer, any=1) == word


def test_a_condition_without_a_word_leaves_the_answer_empty():
    assert one(law.first_that_holds((flag(value=True), None), otherwise="else"), any=1) is None
    assert one(law.first_that_holds((flag(value=True), pl.lit("made")), otherwise="else"), any=1) == "made"


@pytest.mark.parametrize(
    ("first", "second", "word"), [(True, True, "one"), (None, True, "two"), (False, True, "two"), (None, False, None)]
)
def test_of_conditions_side_by_side_the_first_known_one_counts(first, second, word):
    assert one(law.which_holds((flag(first), "one"), (flag(second), "two")), any=1) == word


@pytest.mark.parametrize(
    ("value", "limit", "within", "above"),
    [
        (LIMIT - 1, LIMIT, True, False),
        (LIMIT, LIMIT, True, False),
        (LIMIT + 1, LIMIT, False, True),
        (None, LIMIT, None, None),
        (1, None, False, False),
        (None, None, False, False),
    ],
)
def test_a_limit_includes_itself_and_without_one_in_force_nothing_is_within_or_above(value, limit, within, above):
    row = pl.DataFrame(
        {"intrinsic_value_minor": [value], "other": [value], "law_limit": [limit]},
        schema=dict.fromkeys(("intrinsic_value_minor", "other", "law_limit"), pl.Int64),
    )

    told = row.select(
        a=law.is_within("limit"),
        b=law.is_above("limit"),
        c=law.is_within("limit", "other"),
        d=law.is_above("limit", "other"),
    )

    assert told.rows() == [(within, above, within, above)]


@pytest.mark.parametrize(("told", "answer"), [(True, True), (False, False), (None, False)])
def test_a_parameter_that_is_not_in_force_is_a_no(told, answer):
    assert one(law.is_in_force("it"), law_it=told) is answer


@pytest.mark.parametrize(
    ("destination", "places", "answer"),
    [
        ("DE", "AT DE", True),
        ("FR", "AT DE", False),
        ("D", "AT DE", False),
        ("T D", "AT DE", False),
        (None, "AT DE", False),
        ("DE", None, False),
    ],
)
def test_a_place_is_named_by_its_whole_code(destination, places, answer):
    frame = pl.DataFrame(
        {"destination_country": [destination], "law_members": [places]},
        schema={"destination_country": pl.String, "law_members": pl.String},
    )

    assert frame.select(told=law.names_a_place_of("members"))["told"][0] is answer


PARTIES = {"consignor_person_type": None, "consignee_person_type": None}


def gift(**row):
    return {"party_relation": "C2C", "nature": "gift", **PARTIES, **row}


def told(expression, row):
    return pl.DataFrame([row], schema=dict.fromkeys(row, pl.String)).select(told=expression)["told"][0]


@pytest.mark.parametrize(
    ("row", "answer"),
    [
        (gift(), True),
        (gift(nature="sale"), False),
        (gift(party_relation="B2C"), False),
        (gift(consignor_person_type="legal"), False),
        (gift(consignee_person_type="legal"), False),
        (gift(consignor_person_type="natural"), True),
        (gift(party_relation=None), None),
        (gift(nature=None), None),
        (gift(party_relation=None, nature="sale"), False),
    ],
)
def test_a_private_gift_passes_between_natural_persons(row, answer):
    assert told(law.is_private_gift(), row) is answer


@pytest.mark.parametrize(
    ("row", "answer"),
    [
        (gift(consignor_person_type="legal"), True),
        (gift(consignee_person_type="legal", party_relation=None), True),
        (gift(consignor_person_type="legal", party_relation="B2C"), False),
        (gift(consignor_person_type="legal", nature="sale"), False),
        (gift(consignor_person_type="natural"), False),
        (gift(), False),
    ],
)
def test_a_gift_of_a_company_is_one_that_claims_to_be_private(row, answer):
    assert told(law.is_gift_of_company(), row) is answer


@pytest.mark.parametrize(
    ("nature", "value", "in_force", "answer"),
    [
        ("document", 0, True, True),
        ("document", 1, True, False),
        ("sale", 0, True, False),
        ("document", 0, None, False),
        (None, 0, True, None),
        ("document", None, True, None),
    ],
)
def test_a_document_is_worthless_where_it_is_declared_so_and_the_law_relieves_it(nature, value, in_force, answer):
    frame = pl.DataFrame(
        {"nature": [nature], "intrinsic_value_minor": [value], "law_documents_relieved": [in_force]},
        schema={"nature": pl.String, "intrinsic_value_minor": pl.Int64, "law_documents_relieved": pl.Boolean},
    )

    assert frame.select(told=law.is_worthless_document())["told"][0] is answer


@pytest.mark.parametrize(("nature", "answer"), [("return", True), ("repair", True), ("sale", False), (None, None)])
def test_goods_come_back_as_returns_and_repairs(nature, answer):
    assert told(law.is_back_again(), {"nature": nature}) is answer


@pytest.mark.parametrize(
    ("claimed", "small", "large", "period", "used"),
    [
        ("SMALL", True, True, 0, "SMALL"),
        ("LARGE", True, True, 0, "LARGE"),
        ("SMALL", False, True, 0, "LARGE"),
        ("SMALL", None, True, 0, "SMALL"),
        ("OTHER", True, True, 0, "SMALL"),
        (None, True, True, 0, "SMALL"),
        (None, None, True, 0, "LARGE"),
        ("SMALL", False, False, 0, None),
        ("SMALL", True, True, None, None),
    ],
)
def test_the_set_claimed_is_used_where_it_is_allowed_or_nobody_can_tell(claimed, small, large, period, used):
    frame = pl.DataFrame(
        {"reduced_set": [claimed], "law_period": [period]}, schema={"reduced_set": pl.String, "law_period": pl.Int32}
    )

    used_set, _ = law.data_sets(SMALL={"size": flag(small)}, LARGE={"size": flag(large)})

    assert frame.select(used_set)["reduced_set_used"][0] == used


def test_every_ground_on_which_a_set_fails_is_told_and_what_nobody_can_tell_is_marked():
    frame = pl.DataFrame(
        {"reduced_set": [None, None], "law_period": [0, None]},
        schema={"reduced_set": pl.String, "law_period": pl.Int32},
    )
    sets = {"SMALL": {"size": flag(value=False), "post": flag(None), "goods": flag(value=True)}, "LARGE": {}}

    _, refused = law.data_sets(**sets)

    told, uncovered = frame.select(refused)["sets_refused"]
    assert read_refused(told) == [
        Refused("SMALL", "size", is_told=True),
        Refused("SMALL", "post", is_told=False),
    ]
    assert uncovered is None


def test_a_ground_of_several_words_is_read_as_it_was_written():
    grounds = [Refused("H6", "declared by post", is_told=False), Refused("H1", "value", is_told=True)]

    assert read_refused("".join(one.line for one in grounds)) == grounds


@pytest.mark.parametrize(
    ("changed", "category"),
    [
        ({}, "irg3"),
        ({"is_document": True}, "irg1"),
        ({"is_document": True, "has_licence_goods": True}, "irg1"),
        ({"has_licence_goods": True}, "irg4"),
        ({"duty_rule": "relief"}, "irg3"),
        ({"tax_rule": "vendor"}, "irg3"),
        *(({"duty_rule": "relief", "tax_rule": rule}, "irg2") for rule in ("relief", "vendor", "operator", "none")),
        ({"duty_rule": "relief", "tax_rule": "none", "has_licence_goods": True}, "irg4"),
        ({"reduced_set_used": "LONG"}, "irg4"),
        ({"reduced_set_used": None}, None),
        ({"law_period": None}, None),
    ],
)
def test_the_category_follows_from_what_the_law_made_of_the_filing(changed, category):
    sound = {
        "is_document": False, "has_licence_goods": False, "duty_rule": "tariff", "tax_rule": "border",
        "reduced_set_used": "SHORT", "law_period": 0,
    }  # fmt: skip
    types = [pl.Boolean, pl.Boolean, pl.String, pl.String, pl.String, pl.Int32]
    frame = pl.DataFrame([sound | changed], schema=dict(zip(sound, types, strict=True)))

    assert frame.select(told=law.release_category(simplified=("SHORT",)))["told"][0] == category


@pytest.mark.parametrize(("rule", "place"), [("relief", "none"), ("tariff", "border"), (None, "border")])
def test_duty_is_collected_at_the_border_unless_it_is_relieved(rule, place):
    assert told(law.collected_from(), {"duty_rule": rule}) == place


def test_texts_of_law_that_is_not_loaded_are_joined():
    texts = {"law_one": ["first"], "law_two": ["second"], "law_three": pl.Series([None], dtype=pl.String)}
    frame = pl.DataFrame(texts)

    def joined(*, one, two, three):
        said = law.texts_where(one=flag(one), two=flag(two), three=flag(three))
        return frame.select(told=said)["told"][0]

    assert joined(one=True, two=True, three=True) == "first; second"
    assert joined(one=False, two=True, three=None) == "second"
    assert joined(one=False, two=None, three=True) is None


def test_a_finding_is_raised_only_where_its_condition_is_known_to_hold():
    frame = pl.DataFrame({"told": [True, False, None]})

    assert frame.select(law.flags(zz_01=pl.col("told")))["zz_01"].to_list() == [True, False, False]
