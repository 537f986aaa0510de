"""An address as Django's words for a database."""

from typing import Any, Final

from psycopg.conninfo import conninfo_to_dict

CONNECT_S: Final = 5
APPLICATION: Final = "tidewaiter"


def connection(address: str) -> dict[str, Any]:
    """Django's settings of one database: connections are kept, and asked whether they live before they are used."""
    parts = {name: value for name, value in conninfo_to_dict(address).items() if value is not None}
    named = {word: str(parts.pop(key, "")) for word, key in DJANGO_WORDS.items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **named,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": CONNECT_S, "application_name": APPLICATION, **parts},
    }


DJANGO_WORDS: Final = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
