"""An address as Django's words for a database."""

from typing import Any, Final

from psycopg.conninfo import conninfo_to_dict

CONNECT_S: Final = 5
WAIT_S: Final = 3.0
RECONNECT_S: Final = 1.0
"""A pool gives a lost connection up after so long, and tries at once when somebody asks for one again.

Its own pauses double while the server is away: 8 s after it came back nobody would have tried yet.
"""
APPLICATION: Final = "tidewaiter"


def connection(address: str, pool: int = 0) -> dict[str, Any]:
    """Django's settings of one database: connections are kept, and asked whether they live before they are used.

    With a ``pool`` threads share so many, and wait ``WAIT_S`` at most for one; else each thread keeps its own.
    """
    parts = {name: value for name, value in conninfo_to_dict(address).items() if value is not None}
    named = {word: str(parts.pop(key, "")) for word, key in DJANGO_WORDS.items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **named,
        "CONN_MAX_AGE": 0 if pool else None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": CONNECT_S,
            "application_name": APPLICATION,
            **({"pool": _pool(pool)} if pool else {}),
            **parts,
        },
    }


def _pool(size: int) -> dict[str, Any]:
    return {"min_size": 1, "max_size": size, "timeout": WAIT_S, "reconnect_timeout": RECONNECT_S}


DJANGO_WORDS: Final = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
