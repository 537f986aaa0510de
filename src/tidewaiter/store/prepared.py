"""Statements that the server plans once and is told in a row: for one process that says the same again and again."""

from collections.abc import Iterator
from contextlib import contextmanager
from select import select
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import Connection, Cursor
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.types.array import ListBinaryDumper


class Prepared:
    """A connection of the framework's whose cursors have their statements planned at the first time only.

    Values travel beside the words, lists in binary: a long text costs no search for quotes. Of ``in_a_row`` statements
    answers are awaited where they are read, and at its end; the fault of one comes up at the next answer, or there.
    """

    def __init__(self, using: str = DEFAULT_DB_ALIAS) -> None:
        self._using = using

    @contextmanager
    def cursor(self) -> Iterator["Cursor[Any]"]:
        """A cursor of the open transaction; errors are the framework's, as its own cursors have them."""
        of = connections[self._using]
        with of.wrap_database_errors, Cursor(_ready(of)) as cursor:
            yield cursor

    @property
    def plain(self) -> "Connection[Any]":
        """The connection under the framework's, for a library that asks by itself; in the same transaction."""
        return _ready(connections[self._using])

    @contextmanager
    def in_a_row(self) -> Iterator[None]:
        """Send what is said inside without waiting for its answers."""
        of = connections[self._using]
        with of.wrap_database_errors, _ready(of).pipeline():
            yield


def planned_once(address: str) -> str:
    """The address of a database for a process that says the same again and again, always by keys.

    Its statements are planned for any values, and by their indexes: a plan made while a table is empty serves it full.
    """
    named = conninfo_to_dict(address).get("options") or ""
    ours = "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off"
    return make_conninfo(address, options=f"{named} {ours}".strip())


def is_told_something(of: BaseDatabaseWrapper) -> bool:
    """Whether there is no connection, or the server said something unasked: most likely that it goes."""
    return of.connection is None or bool(select([of.connection.fileno()], [], [], 0)[0])


def _ready(of: BaseDatabaseWrapper) -> "Connection[Any]":
    of.ensure_connection()
    raw: Connection[Any] = of.connection
    if raw.prepare_threshold is None:
        raw.prepare_threshold = 0
        raw.adapters.register_dumper(list, ListBinaryDumper)
    return raw
