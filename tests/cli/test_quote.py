"""The terminal answers filings as a seller reads them, as JSON one a line, and counts what it could not answer."""

import json

from tests.builders_quote import a_filing


def lines(folder, *told):
    path = folder / "filings.ndjson"
    path.write_text("".join((text if isinstance(text, str) else json.dumps(text)) + "\n" for text in told), "utf-8")
    return path


def test_a_seller_sees_what_it_costs_how_it_may_be_declared_and_why_not_otherwise(say, tmp_path):
    code, told, _ = say("quote", lines(tmp_path, a_filing()))

    assert code == 0
    assert "EUR 13.07 to pay on goods worth EUR 50.00" in told
    assert "customs duty  line 1   EUR 3.00  EUR 3.00" in told
    assert "VAT           line 1  EUR 10.07  19 % of EUR 53.00" in told
    assert "H7  EUR 13.07 (duty EUR 3.00, VAT EUR 10.07) used here" in told
    assert "H6  not allowed: it is for postal consignments only" in told
    assert "excise duty" in told


def test_what_cannot_be_determined_is_never_told_as_a_sum(say, tmp_path):
    _, told, _ = say("quote", lines(tmp_path, a_filing({"commodity_code": "6.10E+09"}, party_relation="B2B")))

    assert "to pay" not in told
    assert "not complete" in told
    assert "The commodity code 6.10E+09 is not six, eight or ten digits." in told


def test_json_is_one_answer_a_line_and_counts_add_up(say, tmp_path):
    file = lines(tmp_path, a_filing(), "nonsense", a_filing(consignment_id="Q-3"))

    code, told, errors = say("quote", file, "--json", "--strict")

    answers = [json.loads(line) for line in told.splitlines()]
    assert code == 1
    assert [answer["line"] for answer in answers] == [1, 2, 3]
    assert "3 lines: 2 answered, 1 could not be." in errors


def test_jurisdiction_and_day_stand_in_for_lines_that_name_none(say, tmp_path):
    silent = {name: value for name, value in a_filing().items() if name not in {"as", "on"}}

    _, told, _ = say("quote", lines(tmp_path, silent), "--as", "EU", "--on", "2026-06-30", "--json")

    assert (json.loads(told)["on"], json.loads(told)["duty_minor"]) == ("2026-06-30", 0)


def test_an_answer_asked_again_is_told_to_be_the_same(say, tmp_path):
    _, told, _ = say("quote", lines(tmp_path, a_filing()), "--json")
    (tmp_path / "answers.ndjson").write_text(told, "utf-8")

    code, again, _ = say("quote", tmp_path / "answers.ndjson", "--again", "--strict")

    assert code == 0
    assert "the same as then" in again


def test_wrong_use_is_told_before_anything_is_answered(say, tmp_path):
    file = lines(tmp_path, a_filing())

    assert say("quote", file, "--on", "someday")[0] == 2
    assert say("quote", file, "--again", "--as", "EU")[0] == 2
    assert say("quote", tmp_path / "none.ndjson")[0] == 2
    assert say("quote", lines(tmp_path, ""))[0] == 2
