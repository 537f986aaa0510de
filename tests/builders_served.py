"""The service in a process of its own: a home, an address, its children by name, and ways to kill them."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from tests.builders_database import removed
from tidewaiter.store.postgres.account import server_account
from tidewaiter.store.postgres.place import place_of
from tidewaiter.store.postgres.process import postmaster

READY_S = 10
START_S = 90
MODULES = {
    "web": "tidewaiter.site", "batcher": "tidewaiter.service.lodging",
    "worker": "tidewaiter.service.working", "keeper": "tidewaiter.service.keeping",
}  # fmt: skip


@dataclass
class Served:
    """A service that runs."""

    home: Path
    address: str
    process: "subprocess.Popen[bytes]"
    environment: dict[str, str]

    def ask(self, path, body=None, method=None, limit_s=15, **headers):
        """Status, headers and text of an answer; a link that breaks is an ``OSError``."""
        heads = {name.replace("_", "-"): value for name, value in headers.items()}
        request = Request(f"{self.address}{path}", data=body, method=method, headers=heads)  # noqa: S310 - our own address
        try:
            with urlopen(request, timeout=limit_s) as answer:  # noqa: S310 - our own address
                return answer.status, dict(answer.headers), answer.read().decode()
        except HTTPError as refused:
            with refused:
                return refused.code, dict(refused.headers), refused.read().decode()

    def ready(self, limit_s=READY_S):
        """Seconds until the service is ready; an ``AssertionError`` where that is not within the limit."""
        began = time.monotonic()
        while time.monotonic() - began < limit_s:
            with suppress(URLError, OSError):
                if self.ask("/readyz", limit_s=6)[0] == 200:
                    return time.monotonic() - began
            time.sleep(0.05)
        raise AssertionError(f"{self.address} was not ready within {limit_s} s: {self.why_not()}")

    def why_not(self):
        with suppress(URLError, OSError):
            return self.ask("/readyz", limit_s=2)[2]
        return "nobody answers"

    def pid(self, name):
        """The process of a child or of the ``database``; None where it does not run now."""
        if name == "database":
            found = postmaster(place_of(self.home, server_account()).data)
            return None if found is None else found.pid
        look = ["pgrep", "-P", str(self.process.pid), "-f", MODULES[name]]
        told = subprocess.run(look, capture_output=True, text=True, check=False).stdout.split()
        return int(told[0]) if told else None

    def kill(self, name):
        """As a machine that loses its power would; False where nothing of that name runs now."""
        pid = self.pid(name)
        if pid is None:
            return False
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        return True

    def say(self, *words, **more):
        """A command of the product in this home: its code, what it said, what it complained of."""
        done = subprocess.run(
            [sys.executable, "-m", "tidewaiter", *words],
            env={**self.environment, **more}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr

    def said(self, *words, **more):
        """What a command that succeeds said as JSON."""
        code, out, fault = self.say(*words, "--json", **more)
        assert code == 0, fault
        return json.loads(out)


@contextmanager
def served(home, **settings):
    """Serve ``home`` on a free port until the end; what it wrote lies beside it as ``serve.log``."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    environment = {**os.environ, "TIDEWAITER_HOME": str(home), **settings}
    command = [sys.executable, "-m", "tidewaiter", "serve", "--port", str(port)]
    with Path(f"{home}.log").open("ab") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    found = Served(Path(home), f"http://127.0.0.1:{port}", process, environment)
    try:
        found.ready(START_S)
        yield found
    finally:
        process.terminate()
        process.wait(60)
        removed(Path(home))
