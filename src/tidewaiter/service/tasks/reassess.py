"""Looks again at filings under whose keys others came later."""

from functools import cache

from django.db import connection

from tidewaiter.exchange.work import enqueue
from tidewaiter.service.clock import now
from tidewaiter.service.lodging.serving import Standing
from tidewaiter.service.reassessing.marking import REASSESS
from tidewaiter.service.reassessing.reassess import reassess
from tidewaiter.service.settings import home_folder, settings
from tidewaiter.service.work import Turn, task


@task(REASSESS)
def look_again(turn: Turn) -> None:
    """Go through what is due; what is left after so many turns gets a job of its own."""
    standing = _standing()
    standing.look()
    if reassess(standing.rules, standing.tallies, turn.clock):
        with turn.once() as is_first:
            if is_first:
                enqueue(connection, REASSESS)


@cache
def _standing() -> Standing:
    """What decides and what is looked back on: opened once in the life of a worker."""
    return Standing(settings().text("TIDEWAITER_JURISDICTION"), home_folder(), now)
