"""A tariff through the door: imported, shown, laid beside another day, refused."""

import json

import pytest

from tests.builders_taric import BOOTS, EVERYONE, SHOES, a_record, a_small_tariff, an_envelope, condition, measure

DUTY = [
    *measure("100", "103", EVERYONE, SHOES, end="2024-06-30", parts=[("01", "8")]),
    *measure("101", "103", EVERYONE, SHOES, start="2024-07-01", parts=[("01", "7")]),
    *measure("200", "142", "2020", SHOES, parts=[("01", "4.5")]),
    *measure("400", "552", "CN", SHOES, parts=[("01", "9.7")]),
    a_record("insert", "quota.order.number", quota_order_number_sid="1", quota_order_number_id="091234",
             validity_start_date="2020-01-01"),
    a_record("insert", "quota.definition", quota_definition_sid="1", quota_order_number_sid="1",
             quota_order_number_id="091234", validity_start_date="2024-01-01", validity_end_date="2024-12-31",
             volume="2000", critical_state="N"),
    *measure("300", "122", EVERYONE, SHOES, parts=[("01", "2")], ordernumber="091234"),
    condition("1", "300", "B", "27", "N990"),
]  # fmt: skip


@pytest.fixture
def message(monkeypatch, tmp_path):
    """A file with a small tariff, and a home of its own."""
    monkeypatch.setenv("TIDEWAITER_HOME", str(tmp_path / "home"))
    path = tmp_path / "message.xml"
    path.write_text(an_envelope(*a_small_tariff(), *DUTY), encoding="utf-8")
    return path


@pytest.fixture
def imported(say, message):
    code, _, _ = say("reference", "import", "taric", str(message), "--as", "EU", "--known-from", "2024-01-15")
    assert code == 0


def test_an_import_says_what_came_and_the_shelf_is_listed(say, message):
    code, told, _ = say("reference", "import", "taric", str(message), "--as", "EU")

    assert code == 0
    assert "is on the shelf 'taric-eu' and in use" in told
    assert "quota order number" in told
    assert "taric-eu" in say("reference", "list")[1]


def test_a_code_is_shown_with_all_that_applies_to_it(say, imported):
    code, told, _ = say("tariff", "show", BOOTS[1], "--on", "2024-06-01", "--json")

    page = json.loads(told)
    assert code == 0
    assert [row["description"] for row in page["tree"]] == [
        "Footwear", "Of leather", "Other", "Covering the ankle", "Boots"
    ]  # fmt: skip
    assert (page["duty"]["rate_text"], page["duty"]["measure_id"]) == ("8 %", "100")
    assert [row["measure_id"] for row in page["measures"]] == ["100", "300", "200", "400"]
    assert [row["document"] for row in page["documents"]] == ["N990"]
    assert [row["order_number"] for row in page["quotas"]] == ["091234"]
    assert {row["measure_id"] for row in page["history"]} == {"100", "101", "200", "300", "400"}


def test_with_an_origin_only_what_reaches_it_is_shown(say, imported):
    page = json.loads(say("tariff", "show", BOOTS[1], "--origin", "CN", "--on", "2024-06-01", "--json")[1])

    assert [row["measure_id"] for row in page["measures"]] == ["100", "300", "400"]
    assert [(row["charge"], row["rate_text"]) for row in page["additions"]] == [("anti_dumping", "9.7 %")]


def test_for_people_the_page_has_headings(say, imported):
    _, told, _ = say("tariff", "show", "6403", "--on", "2024-06-01", "--origin", "VN")

    for words in ("Where it stands", "Right below", "Measures", "Conditions and papers", "Quotas", "History"):
        assert words in told


def test_without_a_day_the_last_change_is_meant_and_named(say, imported):
    assert json.loads(say("tariff", "show", BOOTS[1], "--json")[1])["on"] == "2024-07-01"


def test_two_days_are_laid_beside_each_other(say, imported):
    code, told, _ = say("tariff", "diff", BOOTS[1], "--from", "2024-06-30", "--to", "2024-07-01", "--json")

    found = json.loads(told)
    assert code == 0
    assert [row["measure_id"] for row in found["added"]] == ["101"]
    assert [row["measure_id"] for row in found["removed"]] == ["100"]
    assert (found["duty"]["before"]["rate_text"], found["duty"]["after"]["rate_text"]) == ("8 %", "7 %")
    assert "Added" in say("tariff", "diff", BOOTS[1], "--from", "2024-06-30", "--to", "2024-07-01")[1]


def test_the_same_day_differs_in_nothing(say, imported):
    assert (
        "No measure is different." in say("tariff", "diff", BOOTS[1], "--from", "2024-06-30", "--to", "2024-06-30")[1]
    )


def test_before_the_edition_was_known_the_starter_answers(say, imported):
    page = json.loads(say("tariff", "show", BOOTS[1], "--on", "2024-06-01", "--known-at", "2024-01-14", "--json")[1])

    assert page["measures"] == []
    assert "EU starter tariff" in page["editions"]


def test_a_tariff_with_one_rate_a_code_is_shown_as_well(say, message):
    page = json.loads(say("tariff", "show", "330720", "--as", "US", "--on", "2026-01-01", "--json")[1])

    assert page["duty"]["rate_text"] == "4.9%"
    assert page["history"][0]["rate"] == "4.9%"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("tariff", "show", "shoes"), "'shoes' is no code of 2 to 10 digits"),
        (("tariff", "show", "6403", "--as", "ZZ"), "There is no jurisdiction 'ZZ'"),
        (("tariff", "show", "6403", "--on", "soon"), "'soon' is no day"),
        (("reference", "import", "taric", "none.xml", "--as", "EU"), "There is no none.xml"),
        (("reference", "import", "taric", "none.xml"), "Say with --as whose measures they are"),
    ],
)
def test_what_cannot_be_meant_is_refused(say, message, words, why):
    code, _, wrong = say(*words)

    assert code == 2
    assert why in wrong


def test_messages_cannot_be_repaired(say, message):
    code, _, wrong = say("reference", "import", "taric", str(message), "--as", "EU", "--repair")

    assert code == 2
    assert "cannot be repaired" in wrong


def test_a_refused_message_lists_its_faults(say, message):
    message.write_text(an_envelope(*measure("9", "103", EVERYONE, SHOES, action="update")), encoding="utf-8")

    code, told, wrong = say("reference", "import", "taric", str(message), "--as", "EU", "--json")

    assert code == 3
    assert "does not exist" in wrong
    assert len(json.loads(told)["faults"]) == 1


def test_a_page_says_which_kinds_of_measures_are_loaded_and_which_are_not(say, imported):
    page = json.loads(say("tariff", "show", BOOTS[1], "--json")[1])
    is_loaded = {one["kind"]: one["is_loaded"] for one in page["loaded"]}

    assert is_loaded == {
        "third country duty": True, "preferences": True, "quotas": True, "suspensions": False,
        "trade remedies (anti-dumping, countervailing, safeguard)": True, "additional duties by origin": False,
        "excise": False, "conditions and papers": True,
    }  # fmt: skip


def test_a_starter_says_that_it_knows_some_duties_and_nothing_else(say, message):
    _, told, _ = say("tariff", "show", "610910", "--as", "CH")

    assert "only 753 subheadings, in CH starter tariff" in told
    assert "Not loaded, and it may apply\n    preferences\n    quotas" in told


def test_a_code_of_a_starter_is_told_with_what_the_harmonized_system_says_above_it(say, message):
    page = json.loads(say("tariff", "show", "6109100010", "--as", "CA", "--json")[1])

    assert [row["code"] for row in page["tree"]] == ["61", "6109", "610910"]
    assert "cotton" in page["tree"][2]["description"]


def test_a_chapter_without_lines_is_a_sentence_and_no_empty_page(say, message):
    assert "Nothing stands under 99 in what is loaded." in say("tariff", "show", "99")[1]


@pytest.mark.parametrize(("known_at", "code"), [("2021-12-31", 2), ("2022-01-01", 0)])
def test_what_a_starter_says_counts_as_known_from_the_day_it_is_law(say, message, known_at, code):
    found, told, wrong = say("tariff", "show", "610910", "--known-at", known_at)

    assert found == code
    assert ("Nothing of the tariff of EU is loaded that was known on that day." in wrong) is (code == 2)
    assert (f"as it was known on {known_at}" in told) is (code == 0)


@pytest.mark.parametrize("origin", ["ZZ", "China", "", "1"])
def test_an_origin_that_is_no_country_is_refused(say, message, origin):
    code, _, wrong = say("tariff", "show", "610910", "--origin", origin)

    assert code == 2
    assert "is no country" in wrong


def test_an_origin_is_read_in_small_letters(say, imported):
    page = json.loads(say("tariff", "show", BOOTS[1], "--origin", "cn", "--on", "2024-06-01", "--json")[1])

    assert page["origin"] == "CN"
    assert [row["measure_id"] for row in page["measures"]] == ["100", "300", "400"]


def test_two_days_of_a_starter_are_not_said_to_have_the_same_measures(say, message):
    _, told, _ = say("tariff", "diff", "610910", "--from", "2023-01-01", "--to", "2024-01-01")

    assert "No measure is different." not in told
    assert "no measures are loaded that could differ" in told
