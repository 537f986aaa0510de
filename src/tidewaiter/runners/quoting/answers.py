"""Answers: what a chunk of copies came to, told filing by filing in the words of the interface."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import polars as pl

from tidewaiter.model.words import spoken
from tidewaiter.pipeline.plan import Chunk
from tidewaiter.pipeline.quoting import Quoting
from tidewaiter.pipeline.shelves import Shelves
from tidewaiter.pipeline.told import findings, found_in
from tidewaiter.runners.clearing import charge_rows
from tidewaiter.runners.quoting.advice import advice
from tidewaiter.runners.quoting.copies import COPY, as_claimed
from tidewaiter.runners.quoting.doubts import Exchange, assumed, stand_in_rates, with_reasons
from tidewaiter.runners.quoting.sums import AMOUNTS, known_sums, total
from tidewaiter.runners.reasons import teller

Answer = dict[str, Any]
WHOLE: Final = ("intrinsic_value_minor", "customs_value_minor", *AMOUNTS, "due_at_border_minor", "resolved")
ASKS_TARIFF: Final = "asks_tariff"
"""Not for the reader: whether the answer can rest on a tariff's edition."""

TAX: Final = "vat"
"""The word of a charge that is the tax on imports, whatever a jurisdiction calls it."""

ELSEWHERE: Final = "collected_elsewhere"


def answers(done: Chunk, quoting: Quoting, shelves: Shelves, given: Exchange = ()) -> Iterator[Answer]:
    """One answer a filing, in order; what the request itself said (``as``, its id, assumptions) is not yet in it.

    ``given``: exchange rates that the request assumes.
    """
    law, times = quoting.jurisdiction, 1 + len(quoting.jurisdiction.sets)
    claimed = as_claimed(done, times)
    found, charged = (
        _by_filing(findings(claimed, found_in(claimed, quoting.kinds))),
        _by_filing(charge_rows(claimed, quoting, shelves)),
    )
    tell = teller(quoting.kinds, law.currency)
    shaky = _by_filing(stand_in_rates(claimed, given))
    sets, by_tariff = advice(done, quoting), _asks_tariff(done)
    whole = known_sums(claimed.filings).select(
        *WHOLE, on="duty_day", chosen_set="reduced_set_used", defaulted="defaulted",
    )  # fmt: skip
    for row, told in enumerate(whole.to_dicts()):
        lines, converted = charged.get(row, []), shaky.get(row, ())
        with_reasons(lines, is_converted=bool(converted))
        yield {
            ASKS_TARIFF: by_tariff[row],
            "on": told["on"],
            "eligible_sets": sets[row],
            "chosen_set": told["chosen_set"],
            "currency": law.currency,
            "tax_name": law.tax_name,
            "intrinsic_value_minor": told["intrinsic_value_minor"],
            "customs_value_minor": told["customs_value_minor"],
            "lines": lines,
            "duty_minor": told["duty_minor"],
            "tax_minor": told["tax_minor"],
            "fee_minor": told["fee_minor"],
            "total_minor": total(told["duty_minor"], told["tax_minor"], told["fee_minor"], resolved=told["resolved"]),
            "due_at_border_minor": told["due_at_border_minor"],
            "not_included": [*law.not_included, *_elsewhere(lines, law.tax_name)],
            "assumed": [*assumed(told["defaulted"], lines), *converted],
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


def _elsewhere(lines: Sequence[Mapping[str, Any]], tax_name: str) -> list[str]:
    """What others collect, in the jurisdiction's own word for its tax."""
    elsewhere = [line for line in lines if line["status"] == ELSEWHERE]
    named = ((tax_name if line["charge"] == TAX else spoken(line["charge"]), line["rate_text"]) for line in elsewhere)
    return list(dict.fromkeys(f"{name} ({how})" for name, how in named))
