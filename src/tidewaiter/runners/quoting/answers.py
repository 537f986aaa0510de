"""Answers: what a chunk of copies came to, told filing by filing in the words of the interface."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import polars as pl

from tidewaiter.pipeline.assumptions import BY_REQUEST
from tidewaiter.pipeline.plan import Chunk
from tidewaiter.pipeline.quoting import Quoting
from tidewaiter.pipeline.shelves import Shelves
from tidewaiter.pipeline.told import findings
from tidewaiter.runners.clearing import charge_rows
from tidewaiter.runners.quoting.advice import advice
from tidewaiter.runners.quoting.copies import COPY, as_claimed
from tidewaiter.runners.quoting.sums import AMOUNTS, known_sums, total
from tidewaiter.runners.reasons import teller

Answer = dict[str, Any]
Exchange = Sequence[tuple[str, int, int]]
WHOLE: Final = ("intrinsic_value_minor", "customs_value_minor", *AMOUNTS, "due_at_border_minor", "resolved")
ASKS_TARIFF: Final = "asks_tariff"
"""Not for the reader: whether the answer can rest on a tariff's edition."""

SHAKY: Final = ("recalled", "assumed")
ENDS: Final = tuple(f"({word})" for word in SHAKY)
ELSEWHERE: Final = "collected_elsewhere"


def answers(done: Chunk, quoting: Quoting, shelves: Shelves, given: Exchange = ()) -> Iterator[Answer]:
    """One answer a filing, in order; what the request itself said (``as``, its id, assumptions) is not yet in it.

    ``given``: exchange rates that the request assumes.
    """
    law, times = quoting.jurisdiction, 1 + len(quoting.jurisdiction.sets)
    claimed = as_claimed(done, times)
    found, charged = _by_filing(findings(claimed, quoting.kinds)), _by_filing(charge_rows(claimed, law, shelves))
    tell = teller(quoting.kinds, law.currency)
    shaky = _by_filing(_stand_in_rates(claimed, given))
    sets, by_tariff = advice(done, quoting), _asks_tariff(done)
    whole = known_sums(claimed.filings).select(
        *WHOLE, on="duty_day", chosen_set="reduced_set_used", defaulted="defaulted", law_period="law_period",
    )  # fmt: skip
    for row, told in enumerate(whole.to_dicts()):
        lines = charged.get(row, [])
        yield {
            ASKS_TARIFF: by_tariff[row],
            "on": told["on"],
            "eligible_sets": sets[row],
            "chosen_set": told["chosen_set"],
            "currency": law.currency,
            "intrinsic_value_minor": told["intrinsic_value_minor"],
            "customs_value_minor": told["customs_value_minor"],
            "lines": lines,
            "duty_minor": told["duty_minor"],
            "tax_minor": told["tax_minor"],
            "fee_minor": told["fee_minor"],
            "total_minor": total(told["duty_minor"], told["tax_minor"], told["fee_minor"], resolved=told["resolved"]),
            "due_at_border_minor": told["due_at_border_minor"],
            "not_included": [*law.not_included, *_elsewhere(lines)],
            "assumed": [*_assumed(told, lines), *shaky.get(row, ())],
            "resolved": told["resolved"],
            "reasons": list(dict.fromkeys(finding["code"] for finding in found.get(row, ()))),
            "findings": [tell(one["code"], one["item_no"], one["evidence"]) for one in found.get(row, ())],
        }


def _asks_tariff(done: Chunk) -> list[bool]:
    """Whether any copy of a filing takes its duty from a tariff, or nobody can tell."""
    asks = (pl.col("duty_rule") != "relief").fill_null(value=True) & (pl.col("duty_rule") != "per_code").fill_null(
        value=True
    )
    first = (pl.col(COPY) == 0).cum_sum()
    return done.filings.group_by(first, maintain_order=True).agg(asks.any().alias("asks"))["asks"].to_list()


def _by_filing(rows: pl.DataFrame) -> dict[int, list[dict[str, Any]]]:
    """Rows as objects by the filing they belong to, without what only tells that."""
    owners = rows["consignment_id"].cast(pl.Int64).to_list()
    told: dict[int, list[dict[str, Any]]] = {}
    for owner, row in zip(owners, rows.drop("consignment_id", "version", strict=False).to_dicts(), strict=True):
        told.setdefault(owner, []).append(row)
    return told


def _elsewhere(lines: Sequence[Mapping[str, Any]]) -> list[str]:
    elsewhere = [line for line in lines if line["status"] == ELSEWHERE]
    return list(dict.fromkeys(f"{line['charge']} ({line['rate_text']})" for line in elsewhere))


def _assumed(told: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What rests on less than law that was read: fields a format filled in, and facts from memory."""
    fields = told["defaulted"].split(";") if told["defaulted"] else ()
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


def _stand_in_rates(claimed: Chunk, given: Exchange) -> pl.DataFrame:
    """One row a filing and currency whose rate on the shelf stands in for the legal one; ``given`` are no shelf's."""
    is_own = pl.col("value_currency").is_in([name for name, _, _ in given])
    own = claimed.items.filter((pl.col("line_exchange_status") == "assumed") & ~is_own)
    return own.select(
        "consignment_id",
        what=pl.lit("exchange_rate ") + pl.col("value_currency"),
        value=pl.lit("not the legal rate"),
        by=pl.lit("shelf"),
    ).unique(maintain_order=True)
