"""Cases: events as they come, and rows of them in a database."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from tidewaiter.desk.events import DECIDED, DISPOSITIONS, RESULTS, Event
from tidewaiter.desk.state import told_as_json

AT = datetime(2026, 10, 20, 9, tzinfo=UTC)
FILING = {
    "reference": "R1", "barcode": "LX1", "filer": "f1", "office": "DE1", "addressed_to": None, "lane": "hold",
    "amount_minor": 4_000, "currency": "EUR", "priority": 3,
}  # fmt: skip


def event(kind, person="o1", **told):
    """An event at nine."""
    return Event(kind, AT, person, told)


def opened(*, version=1, items=(1, 2), needs=(), agencies=(), **filing):
    """The first event of a case; what is not named of the filing is sound."""
    return event(
        "opened", None, version=version, items=list(items), needs=list(needs),
        agencies=agencies if isinstance(agencies, dict) else list(agencies),
        filing={**FILING, **filing},
    )  # fmt: skip


def insert_event(connection, case_id, seq, one, key=None):
    """The row of an event, with whatever right the connection has."""
    digest = hashlib.sha256(b"").digest() if key else None
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into case_event (case_id, seq, kind, at, person, told, key, digest) "
            "values (%s, %s, %s, %s, %s, %s::jsonb, %s, %s)",
            [case_id, seq, one.kind, one.at, one.person, json.dumps(told_as_json(one)), key, digest],
        )


def insert_notice(connection, case_id, seq, kind, **told):
    """The notice of an event."""
    said = {"filer": "f1", "office": "DE1", "addressed_to": None, "agencies": [], **told}
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into notice (id, case_id, seq, kind, at, filer, addressed_to, office, agencies, told) "
            "values (%s, %s, %s, %s, %s, %s, %s, %s, %s, '{}')",
            [uuid4(), case_id, seq, kind, AT, *(said[n] for n in ("filer", "addressed_to", "office", "agencies"))],
        )


def everything(items=(1, 2), persons=("o1", "o2", None), saws=range(1, 30)):
    """Events of every kind over these lines and persons, possible or not."""
    parts = [list(items), *([item] for item in items), [9], [], None]
    yield from (event("presented", None), event("noted", "o1"), event("opened", None, version=1, items=[1]))
    yield from (event("asked", question="q", reply_by=AT + timedelta(days=n) if n else None) for n in (0, 2))
    yield from (event("asked", question="r", reply_by=AT + timedelta(days=1)), event("assigned", to="o2"))
    yield from (event(kind, question=name) for kind in ("answered", "withdrawn") for name in ("q", "r", "zz"))
    yield from (event("agency_answered", "a1", agency=a, grants=g) for a in ("wildlife", "food") for g in (True, False))
    yield from (event("amended", None, version=n, items=given) for n in (2, 3) for given in ([1, 2], [2, 3], []))
    yield event("amended", None, version=4)
    anew = {"needs": ["result"], "agencies": {"food": [2]}}, {"needs": [], "agencies": ["wildlife"]}, {"agencies": {}}
    yield from (event("amended", None, version=5, items=[1, 2], **told) for told in anew)
    yield from (
        event("amended", None, version=5, items=[1, 2], lines=word) for word in ("released", "cancelled", "held")
    )
    for part in parts:
        named = {} if part is None else {"items": part}
        for who in persons:
            yield from (event("inspected", who, result=result, **named) for result in (*sorted(RESULTS), "fine"))
            yield from (event("proposed", who, act=act, **named) for act in (*sorted(DECIDED), "burned"))
            yield from (event(kind, who, **named) for kind in sorted(DECIDED))
        yield from (event("disposed", disposition=end, **named) for end in (min(DISPOSITIONS), "lost"))
    yield from (event(kind, who, saw=saw) for kind in ("approved", "declined") for who in persons for saw in saws)
