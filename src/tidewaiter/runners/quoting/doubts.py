"""Doubts: what an answer rests on beside law that was read, and why a charge of it is an estimate."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from tidewaiter.pipeline.assumptions import BY_REQUEST
from tidewaiter.pipeline.plan import Chunk

Line = Mapping[str, Any]
Exchange = Sequence[tuple[str, int, int]]

SHAKY: Final = ("recalled", "assumed")
ENDS: Final = tuple(f"({word})" for word in SHAKY)
WHY: Final = {
    "(recalled)": "a figure of it is from memory, not read in the law",
    "(assumed)": "a figure of it is assumed",
}
ON_REQUEST: Final = "it is assumed in the request"
EXCHANGE: Final = "it is converted at a rate that is not the legal one"
TURNS: Final = "whether it is due turns on a figure that was not read in the law"
ON_ESTIMATE: Final = "what it is reckoned on is an estimate"


def with_reasons(lines: Sequence[dict[str, Any]], *, is_converted: bool) -> None:
    """Add ``estimated_because`` to each charge: why it is an estimate; empty where it is none.

    ``is_converted``: money of the filing was converted at a rate that stands in for the legal one.
    """
    for line in lines:
        line["estimated_because"] = _reason(line, is_converted=is_converted) if line["status"] == "estimated" else None


def _reason(line: Line, *, is_converted: bool) -> str:
    source = line["source"] or ""
    if source.startswith(BY_REQUEST):
        return ON_REQUEST
    told = next((why for end, why in WHY.items() if source.endswith(end)), None)
    if told is None and line["charge"] == "fee":
        return TURNS
    return told or (EXCHANGE if is_converted else ON_ESTIMATE)


def assumed(defaulted: str | None, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """What rests on less than law that was read: fields a format filled in, and facts from memory."""
    fields = defaulted.split(";") if defaulted else ()
    rested = [line for line in lines if line["source"] and line["source"].endswith(ENDS)]
    shaky = {
        (line["rule_id"] or line["charge"], line["source"].rpartition(" (")[2][:-1]): line["source"]
        for line in rested
        if not line["source"].startswith(BY_REQUEST)
    }
    return [
        *({"what": name, "value": None, "by": "default"} for name in fields if name),
        *({"what": what, "value": source, "by": f"law, {word}"} for (what, word), source in shaky.items()),
    ]


def stand_in_rates(claimed: Chunk, given: Exchange) -> pl.DataFrame:
    """One row a filing and currency whose rate on the shelf stands in for the legal one; ``given`` are no shelf's."""
    is_own = pl.col("value_currency").is_in([name for name, _, _ in given])
    own = claimed.items.filter((pl.col("line_exchange_status") == "assumed") & ~is_own)
    return own.select(
        "consignment_id",
        what=pl.lit("exchange_rate ") + pl.col("value_currency"),
        value=pl.lit("not the legal rate"),
        by=pl.lit("shelf"),
    ).unique(maintain_order=True)
