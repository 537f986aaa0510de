"""Questions to the database in the open transaction, with values beside the words."""

from typing import Any

from django.db import connection


def rows(words: str, *values: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401 - what the database takes
    """All rows of an answer."""
    with connection.cursor() as cursor:
        cursor.execute(words, list(values))
        return list(cursor.fetchall())


def row(words: str, *values: Any) -> tuple[Any, ...] | None:  # noqa: ANN401 - what the database takes
    """The first row; None where there is none."""
    found = rows(words, *values)
    return found[0] if found else None


def say(words: str, *values: Any) -> int:  # noqa: ANN401 - what the database takes
    """Do it; gives how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(words, list(values))
        return int(cursor.rowcount)
