"""Agencies as the packs of this edition name them, and what stands of them in the registry."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from tidewaiter.store.log.entries import Connection


class AgencyLeave(NamedTuple):
    """For which goods an agency's leave is wanted, by whom and by which law."""

    jurisdiction: str
    code: str
    agency: str
    authority: str
    permit: str
    goods: Sequence[str]
    valid_from: date
    valid_to: date | None
    source: str
    evidence: str


def keep_agencies(connection: Connection, told: Sequence[AgencyLeave]) -> None:
    """Make the agencies that are named, and take what the sheets say of them anew; as the owner of the database.

    An agency that somebody named keeps its name; one that no sheet names any more stays, for those who work there.
    """
    with connection.cursor() as cursor:
        for agency in sorted({one.agency for one in told}):
            cursor.execute(
                "insert into agency (id, name) values (%s, %s) on conflict (id) do nothing",
                [agency, f"{agency.replace('_', ' ').replace('-', ' ').capitalize()} agency"],
            )
        cursor.execute("delete from agency_leave")
        for one in told:
            values = [list(value) if isinstance(value, tuple) else value for value in one]
            cursor.execute(
                f"insert into agency_leave ({', '.join(AgencyLeave._fields)}) "  # noqa: S608 - own names
                f"values ({', '.join(['%s'] * len(values))})",
                values,
            )
