"""Run the tests of the store on a PostgreSQL 15 of the system's, by its address, in a folder that goes away."""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

PROGRAMS: Final = Path("/usr/lib/postgresql/15/bin")
ACCOUNT: Final = "postgres"
KEEPER: Final = "keeper"


def main() -> int:
    """Install where that may be, start, test, stop; the exit code is pytest's."""
    if not PROGRAMS.is_dir():
        _install()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o711)
        return _tested(folder, _other_account())


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


def _tested(folder: Path, account: dict[str, Any]) -> int:
    password, port = secrets.token_urlsafe(16), _free_port()
    kept, data = folder / "password", folder / "cluster" / "data"
    kept.write_text(password)
    data.parent.mkdir(mode=0o700)
    for path in (kept, data.parent) if account else ():
        os.chown(path, account["user"], account["group"])
    words = ["--auth=scram-sha-256", f"--username={KEEPER}", f"--pwfile={kept}", "--encoding=UTF8", "--locale=C"]
    _run([str(PROGRAMS / "initdb"), f"--pgdata={data}", *words], account)
    told = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c autovacuum=off"
    control = [str(PROGRAMS / "pg_ctl"), "-D", str(data), "-w"]
    _run([*control, "-l", str(data.parent / "log"), "-o", told, "start"], account)
    try:
        address = f"postgresql://{KEEPER}:{password}@127.0.0.1:{port}/postgres"
        environment = {**os.environ, "TIDEWAITER_TEST_DATABASE_URL": address}
        # One test at a time: a cursor of the service waits while any database of its server is written to.
        tests = [sys.executable, "-m", "pytest", "-q", "-m", "not slow", "tests/store", *sys.argv[1:]]
        return subprocess.run(tests, check=False, env=environment).returncode  # noqa: S603 - our own words
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
