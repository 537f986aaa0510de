"""``python -m tidewaiter.service.demo_accounts``: an account for each role of a demonstration."""

import json
import sys
from datetime import datetime
from typing import Any, Final, NamedTuple

from tidewaiter.model.errors import AccountRefused
from tidewaiter.service.bootstrap import begin
from tidewaiter.service.clock import now
from tidewaiter.service.database import database
from tidewaiter.service.first_accounts import KEEPER

LIMIT_MINOR: Final = 50_000
AGENCY: Final = "wildlife"
ROLES: Final = {
    "officer": "officer", "colleague": "officer", "supervisor": "supervisor", "agency": "agency_officer",
    "analyst": "analyst", "revenue": "revenue", "auditor": "auditor", "declarant": "declarant", "carrier": "carrier",
    "admin-1": "admin", "admin-2": "admin",
}  # fmt: skip
"""Names to sign in with, each with its role."""


class Shown(NamedTuple):
    """An account as it is shown once: its name, its role, what it is for, its password."""

    name: str
    role: str
    place: str
    password: str


def demo_accounts(moment: datetime) -> list[Shown]:
    """Make the accounts, or give those that are there new passwords; each password is kept nowhere.

    Officers work at the office that has most cases.

    Raises:
        AccountRefused: the installation has accounts of its own, and so is no demonstration.
    """
    begin(database().owner)
    from django.db import connection, transaction  # noqa: PLC0415 - Django is awake from here on

    from tidewaiter.registry import persons  # noqa: PLC0415 - the same
    from tidewaiter.registry.passwords import hashed  # noqa: PLC0415 - the same
    from tidewaiter.registry.persons import Account  # noqa: PLC0415 - the same
    from tidewaiter.service.account_acts import first_password, new_person  # noqa: PLC0415 - the same
    from tidewaiter.store.log import Act, append  # noqa: PLC0415 - the same

    made = []
    with transaction.atomic():
        known = {one.name: one for one in persons.all_accounts()}
        if known.keys() - ROLES.keys():
            raise AccountRefused("This installation has accounts of its own. A demonstration needs a home of its own.")
        office, filer = _places()
        of: dict[str, dict[str, Any]] = {
            "officer": {"office": office, "limit_minor": LIMIT_MINOR},
            "supervisor": {"office": office},
            "agency_officer": {"agency": AGENCY},
            "declarant": {"filer": filer},
            "carrier": {"filer": filer},
        }
        acts = []
        for name, role in ROLES.items():
            person = known[name].person if name in known else new_person()
            account = Account(person, name.replace("-", " ").capitalize(), name, (role,))._replace(**of.get(role, {}))
            password = first_password()
            persons.keep_person(account, moment)
            persons.keep_account(account)
            persons.keep_password(person, hashed(password), moment, must_change=False)
            made.append(Shown(name, role, account.office or account.agency or account.filer or "", password))
            acts.append(Act("demo_account_made", moment, KEEPER, "keeper", person).payload())
        for act in acts:
            append(connection, act)
    return made


def _places() -> tuple[str, str]:
    """The office and the filer with most cases; every office that cases name is made, and an agency."""
    from tidewaiter.store.asking import row, say  # noqa: PLC0415 - Django is awake by now

    say("insert into agency (id, name) values (%s, 'Wildlife agency') on conflict do nothing", AGENCY)
    say("insert into office (id, name) select distinct office, office from desk_case where office is not null "
        "on conflict do nothing")  # fmt: skip
    most = "select {0} from desk_case where {0} is not null group by {0} order by count(*) desc, {0} limit 1"
    office, filer = row(most.format("office")), row(most.format("filer"))
    if office is None:
        say("insert into office (id, name) values ('DEMO', 'Demonstration') on conflict do nothing")
    return office[0] if office else "DEMO", filer[0] if filer else "demo"


if __name__ == "__main__":
    json.dump([one._asdict() for one in demo_accounts(now())], sys.stdout)
