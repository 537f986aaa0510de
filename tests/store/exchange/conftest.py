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
