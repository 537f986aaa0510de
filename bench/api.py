"""The API under load: an open-model sender, which does not wait for answers, beside the disk's own rate.

Calls a service that runs (``--address``) under ``TIDEWAITER_HOME``, lodging with a key of its own (or ``--key``, of the
scopes lodge and status) and sorting as the carrier who told that the parcels are here. Latency counts
from the moment a call was due, so a service that falls behind shows it. What each part of the service under
``TIDEWAITER_HOME`` takes of the processor is read from /proc, and set beside what the plan alone takes of a message in
batches as large as those that were made. With ``--file N`` the same is measured while a file of N filings is cleared.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import quantiles

from bench.batcher import commits_per_s, figures
from bench.keys import CARRIER, keys
from bench.processes import SERVED, cpu_s
from bench.sending import Asked, idle_lines, send
from bench.traffic import write_day
from tidewaiter.client import Client
from tidewaiter.pipeline.plan import Chunk
from tidewaiter.runners.batcher.deciding import InForce, bare_chunk
from tidewaiter.runners.batcher.looking_back import Nothing, Past
from tidewaiter.runners.batcher.message import Message
from tidewaiter.service.batcher import in_force
from tidewaiter.service.settings import home_folder
from tidewaiter.world.write import write_sample

DAY = date(2026, 10, 20)
ROUNDS = 20
WARM, WARM_PER_S = 60, 30
AT_WORK = ("received", "working")
SORTED_PER_S, EVENTS = 100.0, 500


@dataclass(frozen=True)
class Service:
    """A service that runs, and the rules it decides by."""

    address: str
    key: str
    sorter: str
    home: Path
    rules: InForce


def bodies(count: int, seed: int) -> list[bytes]:
    """Filings of a made-up day, each with a name of its own."""
    with tempfile.TemporaryDirectory() as name:
        day = write_sample(Path(name), count, seed, "EU", DAY, form="ndjson", dirt=0.0, faults=0.0)
        lines = day.read_bytes().splitlines()
    made = []
    for number in range(count):
        told = json.loads(lines[number % len(lines)])
        told["consignment_id"] = told["parcel_id"] = f"B{seed}-{number}"
        told["carrier_id"] = CARRIER
        made.append(json.dumps(told).encode())
    return made


def measured(name: str, service: Service, key: str, calls: Sequence[Asked], per_s: float) -> None:
    """Two lines: rate, latency, answers; then process time a call by part, beside the plan alone."""
    before, began = cpu_s(service.home), time.perf_counter()
    sent = send(service.address, key, calls, per_s)
    lasted, spent = time.perf_counter() - began, cpu_s(service.home)
    spent.subtract(before)
    cut = [value * 1e3 for value in quantiles(sent.took_s, n=100, method="inclusive")]
    print(
        f"{name:<8}{per_s:>6.0f}/s asked{len(calls) / lasted:>7.0f}/s done   p50{cut[49]:>8.1f} ms   "
        f"p99{cut[98]:>8.1f} ms   {dict(sent.answers)}"
    )
    each = {part: spent[part] * 1e3 / len(calls) for part in spent if spent[part] > 0}
    line = "".join(f"   {part} {ms:.2f}" for part, ms in each.items())
    whole = sum(ms for part, ms in each.items() if part in SERVED)
    if sent.batches:
        size = len(calls) / len(sent.batches)
        alone = plan_alone(service.rules, [body for _, _, body in calls if body], max(1, round(size)))
        line += f"; a batch had {size:.1f}, the plan alone {alone:.2f}: {whole / alone:.1f} times"
    print(f"{'':<8}cpu ms a call: {whole:.2f}{line}", flush=True)


def plan_alone(rules: InForce, lines: Sequence[bytes], size: int) -> float:
    """Milliseconds of process time that the wide plan takes of a message, in batches of ``size``."""
    moment = datetime(2026, 10, 20, tzinfo=UTC)
    chunks = []
    for number in range(ROUNDS):
        part = [Message(f"m{at}", lines[at % len(lines)]) for at in range(number * size, number * size + size)]
        chunks.append(bare_chunk(rules, part, moment, Past(Nothing())))

    def plan(number: int) -> None:
        rules.clearance.wide.run(Chunk(chunks[number].filings, chunks[number].items), after=rules.clearance.shared)

    plan(0)
    return figures(plan, ROUNDS)[2] / size


def beside_a_file(service: Service, told: Path | int, rates: Sequence[float], seconds: float) -> None:
    """Lodging at each rate, again and again, for as long as a file, or one of so many filings, is worked on."""
    client = Client(service.address, service.key)
    with tempfile.TemporaryDirectory() as name:
        file = told if isinstance(told, Path) else next(write_day(Path(name) / "day", told).iterdir())
        job = client.hand_over(file)["job"]
    began, seed = time.perf_counter(), int(time.time())
    while (state := client.job(job)["state"]) in AT_WORK:
        print(f"file    {file.name} after {time.perf_counter() - began:.0f} s: {state}")
        seed += len(rates)
        at_rates(service, rates, seconds, seed)
    print(f"file    after {time.perf_counter() - began:.0f} s: {state}", flush=True)


def at_rates(service: Service, rates: Sequence[float], seconds: float, seed: int) -> None:
    """Lodging at each rate, and after it look-ups of the sorter."""
    for place, per_s in enumerate(rates):
        filings = bodies(int(per_s * seconds), seed + place)
        measured("lodge", service, service.key, [("POST", "/v1/consignments", one) for one in filings], per_s)
        barcodes = [f"B{seed + place}-{number}" for number in range(len(filings))][: int(SORTED_PER_S * seconds)]
        arrive(service, barcodes)
        lanes: list[Asked] = [("GET", f"/v1/sorter/{barcode}", None) for barcode in barcodes]
        measured("sorter", service, service.sorter, lanes, SORTED_PER_S)


def arrive(service: Service, barcodes: Sequence[str]) -> None:
    """The carrier tells that parcels are here: before that it learns no lane."""
    client, at = Client(service.address, service.sorter), datetime.now(UTC).isoformat()
    for start in range(0, len(barcodes), EVENTS):
        part = barcodes[start : start + EVENTS]
        client.tell_events([{"parcel_id": barcode, "event": "arrived", "at": at} for barcode in part])


def _file(told: str) -> Path | int:
    return int(told) if told.isdecimal() else Path(told)


def main() -> int:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--address", default="http://127.0.0.1:8080")
    asked.add_argument("--key", help="of a filer; without it the bench makes one")
    asked.add_argument("--rates", type=float, nargs="+", default=[50, 200, 400])
    asked.add_argument("--seconds", type=float, default=10.0)
    asked.add_argument("--file", type=_file, help="a file that is cleared beside, or how many filings one has to have")
    asked.add_argument("--idle", type=int, default=0, help="connections that are kept open beside and ask nothing")
    options = asked.parse_args()
    filer, sorter = keys()
    rules = in_force("EU", home=home_folder())
    service = Service(options.address, options.key or filer, sorter, home_folder(), rules)
    with tempfile.TemporaryDirectory() as name:
        rate = commits_per_s(Path(name))
    print(f"load {os.getloadavg()[0]:.1f}; this disk makes {rate:.0f} commits of 4 KiB a second", flush=True)
    lines = idle_lines(options.address, options.idle)
    warm = [("POST", "/v1/consignments", one) for one in bodies(WARM, int(time.time()) - 1)]
    send(service.address, service.key, warm, WARM_PER_S)
    at_rates(service, options.rates, options.seconds, int(time.time()))
    if options.file:
        beside_a_file(service, options.file, options.rates, options.seconds)
    for line in lines:
        line.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
