"""Checks: the same faults as the command line tells, and nothing is lodged."""

import json

import pytest

from tests.builders_runs import a_list, a_row
from tidewaiter.cli import main

FAULTY = a_list(
    a_row(), a_row(consignment_id="A2", item_value_amount="12x"), a_row(consignment_id="A3", item_description="goods")
)


@pytest.fixture
def key(keys):
    return keys("F1", "lodge", "status")


@pytest.mark.usefixtures("home")
def test_the_same_answer_as_the_command_line_and_nothing_is_lodged(api, key, tmp_path, capsys):
    (tmp_path / "list.csv").write_text(FAULTY)
    place = "/v1/checks?as=EU&on=2026-10-20&name=list.csv"

    answer = api("POST", place, key, FAULTY.encode(), kind="text/csv")
    main(["formats", "check", str(tmp_path / "list.csv"), "--as", "EU", "--on", "2026-10-20", "--json"])

    told = answer.json()
    assert (answer.status_code, told["faults"]) == (200, json.loads(capsys.readouterr().out))
    assert told["consignments"]["accepted"] == 2
    assert {"NUM-01", "TXT-04"} <= {fault["code"] for fault in told["faults"]}
    assert set(told["faults"][0]) == {"code", "severity", "pointer", "location", "value", "sentence"}
    assert api("GET", "/v1/consignments", key).json()["consignments"] == []
    assert api("GET", "/v1/errors", key).json()["errors"] == []


@pytest.mark.usefixtures("home")
def test_a_file_that_cannot_be_read_is_one_fault_and_no_check_reaches_beyond_its_message(api, key):
    refused = api("POST", "/v1/checks", key, b"\x00\x01nothing", kind="application/octet-stream")
    elsewhere = api("POST", "/v1/checks?format=/etc/passwd", key, FAULTY.encode(), kind="text/csv")
    named = api("POST", "/v1/checks?name=../../x", key, FAULTY.encode(), kind="text/csv")
    asked = api("POST", "/v1/checks?packs=/tmp", key, FAULTY.encode(), kind="text/csv")
    law = api("POST", "/v1/checks?as=XX", key, FAULTY.encode(), kind="text/csv")

    assert [fault["severity"] for fault in refused.json()["faults"]] == ["refuse"]
    assert (elsewhere.status_code, named.status_code, asked.status_code, law.status_code) == (422, 200, 422, 422)
    assert api("POST", "/v1/checks", None, FAULTY.encode(), kind="text/csv").status_code == 401


def test_problem_details_tell_a_fault_by_its_place_in_both_worlds(api, key, listening):
    answer = api(
        "POST", "/v1/consignments", key, {"consignment_id": "A1", "items": [{"origin": "CN", "value_amount": "x"}]}
    )

    (error,) = [one for one in answer.json()["errors"] if one["code"] == "NUM-01"]
    assert (error["pointer"], error["wco"], error["severity"]) == ("/items/0/value_amount", "42A/67A/68A/108", "refuse")
    assert error["help"]
