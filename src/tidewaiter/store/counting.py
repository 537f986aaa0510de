"""Marks of transactions that go on where a database was moved to a server that counted less far."""

from typing import Any, Final

from psycopg import sql

MARK: Final = "written_by"
NEWEST: Final = 100
"""So many rows of a table are looked at in passing: numbers and marks rise together."""
LEAP: Final = 1_000_000_000
"""Left free above the highest mark: cursors that were told after a backup was made lie there, before what comes now."""
NEXT: Final = "(pg_snapshot_xmax(pg_current_snapshot())::text::bigint + counted_ahead())"
TABLES: Final = (
    "select table_name::text from information_schema.columns where table_schema = 'public' and column_name = %s "
    "order by 1"
)


def go_on_counting(cursor: Any, *, whole: bool = False) -> bool:  # noqa: ANN401 - a cursor of psycopg's or the framework's
    """Raise what is added to the server's count, as the owner, where rows bear marks that it has not reached yet.

    Such rows came from another server, by a backup: rows written now would get lower marks and stand before them, where
    cursors have passed. Looks at the newest rows of each table, or at all of them (``whole``); True where it raised.
    """
    cursor.execute("select to_regproc('counted_ahead') is not null")
    if not cursor.fetchone()[0]:
        return False
    cursor.execute(TABLES, [MARK])
    tables = [sql.Identifier(name) for (name,) in cursor.fetchall()]
    if not any(_is_ahead(cursor, table, whole=whole) for table in tables):
        return False
    cursor.execute(sql.SQL("lock table {} in share row exclusive mode").format(sql.SQL(", ").join(tables)))
    highest = max(_highest(cursor, table) for table in tables)
    cursor.execute("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
    ahead = highest + LEAP - int(cursor.fetchone()[0])
    raised = sql.SQL(
        "create or replace function counted_ahead() returns bigint language sql immutable parallel safe "
        "return {}::bigint"
    )
    cursor.execute(raised.format(sql.Literal(ahead)))
    return True


def _is_ahead(cursor: Any, table: sql.Identifier, *, whole: bool) -> bool:  # noqa: ANN401 - the same
    newest = sql.SQL("") if whole else sql.SQL("order by seq desc limit {}").format(NEWEST)
    asked = "select exists (select from (select written_by from {} {}) newest where written_by::text::bigint >= {})"
    cursor.execute(sql.SQL(asked).format(table, newest, sql.SQL(NEXT)))
    return bool(cursor.fetchone()[0])


def _highest(cursor: Any, table: sql.Identifier) -> int:  # noqa: ANN401 - the same
    cursor.execute(sql.SQL("select coalesce(max(written_by::text::bigint), 0) from {}").format(table))
    return int(cursor.fetchone()[0])
