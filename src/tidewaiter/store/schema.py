"""The schema's version: which migrations the database has, which the house knows, and the way from one to the other."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from tidewaiter.model.errors import DatabaseFault
from tidewaiter.store.counting import go_on_counting
from tidewaiter.store.locks import SCHEMA


@dataclass(frozen=True)
class Schema:
    """Steps by name (``store.0001_ground``): taken, still to take, and taken by a later edition of the house."""

    applied: tuple[str, ...]
    pending: tuple[str, ...]
    unknown: tuple[str, ...]


def schema() -> Schema:
    """How far the database is."""
    executor = MigrationExecutor(connection)
    known = executor.loader.disk_migrations or {}
    applied = MigrationRecorder(connection).applied_migrations()
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return Schema(
        tuple(sorted(".".join(step) for step in applied)),
        tuple(f"{step.app_label}.{step.name}" for step, _ in plan),
        tuple(sorted(".".join(step) for step in applied if step not in known)),
    )


def migrate(told: Callable[[str], None] = lambda _step: None) -> Schema:
    """Take all steps that are missing, one transaction each, as the owner; ``told`` hears the name of each.

    A database of a later edition is refused: an older house would read it wrongly.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [SCHEMA])
        try:
            found = schema()
            if found.unknown:
                raise DatabaseFault(
                    f"The database was migrated by a later edition ({', '.join(found.unknown)}). Install that edition, "
                    "or restore a backup of this one."
                )
            executor = MigrationExecutor(connection, _hears(told))
            executor.migrate(executor.loader.graph.leaf_nodes())
            with transaction.atomic():
                go_on_counting(cursor)
        finally:
            cursor.execute("select pg_advisory_unlock(%s)", [SCHEMA])
    return schema()


def _hears(told: Callable[[str], None]) -> Callable[..., None]:
    def progress(action: str, step: object = None, _is_fake: bool = False) -> None:  # noqa: FBT001, FBT002 - as Django calls it
        if action == "apply_success":
            told(str(step))

    return progress
