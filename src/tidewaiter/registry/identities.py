"""Identities at an issuer as rows: which subject is which person."""

from datetime import datetime

from tidewaiter.store.asking import row, say


def person_of(issuer: str, subject: str) -> str | None:
    """Who this subject is; None for one that nobody tied."""
    found = row("select person from identity where issuer = %s and subject = %s", issuer, subject)
    return str(found[0]) if found else None


def is_tied(person: str) -> bool:
    """True where a person is somebody at an issuer."""
    return row("select from identity where person = %s", person) is not None


def tie(issuer: str, subject: str, person: str, now: datetime) -> None:
    """Tie a subject to a person; whom he was before at this issuer he is no more."""
    say("delete from identity where issuer = %s and person = %s", issuer, person)
    say("insert into identity (issuer, subject, person, made_at) values (%s, %s, %s, %s)", issuer, subject, person, now)


def untie(person: str) -> bool:
    """Forget who a person is at issuers; False where he was nobody."""
    return bool(say("delete from identity where person = %s", person))
