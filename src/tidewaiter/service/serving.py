"""Use case: the whole service in one command: database, schema, web; watched until it is told to stop."""

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.error import URLError

from tidewaiter.model.errors import DatabaseFault, EnvironmentFault, WrongUse
from tidewaiter.service.children import Child, stop_all
from tidewaiter.service.database import APP_VARIABLE, database, options
from tidewaiter.service.own_address import look, own_address
from tidewaiter.service.parent import SERVED_BY
from tidewaiter.service.settings import home_folder, settings
from tidewaiter.store import postgres

LOCK: Final = "serve.pid"
LOOK_S: Final = 0.2
STOP_S: Final = 15.0
READY_S: Final = 120.0
Told = Callable[[str], None]

ONE_THREAD: Final = {"POLARS_MAX_THREADS": "1"}
"""What works on few rows at a time gains nothing by the engine's threads: handing over to them costs a fifth more."""

MIGHTIER: Final = ("TIDEWAITER_DATABASE_URL", "TIDEWAITER_DATABASE_AUDIT_URL")
"""Addresses that the web process is not given: a fault in it then reaches no further than the app's account."""


def serve(told: Told, *, port: int | None = None) -> None:
    """Serve in the foreground until SIGTERM or SIGINT; ``told`` hears a sentence at each step.

    What dies is started again: the database is ready within seconds after a kill, requests meanwhile get 503.
    """
    stopping = threading.Event()
    for word in (signal.SIGTERM, signal.SIGINT):
        signal.signal(word, lambda *_: stopping.set())
    environment = dict(os.environ)
    if port is not None:
        environment["TIDEWAITER_PORT"] = str(port)
    environment[SERVED_BY] = str(os.getpid())
    told_settings = settings(environment)
    home = home_folder()
    with _only_one(home):
        was_running = _runs(home)
        children: list[Child] = []
        found = database(home)
        address = own_address(told_settings)
        try:
            told("The database answers.")
            _migrate(environment)
            children += _children(environment, found.app)
            for child in children:
                child.watch()
            _await(address, children[0], stopping)
            told(f"Tidewaiter answers at {address}. Stop it: tidewaiter serve --stop")
            _watch(children, home, stopping, told, is_own=found.source == "embedded")
        finally:
            stop_all(children, STOP_S)
            if found.source == "embedded" and not was_running:
                postgres.stop(home, options(settings()))
    told("Stopped.")


def stop_serving(home: Path | None = None) -> bool:
    """Tell the service under ``home`` to stop and wait for it; False where none runs."""
    path = (home or home_folder()) / LOCK
    pid = _holder(path)
    if pid is None:
        return False
    os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + 2 * STOP_S
    while _holder(path) == pid:
        if time.monotonic() > until:
            raise EnvironmentFault(f"The service (process {pid}) does not stop.")
        time.sleep(LOOK_S)
    return True


def is_serving(home: Path) -> bool:
    """True while a service of this home folder runs."""
    with suppress(FileNotFoundError), (home / LOCK).open("r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _children(environment: Mapping[str, str], app: str) -> list[Child]:
    """The web first; all but the keeper are given the app's account alone."""
    as_app = {name: text for name, text in environment.items() if name not in MIGHTIER} | {APP_VARIABLE: app}
    return [
        Child("web", [sys.executable, "-m", "tidewaiter.site"], as_app),
        Child("batcher", [sys.executable, "-m", "tidewaiter.service.lodging"], ONE_THREAD | as_app),
        Child("worker", [sys.executable, "-m", "tidewaiter.service.working"], ONE_THREAD | as_app),
        Child("keeper", [sys.executable, "-m", "tidewaiter.service.keeping"], environment),
    ]


def _watch(children: list[Child], home: Path, stopping: threading.Event, told: Told, *, is_own: bool) -> None:
    while not stopping.wait(LOOK_S):
        for child in children:
            if child.watch():
                told(f"{child.name} had ended and was started again.")
        if is_own and not _runs(home):
            told("The database had ended and is started again.")
            with suppress(DatabaseFault):  # a full disk, say: the next look tries again
                database(home)


def _runs(home: Path) -> bool:
    return not settings().text("TIDEWAITER_DATABASE_URL") and postgres.is_running(home)


def _migrate(environment: dict[str, str]) -> None:
    """As the owner, and so in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tidewaiter", "db", "migrate"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DatabaseFault(f"The schema could not be brought to this edition: {done.stderr.strip()}")


def _await(address: str, web: Child, stopping: threading.Event) -> None:
    """Wait until the web server answers; one that ends at once, as on a port that is taken, is told."""
    until = time.monotonic() + READY_S
    while time.monotonic() < until and not stopping.is_set():
        if web.process is not None and web.process.poll() is not None:
            raise EnvironmentFault(f"The web server ended at once. Is {address} taken? Choose another with --port.")
        with suppress(URLError, OSError), look(f"{address}/healthz", LOOK_S):
            return
        time.sleep(LOOK_S)
    if not stopping.is_set():
        raise EnvironmentFault(f"The web server does not answer at {address}.")


@contextmanager
def _only_one(home: Path) -> Iterator[None]:
    """One service to a home folder; the lock ends with its process, however that ends."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / LOCK).open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise WrongUse("The service of this home folder runs already. Stop it: tidewaiter serve --stop") from taken
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
        lock.truncate(0)


def _holder(path: Path) -> int | None:
    """Process that holds the lock; None where nobody does."""
    with suppress(FileNotFoundError), path.open("r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            text = lock.read().strip()
            return int(text) if text.isdecimal() else None
    return None
