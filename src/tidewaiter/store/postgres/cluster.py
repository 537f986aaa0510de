"""A data directory: laid out once, whole or not at all; its settings written anew at every start."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tidewaiter.model.errors import DatabaseFault
from tidewaiter.store.postgres.account import Account, own_name
from tidewaiter.store.postgres.binaries import Binaries
from tidewaiter.store.postgres.place import Place

KEEPER: Final = "postgres"
"""The superuser: by the machine's own word on who connects (peer), never by a password and never over a network."""
PORT: Final = 5432
"""Part of the socket's name; nothing listens on it."""
BUILTIN_LOCALE: Final = 17
"""First version whose order of text does not hang on the machine's C library."""
SETTINGS: Final[Mapping[str, str]] = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A reply after commit is a promise: these three are PostgreSQL's defaults, and are said so that nobody wonders.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "data_sync_retry": "off",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "5min",
    "logging_collector": "on",
    "log_filename": "postgresql-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_line_prefix": "%m [%p] %u@%d %a ",
    # What a statement says may be somebody's name: the log holds neither statements nor rows.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}


def lay_out(place: Place, programs: Binaries, account: Account) -> None:
    """Make the data directory beside its place and move it there when it is complete."""
    part = place.root / "data.part"
    shutil.rmtree(part, ignore_errors=True)
    text = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if programs.major >= BUILTIN_LOCALE else []
    command = [
        programs["initdb"], "--pgdata", str(part), "--username", KEEPER, "--auth-local=peer",
        "--auth-host=scram-sha-256", "--encoding=UTF8", "--locale=C", *text, "--data-checksums", "--no-instructions",
    ]  # fmt: skip
    made = subprocess.run(command, capture_output=True, text=True, check=False, **account.gives())  # noqa: S603 - our own words
    if made.returncode:
        shutil.rmtree(part, ignore_errors=True)
        raise DatabaseFault(f"The database cannot be laid out in {place.root}: {_last_line(made.stderr)}")
    (part / "pg_hba.conf").write_text(_who_may_connect(), encoding="utf-8")
    (part / "pg_ident.conf").write_text(_who_is_keeper(account), encoding="utf-8")
    with (part / "postgresql.conf").open("a", encoding="utf-8") as main:
        main.write("include = 'tidewaiter.conf'\n")
    part.rename(place.data)


def _who_may_connect() -> str:
    return (
        "# Written by Tidewaiter. The superuser is the account that keeps the server; all others need their password.\n"
        f"local all {KEEPER} peer map=keeper\n"
        f"local all all scram-sha-256\n"
        f"host all {KEEPER} all reject\n"
        "host all all all scram-sha-256\n"
    )


def _who_is_keeper(account: Account) -> str:
    names = dict.fromkeys((account.name, own_name()))
    return "".join(f"keeper {name} {KEEPER}\n" for name in names)


def write_settings(place: Place, sockets: Path, account: Account, more: Mapping[str, str]) -> None:
    """Write ``tidewaiter.conf``: a new edition of the house brings its settings with it."""
    told = {
        **SETTINGS, "unix_socket_directories": str(sockets), "log_directory": str(place.log), **more,
    }  # fmt: skip
    lines = [f"{name} = {_quoted(value)}\n" for name, value in told.items()]
    part = place.data / f"tidewaiter.conf.{os.getpid()}"
    part.write_text("# Written by Tidewaiter at every start.\n" + "".join(lines), encoding="utf-8")
    part.chmod(0o600)
    account.owns(part)
    part.rename(place.data / "tidewaiter.conf")


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def major_of(data: Path) -> int:
    """Major version of the server that laid out the data."""
    return int((data / "PG_VERSION").read_text().strip())


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "it said nothing")
