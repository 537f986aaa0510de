"""Where the database answers, once for each role."""

from dataclasses import dataclass, field
from typing import Final, Literal

from psycopg.conninfo import conninfo_to_dict

OWNER: Final = "tidewaiter_owner"
APP: Final = "tidewaiter_app"
AUDIT: Final = "tidewaiter_audit"
NAME: Final = "tidewaiter"
"""Name of the database in a server of our own."""

Source = Literal["embedded", "address"]


@dataclass(frozen=True)
class Database:
    """Addresses (``postgresql://...``) of one database: they hold passwords and are never shown whole.

    ``owner`` owns all tables and migrates; ``app`` is what the service works as: no superuser, no owner, bound by
    row-level security; ``audit`` reads and cannot write.
    """

    owner: str = field(repr=False)
    app: str = field(repr=False)
    audit: str = field(repr=False)
    source: Source

    @property
    def name(self) -> str:
        """Name of the database in its server."""
        return str(conninfo_to_dict(self.app)["dbname"])


def without_password(address: str) -> str:
    """The address as it may be shown."""
    parts = conninfo_to_dict(address)
    where = parts.get("host") or parts.get("hostaddr") or "localhost"
    return f"postgresql://{parts.get('user', '')}@{where}:{parts.get('port', 5432)}/{parts.get('dbname', '')}"
