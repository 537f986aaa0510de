"""Events and the parcels they make: a test names only what matters."""

import json
from datetime import UTC, datetime, timedelta

import polars as pl

from tests.builders_runs import SOUND, Outcome
from tidewaiter.model.codes import EVENTS
from tidewaiter.runners.movements.events import DEALT
from tidewaiter.stages.movements.parcels import KNOWN, OF_EVENTS
from tidewaiter.stages.movements.verdicts import FLIGHTS, MASTERS

NOON = datetime(2026, 10, 20, 12, tzinfo=UTC)
HEADER = "parcel_id,event,at,place,carrier_id,flight"
ARRIVED = "A1,arrived,2026-10-20T06:00:00+02:00,FRA,LH,LH701"
PRESENTED = "A1,presented,2026-10-20T05:00:00Z,FRA,,"


def at(hours: float) -> datetime:
    """So many hours after noon."""
    return NOON + timedelta(hours=hours)


def an_event(parcel_id: str, event: str, hours: float, **said: object) -> dict[str, object]:
    """Something that happened to a parcel so many hours after noon."""
    return {"parcel_id": parcel_id, "event_no": EVENTS.index(event), "at": at(hours), **said}


def events(*rows: dict[str, object]) -> pl.DataFrame:
    """Typed events in reading order."""
    told = [{"source_no": 0, "source_position": place, "is_nested": False, **row} for place, row in enumerate(rows, start=1)]
    return pl.DataFrame([{name: row.get(name) for name in DEALT} for row in told], schema=DEALT, orient="row")


def a_parcel(**said: object) -> dict[str, object]:
    """A parcel that one accepted filing names and no event; ``said`` says otherwise."""
    return {"parcel_id": "P1", "standing": 0, "filing_no": 0, "consignment_id": "C1", "filing_kind": "import", **said}


def parcels(*rows: dict[str, object]) -> pl.LazyFrame:
    """Parcels with what filings and events say of them."""
    schema = {**OF_EVENTS, **KNOWN, "flight": pl.String()}
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema, orient="row").lazy()


def flights(**arrived: datetime) -> pl.LazyFrame:
    """Flights and when the last of their parcels arrived."""
    return pl.DataFrame(list(arrived.items()), schema=FLIGHTS, orient="row").lazy()


def masters(**arrived: datetime) -> pl.LazyFrame:
    """Master documents and when the last of their parcels arrived."""
    return pl.DataFrame(list(arrived.items()), schema=MASTERS, orient="row").lazy()


MOVED = {
    "parcel_id": "", "accepted_at": "", "arrival_est": "", "presented_at": "", "flight": "", "master_document": "",
    "filing_kind": "", "receptacle": "", "party_relation": "B2C", "nature": "sale", "vat_scheme": "IOSS", "vat_scheme_id": "IM2760000742",
    "reduced_set": "H7", "consignor_name": "Example Shop", "consignee_street": "Example Street 1",
    "consignee_city": "Berlin", "consignee_postcode": "10115", "consignee_country": "DE", "item_origin": "CN",
}  # fmt: skip
"""What a filing that releases by itself says beside ``SOUND``, and the moments and papers of its parcel."""


def a_filings_file(*rows: dict[str, str]) -> str:
    """A CSV of filings that would release, each with what the test says otherwise; one consignee each."""
    sound = {**SOUND, **MOVED}
    told = [
        {**sound, "consignee_street": f"Example Street {place}", "consignee_name": f"Anna Berg {place}", **row}
        for place, row in enumerate(rows)
    ]
    return "\n".join((",".join(sound), *(",".join(row.values()) for row in told))) + "\n"


def an_events_file(*rows: str, header: str = HEADER) -> str:
    """A CSV of events."""
    return "\n".join((header, *rows)) + "\n"


def moment(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def summary(done: Outcome) -> dict:
    """The summary of a run."""
    return json.loads((done.target / "summary.json").read_text(encoding="utf-8"))


def verdicts(done: Outcome) -> dict[str, str]:
    """The verdict of each parcel of a run."""
    return dict(done.table("movements").select("parcel_id", "verdict").rows())


def decision(done: Outcome, name: str = "A1") -> tuple:
    """Decision, route, what it waits for and why, of one filing."""
    rows = done.table("consignments").filter(pl.col("consignment_id") == name)
    return rows.select("decision", "route", "pending_on", "reasons").row(0)
