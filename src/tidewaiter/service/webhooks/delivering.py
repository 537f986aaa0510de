"""Deliveries of the outbox, turn after turn, beside the jobs: what is new is dealt, what is due is sent."""

import json
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import groupby
from queue import SimpleQueue
from time import monotonic
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
ADDRESS_S: Final = 20.0
"""Seconds that one address may take of a turn; the call that is under way then is the last."""
TURN_S: Final = 60.0
"""Seconds after which a turn begins no further call: with the longest call it ends well within a lease."""
Outcomes = SimpleQueue[tuple[Due, Told | None]]
Way = Callable[[Target, dict[str, str], bytes], Told]


class Deliverer:
    """Sends what is due; ``inner`` are networks that may be called although they are not public."""

    def __init__(
        self,
        seal: Seal,
        clock: Callable[[], datetime],
        inner: Sequence[Network] = (),
        way: Way = send,
        address_s: float = ADDRESS_S,
    ) -> None:
        self._seal, self._clock, self._inner, self._way = seal, clock, inner, way
        self._address_s = address_s

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
        outcomes: Outcomes = SimpleQueue()
        begun = monotonic()
        with ThreadPoolExecutor(SIDE_BY_SIDE, "webhook") as threads:
            for deliveries in _by_address(found):
                threads.submit(self._send_all, deliveries, begun, outcomes)
            for _ in found:
                self._note(*outcomes.get())
        return len(found)

    def _send_all(self, deliveries: list[Due], begun: float, outcomes: Outcomes) -> None:
        """One address, one after the other; after a failure, or at the end of its time, the rest waits (None)."""
        ends = min(monotonic() + self._address_s, begun + TURN_S)
        for one in deliveries:
            became = self._became(one) if monotonic() < ends else None
            outcomes.put((one, became))
            if became is None or not became.is_delivered:
                ends = begun

    def _became(self, one: Due) -> Told:
        """What became of a try; a fault of our own is one of this address alone, and every delivery has an outcome."""
        try:
            return self._send(one)
        except Exception:
            LOG.exception("webhook not sent", extra={FIELDS: {"webhook": str(one.webhook)}})
            return Told(None, "broke off")

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


def _by_address(found: Sequence[Due]) -> list[list[Due]]:
    """The deliveries of each address; first who took what it was told, and of those who has waited longest."""
    groups = [list(group) for _, group in groupby(found, key=lambda one: one.webhook)]
    return sorted(groups, key=lambda group: (max(one.tries for one in group), group[0].at))


def _body(one: Due) -> bytes:
    told = {"type": one.kind, "timestamp": one.at.astimezone(UTC).isoformat(), "data": one.payload}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
