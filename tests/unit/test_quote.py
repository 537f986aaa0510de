"""Quotes: lines in, assessments out in the same order; what is wrong is named in its place, what is assumed marked."""

import polars as pl
import pytest

from tests.builders_quote import a_filing, asked, codes
from tidewaiter.runners.quoting import desk
from tidewaiter.service.clear import clear_files

SINGLE = ("intrinsic_value_minor", "customs_value_minor", "duty_minor", "tax_minor", "fee_minor", "due_at_border_minor")


def one(*items, home, **changed):
    (answer,) = asked(a_filing(*items, **changed), home=home)
    return answer


def test_a_line_is_answered_with_every_field_of_the_interface(tmp_path):
    answer = one(home=tmp_path)

    assert set(answer) >= {
        "consignment_id", "as", "on", "eligible_sets", "chosen_set", "currency", "intrinsic_value_minor",
        "customs_value_minor", "lines", "duty_minor", "tax_minor", "fee_minor", "total_minor", "due_at_border_minor",
        "not_included", "assumed", "resolved", "reasons",
    }  # fmt: skip
    assert set(answer["eligible_sets"][0]) >= {
        "set", "allowed", "why_not", "duty_minor", "tax_minor", "fee_minor", "missing_fields",
    }  # fmt: skip
    assert (answer["chosen_set"], answer["duty_minor"], answer["tax_minor"], answer["total_minor"]) == (
        "H7", 300, 1007, 1307,
    )  # fmt: skip


def test_lines_add_up_to_the_amounts_of_the_filing(tmp_path):
    answer = one({}, {"commodity_code": "6205200000", "value_amount": "20.01"}, home=tmp_path)

    for charge, name in (("duty", "duty_minor"), ("vat", "tax_minor")):
        assert sum(line["amount_minor"] for line in answer["lines"] if line["charge"] == charge) == answer[name]


def test_lines_without_a_number_are_numbered_as_they_are_asked(tmp_path):
    worths = ("30.00", "10.00", "20.00")
    answer = one(*({"value_amount": worth, "commodity_code": "6205200000"} for worth in worths), home=tmp_path)
    based = {line["item_no"]: line["base_minor"] for line in answer["lines"] if line["charge"] == "vat"}

    assert sorted(based) == [1, 2, 3]
    assert based[1] > based[3] > based[2]


def test_unnumbered_lines_take_the_numbers_behind_those_that_are_given(tmp_path):
    answer = one({"value_amount": "30"}, {"value_amount": "10", "item_no": 1}, {"value_amount": "20"}, home=tmp_path)
    based = {line["item_no"]: line["base_minor"] for line in answer["lines"] if line["charge"] == "vat"}

    assert based[2] > based[3] > based[1]


def test_bad_lines_are_told_in_their_place_and_the_others_answered(tmp_path):
    lines = (a_filing(), "no JSON", a_filing({"value_amount": "forty"}, consignment_id="Q-3"), a_filing())

    answers = asked(*lines, home=tmp_path)

    assert [answer["line"] for answer in answers] == [1, 2, 3, 4]
    assert ["errors" in answer for answer in answers] == [False, True, True, False]
    assert (codes(answers[1]), codes(answers[2])) == (["ROW-04"], ["NUM-01"])
    assert answers[2]["errors"][0]["field"] == "item_value_amount"
    assert answers[2]["consignment_id"] == "Q-3"
    assert answers[0]["total_minor"] == answers[3]["total_minor"]


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"as": "XX"}, "QUO-01", "as"),
        ({"as": "EU/US"}, "QUO-01", "as"),
        ({"as": None, "destination_country": None}, "QUO-01", "as"),
        ({"on": "2026-13-01"}, "QUO-02", "on"),
        ({"on": "1066-10-14"}, "QUO-02", "on"),
        ({"assume": "12 %"}, "QUO-03", "assume"),
        ({"assume": {"mood": "good"}}, "QUO-03", "assume.mood"),
        ({"assume": {"duty_rate": "twelve"}}, "QUO-03", "assume.duty_rate"),
        ({"assume": {"tax_rate": "2 EUR/kg"}}, "QUO-03", "assume.tax_rate"),
        ({"assume": {"exchange_rates": {"USD": "0"}}}, "QUO-03", "assume.exchange_rates.USD"),
        ({"assume": {"exchange_rates": {"ZZZ": "1"}}}, "QUO-03", "assume.exchange_rates.ZZZ"),
        ({"editions": {"sheet EU": "0" * 64}}, "QUO-04", "editions"),
        ({"editions": "old"}, "QUO-04", "editions"),
    ],
)
def test_what_cannot_be_meant_is_named_with_its_field(changed, code, field, tmp_path):
    answer = one(home=tmp_path, **changed)

    assert [(fault["code"], fault["field"]) for fault in answer["errors"]] == [(code, field)]


def test_the_destination_tells_whose_law_where_a_line_does_not(tmp_path):
    assert one(home=tmp_path, **{"as": None})["as"] == "EU"


@pytest.mark.parametrize("line", [{"items": []}, {"items": "none"}, {"items": [{"origin": {"code": "VN"}}]}])
def test_an_object_that_is_no_filing_is_refused_in_its_place(line, tmp_path):
    bad, good = asked({"as": "EU", "on": "2026-07-01", **line}, a_filing(), home=tmp_path)

    assert codes(bad)[0].startswith("ROW-")
    assert good["resolved"]


def test_a_filing_without_a_day_is_judged_by_no_law_rather_than_by_todays(tmp_path):
    answer = one(home=tmp_path, on=None)

    assert (answer["on"], answer["resolved"], answer["total_minor"]) == (None, False, None)
    assert "LAW-01" in answer["reasons"]


def test_a_day_of_the_filing_goes_before_the_day_asked_for(tmp_path):
    answer = one(home=tmp_path, presented_at="2026-06-30T12:00:00Z")

    assert (str(answer["on"]), answer["duty_minor"]) == ("2026-06-30", 0)


def test_a_currency_without_a_rate_that_day_is_named_and_nothing_guessed(tmp_path):
    answer = one({"value_currency": "XAF"}, home=tmp_path)

    assert "RES-02" in answer["reasons"]
    assert (answer["intrinsic_value_minor"], answer["tax_minor"], answer["total_minor"]) == (None, None, None)


def test_a_missing_quantity_for_a_specific_duty_is_asked_for(tmp_path):
    asked_for = {"assume": {"duty_rate": "2 EUR/kg"}, "party_relation": "B2B"}
    without = one({"net_mass_kg": None}, home=tmp_path, **asked_for)
    with_it = one(home=tmp_path, **asked_for)

    assert "RES-05" in without["reasons"]
    assert (without["duty_minor"], without["resolved"]) == (None, False)
    assert with_it["duty_minor"] == 80


@pytest.mark.parametrize("code", ["6.10E+09", "901210000", "61091"])
def test_a_mangled_code_is_named_and_its_duty_left_open(code, tmp_path):
    answer = one({"commodity_code": code}, home=tmp_path, party_relation="B2B")

    assert {"FMT-04", "RES-01"} <= set(answer["reasons"])
    assert (answer["duty_minor"], answer["resolved"]) == (None, False)


@pytest.mark.parametrize(
    ("code", "finding"), [("2.2E+09", "FMT-04"), ("901210000", "FMT-04"), ("9999990000", "FMT-05")]
)
@pytest.mark.parametrize(("as_", "place"), [("EU", "DE"), ("GB", "GB"), ("AU", "AU"), ("CA", "CA"), ("US", "US")])
def test_a_code_that_names_no_goods_gives_the_sums_of_a_missing_one_and_is_shown_as_typed(
    as_, place, code, finding, tmp_path
):
    to = {"as": as_, "destination_country": place, "consignee_country": place, "value_currency": "EUR"}
    told, missing = asked(*(a_filing({"commodity_code": said}, **to) for said in (code, None)), home=tmp_path)
    sums = ("duty_minor", "tax_minor", "fee_minor", "total_minor", "due_at_border_minor", "resolved", "chosen_set")

    assert [told[name] for name in sums] == [missing[name] for name in sums]
    assert [(one["set"], one["allowed"]) for one in told["eligible_sets"]] == [
        (one["set"], one["allowed"]) for one in missing["eligible_sets"]
    ]
    assert (told["total_minor"] is None) is (as_ in {"EU", "CA", "US"})
    (named,) = [one["sentence"] for one in told["findings"] if one["code"] == finding]
    assert f" {code} " in named or f" {code}:" in named
    assert "PRE-09" not in told["reasons"]


@pytest.mark.parametrize(
    ("as_", "field", "word", "finding"),
    [
        ("EU", "party_relation", "BTC", "FMT-18"), ("EU", "nature", "present", "FMT-17"),
        ("EU", "vat_scheme", "I0SS", "FMT-19"), ("US", "mode", "postal", "FMT-16"),
    ],
)  # fmt: skip
def test_a_mistyped_word_of_a_closed_list_is_named_and_decides_nothing(as_, field, word, finding, tmp_path):
    to = {"as": as_, "destination_country": {"EU": "DE"}.get(as_, as_)}
    told, silent = asked(*(a_filing(**to, **{field: said}) for said in (word, None)), home=tmp_path)
    same = {"lines", "eligible_sets", "duty_minor", "tax_minor", "fee_minor", "total_minor", "resolved", "chosen_set"}

    assert {name: told[name] for name in same - {"eligible_sets"}} == {
        name: silent[name] for name in same - {"eligible_sets"}
    }
    assert [one["allowed"] for one in told["eligible_sets"]] == [one["allowed"] for one in silent["eligible_sets"]]
    (named,) = [one["sentence"] for one in told["findings"] if one["code"] == finding]
    assert named.startswith(f"{word} is not on the list")
    assert told["resolved"] is (field == "vat_scheme")


def test_what_is_assumed_decides_and_is_marked(tmp_path):
    assumed = {"duty_rate": "12 %", "tax_rate": "5.5 %", "exchange_rates": {"USD": "0.5"}}

    answer = one({"value_currency": "USD"}, home=tmp_path, party_relation="B2B", assume=assumed)

    assert (answer["customs_value_minor"], answer["duty_minor"], answer["tax_minor"]) == (2500, 300, 154)
    marked = {entry["what"]: entry["value"] for entry in answer["assumed"] if entry["by"] == "request"}
    assert marked == {"duty_rate": "12 %", "tax_rate": "5.5 %", "exchange_rate USD": "1/2"}
    assert {line["status"] for line in answer["lines"]} == {"estimated"}


def test_lines_of_other_terms_keep_their_places(tmp_path):
    lines = [
        a_filing(assume={"duty_rate": f"{rate} %"}, party_relation="B2B", consignment_id=f"Q-{rate}")
        for rate in (1, 2, 1, 3)
    ]

    answers = asked(*lines, home=tmp_path)

    assert [answer["duty_minor"] for answer in answers] == [50, 100, 50, 150]


def test_the_size_of_chunks_changes_no_answer(tmp_path, monkeypatch):
    lines = [a_filing({"value_amount": f"{number}.37"}, consignment_id=f"Q-{number}") for number in range(1, 12)]
    whole = asked(*lines, home=tmp_path)

    monkeypatch.setattr(desk, "FILINGS_AT_ONCE", 8)

    assert asked(*lines, home=tmp_path) == whole


@pytest.mark.parametrize("claimed", ["H7", "H1", ""])
def test_a_quote_says_what_clearing_the_same_filing_says(claimed, tmp_path):
    changed = [
        {"value_amount": "150.01"}, {"value_amount": "49.99", "commodity_code": "3303001000"}, {"origin": ""},
        {"value_currency": "USD"},
    ]  # fmt: skip
    filings = [
        a_filing(item, {"value_amount": "7.77"}, consignment_id=f"Q-{number}", reduced_set=claimed, on="2026-10-20")
        for number, item in enumerate(changed)
    ]
    rows = [
        {**{name: value for name, value in filing.items() if name not in {"as", "on", "items"}},
         **{f"item_{name}": value for name, value in item.items()}}
        for filing in filings for item in filing["items"]
    ]  # fmt: skip
    (tmp_path / "list.csv").write_text(_csv(rows), encoding="utf-8")

    clear_files([str(tmp_path / "list.csv")], "EU", tmp_path / "out", on="2026-10-20", home=tmp_path)
    answers = asked(*filings, home=tmp_path)

    cleared = _consignments(tmp_path / "out")
    for answer in answers:
        row = cleared[answer["consignment_id"]]
        assert {name: answer[name] for name in SINGLE} == {name: row[name] for name in SINGLE}
        assert (answer["chosen_set"], answer["resolved"]) == (row["reduced_set_used"], row["resolved"])


def _csv(rows):
    names = list(dict.fromkeys(name for row in rows for name in row))
    return "\n".join([",".join(names), *(",".join(row.get(name, "") for name in names) for row in rows)]) + "\n"


def _consignments(folder):
    return {row["consignment_id"]: row for row in pl.read_parquet(folder / "consignments.parquet").to_dicts()}


def test_an_assumed_duty_rate_that_the_law_does_not_ask_for_is_told_as_not_used_with_the_reason(tmp_path):
    flat, charged = asked(
        *(a_filing(assume={"duty_rate": "12 %"}, party_relation=relation) for relation in ("B2C", "B2B")), home=tmp_path
    )

    assert flat["duty_minor"] == one(home=tmp_path)["duty_minor"]
    assert "duty_rate" not in [entry["what"] for entry in flat["assumed"]]
    (told,) = [found["sentence"] for found in flat["findings"] if found["code"] == "QUO-09"]
    (duty,) = [line for line in flat["lines"] if line["charge"] == "duty"]
    assert told.startswith(
        "The duty rate assumed in the request (12 %) was not used in this sum: the law says of this duty: "
    )
    assert duty["rate_text"] in told
    assert "duty_rate" in [entry["what"] for entry in charged["assumed"]]
    assert "QUO-09" not in charged["reasons"]
    assert charged["permalink"]["assume"] == flat["permalink"]["assume"] == {"duty_rate": "12 %"}


def test_an_assumed_duty_rate_is_not_used_where_nobody_can_tell_which_duty_applies(tmp_path):
    answer = one(assume={"duty_rate": "12 %"}, party_relation=None, home=tmp_path)

    assert "QUO-09" in answer["reasons"]
    assert "duty_rate" not in [entry["what"] for entry in answer["assumed"]]
