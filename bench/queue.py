"""The queue of a million open cases: first, filtered and thousandth page, counts, and the export of all of it.

``python -m bench.queue --cases 1000000 --home DIR`` fills a database of its own below DIR once, and measures each time.
Times are those of the service's own calls, transaction and all; memory is that of this process.
"""

import argparse
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import quantiles
from typing import Final

import psycopg

from tidewaiter.service.bootstrap import begin
from tidewaiter.store.postgres import Database, Options, running
from tidewaiter.store.rights import Actor

NOW: Final = datetime(2026, 10, 20, tzinfo=UTC)
AT_ONCE: Final = 50_000
TURNS: Final = 40
LIMIT_MS: Final = 200
GROWTH_MAX_MB: Final = 200
AUDITOR: Final = Actor("u1", frozenset({"auditor"}))
OFFICER: Final = Actor("o1", frozenset({"officer"}), office="DE", limit_minor=5_000)
AGENCY: Final = Actor("a1", frozenset({"agency_officer"}), agency="wildlife")
FILL: Final = """
insert into case_event (case_id, seq, kind, at, told)
select gen_random_uuid(), 1, 'opened', %s + n * interval '1 ms', jsonb_build_object(
    'version', 1, 'items', jsonb_build_array(1, 2), 'needs', jsonb_build_array('presentation'),
    'agencies', case when n %% 20 = 0 then jsonb_build_array('wildlife') else '[]'::jsonb end,
    'filing', jsonb_build_object(
        'reference', 'R' || lpad(n::text, 9, '0'), 'barcode', 'LX' || lpad(n::text, 9, '0') || 'CN',
        'filer', 'f' || n %% 50, 'office', case when n %% 3 = 0 then 'FR' else 'DE' end,
        'lane', case when n %% 100 = 7 then 'divert' else 'hold' end,
        'amount_minor', n %% 90000, 'currency', 'EUR', 'priority', 1 + n %% 7))
from generate_series(%s, %s) as n
"""


def main() -> int:
    """Fill if need be, measure, say what was found; 1 where a page takes longer than it may."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--cases", type=int, default=1_000_000)
    asked.add_argument("--home", type=Path, required=True)
    told = asked.parse_args()
    os.environ["TIDEWAITER_HOME"] = str(told.home)
    told.home.mkdir(parents=True, exist_ok=True)
    database = running(told.home, Options())
    _filled(database, told.cases)
    begin(database.app)
    slow = [name for name, call in _calls() if _measured(name, call) > LIMIT_MS]
    growth = _exported(told.cases)
    return 1 if slow or growth > GROWTH_MAX_MB else 0


def _filled(database: Database, cases: int) -> None:
    script = (
        "import sys; from tidewaiter.service.bootstrap import begin; begin(sys.argv[1])\n"
        "from tidewaiter.store.schema import migrate; migrate()"
    )
    subprocess.run([sys.executable, "-c", script, database.owner], check=True)
    with psycopg.connect(database.owner) as owner:
        row = owner.execute("select count(*) from desk_case").fetchone()
        there = int(row[0]) if row else 0
        started = time.perf_counter()
        for low in range(there, cases, AT_ONCE):
            owner.execute(FILL, [NOW, low, min(low + AT_ONCE, cases) - 1])
            owner.commit()
        print(f"filled {cases - there:,} cases in {time.perf_counter() - started:.0f} s")
        owner.autocommit = True
        for table in ("desk_case", "case_agency"):
            owner.execute(f"vacuum analyze {table}")


def _calls() -> list[tuple[str, Callable[[], object]]]:
    from tidewaiter.service import queue  # noqa: PLC0415 - the database is chosen by now
    from tidewaiter.service.queue_filters import Filters  # noqa: PLC0415 - the same

    every = Filters()
    narrowed = {
        "lane divert": Filters(lane="divert"),
        "lane release (none)": Filters(lane="release"),
        "assigned to me (none)": Filters(assigned="me"),
        "with a question (none)": Filters(has_question=True),
        "overdue (none)": Filters(is_overdue=True),
        "decision held (none)": Filters(decision="held"),
        "text R00012": Filters(text="R00012"),
        "text of one barcode": Filters(text="LX000123456CN"),
    }
    calls: list[tuple[str, Callable[[], object]]] = []
    for who, actor in (("officer", OFFICER), ("auditor", AUDITOR), ("agency", AGENCY)):
        calls.append((f"{who}: first page", partial(queue.page, actor, every, now=NOW)))
        calls.append((f"{who}: page 1,000", partial(queue.page, actor, every, now=NOW, number=1_000)))
        calls.append((f"{who}: count", partial(queue.count, actor, every, now=NOW)))
        for name, filters in narrowed.items():
            calls.append((f"{who}: {name}", partial(queue.page, actor, filters, now=NOW)))
    return calls


def _measured(name: str, call: Callable[[], object]) -> float:
    """The slowest but one in twenty, in milliseconds."""
    call()
    times = []
    for _ in range(TURNS):
        started = time.perf_counter()
        call()
        times.append((time.perf_counter() - started) * 1_000)
    slowest = quantiles(times, n=20)[-1]
    print(f"{name:34} best {min(times):7.1f} ms   p95 {slowest:7.1f} ms")
    return slowest


def _exported(cases: int) -> float:
    """Memory grown by the export of everything, in MB; a wrong count ends the bench."""
    from tidewaiter.service import queue  # noqa: PLC0415 - the database is chosen by now
    from tidewaiter.service.queue_filters import Filters  # noqa: PLC0415 - the same

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    rows = sum(1 for _ in queue.export(AUDITOR, Filters(), now=NOW))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1_024
    print(f"export of {rows:,} rows in {time.perf_counter() - started:.0f} s, memory grown by {grown:.0f} MB")
    if rows != cases:
        raise SystemExit(f"{cases:,} cases, but {rows:,} rows exported")
    return grown


if __name__ == "__main__":
    sys.exit(main())
