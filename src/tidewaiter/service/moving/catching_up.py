"""Events that were told before a file brought their filings take effect on them."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.db import connection

from tidewaiter.exchange import movements
from tidewaiter.service.moving.leaves import log_movements
from tidewaiter.service.moving.presented import PRESENTED, take_effect
from tidewaiter.service.work import SERVICE
from tidewaiter.store.access import acting

CATCH_UP: Final = "presented_before_filed"
AT_ONCE: Final = 500


def catch_up(first: int, last: int, clock: Callable[[], datetime]) -> int:
    """Present the parcels of filings numbered ``first`` to ``last`` that were told of; gives how many filings.

    Some at a time, each time in a transaction of its own, so that who lodges meanwhile hardly waits.
    """
    count = 0
    while True:
        with acting(SERVICE, [SERVICE]):
            codes = movements.unheard(connection, PRESENTED, first, last, AT_ONCE)
            movements.hold_barcodes(connection, codes)
            now = clock()
            shown = take_effect(connection, codes, movements.moments(connection, PRESENTED, codes), now)
            log_movements([], shown, now)
        count += len(shown)
        if not shown:
            return count
