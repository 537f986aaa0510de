"""Use case: the service on a simulated day: left running, its runs loaded, an account for each role."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tidewaiter.model.errors import EnvironmentFault
from tidewaiter.service.detaching import serve_detached
from tidewaiter.service.serving import MIGHTIER, stop_serving
from tidewaiter.service.settings import HOME_VARIABLE, settings

HOME: Final = "service"
PORTS: Final = 50
"""So many ports are tried from the one that is set, where somebody else has it."""


class Served(NamedTuple):
    """Where the demonstration answers, who may sign in (name, role, place, password), and how it is stopped."""

    address: str
    accounts: Sequence[Mapping[str, str]]
    stop: str


def serve_demo(folder: Path, runs: Sequence[Path], told: Callable[[str], None], port: int | None = None) -> Served:
    """Serve the runs from a home of their own, ``folder/service``, with a database of our own whatever is set.

    One that runs there already is stopped and started anew; runs that it holds are not taken in twice.
    """
    home = (folder / HOME).resolve()
    kept = {name: text for name, text in os.environ.items() if name not in {*MIGHTIER, "TIDEWAITER_DATABASE_APP_URL"}}
    environment = {**kept, HOME_VARIABLE: str(home)}
    stop_serving(home)
    told("Starting the service ...")
    address = serve_detached(_free(port or settings().whole("TIDEWAITER_PORT")), environment)
    for run in runs:
        told(f"Taking in {run} ...")
        _say(environment, "tidewaiter", "load", str(run))
    accounts = json.loads(_say(environment, "tidewaiter.service.demo_accounts"))
    return Served(address, accounts, f"{HOME_VARIABLE}={home} tidewaiter serve --stop")


def _say(environment: Mapping[str, str], *words: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-m", *words], env=dict(environment), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise EnvironmentFault(f"{' '.join(words)} did not succeed: {done.stderr.strip()[-500:]}")
    return done.stdout


def _free(port: int) -> int:
    """The port, or the next one that nobody listens on."""
    for one in range(port, port + PORTS):
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind((settings().text("TIDEWAITER_HOST"), one))
            except OSError:
                continue
            return one
    raise EnvironmentFault(f"No port from {port} on is free. Choose one with --port.")
