"""Settled rows: those that no row of a lower number can come before any more, so that a cursor may pass them."""

from typing import Final

SETTLED: Final = (
    "(written_by < (select settled_before(pg_current_snapshot())) "
    "or written_by >= pg_snapshot_xmax(pg_current_snapshot()))"
)
"""A condition on rows with ``written_by``; one that lies ahead of all is of another server, from a backup."""
