"""The reference page of events: what a file of them may say, and what its words mean to a run."""

from collections.abc import Iterable, Iterator
from typing import Final

from tidewaiter.model.codes import EVENTS, VERDICTS
from tidewaiter.model.events import EVENT_FIELDS

WORDS: Final = {
    "lodged": "the data was lodged; says nothing of where the parcel is",
    "posted": "its sender gave it to the post or carrier",
    "handled": "somebody dealt with it on its way; nothing follows from it",
    "departed": "it left for its destination",
    "missing": "it was announced, and was not there",
    "arrived": "it arrived in the country of the office",
    "presented": "it was presented to customs: notified and at hand for checks",
    "scanned": "somebody read its barcode",
    "held": "somebody keeps it for the time being",
    "diverted": "the sorter took it out of the stream",
    "released": "the operator was told of its release",
    "delivered": "it reached its consignee",
    "returned": "it is on its way back",
}
MEANINGS: Final = {
    "as_declared": "filed, here and presented",
    "expected": "nothing is due yet: it is on its way, or its data came ahead of it",
    "not_presented": "it arrived and was not presented up to the horizon",
    "short": "it left, others of its flight or master document arrived, and it did not; or it is told `missing`",
    "data_without_parcel": (
        "filed, and no event shows it, although others of its flight or master document arrived or its `arrival_est` "
        "lies before the horizon"
    ),
    "data_in_quarantine": "events tell of it, and its only filing was set aside: mend that",
    "arrived_without_data": "it is here, and no filing names it",
}


def events_page(head: str) -> Iterator[str]:
    """Columns, words, verdicts."""
    yield from ("# Events and verdicts", "", head, "")
    yield "`tidewaiter clear ... --events FILE` reads what happened to parcels: CSV, NDJSON or Parquet, plain or"
    yield "packed, a row or object an event. Other columns are let be. [How to use it](../howto/follow-the-parcels.md)."
    yield "The same may come [as posts, carriers and operators tell it](events-messages.md)."
    yield from ("", "## Columns of an events file", "")
    rows = ((f"`{one.name}`", one.kind.value, "yes" if one.is_needed else "no", one.meaning) for one in EVENT_FIELDS)
    yield from _table(("column", "read as", "needed", "meaning"), rows)
    yield from (
        "",
        "Each names a parcel or, instead, a receptacle.",
        "",
        "A moment without `Z` or offset is set aside and never taken for UTC. Rows that say the same are one event.",
    )
    yield from ("", "## Words", "", "Any other word is set aside in `events_quarantine.csv`.", "")
    yield from _table(("event", "means"), ((f"`{word}`", WORDS[word]) for word in EVENTS))
    yield from (
        "",
        "## Verdicts",
        "",
        "One for each parcel that a filing or an event names, as of the *horizon*: the moment of",
    )
    yield "`--as-of`, else the last one that the events tell. What happens later has not happened."
    yield from ("", *_table(("verdict", "means"), ((f"`{word}`", MEANINGS[word]) for word in VERDICTS)), "", *RULES)


RULES: Final = """\
How the facts come about:

- Of several events of a kind the first counts. A parcel presented before it arrived, or that left after it arrived,
  keeps the moments as they were told; presentation alone shows that it is here.
- A filing that says `presented_at` counts like the event once that moment has passed; where both speak, the event's
  moment stands in `movements.parquet`, the filing's decides the duty point, and MOV-02 notes the difference.
- A parcel's flight is the one it arrived with, else left with, else any an event names, else the filing's. A flight
  number comes back every day: others of it count when they arrived after the parcel left, or no more than 12 hours
  before its `arrival_est`.
- Of several filings of a parcel an accepted one goes first, then those that earlier runs accepted (`--history`), then
  those in quarantine; an import before other kinds, then the highest version. What it leaves open the others fill.
- Filings in quarantine make no row of their own; they only tell a parcel that came apart from one without data.
""".splitlines()


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(row) + " |"
