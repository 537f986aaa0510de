"""Who acts: told to the database for one transaction, so that its policies can bind what is seen and changed."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from tidewaiter.store.prepared import Prepared
from tidewaiter.store.rights.actor import Actor
from tidewaiter.store.rights.scopes import AGENCY, FILER, LIMIT, OFFICE, PERSON, ROLES

SETTINGS: Final = (PERSON, ROLES, AGENCY, OFFICE, FILER, LIMIT)
"""Settings of a session that policies read by ``current_setting(name, true)``; all are empty unless somebody acts."""


@contextmanager
def acting(
    person_id: str,
    roles: Iterable[str] = (),
    *,
    agency: str = "",
    office: str = "",
    filer: str = "",
    limit_minor: int | None = None,
    using: str = DEFAULT_DB_ALIAS,
    in_a_row: bool = False,
) -> Iterator[None]:
    """One transaction in which ``person_id`` acts in these roles; it commits at the end, or leaves nothing.

    Outside of it nobody acts, and what is under row-level security shows no row. Nobody can act for another inside:
    a second ``acting`` within the first is refused (``RuntimeError``), since settings end with a transaction only.
    ``in_a_row``: whoever acts asks by ``Prepared`` alone, and what it says is sent without waiting for answers.
    """
    told = {
        PERSON: person_id, ROLES: ",".join(sorted(roles)), AGENCY: agency, OFFICE: office, FILER: filer,
        LIMIT: "" if limit_minor is None else str(limit_minor),
    }  # fmt: skip
    with transaction.atomic(using=using, durable=True), _asked(using, in_a_row=in_a_row) as asked:
        with asked.cursor() as cursor:
            cursor.execute(*statement(told))
        yield


@contextmanager
def _asked(using: str, *, in_a_row: bool) -> Iterator[BaseDatabaseWrapper | Prepared]:
    if in_a_row:
        prepared = Prepared(using)
        with prepared.in_a_row():
            yield prepared
    else:
        yield connections[using]


@contextmanager
def acting_as(actor: Actor) -> Iterator[None]:
    """One transaction of somebody who was let in."""
    with acting(
        actor.person, actor.roles, agency=actor.agency or "", office=actor.office or "", filer=actor.filer or "",
        limit_minor=actor.limit_minor,
    ):  # fmt: skip
        yield


def statement(told: Mapping[str, str]) -> tuple[str, list[str]]:
    """SQL and its values that set all settings of ``told`` until the transaction ends."""
    calls = ", ".join("set_config(%s, %s, true)" for _ in told)
    return f"select {calls}", [part for pair in told.items() for part in pair]
