"""The API under load: an open-model sender, which does not wait for answers, beside the disk's own rate.

Calls a service that runs (``--address``), with a key of the scopes lodge, status and sorter (``--key``). Latency counts
from the moment a call was due, so a service that falls behind shows it. Process time is read from /proc.
"""

import argparse
import http.client
import json
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from queue import Empty, Queue
from statistics import quantiles
from urllib.parse import urlsplit

from bench.batcher import commits_per_s
from tidewaiter.world.write import write_sample

Asked = tuple[str, str, bytes | None]
DAY = date(2026, 10, 20)
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
SENDERS = 128
SERVED = ("tidewaiter.site", "tidewaiter.service.lodging")


@dataclass
class Sent:
    """Seconds of each call from when it was due, and how each was answered."""

    took_s: list[float] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)


def bodies(count: int, seed: int) -> list[bytes]:
    """Filings of a made-up day, each with a name of its own."""
    with tempfile.TemporaryDirectory() as name:
        day = write_sample(Path(name), count, seed, "EU", DAY, form="ndjson", dirt=0.0, faults=0.0)
        lines = day.read_bytes().splitlines()
    made = []
    for number in range(count):
        told = json.loads(lines[number % len(lines)])
        told["consignment_id"] = told["parcel_id"] = f"B{seed}-{number}"
        made.append(json.dumps(told).encode())
    return made


def send(address: str, key: str, calls: list[Asked], per_s: float) -> Sent:
    """Send calls at a steady rate, whatever becomes of them; gives how long each took and what it was told."""
    due: Queue[tuple[float, Asked]] = Queue()
    sent, lock, is_over = Sent(), threading.Lock(), threading.Event()
    threads = [threading.Thread(target=_sender, args=(address, key, due, sent, lock, is_over)) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    began = time.perf_counter()
    for number, call in enumerate(calls):
        at = began + number / per_s
        time.sleep(max(0.0, at - time.perf_counter()))
        due.put((at, call))
    is_over.set()
    for thread in threads:
        thread.join()
    return sent


def _sender(
    address: str,
    key: str,
    due: "Queue[tuple[float, Asked]]",
    sent: Sent,
    lock: threading.Lock,
    is_over: threading.Event,
) -> None:
    to = urlsplit(address)
    line = http.client.HTTPConnection(to.hostname or "", to.port, timeout=60)
    heads = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    while True:
        try:
            at, (method, path, body) = due.get(timeout=0.05)
        except Empty:
            if is_over.is_set():
                return
            continue
        try:
            line.request(method, path, body, heads)
            answer = line.getresponse()
            answer.read()
            told = str(answer.status)
        except OSError as fault:
            line.close()
            told = type(fault).__name__
        with lock:
            sent.took_s.append(time.perf_counter() - at)
            sent.answers[told] += 1


def cpu_s() -> float:
    """Process time that web server and batcher have taken so far."""
    return sum(_ticks()) / TICKS_PER_S


def _ticks() -> Iterator[int]:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().decode(errors="replace")
            if any(name in words for name in SERVED):
                told = (process / "stat").read_text().rpartition(")")[2].split()
                yield int(told[11]) + int(told[12])
        except OSError:
            continue


def measured(name: str, address: str, key: str, calls: list[Asked], per_s: float) -> None:
    """One line: rate, latency, process time a call, answers."""
    before, began = cpu_s(), time.perf_counter()
    sent = send(address, key, calls, per_s)
    lasted, spent = time.perf_counter() - began, cpu_s() - before
    cut = [value * 1e3 for value in quantiles(sent.took_s, n=100, method="inclusive")]
    print(
        f"{name:<10}{per_s:>6.0f}/s asked {len(calls) / lasted:>7.0f}/s done   p50 {cut[49]:>8.1f} ms   "
        f"p99 {cut[98]:>8.1f} ms   {spent * 1e3 / len(calls):>6.2f} cpu ms a call   {dict(sent.answers)}"
    )


def main() -> int:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--address", default="http://127.0.0.1:8080")
    asked.add_argument("--key", required=True)
    asked.add_argument("--rates", type=float, nargs="+", default=[50, 200, 400])
    asked.add_argument("--seconds", type=float, default=10.0)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as name:
        print(
            f"load {os.getloadavg()[0]:.1f}; this disk makes {commits_per_s(Path(name)):.0f} commits of 4 KiB a second"
        )
    seed = int(time.time())
    for place, per_s in enumerate(options.rates):
        filings = bodies(int(per_s * options.seconds), seed + place)
        measured("lodge", options.address, options.key, [("POST", "/v1/consignments", one) for one in filings], per_s)
        lanes: list[Asked] = [("GET", f"/v1/sorter/B{seed + place}-{number}", None) for number in range(len(filings))]
        measured("sorter", options.address, options.key, lanes[: int(100 * options.seconds)], 100)
    return 0


if __name__ == "__main__":
    sys.exit(main())
