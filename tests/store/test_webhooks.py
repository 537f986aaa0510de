"""Webhooks: told once it is so, to its filer alone, signed, tried again, ended at last, never to an inner address."""

import contextlib
import http.server
import json
import threading
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest

from tests.builders_work import await_that, effects_table, start_worker
from tidewaiter.model.errors import NotGenuine, WrongUse
from tidewaiter.store.rights import Actor, NotAllowed

NOW = datetime(2026, 11, 27, 5, 0, tzinfo=UTC)
OURS = Actor("m1", frozenset({"declarant"}), filer="acme")
THEIRS = Actor("m2", frozenset({"declarant"}), filer="other")
OFFICER = Actor("p1", frozenset({"officer"}), office="X")
URL = "https://93.184.216.34/hook"


class Receiver:
    """What a filer runs: keeps what it was told, answers as it was set to."""

    def __init__(self):
        self.told, self.status, self.location = [], 200, None
        self.goes_on = threading.Event()
        self.goes_on.set()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.told.append((dict(self.headers), body))
                receiver.goes_on.wait(30)
                self.send_response(receiver.status)
                if receiver.location:
                    self.send_header("Location", receiver.location)
                self.end_headers()

            def log_message(self, *_words):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/hook?token=canary"


@pytest.fixture
def receiver():
    one = Receiver()
    yield one
    one.server.shutdown()


@pytest.fixture
def inner(monkeypatch, tmp_path):
    """The receiver's network may be called; keys lie in a home of this test."""
    monkeypatch.setenv("TIDEWAITER_HOME", str(tmp_path))
    monkeypatch.setenv("TIDEWAITER_WEBHOOK_NETWORKS", "127.0.0.0/8")
    return tmp_path


@pytest.fixture
def clock():
    """A clock that is moved by hand."""
    return [NOW]


@pytest.fixture
def turn(as_app, inner, clock):
    from tidewaiter.service.secret_key import seal_of_home
    from tidewaiter.service.webhooks.delivering import Deliverer
    from tidewaiter.service.webhooks.endpoints import inner_networks

    return Deliverer(seal_of_home(), lambda: clock[0], inner_networks()).turn


def _tell(connection, kind="filing.released", to="acme", **payload):
    from tidewaiter.service.outbox import tell
    from tidewaiter.store.access import acting

    with acting("service", ["service"]):
        tell(connection, kind, "F1", {"reference": "A1", **payload}, to)


def _state(webhook, actor=OURS):
    from tidewaiter.service.webhooks import endpoints

    return [(one.state, one.tries, one.last_status) for one in endpoints.deliveries(actor, webhook.id)]


def test_a_filer_is_told_what_became_of_its_filing_signed_by_its_secret(as_app, receiver, turn):
    from tidewaiter.service.webhooks import endpoints
    from tidewaiter.service.webhooks.signing import require_genuine

    webhook, secret = endpoints.add(OURS, receiver.url, [], NOW)
    _tell(as_app)
    turn()

    ((headers, body),) = receiver.told
    require_genuine(headers, body, secret, int(NOW.timestamp()))
    told = json.loads(body)
    assert (told["type"], told["data"]) == ("filing.released", {"reference": "A1"})
    assert _state(webhook) == [("delivered", 1, 200)]


def test_nothing_is_told_of_what_did_not_come_to_be(as_app, receiver, turn):
    from tidewaiter.service.outbox import tell
    from tidewaiter.service.webhooks import endpoints
    from tidewaiter.store.access import acting

    endpoints.add(OURS, receiver.url, [], NOW)
    with contextlib.suppress(ZeroDivisionError), acting("service", ["service"]):
        tell(as_app, "filing.released", "F1", {}, "acme")
        raise ZeroDivisionError

    assert turn() == 0
    assert receiver.told == []


def test_another_filer_is_not_told_and_sees_nothing_of_it(as_app, receiver, turn):
    from tidewaiter.service.webhooks import endpoints

    webhook, _ = endpoints.add(OURS, receiver.url, [], NOW)
    _tell(as_app, to="other")
    _tell(as_app)
    turn()

    assert len(receiver.told) == 1
    assert endpoints.of_filer(THEIRS) == []
    assert endpoints.deliveries(THEIRS, webhook.id) == []
    for act in (endpoints.enable, endpoints.remove, endpoints.change_secret):
        with pytest.raises(WrongUse, match="no such address"):
            act(THEIRS, webhook.id, NOW)
    with pytest.raises(WrongUse):
        endpoints.replay(THEIRS, webhook.id, NOW, since=NOW)


def test_an_officer_has_no_addresses(as_app, inner):
    from tidewaiter.service.webhooks import endpoints

    with pytest.raises(NotAllowed):
        endpoints.add(OFFICER, URL, [], NOW)


def test_an_address_is_told_the_kinds_it_wants(as_app, receiver, turn):
    from tidewaiter.service.webhooks import endpoints

    endpoints.add(OURS, receiver.url, ["filing.refused"], NOW)
    _tell(as_app)
    _tell(as_app, "filing.refused")
    turn()

    assert [json.loads(body)["type"] for _, body in receiver.told] == ["filing.refused"]


def test_for_a_day_after_a_change_both_secrets_sign(as_app, receiver, turn, clock):
    from tidewaiter.service.webhooks import endpoints
    from tidewaiter.service.webhooks.signing import require_genuine

    webhook, old = endpoints.add(OURS, receiver.url, [], NOW)
    new = endpoints.change_secret(OURS, webhook.id, NOW)
    _tell(as_app)
    turn()
    clock[0] = NOW + timedelta(hours=24)
    _tell(as_app)
    turn()

    (first, body), (second, later) = receiver.told
    for key in (old, new):
        require_genuine(first, body, key, int(NOW.timestamp()))
    require_genuine(second, later, new, int(clock[0].timestamp()))
    with pytest.raises(NotGenuine):
        require_genuine(second, later, old, int(clock[0].timestamp()))


def test_what_does_not_arrive_is_tried_again_with_growing_pauses_and_given_up(as_app, receiver, turn, clock):
    from tidewaiter.exchange.outbox import PAUSES_S
    from tidewaiter.service.webhooks import endpoints

    webhook, _ = endpoints.add(OURS, receiver.url, [], NOW)
    receiver.status = 500
    _tell(as_app)
    turn()
    for pause_s in PAUSES_S:
        clock[0] += timedelta(seconds=pause_s - 1)
        assert turn() == 0
        clock[0] += timedelta(seconds=1)
        assert turn() == 1

    assert _state(webhook) == [("given_up", len(PAUSES_S) + 1, 500)]
    assert len({headers["webhook-id"] for headers, _ in receiver.told}) == 1
    receiver.status = 200
    assert endpoints.replay(OURS, webhook.id, clock[0], since=NOW) == 1
    assert endpoints.replay(OURS, webhook.id, clock[0], since=NOW) == 0
    turn()
    assert _state(webhook)[1] == ("delivered", 1, 200)
    assert len({headers["webhook-id"] for headers, _ in receiver.told}) == 1


def test_after_a_failure_the_rest_waits_without_a_try_of_its_own(as_app, receiver, turn):
    from tidewaiter.service.webhooks import endpoints

    webhook, _ = endpoints.add(OURS, receiver.url, [], NOW)
    receiver.status = 503
    for _ in range(5):
        _tell(as_app)
    turn()

    assert len(receiver.told) == 1
    assert _state(webhook) == [("waiting", 1, 503)] + [("waiting", 0, None)] * 4


def test_a_slow_address_has_its_time_and_what_became_of_others_is_kept_meanwhile(as_app, receiver, inner, database):
    from tidewaiter.service.secret_key import seal_of_home
    from tidewaiter.service.webhooks import endpoints
    from tidewaiter.service.webhooks.delivering import Deliverer
    from tidewaiter.service.webhooks.sending import send

    slow, _ = endpoints.add(OURS, receiver.url + "&slow", [], NOW)
    quick, _ = endpoints.add(THEIRS, receiver.url, [], NOW)
    for _ in range(4):
        _tell(as_app)
    _tell(as_app, to="other")
    owner = psycopg.connect(database.owner, autocommit=True)
    delivered = "select count(*) from delivery where webhook = %s and state = 'delivered'"

    def way(place, headers, body):
        if "slow" in place.path:
            await_that(lambda: owner.execute(delivered, [quick.id]).fetchone() == (1,))
            time.sleep(0.4)
        return send(place, headers, body)

    with owner:
        Deliverer(seal_of_home(), lambda: NOW, endpoints.inner_networks(), way, address_s=0.2).turn()

    assert _state(quick, THEIRS) == [("delivered", 1, 200)]
    assert sorted(_state(slow)) == [("delivered", 1, 200)] + [("waiting", 0, None)] * 3


def test_a_fault_of_our_own_at_one_address_ends_no_turn(as_app, receiver, inner):
    from tidewaiter.service.secret_key import seal_of_home
    from tidewaiter.service.webhooks import endpoints
    from tidewaiter.service.webhooks.delivering import Deliverer

    def way(*_asked):
        raise ValueError

    webhook, _ = endpoints.add(OURS, receiver.url, [], NOW)
    _tell(as_app)
    assert Deliverer(seal_of_home(), lambda: NOW, endpoints.inner_networks(), way).turn() == 1
    assert _state(webhook) == [("waiting", 1, None)]


def test_while_a_receiver_keeps_us_waiting_lost_jobs_are_found(as_app, receiver, inner, database):
    from tidewaiter.exchange.work import enqueue
    from tidewaiter.service.webhooks import endpoints
    from tidewaiter.store.access import acting

    endpoints.add(OURS, receiver.url, [], NOW)
    effects_table(database)
    receiver.goes_on.clear()
    _tell(as_app)
    process = start_worker(database, inner)
    try:
        await_that(lambda: receiver.told)
        with psycopg.connect(database.owner, autocommit=True) as owner:
            with acting("service", ["service"]):
                enqueue(as_app, "test_add", number=7)
                with as_app.cursor() as cursor:
                    cursor.execute("update procrastinate_jobs set status = 'doing'")
            owner.execute("delete from procrastinate_events")
            await_that(lambda: owner.execute("select number from effect").fetchall() == [(7,)], 10)
            assert owner.execute("select count(*) from delivery where state = 'delivered'").fetchone() == (0,)
    finally:
        receiver.goes_on.set()
        process.kill()
        process.wait()


def test_an_address_that_fails_for_days_is_told_no_more_and_its_filer_hears_of_it_elsewhere(
    as_app, receiver, turn, clock
):
    from tidewaiter.service.webhooks import endpoints

    other = Receiver()
    failing, _ = endpoints.add(OURS, receiver.url, [], NOW)
    endpoints.add(OURS, other.url, ["webhook.disabled"], NOW)
    receiver.status = 500
    _tell(as_app)
    turn()
    clock[0] = NOW + timedelta(days=5)
    turn()
    turn()

    (shown,) = [one for one in endpoints.of_filer(OURS) if one.id == failing.id]
    assert shown.disabled_at == clock[0]
    assert _state(failing) == [("given_up", 2, 500)]
    assert json.loads(other.told[0][1])["data"] == {"webhook": str(failing.id), "why": "failing"}
    endpoints.enable(OURS, failing.id, clock[0])
    receiver.status = 200
    endpoints.replay(OURS, failing.id, clock[0], since=NOW)
    turn()
    assert _state(failing)[1] == ("delivered", 1, 200)


def test_an_address_that_says_it_is_gone_is_told_no_more(as_app, receiver, turn):
    from tidewaiter.service.webhooks import endpoints

    endpoints.add(OURS, receiver.url, [], NOW)
    receiver.status = 410
    _tell(as_app)
    turn()

    assert endpoints.of_filer(OURS)[0].disabled_at == NOW


def test_a_redirect_is_not_followed(as_app, receiver, turn):
    from tidewaiter.service.webhooks import endpoints

    elsewhere = Receiver()
    webhook, _ = endpoints.add(OURS, receiver.url, [], NOW)
    receiver.status, receiver.location = 302, elsewhere.url
    _tell(as_app)
    turn()

    assert elsewhere.told == []
    assert _state(webhook) == [("waiting", 1, 302)]


def test_a_name_that_leads_inside_when_it_is_called_is_not_called(as_app, receiver, turn, monkeypatch):
    from tidewaiter.service.webhooks import endpoints

    webhook, _ = endpoints.add(OURS, receiver.url, [], NOW)
    _tell(as_app)
    monkeypatch.delenv("TIDEWAITER_WEBHOOK_NETWORKS")
    from tidewaiter.service.secret_key import seal_of_home
    from tidewaiter.service.webhooks.delivering import Deliverer

    Deliverer(seal_of_home(), lambda: NOW, endpoints.inner_networks()).turn()

    assert receiver.told == []
    assert _state(webhook) == [("waiting", 1, None)]
    assert "TW-131" in endpoints.deliveries(OURS, webhook.id)[0].last_fault


def test_a_worker_that_is_killed_leaves_no_message_untold(as_app, database, receiver, inner):
    from tidewaiter.service.webhooks import endpoints

    webhook, _ = endpoints.add(OURS, receiver.url, [], NOW)
    for number in range(60):
        _tell(as_app, number=number)
    for told in (1, 25):
        process = start_worker(database, inner)
        await_that(lambda told=told: len(receiver.told) >= told)
        process.kill()
        process.wait()
    process = start_worker(database, inner)
    try:
        await_that(lambda: all(state == "delivered" for state, _, _ in _state(webhook)))
    finally:
        process.kill()
        process.wait()

    assert {json.loads(body)["data"]["number"] for _, body in receiver.told} == set(range(60))


def test_secrets_are_sealed_and_acts_are_in_the_log(as_app, database, receiver, inner):
    from tidewaiter.service.webhooks import endpoints

    webhook, secret = endpoints.add(OURS, receiver.url, [], NOW)
    endpoints.remove(OURS, webhook.id, NOW)

    with psycopg.connect(database.owner) as owner:
        (sealed,) = owner.execute("select secret from webhook").fetchone()
        entries = [bytes(row[0]) for row in owner.execute("select payload from log_entry order by seq").fetchall()]
    assert secret.encode() not in sealed
    assert [json.loads(entry)["kind"] for entry in entries] == ["webhook_added", "webhook_removed"]
    assert not any(b"canary" in entry or b"127.0.0.1" in entry for entry in entries)
    assert endpoints.of_filer(OURS) == []


def test_an_address_that_is_not_there_is_told_plainly(as_app, inner):
    from tidewaiter.service.webhooks import endpoints

    with pytest.raises(WrongUse, match="no such address"):
        endpoints.remove(OURS, uuid4(), NOW)
