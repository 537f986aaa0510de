"""Lanes: which way the sorter sends a barcode, for one and as a list to be kept offline."""

from collections.abc import Iterator
from typing import Final

from tidewaiter.store.log.entries import Connection

STRICTEST: Final = "case lane when 'divert' then 2 when 'hold' then 1 else 0 end"
WORDS: Final = ("release", "hold", "divert")
AT_ONCE: Final = 10_000


def lane_of(connection: Connection, barcode: str) -> str | None:
    """The strictest lane among the filings of a parcel; None where the acting party may not know it."""
    with connection.cursor() as cursor:
        cursor.execute(f"select max({STRICTEST}) from lane where barcode = %s", [barcode])  # noqa: S608 - our own words
        (found,) = cursor.fetchone()
    return None if found is None else WORDS[found]


def lanes(connection: Connection, carrier: str) -> Iterator[tuple[str, str]]:
    """Barcode and lane of every parcel in a carrier's hands, by barcode; within the caller's one transaction."""
    last = ""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"select barcode, max({STRICTEST}) from lane where carrier = %s and barcode > %s "  # noqa: S608 - our own words
                "and in_hand_at is not null group by barcode order by barcode limit %s",
                [carrier, last, AT_ONCE],
            )
            found = cursor.fetchall()
        for barcode, lane in found:
            yield barcode, WORDS[lane]
        if len(found) < AT_ONCE:
            return
        last = found[-1][0]
