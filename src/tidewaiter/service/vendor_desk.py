"""Use case: vendor registers at the terminal, by whoever keeps the machine."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from tidewaiter.model.errors import WrongUse
from tidewaiter.service.bootstrap import begin
from tidewaiter.service.database import app_address
from tidewaiter.service.first_accounts import KEEPER


def load(scheme: str, file: Path, taken_at: datetime, now: datetime) -> int:
    """Put a register copy into force; gives how many numbers it holds."""
    if not file.is_file():
        raise WrongUse(f"{file} is not there.")
    begin(app_address())
    from tidewaiter.service.vendors import registers  # noqa: PLC0415 - Django is awake from here on

    return registers.load_copy(scheme, file, taken_at, now, KEEPER)


def tell(scheme: str, *, is_down: bool, now: datetime) -> bool:
    """Tell whether a register can be asked; True where that is new."""
    begin(app_address())
    from tidewaiter.service.vendors import registers  # noqa: PLC0415 - Django is awake from here on

    return registers.tell_state(scheme, is_down=is_down, now=now, by=KEEPER)


def checked(taken_at: datetime, now: datetime) -> None:
    """Tell how old the list of denied parties is."""
    begin(app_address())
    from tidewaiter.service.vendors import registers  # noqa: PLC0415 - Django is awake from here on

    registers.tell_list(taken_at, now, KEEPER)


def guarantee(
    party: str, scheme: str, amount_minor: int, currency: str, valid_from: str, valid_to: str | None, now: datetime
) -> None:
    """Keep a guarantee; days as ``2026-10-20``."""
    try:
        first, last = date.fromisoformat(valid_from), date.fromisoformat(valid_to) if valid_to else None
    except ValueError as fault:
        raise WrongUse("A day is written as 2026-10-20.") from fault
    if amount_minor <= 0 or (last is not None and last < first):
        raise WrongUse("A guarantee has an amount above zero, and ends after it begins.")
    begin(app_address())
    from tidewaiter.service.vendors import registers  # noqa: PLC0415 - Django is awake from here on

    registers.keep_guarantee(party, scheme, amount_minor, currency, first, last, now, KEEPER)


def status() -> list[dict[str, Any]]:
    """Each register that is kept, with what waits for it."""
    begin(app_address())
    from tidewaiter.service.work import SERVICE  # noqa: PLC0415 - Django is awake from here on
    from tidewaiter.store.access import acting  # noqa: PLC0415 - the same
    from tidewaiter.store.asking import rows  # noqa: PLC0415 - the same

    with acting(SERVICE, [SERVICE]):
        found = rows(
            "select scheme, coalesce(is_down, false), max(taken_at), "
            "(select count(*) from vendor_claim claim where claim.scheme = kept.scheme and outcome is null "
            "and standing = 'provisional'), "
            "(select count(*) from vendor_claim claim where claim.scheme = kept.scheme and outcome is null "
            "and standing = 'waits') "
            "from (select scheme, taken_at from register_copy union all select scheme, null from register_state) kept "
            "left join register_state using (scheme) group by scheme, is_down order by scheme"
        )
    names = ("scheme", "is_down", "copied_at", "provisional", "waiting")
    return [
        {**dict(zip(names, one, strict=True)), "copied_at": one[2].isoformat() if one[2] else None} for one in found
    ]
