"""Use case: what the keeper of the machine does, as the owner of the database: first admins, offices, agencies."""

from datetime import datetime
from typing import Final

from tidewaiter.model.errors import AccountRefused
from tidewaiter.service.bootstrap import begin
from tidewaiter.service.database import database

ADMINS: Final = 2
"""Two are needed to make accounts; while there are fewer, the keeper of the machine may add one."""
KEEPER: Final = "keeper-of-the-machine"
"""Who acts at the terminal of the machine, as the log names him."""


def first_admin(name: str, shown: str, now: datetime) -> str:
    """Make an admin while fewer than two are open; gives his first password.

    Raises:
        AccountRefused: there are two already, who propose and approve every further account.
    """
    begin(database().owner)
    from django.db import connection, transaction  # noqa: PLC0415 - Django is awake from here on

    from tidewaiter.registry import persons  # noqa: PLC0415 - the same
    from tidewaiter.registry.passwords import hashed  # noqa: PLC0415 - the same
    from tidewaiter.registry.persons import Account  # noqa: PLC0415 - the same
    from tidewaiter.service.account_acts import first_password, new_person  # noqa: PLC0415 - the same
    from tidewaiter.store.log.entries import Act, append  # noqa: PLC0415 - the same

    password, account = first_password(), Account(new_person(), shown, name, ("admin",))
    with transaction.atomic():
        known = persons.all_accounts()
        if sum("admin" in one.roles and one.is_active(now) for one in known) >= ADMINS:
            raise AccountRefused("Two admins are there. One proposes an account, the other approves it.")
        if any(one.name == name for one in known):
            raise AccountRefused(f"The name {name} is taken. Choose another.")
        persons.keep_person(account, now)
        persons.keep_account(account)
        persons.keep_password(account.person, hashed(password), now, must_change=True)
        append(connection, Act("admin_made_at_the_machine", now, KEEPER, "keeper", account.person).payload())
    return password


def keep_place(kind: str, number: str, name: str, now: datetime) -> None:
    """Make an office or an agency, or name it anew; ``kind`` is ``office`` or ``agency``."""
    begin(database().owner)
    from django.db import IntegrityError, connection, transaction  # noqa: PLC0415 - Django is awake from here on

    from tidewaiter.store.asking import say  # noqa: PLC0415 - the same
    from tidewaiter.store.log.entries import Act, append  # noqa: PLC0415 - the same

    table = {"office": "office", "agency": "agency"}[kind]
    try:
        with transaction.atomic():
            say(
                f"insert into {table} (id, name) values (%s, %s) on conflict (id) do update set name = excluded.name",  # noqa: S608 - one of two words
                number, name,
            )  # fmt: skip
            append(connection, Act(f"{kind}_named", now, KEEPER, "keeper", number).payload())
    except IntegrityError as fault:
        raise AccountRefused(
            f"{number} cannot be: an office is written like DE-HAM, an agency like wildlife."
        ) from fault
