"""What follows from a decision: the lane of the sorter, what is published, who has to act, what has to be there."""

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

import polars as pl

from tidewaiter.exchange import filings
from tidewaiter.model.codes import ROUTES
from tidewaiter.model.columns import Schema

GOES: Final = frozenset({"release", "release_conditional"})
WAITS: Final = frozenset({"arrival"})
"""What a filing waits for by itself: no person can hasten it."""
CHECKED: Final = frozenset(ROUTES[ROUTES.index("document_check") :])
"""Routes on which somebody has to look, and for which the parcel itself leaves the belt."""
LOWEST: Final = len(ROUTES)
ANSWERED_BY_FILER: Final = ("information", "payment")


class Consequences(NamedTuple):
    """Of one decision; ``needs`` has to be there before release, ``priority`` says which case comes first."""

    lane: str
    status: str
    needs_people: bool
    needs: Sequence[str]
    priority: int


COLUMNS: Final[Schema] = {
    "lane": pl.String(), "status": pl.String(), "needs_people": pl.Boolean(), "needs": pl.List(pl.String()),
    "priority": pl.Int64(),
}  # fmt: skip


def consequences(
    decision: str,
    route: str | None,
    pending_on: Collection[str],
    asked: Collection[str],
    filing_kind: str,
    *,
    is_presented: bool,
) -> Consequences:
    """What follows; the same for a message as for a filing of a file. ``asked``: what its filer has to answer."""
    return Consequences(
        lane(decision, route),
        status(decision, asked, is_presented=is_presented),
        needs_people(decision, pending_on),
        needs(filing_kind, route, pending_on),
        priority(route),
    )


def lane(decision: str, route: str | None) -> str:
    """Which lane the sorter gives a parcel: who must touch it has it diverted, what only waits is held."""
    if decision in GOES:
        return "release"
    return "divert" if decision == "refuse" or route in CHECKED else "hold"


def status(decision: str, asked: Collection[str], *, is_presented: bool) -> str:
    """What is published at once: before the parcel is presented nothing but whether its filer has to answer.

    Whether it will be looked at is told when it is there: whoever knew it earlier could choose another way.
    """
    if not is_presented:
        return filings.ASKED if asked else filings.ACCEPTED
    if decision == "release":
        return filings.RELEASED
    if decision == "release_conditional":
        return filings.RELEASED_CONDITIONALLY
    return filings.ASKED if asked else filings.UNDER_CONTROL


def needs_people(decision: str, pending_on: Collection[str]) -> bool:
    """True where a filing does not release by itself, and waits for more than its parcel."""
    return decision not in GOES and not (pending_on and set(pending_on) <= WAITS)


def needs(filing_kind: str, route: str | None, pending_on: Collection[str]) -> list[str]:
    """What has to be there before release: goods that enter are presented; what is to be checked has a result."""
    checked = route in CHECKED or "inspection" in pending_on
    return [*(["presentation"] if filing_kind == "import" else []), *(["result"] if checked else [])]


def priority(route: str | None) -> int:
    """Which first: 1 for another agency, down to 7 for what nothing was found of; never the score."""
    return LOWEST - (ROUTES.index(route) if route in ROUTES else 0)


def beside(found: pl.DataFrame) -> pl.DataFrame:
    """The filings with what follows from each decision in ``COLUMNS``; order and number of rows stay.

    Takes decision, route, pending_on, asked, filing_kind and presented_at. Each distinct decision is thought of once.
    """
    lists = {name: pl.col(name).fill_null([]).list.sort().list.join(",") for name in ("pending_on", "asked")}
    keys = found.select("decision", "route", "filing_kind", pl.col("presented_at").is_not_null(), **lists)
    distinct = keys.unique(maintain_order=True)
    follows = [
        consequences(
            one["decision"], one["route"], _words(one["pending_on"]), _words(one["asked"]), one["filing_kind"],
            is_presented=one["presented_at"],
        )
        for one in distinct.iter_rows(named=True)
    ]  # fmt: skip
    told = distinct.hstack(pl.DataFrame(follows, schema=COLUMNS, orient="row"))
    laid = keys.join(told, on=keys.columns, how="left", nulls_equal=True, maintain_order="left", validate="m:1")
    return found.with_columns(laid.select(list(COLUMNS)))


def _words(joined: str) -> list[str]:
    return joined.split(",") if joined else []
