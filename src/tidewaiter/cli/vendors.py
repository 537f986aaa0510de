"""``tidewaiter vendors``."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from tidewaiter.cli.words import columns, plain, show, show_json
from tidewaiter.model.errors import WrongUse

State = Literal["down", "up"]


def load(
    scheme: Annotated[str, Parameter(name="SCHEME")],
    file: Annotated[Path, Parameter(name="FILE")],
    /,
    *,
    taken_at: str,
) -> int:
    """Put a copy of a scheme's register into force, whole or not at all; what waited for it is settled.

    Args:
        scheme: The scheme, as IOSS.
        file: CSV in UTF-8 with the columns number, holder, valid_from, valid_to.
        taken_at: When its keeper took the copy: a moment with its zone, as 2026-10-20T06:00:00Z.
    """
    from tidewaiter.service.vendor_desk import load as take

    numbers = take(scheme, file, _moment(taken_at), datetime.now(UTC))
    show(["", f"  {numbers:,} numbers of {plain(scheme)} are in force.", ""])
    return 0


def tell(scheme: Annotated[str, Parameter(name="SCHEME")], state: Annotated[State, Parameter(name="STATE")], /) -> int:
    """Tell that a register cannot be asked, or can be asked again.

    Args:
        scheme: The scheme, as IOSS.
        state: down or up.
    """
    from tidewaiter.service.vendor_desk import tell as take

    is_new = take(scheme, is_down=state == "down", now=datetime.now(UTC))
    show(["", f"  {plain(scheme)} is {state}{'' if is_new else ', as it was'}.", ""])
    return 0


def checked(*, taken_at: str) -> int:
    """Tell how old the list of denied parties is; with an old one nobody is released provisionally.

    Args:
        taken_at: When its publisher gave it out: a moment with its zone.
    """
    from tidewaiter.service.vendor_desk import checked as take

    take(_moment(taken_at), datetime.now(UTC))
    show(["", "  Kept.", ""])
    return 0


def guarantee(
    party: Annotated[str, Parameter(name="PARTY")],
    scheme: Annotated[str, Parameter(name="SCHEME")],
    /,
    *,
    amount_minor: int,
    currency: str = "EUR",
    valid_from: str,
    valid_to: str | None = None,
) -> int:
    """Keep the guarantee of a trusted party for a scheme.

    Args:
        party: Declarant, as filings name it.
        scheme: The scheme, as IOSS.
        amount_minor: Amount in minor units, as 5000000 for EUR 50,000.00.
        currency: Its currency.
        valid_from: First day.
        valid_to: Last day; none for an open end.
    """
    from tidewaiter.service.vendor_desk import guarantee as take

    take(party, scheme, amount_minor, currency, valid_from, valid_to, datetime.now(UTC))
    show(["", f"  Kept for {plain(party)}.", ""])
    return 0


def status(*, json: Annotated[bool, Parameter(negative=())] = False) -> int:
    """Tell the registers: age of the copy in force, whether they can be asked, how many claims wait.

    Args:
        json: The same as JSON.
    """
    from tidewaiter.service.vendor_desk import status as look

    found = look()
    if json:
        show_json(found)
    else:
        rows = [
            (plain(one["scheme"]), "down" if one["is_down"] else "up", plain(one["copied_at"] or "no copy"),
             f"{one['provisional']:,} provisional", f"{one['waiting']:,} waiting")
            for one in found
        ]  # fmt: skip
        show(["", *(columns(rows) or ["  No register is kept."]), ""])
    return 0


def _moment(text: str) -> datetime:
    try:
        told = datetime.fromisoformat(text)
    except ValueError as fault:
        raise WrongUse(f"{text} is no moment. Write it as 2026-10-20T06:00:00Z.") from fault
    if told.tzinfo is None:
        raise WrongUse(f"{text} needs its zone, as 2026-10-20T06:00:00Z.")
    return told
