"""Readiness: asked of database and batcher once a second, however often it is asked of us."""

import pytest

from tidewaiter.service import readiness


@pytest.fixture(autouse=True)
def _anew():
    readiness._found.cache_clear()
    yield
    readiness._found.cache_clear()


def test_whoever_asks_within_a_second_costs_nothing(as_app, monkeypatch):
    from django.test.utils import CaptureQueriesContext

    seconds = [100.0]
    monkeypatch.setattr(readiness, "monotonic", lambda: seconds[0])
    with CaptureQueriesContext(as_app) as first:
        told = readiness.readiness()
    seconds[0] += 0.9
    with CaptureQueriesContext(as_app) as second:
        again = readiness.readiness()
    seconds[0] += 0.2
    with CaptureQueriesContext(as_app) as third:
        readiness.readiness()

    assert told == again
    assert (len(second), len(third) > 0, len(first) > 0) == (0, True, True)
