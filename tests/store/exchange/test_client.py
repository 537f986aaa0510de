"""The Python client over a real line: what was lost on the way counts once, files go on where they were cut."""

import json
import threading
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from tests.builders_batcher import a_body
from tests.eventually import eventually
from tidewaiter.client import Client, Problem

pytestmark = pytest.mark.usefixtures("listening")


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        return


class Loses:
    """The service behind a line that loses the first ``count`` answers of calls it has taken."""

    def __init__(self, application):
        self.application, self.count, self.calls = application, 0, 0

    def __call__(self, environ, start):
        self.calls += 1
        told = []
        pieces = list(self.application(environ, lambda *given: told.append(given)))
        if self.count:
            self.count -= 1
            start("503 Lost", [("Content-Type", "application/problem+json")])
            return [b'{"title": "lost", "detail": "The answer was lost."}']
        start(*told[0])
        return pieces


@pytest.fixture
def service(as_app):
    from django.core.handlers.wsgi import WSGIHandler

    loses = Loses(WSGIHandler())
    with make_server("127.0.0.1", 0, loses, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield loses, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def client(service, keys):
    made = Client(service[1], keys("F1", "lodge", "status", "quote", "events"), pause=lambda _s: None)
    yield made
    made.close()


def test_an_answer_that_was_lost_is_fetched_by_the_same_key(client, service):
    service[0].count = 2

    told = client.lodge(json.loads(a_body(consignment_id="A1")))

    assert (told.fate, service[0].calls) == ("accepted", 3)
    assert eventually(lambda: [one["consignment_id"] for one in client.filings().rows], ["A1"]) == ["A1"]
    assert client.standing(told.filing).status == told.status


def test_faults_are_raised_with_all_their_places(client):
    with pytest.raises(Problem) as refused:
        client.lodge(json.loads(a_body({"value_amount": "ten"}, consignment_id="A1", gross_mass_kg="heavy")))

    assert refused.value.status == 422
    assert {error["pointer"] for error in refused.value.errors} >= {"/items/0/value_amount", "/gross_mass_kg"}
    assert [one["fate"] for one in client.every_error()] == ["quarantined"]


def test_a_service_that_stays_away_is_told_after_the_last_try(client, service):
    service[0].count = 100

    with pytest.raises(Problem) as refused:
        client.lodge(json.loads(a_body()))

    assert refused.value.status == 503
    assert service[0].calls == 6


def test_a_file_is_handed_over_in_parts_and_goes_on_after_a_lost_answer(client, service, tmp_path, home):
    data = b"\n".join(a_body(consignment_id=f"A{number}") for number in range(40))
    (tmp_path / "day.ndjson").write_bytes(data)
    service[0].count = 1

    told = client.hand_over(tmp_path / "day.ndjson", part_bytes=5_000)

    assert (told["state"], told["received"]) == ("received", len(data))
    assert (home / "uploads" / told["job"]).read_bytes() == data
    assert client.job(told["job"])["result"]["content_hash"]


def test_events_whose_answer_was_lost_are_told_once(client, service):
    service[0].count = 2
    arrived = {"parcel_id": "A1", "event": "arrived", "at": "2026-10-19T23:00:00Z"}

    told = client.tell_events([arrived, {**arrived, "event": "lost"}])

    assert (told["accepted"], told["duplicate"], told["refused"]) == (1, 0, 1)
    assert client.tell_events([arrived])["duplicate"] == 1
