"""The launcher: a PostgreSQL server of our own under a home folder, or one that an address names."""

from tidewaiter.store.postgres.database import Database
from tidewaiter.store.postgres.options import Options
from tidewaiter.store.postgres.server import Status, is_running, running, status, stop

__all__ = ["Database", "Options", "Status", "is_running", "running", "status", "stop"]
