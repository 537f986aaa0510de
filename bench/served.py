"""The API under load as ``bench.api`` measures it, on a service of its own in a fresh home, which goes away after."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tidewaiter.service.bootstrap import begin
from tidewaiter.service.database import database
from tidewaiter.store.postgres.account import server_account
from tidewaiter.store.postgres.place import place_of
from tidewaiter.store.rights import Actor

PARTY: Final = "F1"
SCOPES: Final = ("lodge", "status", "sorter")
MAKES_KEY: Final = "--key"


def main() -> int:
    """Serve, measure, stop; what is said here is said to ``bench.api``."""
    if sys.argv[1:] == [MAKES_KEY]:
        print(_key())
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # who is told to end stops the service first
    with tempfile.TemporaryDirectory(prefix="tidewaiter-served-") as name:
        home = Path(name, "home")
        os.environ["TIDEWAITER_HOME"] = str(home)
        port = _free_port()
        _run("tidewaiter", "serve", "--detach", "--port", str(port))
        try:
            key = _run("bench.served", MAKES_KEY).splitlines()[-1]
            words = ["--address", f"http://127.0.0.1:{port}", "--key", key, *sys.argv[1:]]
            return subprocess.run([sys.executable, "-m", "bench.api", *words], check=False).returncode
        finally:
            _run("tidewaiter", "serve", "--stop")
            shutil.rmtree(place_of(home, server_account()).root, ignore_errors=True)


def _run(module: str, *words: str) -> str:
    return subprocess.run([sys.executable, "-m", module, *words], check=True, stdout=subprocess.PIPE, text=True).stdout


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _key() -> str:
    """A key of a marketplace that may file for whomever, made by the owner of the database."""
    begin(database().owner)
    from tidewaiter.service.clients import make_key  # noqa: PLC0415 - the database is chosen by now
    from tidewaiter.service.parties import keep_party  # noqa: PLC0415 - the same

    now = datetime.now(UTC)
    keep_party(PARTY, "Marketplace", "marketplace", now, ["*"])
    admin = Actor("bench", frozenset({"admin"}))
    return make_key(admin, "machine", PARTY, ["marketplace"], list(SCOPES), now)


if __name__ == "__main__":
    sys.exit(main())
