"""Look-ups of the sorter over HTTP with a million parcels in the table: 100 a second, as an open model sends them.

``python -m bench.sorter --parcels 1000000 --home DIR`` fills a home folder of its own once, serves it on a free port
and measures; one barcode in ten is of nobody. Latency counts from the moment a call was due.
"""

import argparse
import hashlib
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import quantiles
from typing import Final
from urllib.error import URLError
from urllib.request import urlopen

import psycopg

from bench.sending import Asked, send
from tidewaiter.service.database import database, migrate

CARRIER: Final = "CARRIER"
KEY: Final = "tw_sortsort_for-this-measurement-alone-and-of-some-length"
AT_ONCE: Final = 100_000
LIMIT_MS: Final = 50
START_S: Final = 120
FILINGS: Final = """
insert into filing (id, seq, reference, filing_kind, version, filer, office, barcodes, carrier, jurisdiction, status,
    decided_at, told, items)
select md5(n::text)::uuid, n, 'C' || n, 'import', 1, 'F' || n %% 97, 'DE', array['P' || n], %s, 'EU', 'released',
    now(), '{}', '[]' from generate_series(%s::int, %s) n
"""
LANES: Final = """
insert into lane (barcode, filing, carrier, lane, changed_at, in_hand_at)
select 'P' || n, md5(n::text)::uuid, %s, case n %% 100 when 7 then 'divert' when 8 then 'hold' else 'release' end,
    now(), now() from generate_series(%s::int, %s) n
"""
CLIENT: Final = """
insert into api_client (id, name, prefix, secret_hash, roles, scopes, party, made_by, made_at, expires_at)
values (gen_random_uuid(), 'sorter', 'tw_sortsort', %s, '{carrier}', '{sorter}', %s, 'bench', now(),
    now() + interval '1 year')
"""


def filled(owner: str, parcels: int) -> None:
    """Parcels in the hands of one carrier, and its key; nothing where they are there."""
    with psycopg.connect(owner) as link:
        row = link.execute("select coalesce(max(seq), 0) from filing").fetchone()
        there = int(row[0]) if row else 0
        if not there:
            link.execute(
                "insert into party (id, name, kind, proposed_by, made_at) values (%s, %s, 'carrier', 'bench', now())",
                [CARRIER, CARRIER],
            )
            link.execute(CLIENT, [hashlib.sha256(KEY.encode()).digest(), CARRIER])
        link.execute("alter table lane disable trigger in_hand")
        for first in range(there + 1, parcels + 1, AT_ONCE):
            last = min(first + AT_ONCE - 1, parcels)
            link.execute(FILINGS, [CARRIER, first, last])
            link.execute(LANES, [CARRIER, first, last])
            print(f"filled {last:,}", flush=True)
        link.execute("alter table lane enable trigger in_hand")
    if there < parcels:
        with psycopg.connect(owner, autocommit=True) as link:
            link.execute("vacuum analyze filing")
            link.execute("vacuum analyze lane")


@contextmanager
def serving() -> Iterator[str]:
    """The address of the service, in a process of its own."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    command = [sys.executable, "-m", "tidewaiter", "serve", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address, until = f"http://127.0.0.1:{port}", time.monotonic() + START_S
    try:
        while not _is_ready(address):
            if time.monotonic() > until:
                raise TimeoutError(f"The service was not ready within {START_S} s.")
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(60)


def _is_ready(address: str) -> bool:
    with suppress(URLError, OSError), urlopen(f"{address}/readyz", timeout=5):  # noqa: S310 - our own address
        return True
    return False


def main() -> int:
    """Fill if need be, measure, say what was found; 1 where a look-up takes longer than it may."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--parcels", type=int, default=1_000_000)
    asked.add_argument("--home", type=Path, required=True)
    asked.add_argument("--seconds", type=float, default=20.0)
    asked.add_argument("--per-second", type=float, default=100.0)
    asked.add_argument("--fill", action="store_true", help="fill alone")
    told = asked.parse_args()
    told.home.mkdir(parents=True, exist_ok=True)
    os.environ |= {"TIDEWAITER_HOME": str(told.home.resolve()), "TIDEWAITER_CLIENT_RATE": "10000"}
    migrate()
    filled(database().owner, told.parcels)
    if told.fill:
        return 0
    draw = random.Random(1)
    calls: list[Asked] = [
        ("GET", f"/v1/sorter/{'P' if draw.random() < 0.9 else 'N'}{draw.randint(1, told.parcels)}", None)  # noqa: PLR2004 - nine in ten
        for _ in range(int(told.per_second * told.seconds))
    ]
    with serving() as address:
        send(address, KEY, calls[:200], told.per_second)
        sent = send(address, KEY, calls, told.per_second)
    cut = [value * 1e3 for value in quantiles(sent.took_s, n=1000, method="inclusive")]
    print(
        f"sorter, {told.parcels:,} parcels, {told.per_second:.0f}/s, load {os.getloadavg()[0]:.1f}: "
        f"p50 {cut[499]:.1f} ms, p99 {cut[989]:.1f} ms, p99.9 {cut[998]:.1f} ms, slowest {max(sent.took_s) * 1e3:.1f} ms, {dict(sent.answers)}"
    )
    return int(cut[989] > LIMIT_MS)


if __name__ == "__main__":
    sys.exit(main())
