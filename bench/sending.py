"""Sending: calls made at the moments they are due, whatever becomes of those before."""

import http.client
import re
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from queue import Queue
from typing import Final
from urllib.parse import urlsplit

Asked = tuple[str, str, bytes | None]
SENDERS: Final = 128
BATCH: Final = re.compile(rb'"batch":"([^"]+)"')
"""Where a receipt names the batch that its message was decided in."""


@dataclass
class Sent:
    """Seconds of each call from when it was due, how each was answered, how many messages each batch had."""

    took_s: list[float] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    batches: Counter[bytes] = field(default_factory=Counter)


def send(address: str, key: str, calls: Sequence[Asked], per_s: float) -> Sent:
    """Send calls at a steady rate; gives how long each took and what it was told."""
    due: Queue[tuple[float, Asked] | None] = Queue()
    sent, lock = Sent(), threading.Lock()
    threads = [threading.Thread(target=_sender, args=(address, key, due, sent, lock)) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    began = time.perf_counter()
    for number, call in enumerate(calls):
        at = began + number / per_s
        time.sleep(max(0.0, at - time.perf_counter()))
        due.put((at, call))
    for _ in threads:
        due.put(None)
    for thread in threads:
        thread.join()
    return sent


def _sender(address: str, key: str, due: "Queue[tuple[float, Asked] | None]", sent: Sent, lock: threading.Lock) -> None:
    to = urlsplit(address)
    line = http.client.HTTPConnection(to.hostname or "", to.port, timeout=60)
    heads = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    while (one := due.get()) is not None:
        at, (method, path, body) = one
        data = b""
        try:
            line.request(method, path, body, heads)
            answer = line.getresponse()
            data, told = answer.read(), str(answer.status)
        except (OSError, http.client.HTTPException) as fault:
            line.close()
            told = type(fault).__name__
        took_s, batch = time.perf_counter() - at, BATCH.search(data)
        with lock:
            sent.took_s.append(took_s)
            sent.answers[told] += 1
            if batch:
                sent.batches[batch[1]] += 1
    line.close()


def idle_lines(address: str, count: int) -> list[http.client.HTTPConnection]:
    """Connections that asked once and are kept open, as those of clients that come again later."""
    to, lines = urlsplit(address), []
    for _ in range(count):
        line = http.client.HTTPConnection(to.hostname or "", to.port, timeout=60)
        line.request("GET", "/healthz")
        line.getresponse().read()
        lines.append(line)
    return lines
