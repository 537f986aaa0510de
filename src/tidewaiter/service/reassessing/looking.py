"""Looks at what was marked, beside the worker's jobs: some seconds after it came, and never for long at a stretch."""

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Event
from time import monotonic
from typing import Final

from django.db import Error, connection

from tidewaiter.exchange.reassessing import is_any_due
from tidewaiter.model.errors import TidewaiterError
from tidewaiter.service.lodging.serving import Standing
from tidewaiter.service.reassessing.reassess import reassess
from tidewaiter.service.reassessing.sieve import Sieve
from tidewaiter.service.settings import home_folder, settings
from tidewaiter.service.work import SERVICE
from tidewaiter.store.access import acting

SETTLED_S: Final = 5.0
"""Seconds from the first mark of a key until it is looked at, with all that came meanwhile."""
LOOK_S: Final = 1.0
RESTS: Final = 3.0
"""How many times as long as a turn lasted the next one waits: single filings need the processor first."""
REST_MAX_S: Final = 60.0
LOG: Final = logging.getLogger("tidewaiter.work")


def look_until(stop: Event, clock: Callable[[], datetime]) -> None:
    """Look, turn by turn, until told to stop; a database that goes away ends it. Rules are opened at the first mark."""
    standing: Standing | None = None
    sieve, pause_s = None, LOOK_S
    while not stop.wait(pause_s):
        if not _is_due():
            pause_s = LOOK_S
            continue
        began, rules = monotonic(), standing.rules if standing else None
        try:
            standing = standing or Standing(settings().text("TIDEWAITER_JURISDICTION"), home_folder(), clock, stop)
            standing.look()
            if sieve is None or standing.rules is not rules:
                sieve = Sieve(standing.rules.clearance.rules)
            began = monotonic()
            turns = reassess(standing.rules, standing.tallies, clock, 1, SETTLED_S, sieve)
        except Error:
            raise
        except Exception as fault:  # noqa: BLE001 - the marks stay: what cannot be looked at now is tried again
            LOG.warning("later arrivals cannot be looked at", exc_info=fault)
            pause_s = min(2 * max(pause_s, LOOK_S), REST_MAX_S)
        else:
            pause_s = min(RESTS * (monotonic() - began), REST_MAX_S) if turns else LOOK_S


def _is_due() -> bool:
    with acting(SERVICE, [SERVICE]):
        return is_any_due(connection)
