"""A batcher over the database of a test, and the answers it gives."""

import json
from datetime import UTC, datetime

import pytest

from tests.builders_batcher import MOMENT
from tidewaiter.runners.batcher.batcher import Batcher
from tidewaiter.runners.batcher.looking_back import Past
from tidewaiter.service.batcher import in_force


@pytest.fixture(scope="session")
def rules(tmp_path_factory):
    return in_force("EU", home=tmp_path_factory.mktemp("rules-home"))


@pytest.fixture
def signer(tmp_path):
    from tidewaiter.service.lodging.receipts import receipt_signer

    (tmp_path / "keys").mkdir()
    return receipt_signer(tmp_path / "keys")


@pytest.fixture
def book(as_app, rules, signer):
    from tidewaiter.service.lodging.book import Book

    return Book(signer, lambda: MOMENT, lambda: rules.windows)


@pytest.fixture
def lodged(rules, book):
    """Decides messages that wait together; gives fate and document of each."""
    now = [MOMENT]
    with Batcher(lambda: rules, lambda: Past(book), book, lambda: now[0]) as batcher:

        def lodge(*messages, moment=MOMENT):
            now[0] = moment
            tickets = [batcher.put(message) for message in messages]
            answers = [ticket.wait(60) for ticket in tickets]
            return [(answer.fate, json.loads(answer.receipt["answer"])) for answer in answers]

        yield lodge


@pytest.fixture
def now():
    return datetime(2026, 10, 21, tzinfo=UTC)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home folder of this test alone."""
    place = tmp_path / "home"
    place.mkdir()
    monkeypatch.setenv("TIDEWAITER_HOME", str(place))
    return place


@pytest.fixture
def listening(home, rules, book):
    """A batcher at the socket of the home folder."""
    from tidewaiter.service.clock import now as clock
    from tidewaiter.service.lodging.listening import Listener
    from tidewaiter.service.lodging.receipts import receipt_signer

    (home / "keys").mkdir()
    receipt_signer(home / "keys")
    book._clock = clock
    batcher = Batcher(lambda: rules, lambda: Past(book), book, clock)
    with Listener(home, batcher, clock), batcher:
        yield batcher


@pytest.fixture
def keys(database, as_app):
    """Makes a key for a party: ``keys("F1", "lodge", "status")``."""
    import psycopg

    from tidewaiter.service.clients import make_key
    from tidewaiter.store.rights import Actor

    admin = Actor("p-admin", frozenset({"admin"}))

    def make(party, *scopes, role="declarant", now=None, files_for=("*",), **more):
        with psycopg.connect(database.owner) as owner:
            owner.execute(
                "insert into party values (%s, %s, %s, 'keeper', now()) on conflict do nothing", [party, party, role]
            )
            owner.execute("delete from filing_right where party = %s", [party])
            owner.cursor().executemany("insert into filing_right values (%s, %s)", [(party, one) for one in files_for])
        return make_key(admin, f"machine of {party}", party, [role], scopes, now or datetime.now(UTC), **more)

    return make


@pytest.fixture
def api(as_app):
    """Calls the service as a machine does: ``api("GET", "/v1/errors", key)``."""
    from django.test import Client

    from tidewaiter.api import calls

    calls.client_buckets.cache_clear()
    calls.stranger_buckets.cache_clear()
    client = Client(SERVER_NAME="localhost")

    def call(method, path, key=None, body=None, kind="application/json", **heads):
        given = {f"HTTP_{name.upper()}": value for name, value in heads.items()}
        if key:
            given["HTTP_AUTHORIZATION"] = f"Bearer {key}"
        data = json.dumps(body) if isinstance(body, (dict, list)) else body or b""
        return client.generic(method, path, data, content_type=kind if data else "", **given)

    return call
