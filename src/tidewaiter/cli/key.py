"""``tidewaiter key``."""

from datetime import timedelta
from typing import Annotated, Literal

from cyclopts import Parameter

from tidewaiter.cli.account import actor_by
from tidewaiter.cli.words import columns, plain, show, show_json

Kind = Literal["declarant", "marketplace", "carrier"]
YEAR_DAYS = 365


def party(
    number: Annotated[str, Parameter(name="ID")],
    name: Annotated[str, Parameter(name="WORDS")],
    /,
    *,
    kind: Kind = "declarant",
    files_for: Annotated[tuple[str, ...], Parameter(negative=())] = (),
    day_bytes: int | None = None,
    day_messages: int | None = None,
    open_uploads: int | None = None,
) -> int:
    """Make a party known for which machines may act, or name it anew.

    Args:
        number: Its id, as an EORI number.
        name: What it is called.
        kind: What it does.
        files_for: Whom it may file for besides itself; give it once for each, * for everybody.
        day_bytes: Bytes that it may hand over in a day, where that is not TIDEWAITER_DAY_BYTES.
        day_messages: Messages that it may lodge in a day, where that is not TIDEWAITER_DAY_MESSAGES.
        open_uploads: Files that it may have begun at once, where that is not TIDEWAITER_OPEN_UPLOADS.
    """
    from tidewaiter.exchange.quotas import Quota
    from tidewaiter.model.errors import WrongUse
    from tidewaiter.service.clock import now
    from tidewaiter.service.parties import keep_party

    quota = Quota(day_bytes, day_messages, open_uploads)
    if any(told is not None and told <= 0 for told in quota):
        raise WrongUse("A quota is a whole number above 0. Leave it out for what the settings say.")
    keep_party(number, name, kind, now(), files_for, quota if any(quota) else None)
    for_others = f", files for {plain(', '.join(files_for))}" if files_for else ""
    show(["", f"  {plain(number)}: {plain(name)} ({kind}{for_others})", ""])
    return 0


def make(
    name: Annotated[str, Parameter(name="NAME")],
    /,
    *,
    by: str,
    party: str,
    role: Annotated[tuple[Kind, ...], Parameter(negative=())] = ("declarant",),
    scope: Annotated[tuple[str, ...], Parameter(negative=())] = ("lodge", "status", "quote"),
    days: int = YEAR_DAYS,
) -> int:
    """Make a key for a machine; it is shown once.

    Args:
        name: What the machine is called.
        by: Your name; your password is asked for.
        party: For whom it acts.
        role: In which role, the party's: declarant, marketplace or carrier.
        scope: What the key is good for: lodge, status, quote, sorter; give it once for each.
        days: How long it lasts.
    """
    from tidewaiter.service.clients import make_key
    from tidewaiter.service.clock import now

    text = make_key(actor_by(by), name, party, role, scope, now(), timedelta(days=days))
    show(["", f"  Key of {plain(name)}, shown once: [bold]{plain(text)}[/]", ""])
    return 0


def show_list(*, by: str, json: Annotated[bool, Parameter(negative=())] = False) -> int:
    """List the keys that you may see.

    Args:
        by: Your name; your password is asked for.
        json: The keys as JSON.
    """
    from tidewaiter.service.clients import listed

    found = listed(actor_by(by))
    if json:
        show_json([one._asdict() for one in found])
        return 0
    told = [
        (
            one.prefix,
            one.name,
            one.party,
            " ".join(one.scopes),
            "revoked" if one.revoked_at else str(one.expires_at.date()),
        )
        for one in found
    ]
    show(["", *columns([("key", "name", "party", "scopes", "until"), *told]), ""])
    return 0


def revoke(prefix: Annotated[str, Parameter(name="PREFIX")], /, *, by: str) -> int:
    """Revoke a key: it and its tokens are refused at once.

    Args:
        prefix: How the key begins, as it is listed.
        by: Your name; your password is asked for.
    """
    from tidewaiter.service.clients import revoke_key
    from tidewaiter.service.clock import now

    revoke_key(actor_by(by), prefix, now())
    show(["", f"  {plain(prefix)} is refused from now on.", ""])
    return 0
