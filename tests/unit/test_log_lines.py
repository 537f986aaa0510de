"""Log lines: what happened, in words without values."""

import json
import logging

import pytest

from tidewaiter.service.log_lines import Lines


def line(message, *values, name="django.request", **more):
    record = logging.LogRecord(name, logging.WARNING, "", 0, message, values, None)
    record.__dict__.update(more)
    return json.loads(Lines().format(record))


def test_a_wording_that_is_nothing_but_values_says_where_it_is_from():
    told = line("%s: %s", "Not Found", "/parcels/Jo-Example", status_code=404)

    assert (told["event"], told["status"]) == ("warning of django.request", 404)
    assert "Jo-Example" not in json.dumps(told)


@pytest.mark.parametrize("wording", ["%(where)s", "%s %5.2f", "{}: {}", "%-10s|%r"])
def test_every_way_of_writing_a_value_counts_as_one(wording):
    assert line(wording)["event"] == "warning of django.request"


def test_a_wording_with_words_stays_as_it_is_and_its_values_are_left_out():
    told = line("Connection of %s lost", "Jo Example", name="psycopg")

    assert told["event"] == "Connection of %s lost"
    assert "Jo" not in json.dumps(told)
