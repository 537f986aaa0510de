"""Run the tests of the store on a PostgreSQL 15 of the system's, by its address, in a folder that goes away."""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from tools.own_database import OF_TESTS, OF_WORKERS

PROGRAMS: Final = Path("/usr/lib/postgresql/15/bin")
ACCOUNT: Final = "postgres"
KEEPER: Final = "keeper"
QUICK: Final = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off"
"""A server for tests alone may forget at a power cut."""
TESTS: Final = ("-q", "-m", "not slow", "--dist", "worksteal", "-p", "tools.own_database", "tests/store")


def main() -> int:
    """Install where that may be, start, test, stop; the exit code is pytest's.

    The first word says how many workers, the others are pytest's.
    """
    if not PROGRAMS.is_dir():
        _install()
    workers, words = int(sys.argv[1]), sys.argv[2:]
    with tempfile.TemporaryDirectory() as name, ExitStack() as servers:
        folder = Path(name)
        folder.chmod(0o711)
        # A server for each: a cursor of the service waits while any database of its server is written to.
        addresses = [servers.enter_context(_server(folder / f"{number}")) for number in range(workers)]
        environment = {**os.environ, OF_TESTS: addresses[0], OF_WORKERS: " ".join(addresses)}
        tests = [sys.executable, "-m", "pytest", "-n", str(workers), *TESTS, *words]
        return subprocess.run(tests, check=False, env=environment).returncode  # noqa: S603 - our own words


def _install() -> None:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        sys.exit("PostgreSQL 15 is needed and cannot be installed from here: apt-get install postgresql-15")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["/usr/bin/apt-get", "update", "-qq"], check=True, env=quiet)
    subprocess.run(
        ["/usr/bin/apt-get", "install", "-y", "-qq", "postgresql-15"], check=True, env=quiet, stdout=subprocess.DEVNULL
    )


def _other_account() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then it runs under the account that Debian made for it."""
    if os.geteuid() != 0:
        return {}
    found = pwd.getpwnam(ACCOUNT)
    return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": (), "cwd": "/"}


@contextmanager
def _server(folder: Path) -> Iterator[str]:
    """A server of its own data, by the address of its keeper."""
    account, password, port = _other_account(), secrets.token_urlsafe(16), _free_port()
    kept, data = folder / "password", folder / "cluster" / "data"
    data.parent.mkdir(mode=0o700, parents=True)
    folder.chmod(0o711)
    kept.write_text(password)
    for path in (kept, data.parent) if account else ():
        os.chown(path, account["user"], account["group"])
    words = ["--auth=scram-sha-256", f"--username={KEEPER}", f"--pwfile={kept}", "--encoding=UTF8", "--locale=C"]
    _run([str(PROGRAMS / "initdb"), f"--pgdata={data}", "--no-sync", *words], account)
    told = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= {QUICK}"
    control = [str(PROGRAMS / "pg_ctl"), "-D", str(data), "-w"]
    _run([*control, "-l", str(data.parent / "log"), "-o", told, "start"], account)
    try:
        yield f"postgresql://{KEEPER}:{password}@127.0.0.1:{port}/postgres"
    finally:
        _run([*control, "-m", "fast", "stop"], account)


def _run(command: list[str], account: dict[str, Any]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **account)  # noqa: S603 - our own words


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
