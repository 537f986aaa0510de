"""The service in one command: it answers, what dies comes back, it stops when it is told."""

import json
import time

import pytest

from tests.builders_served import START_S, served

pytestmark = pytest.mark.usefixtures("own_server")


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """A served home."""
    with served(tmp_path_factory.mktemp("served") / "home") as found:
        yield found


def test_it_says_that_it_lives_that_it_is_ready_and_how_much_it_does(service):
    ready = json.loads(service.ask("/readyz")[2])
    figures = service.ask("/metrics")[2]

    assert service.ask("/healthz")[0] == 200
    assert {check["name"] for check in ready["checks"]} >= {"database", "schema", "tariff"}
    assert 'tidewaiter_ready{check="database"} 1.0' in figures
    assert 'route="healthz"' in figures


def test_an_address_that_is_not_there_is_a_problem_told_in_json_and_no_label(service):
    status, headers, text = service.ask("/v1/parcel-of-canary")

    assert (status, json.loads(text)["status"]) == (404, 404)
    assert headers["content-type"] == "application/problem+json"
    assert "canary" not in service.ask("/metrics")[2]


@pytest.mark.parametrize("name", ["database", "web"])
def test_what_is_killed_is_ready_again_soon(service, name):
    assert service.kill(name)
    time.sleep(0.05)

    service.ready(START_S)


def test_a_second_service_of_the_same_home_is_refused(service):
    code, _, fault = service.say("serve")

    assert code == 2
    assert "serve --stop" in fault
