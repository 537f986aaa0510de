"""Tasks of tests, and a worker that knows them, in a process of its own."""

import os
import subprocess
import sys
import time

import psycopg
from django.db import connection

from tidewaiter.service.work import task

SCRIPT = "import sys, tests.builders_work; from tidewaiter.service.working import main; sys.exit(main())"


@task("test_add")
def add(turn, *, number, pause_ms=0):
    with turn.once() as is_first:
        if is_first:
            with connection.cursor() as cursor:
                cursor.execute("insert into effect (number) values (%s)", [number])
                cursor.execute("select pg_sleep(%s)", [pause_ms / 1000])


@task("test_fail")
def fail(turn, *, number):
    raise ValueError(f"canary {number}")


def effects_table(database):
    """A table of effects that the service may write; nothing stops it from holding one twice."""
    with psycopg.connect(database.owner) as owner:
        owner.execute("create table effect (number int)")
        owner.execute("grant select, insert on effect to tidewaiter_app")


def start_worker(database, home):
    """A worker of that database, as ``serve`` starts it."""
    environment = {**os.environ, "TIDEWAITER_HOME": str(home), "TIDEWAITER_DATABASE_APP_URL": database.app}
    return subprocess.Popen([sys.executable, "-c", SCRIPT], env=environment, stderr=subprocess.DEVNULL)


def await_that(holds, limit_s=30.0):
    """Wait until something holds; fails where it does not."""
    until = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < until, "it did not come to hold"
        time.sleep(0.05)
