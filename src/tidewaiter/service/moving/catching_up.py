"""Events take effect some at a time: those of a long call, and those told before a file brought their filings."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from django.db import connection

from tidewaiter.exchange import movements
from tidewaiter.exchange.movements import Shown
from tidewaiter.exchange.work import enqueue
from tidewaiter.service.moving.leaves import log_movements
from tidewaiter.service.moving.presented import PRESENTED, take_effect
from tidewaiter.service.work import SERVICE
from tidewaiter.store.access import acting

CATCH_UP: Final = "presented_before_filed"
AT_ONCE: Final = 20
"""Parcels of one transaction: who lodges one of them waits that long (a case takes some 30 ms)."""


def take_effect_soon(barcodes: Sequence[str], now: datetime) -> list[Shown]:
    """Have events take effect: a few of them now, in the caller's transaction, and by a job what is more."""
    shown = take_effect(connection, barcodes[:AT_ONCE], now)
    reached = movements.numbers_of(connection, barcodes[AT_ONCE:])
    if reached is not None:
        enqueue(connection, CATCH_UP, first=reached[0], last=reached[1])
    return shown


def catch_up(first: int, last: int, clock: Callable[[], datetime]) -> int:
    """Present the parcels of filings numbered ``first`` to ``last`` that were told of; gives how many filings.

    Some at a time, each time in a transaction of its own, so that who lodges meanwhile hardly waits.
    """
    count = 0
    while True:
        with acting(SERVICE, [SERVICE]):
            codes = movements.unheard(connection, PRESENTED, first, last, AT_ONCE)
            movements.hold_barcodes(connection, movements.together_with(connection, codes))
            now = clock()
            shown = take_effect(connection, codes, now)
            log_movements([], shown, now)
        count += len(shown)
        if not shown:
            return count
