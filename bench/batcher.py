"""Messages: how long a batch takes, what a message costs beside the plan alone, and what the disk itself allows.

The unit of work is a plain file that is appended to and synced: the least that a lasting commit can cost.
"""

import argparse
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import quantiles
from typing import Any

import msgspec

from tidewaiter.pipeline.plan import Chunk
from tidewaiter.runners.batcher.answering import Answers
from tidewaiter.runners.batcher.batcher import Batcher
from tidewaiter.runners.batcher.deciding import Decided, InForce, bare_chunk, decide
from tidewaiter.runners.batcher.looking_back import Nothing, Past
from tidewaiter.runners.batcher.message import Kept, Message
from tidewaiter.service.batcher import in_force
from tidewaiter.service.settings import home_folder
from tidewaiter.world.write import write_sample

DAY = date(2026, 10, 20)
MOMENT = datetime(2026, 10, 20, tzinfo=UTC)
SIZES = (1, 10, 100, 1_000)


class SyncedFile:
    """A unit of work that appends what was decided to a file and syncs it."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab")
        self.count = 0

    def kept(self, calls: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Kept]:  # noqa: ARG002 - no keys here
        """Nothing."""
        return {}

    def commit(self, batch: Decided, answers: Answers) -> list[Mapping[str, Any]]:
        """One line a message, then one sync."""
        for message, (_, told) in zip(batch.messages, answers, strict=True):
            self._file.write(message.body + b"\n" + msgspec.json.encode(told) + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        first, self.count = self.count, self.count + len(batch.messages)
        return [{"number": number} for number in range(first, self.count)]


def commits_per_s(folder: Path, seconds: float = 1.0) -> float:
    """How often this disk makes 4 KiB lasting in a second."""
    count, started = 0, time.perf_counter()
    with (folder / "commits").open("ab") as file:
        while time.perf_counter() - started < seconds:
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
            count += 1
    return count / (time.perf_counter() - started)


def figures(work: Callable[[int], object], rounds: int) -> tuple[float, float, float]:
    """Milliseconds a round: the middle, the 99th of a hundred, process time."""
    walls = []
    cpu = time.process_time()
    for number in range(rounds):
        started = time.perf_counter()
        work(number)
        walls.append((time.perf_counter() - started) * 1e3)
    cut = quantiles(walls, n=100, method="inclusive")
    return cut[49], cut[98], (time.process_time() - cpu) * 1e3 / rounds


def batches(rules: InForce, bodies: list[bytes], folder: Path) -> None:
    """A line for each size of batch: the whole way, and the wide plan alone on the same filings."""
    print(f"{'batch':>6}{'p50 ms':>9}{'p99 ms':>9}{'cpu ms':>9}{'cpu/message':>13}{'plan alone':>12}{'ratio':>7}")
    for size in SIZES:
        rounds = max(10, 60 // size)
        unit, past = SyncedFile(folder / f"unit-{size}"), Past(Nothing())
        parts = [_some(bodies, number * size, size) for number in range(rounds + 3)]
        chunks = [bare_chunk(rules, part, MOMENT, past) for part in parts[:rounds]]

        def whole(number: int, unit: SyncedFile = unit, past: Past = past, parts: list[list[Message]] = parts) -> None:
            from tidewaiter.runners.batcher.answering import answers  # noqa: PLC0415 - beside what it measures

            batch = decide(rules, parts[number], MOMENT, past)
            unit.commit(batch, answers(batch))

        def plan(number: int, chunks: list[Chunk] = chunks) -> None:
            rules.clearance.wide.run(Chunk(chunks[number].filings, chunks[number].items), after=rules.clearance.shared)

        for number in range(3):
            whole(number)
        middle, late, cpu = figures(whole, rounds)
        alone = figures(plan, rounds)[2]
        print(
            f"{size:>6}{middle:>9.1f}{late:>9.1f}{cpu:>9.1f}{cpu / size:>13.3f}{alone / size:>12.3f}{cpu / alone:>7.2f}"
        )


def _some(bodies: list[bytes], start: int, size: int) -> list[Message]:
    return [Message(f"m{at}", bodies[at % len(bodies)]) for at in range(start, start + size)]


def callers(rules: InForce, bodies: list[bytes], folder: Path, count: int, seconds: float) -> None:
    """So many callers, each with one message at a time: messages a second, and how long each waits."""
    walls: list[float] = []
    unit = SyncedFile(folder / "callers")
    numbers, lock, until = iter(range(1 << 30)), threading.Lock(), time.perf_counter() + seconds
    past = Past(Nothing())
    with Batcher(lambda: rules, lambda: past, unit, lambda: MOMENT) as batcher:

        def call() -> None:
            while time.perf_counter() < until:
                with lock:
                    number = next(numbers)
                started = time.perf_counter()
                batcher.put(Message(f"c{number}", bodies[number % len(bodies)])).wait(60)
                walls.append((time.perf_counter() - started) * 1e3)

        threads = [threading.Thread(target=call) for _ in range(count)]
        cpu, started = time.process_time(), time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        lasted = time.perf_counter() - started
    cut = quantiles(walls, n=100, method="inclusive")
    spent = (time.process_time() - cpu) * 1e3 / len(walls)
    print(
        f"{count:>5} callers: {len(walls) / lasted:>7.0f} messages/s   p50 {cut[49]:>7.1f} ms   p99 {cut[98]:>7.1f} ms "
        f"  {spent:.2f} cpu ms a message"
    )


def main() -> int:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--messages", type=int, default=4_000)
    asked.add_argument("--seconds", type=float, default=5.0)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        day = write_sample(folder, options.messages, 7, "EU", DAY, form="ndjson", dirt=0.0, faults=0.0)
        bodies = day.read_bytes().splitlines()
        rules = in_force("EU", home=home_folder())
        print(f"load {os.getloadavg()[0]:.1f}; this disk makes {commits_per_s(folder):.0f} commits of 4 KiB a second")
        batches(rules, bodies, folder)
        for count in (1, 16, 64, 256):
            callers(rules, bodies, folder, count, options.seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
