"""The API under load as ``bench.api`` measures it, on a service of its own in a fresh home, which goes away after."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from tidewaiter.store.postgres.account import server_account
from tidewaiter.store.postgres.place import place_of


def main() -> int:
    """Serve, measure, stop; what is said here is said to ``bench.api``."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # who is told to end stops the service first
    with tempfile.TemporaryDirectory(prefix="tidewaiter-served-") as name:
        home = Path(name, "home")
        os.environ["TIDEWAITER_HOME"] = str(home)
        port = _free_port()
        _run("tidewaiter", "serve", "--detach", "--port", str(port))
        try:
            words = ["--address", f"http://127.0.0.1:{port}", *sys.argv[1:]]
            return subprocess.run([sys.executable, "-m", "bench.api", *words], check=False).returncode
        finally:
            _run("tidewaiter", "serve", "--stop")
            shutil.rmtree(place_of(home, server_account()).root, ignore_errors=True)


def _run(module: str, *words: str) -> None:
    subprocess.run([sys.executable, "-m", module, *words], check=True, stdout=subprocess.DEVNULL)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
