"""Giving way in the database: the server process of a connection, where it is on this machine and we may."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

SERVER = b"postgres:"


def give_way_in_database(connection: Any, nice: int) -> None:  # noqa: ANN401 - psycopg's connection or Django's
    """Have what the server does for this connection give way as its client does; a server elsewhere is left alone."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        pid = int(cursor.fetchone()[0])
    with suppress(OSError):
        if Path(f"/proc/{pid}/cmdline").read_bytes().startswith(SERVER):
            os.setpriority(os.PRIO_PROCESS, pid, nice)
