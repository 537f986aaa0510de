"""Deliveries of the outbox, turn after turn, beside the jobs: what is new is dealt, what is due is sent."""

import json
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import groupby
from typing import Final

from django.db import connection

from tidewaiter.exchange import outbox
from tidewaiter.exchange.outbox import DEALT_AT_ONCE, Due
from tidewaiter.model.errors import AddressRefused, KeyRefused
from tidewaiter.service.log_lines import FIELDS
from tidewaiter.service.webhooks.addresses import Network, Target, target
from tidewaiter.service.webhooks.sending import GONE, Told, send
from tidewaiter.service.webhooks.signing import signed_headers
from tidewaiter.service.work import SERVICE
from tidewaiter.store.access import acting
from tidewaiter.store.sealing import Seal

LOG: Final = logging.getLogger("tidewaiter.webhooks")
SIDE_BY_SIDE: Final = 8
"""Addresses told at a time."""
Way = Callable[[Target, dict[str, str], bytes], Told]


class Deliverer:
    """Sends what is due; ``inner`` are networks that may be called although they are not public."""

    def __init__(
        self, seal: Seal, clock: Callable[[], datetime], inner: Sequence[Network] = (), way: Way = send
    ) -> None:
        self._seal, self._clock, self._inner, self._way = seal, clock, inner, way

    def begin(self) -> None:
        """Take over from a sender that died."""
        with acting(SERVICE, [SERVICE]):
            outbox.free_leases(connection)

    def turn(self) -> int:
        """Deal what is new, send what is due, keep what became of it; gives how many were sent."""
        dealt = DEALT_AT_ONCE
        while dealt == DEALT_AT_ONCE:
            with acting(SERVICE, [SERVICE]):
                dealt = outbox.deal(connection, self._clock())
        with acting(SERVICE, [SERVICE]):
            found = outbox.due(connection, self._clock())
        if not found:
            return 0
        by_address = [list(group) for _, group in groupby(found, key=lambda one: one.webhook)]
        with ThreadPoolExecutor(SIDE_BY_SIDE, "webhook") as threads:
            for tried in threads.map(self._send_all, by_address):
                for one, became in tried:
                    self._note(one, became)
        return len(found)

    def _send_all(self, deliveries: list[Due]) -> list[tuple[Due, Told | None]]:
        """One address, one after the other; after a failure the rest waits (None), for it would fail as well."""
        tried: list[tuple[Due, Told | None]] = []
        has_failed = False
        for one in deliveries:
            became = None if has_failed else self._send(one)
            has_failed = became is None or not became.is_delivered
            tried.append((one, became))
        return tried

    def _send(self, one: Due) -> Told:
        try:
            keys = [self._open(sealed, one) for sealed in (one.secret, one.old_secret) if sealed]
            place = target(one.url, self._inner)
        except (AddressRefused, KeyRefused) as fault:
            return Told(None, f"not sent: {fault.code}")
        body = _body(one)
        signed = signed_headers(f"msg_{one.message.hex}", int(self._clock().timestamp()), body, keys)
        return self._way(place, {"Content-Type": "application/json", "User-Agent": "tidewaiter", **signed}, body)

    def _open(self, sealed: bytes, one: Due) -> str:
        return self._seal.open(sealed, f"webhook/{one.webhook}").decode()

    def _note(self, one: Due, became: Told | None) -> None:
        now = self._clock()
        with acting(SERVICE, [SERVICE]):
            if became is None:
                outbox.postpone(connection, [one.id], now)
                return
            outbox.note(connection, one, became.status, None if became.is_delivered else became.fault, now)
            if not became.is_delivered and outbox.disable_if_hopeless(
                connection, one.webhook, now, is_gone=became.status == GONE
            ):
                LOG.warning("webhook disabled", extra={FIELDS: {"webhook": str(one.webhook)}})


def _body(one: Due) -> bytes:
    told = {"type": one.kind, "timestamp": one.at.astimezone(UTC).isoformat(), "data": one.payload}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
