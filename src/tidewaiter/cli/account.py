"""``tidewaiter account``."""

import sys
from datetime import datetime
from getpass import getpass
from typing import TYPE_CHECKING, Annotated, Literal
from uuid import UUID

from cyclopts import Parameter

from tidewaiter.cli.words import columns, plain, show, show_json

if TYPE_CHECKING:
    from tidewaiter.service.account_acts import Proposal
    from tidewaiter.store.rights import Actor

What = Literal["make", "change", "enable", "reset"]


def first(name: Annotated[str, Parameter(name="NAME")], /, *, shown: str | None = None) -> int:
    """Make one of the first two admins; later accounts are proposed by one and approved by the other.

    Args:
        name: Name to sign in with.
        shown: Name that others see; the same when not given.
    """
    from tidewaiter.service.clock import now
    from tidewaiter.service.first_accounts import first_admin

    _told_once(name, first_admin(name, shown or name, now()))
    return 0


def office(number: Annotated[str, Parameter(name="ID")], name: Annotated[str, Parameter(name="WORDS")], /) -> int:
    """Make a customs office, or name it anew.

    Args:
        number: Its short sign, as DE-HAM.
        name: What it is called.
    """
    return _place("office", number, name)


def agency(number: Annotated[str, Parameter(name="ID")], name: Annotated[str, Parameter(name="WORDS")], /) -> int:
    """Make an agency, or name it anew.

    Args:
        number: Its short sign, as wildlife.
        name: What it is called.
    """
    return _place("agency", number, name)


def propose(
    what: Annotated[What, Parameter(name="WHAT")],
    name: Annotated[str, Parameter(name="NAME")],
    /,
    *,
    by: str,
    shown: str | None = None,
    role: Annotated[tuple[str, ...], Parameter(negative=())] = (),
    office: str | None = None,
    agency: str | None = None,
    filer: str | None = None,
    limit_minor: int | None = None,
    until: datetime | None = None,
) -> int:
    """Propose to make, change, reopen (enable) or reset an account; another person approves it.

    Args:
        what: make, change, enable or reset.
        name: Name to sign in with.
        by: Name of who proposes; the password is asked for.
        shown: Name that others see.
        role: A role; give it once for each.
        office: Office of officers and supervisors.
        agency: Agency of agency officers.
        filer: Party that a declarant, marketplace or carrier acts for.
        limit_minor: Up to which amount an officer releases alone.
        until: Last moment of the account.
    """
    from tidewaiter.service.account_requests import Wanted, proposed
    from tidewaiter.service.clock import now

    wanted = Wanted(name, shown, role, office, agency, filer, limit_minor, until)
    number = proposed(actor_by(by), what, wanted, now())
    show(["", f"  Proposed. Another admin approves it: tidewaiter account approve {number} --by NAME", ""])
    return 0


def proposals(*, by: str, json: Annotated[bool, Parameter(negative=())] = False) -> int:
    """List what waits for a second person.

    Args:
        by: Name of who asks; the password is asked for.
        json: The same as JSON.
    """
    from tidewaiter.service.account_acts import proposals as found

    waiting = found(actor_by(by))
    if json:
        show_json([_proposal(one) for one in waiting])
        return 0
    rows = [(str(one.id), f"{one.act} {one.account.name}: {', '.join(one.account.roles)}") for one in waiting]
    show(["", *(columns(rows) if rows else ["  Nothing waits."]), ""])
    return 0


def approve(
    number: Annotated[UUID, Parameter(name="ID")],
    /,
    *,
    by: str,
    decline: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Approve a proposal, or decline it; the first password of a new account is shown once.

    Args:
        number: Number of the proposal.
        by: Name of who approves; never who proposed. The password is asked for.
        decline: Decline it.
    """
    from tidewaiter.service.account_acts import decide
    from tidewaiter.service.clock import now

    password = decide(actor_by(by), number, now(), approves=not decline)
    if password:
        _told_once("the account", password)
    else:
        show(["", "  Declined." if decline else "  Approved.", ""])
    return 0


def disable(name: Annotated[str, Parameter(name="NAME")], /, *, by: str) -> int:
    """Close an account; its person is refused everywhere from the next call on.

    Args:
        name: Name of the account.
        by: Name of who closes it; the password is asked for.
    """
    from tidewaiter.service.account_requests import closed
    from tidewaiter.service.clock import now

    closed(actor_by(by), name, now())
    show(["", f"  {plain(name)} is closed.", ""])
    return 0


def show_list(*, by: str, json: Annotated[bool, Parameter(negative=())] = False) -> int:
    """List the accounts that you may see.

    Args:
        by: Name of who asks; the password is asked for.
        json: The same as JSON.
    """
    from tidewaiter.service.account_acts import accounts

    found = accounts(actor_by(by))
    if json:
        show_json([{**one._asdict(), "roles": list(one.roles)} for one in found])
        return 0
    rows = [
        (one.name, ", ".join(one.roles), one.office or one.agency or one.filer or "",
         "closed" if one.disabled_at else "open")
        for one in found
    ]  # fmt: skip
    show(["", *columns(rows), ""])
    return 0


def roles(*, json: Annotated[bool, Parameter(negative=())] = False) -> int:
    """Tell the roles there are, and what each is.

    Args:
        json: The same as JSON.
    """
    from tidewaiter.service.account_requests import known_roles

    found = known_roles()
    if json:
        show_json(found)
    else:
        show(["", *columns(list(found.items())), ""])
    return 0


def _proposal(one: "Proposal") -> dict[str, object]:
    account = one.account
    return {
        "id": str(one.id), "act": one.act, "name": account.name, "roles": list(account.roles),
        "office": account.office, "agency": account.agency, "filer": account.filer,
        "limit_minor": account.limit_minor, "proposed_by": one.proposed_by,
        "proposed_at": one.proposed_at.isoformat(),
    }  # fmt: skip


def _place(kind: str, number: str, name: str) -> int:
    from tidewaiter.service.clock import now
    from tidewaiter.service.first_accounts import keep_place

    keep_place(kind, number, name, now())
    show(["", f"  {plain(number)}: {plain(name)}", ""])
    return 0


def actor_by(by: str) -> "Actor":
    """Who acts: lets himself in by password and, where set up, code; from a pipe both are read, a line each."""
    from tidewaiter.service.account_requests import let_in
    from tidewaiter.service.clock import now

    if sys.stdin.isatty():
        return let_in(by, getpass(f"Password of {by}: "), lambda: input("Code (empty if none): "), now())
    return let_in(by, sys.stdin.readline().rstrip("\n"), lambda: sys.stdin.readline().strip(), now())


def _told_once(name: str, password: str) -> None:
    show(["", f"  First password of {plain(name)}, shown once: [bold]{plain(password)}[/]",
          "  It is changed at the first sign-in.", ""])  # fmt: skip
