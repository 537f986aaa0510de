"""The service in one command: it answers, what dies comes back, it stops when it is told."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

from tests.builders_database import removed
from tidewaiter.store.postgres.account import server_account
from tidewaiter.store.postgres.place import place_of
from tidewaiter.store.postgres.process import postmaster

READY_S = 10
START_S = 90

pytestmark = pytest.mark.usefixtures("own_server")


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """A served home: its folder, its address, its process."""
    home = tmp_path_factory.mktemp("served") / "home"
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    environment = {**os.environ, "TIDEWAITER_HOME": str(home)}
    command = [sys.executable, "-m", "tidewaiter", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    _await_ready(address, START_S)
    yield home, address, process
    process.terminate()
    process.wait(60)
    removed(home)


def _get(address):
    try:
        with urlopen(address, timeout=5) as answer:  # noqa: S310 - our own address
            return answer.status, dict(answer.headers), answer.read().decode()
    except HTTPError as refused:
        return refused.code, dict(refused.headers), refused.read().decode()


def _await_ready(address, limit_s):
    began = time.monotonic()
    while time.monotonic() - began < limit_s:
        with suppress(URLError, OSError):
            if _get(f"{address}/readyz")[0] == 200:
                return time.monotonic() - began
        time.sleep(0.1)
    pytest.fail(f"{address} was not ready within {limit_s} s")


def test_it_says_that_it_lives_that_it_is_ready_and_how_much_it_does(service):
    _, address, _ = service

    ready = json.loads(_get(f"{address}/readyz")[2])
    figures = _get(f"{address}/metrics")[2]

    assert _get(f"{address}/healthz")[0] == 200
    assert {check["name"] for check in ready["checks"]} == {"database", "schema", "tariff"}
    assert 'tidewaiter_ready{check="database"} 1.0' in figures
    assert 'route="healthz"' in figures


def test_an_address_that_is_not_there_is_a_problem_told_in_json_and_no_label(service):
    _, address, _ = service

    status, headers, text = _get(f"{address}/parcel-of-canary")

    assert (status, json.loads(text)["status"]) == (404, 404)
    assert headers["content-type"] == "application/problem+json"
    assert "canary" not in _get(f"{address}/metrics")[2]


def test_a_killed_database_is_ready_again_soon(service):
    home, address, _ = service

    os.kill(postmaster(place_of(home, server_account()).data).pid, signal.SIGKILL)
    time.sleep(0.05)

    assert _await_ready(address, READY_S) <= READY_S


def test_a_killed_web_server_is_ready_again_soon(service):
    _, address, process = service
    look = ["pgrep", "-P", str(process.pid), "-f", "tidewaiter.site"]
    children = subprocess.run(look, capture_output=True, text=True, check=True)

    os.kill(int(children.stdout.split()[0]), signal.SIGKILL)
    time.sleep(0.05)

    assert _await_ready(address, READY_S) <= READY_S


def test_a_second_service_of_the_same_home_is_refused(service):
    home, _, _ = service

    told = subprocess.run(
        [sys.executable, "-m", "tidewaiter", "serve"],
        env={**os.environ, "TIDEWAITER_HOME": str(home)}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert told.returncode == 2
    assert "serve --stop" in told.stderr
