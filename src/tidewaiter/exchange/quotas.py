"""Quotas as rows: what a party may hand over in a day, what it has, and how many files it has begun."""

from datetime import date
from typing import NamedTuple

from tidewaiter.store.asking import row, say
from tidewaiter.store.locks import QUOTAS


class Quota(NamedTuple):
    """What is let for a day (UTC), and how many files may be open at once; None: as everybody."""

    day_bytes: int | None = None
    day_messages: int | None = None
    open_uploads: int | None = None


class Use(NamedTuple):
    """What a party handed over on a day."""

    bytes: int = 0
    messages: int = 0


def quota_of(party: str) -> Quota:
    """What the registry says of a party; nothing where it says nothing."""
    found = row("select day_bytes, day_messages, open_uploads from quota where party = %s", party)
    return Quota(*found) if found else Quota()


def use_of(party: str, day: date) -> Use:
    """What a party handed over on a day."""
    found = row("select bytes, messages from day_use where party = %s and day = %s", party, day)
    return Use(*found) if found else Use()


def open_uploads(party: str) -> int:
    """How many files a party has begun and not ended."""
    (count,) = row("select count(*) from upload where submitter = %s and state = 'receiving'", party) or (0,)
    return int(count)


def alone(party: str) -> None:
    """One at a time begins a file for a party: of many at once none slips past the quota."""
    say("select pg_advisory_xact_lock(%s, hashtext(%s))", QUOTAS, party)


def keep_quota(party: str, quota: Quota) -> None:
    """Write what is let to a party, as the owner."""
    say(
        "insert into quota (party, day_bytes, day_messages, open_uploads) values (%s, %s, %s, %s) on conflict (party) "
        "do update set day_bytes = excluded.day_bytes, day_messages = excluded.day_messages, "
        "open_uploads = excluded.open_uploads",
        party, *quota,
    )  # fmt: skip


def forget_use(before: date) -> int:
    """Let counts of days before one go; gives how many."""
    return int(say("delete from day_use where day < %s", before))
