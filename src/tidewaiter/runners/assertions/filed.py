"""Filings as assertions meet them: what each declares of its order and its parcel, dealt out by either number."""

from typing import Final

import polars as pl

from tidewaiter.model.columns import Schema
from tidewaiter.model.money import MINOR_MAX
from tidewaiter.runners.movements.shards import Shards
from tidewaiter.runners.spool import Spool, complete

KEY: Final = "key"
COSTS: Final = ("freight", "insurance", "tax_collected")
"""What a buyer pays beside the goods, each in a currency of its own."""

NO_SCHEME: Final = "NONE"

HEAD: Final = (
    "parcel_id", "consignment_id", "filing_kind", "version", "function", "declarant_id", "order_id", "marketplace_id",
    "parcel_of_order", "consignee_country", "gross_mass_mg", "discount_micro", "other_costs_micro", "vat_scheme",
    *(f"{cost}_{part}" for cost in COSTS for part in ("micro", "currency")),
)  # fmt: skip
LINES: Final = ("item_value_micro", "item_value_currency", "item_quantity_micro")
FILED: Final[Schema] = {
    KEY: pl.String(), "filing_no": pl.Int64(), "of": pl.String(), "version": pl.Int64(), "is_counted": pl.Boolean(),
    "marketplace_id": pl.String(), "parts": pl.Int64(), "costs_micro": pl.Int64(), "is_mixed": pl.Boolean(),
    "is_open": pl.Boolean(),
    "goods_micro": pl.Int64(), "currency": pl.String(), "quantity_micro": pl.Int64(),
}  # fmt: skip
"""A filing, or the part of it that lay in one batch, under one number.

``of`` names the filing whatever its version; only imports that stand are counted. ``costs_micro`` is what is declared
beside the goods, less the discount; ``is_mixed`` where a value is missing or currencies differ; ``is_open`` where costs
that a buyer pays are not told or are in another currency: the freight, and the tax where a scheme has collected it.
"""


def deal_filings(spool: Spool, by_order: Shards, by_parcel: Shards) -> None:
    """Deal accepted filings out under their order and under their parcel; both are closed after."""
    last = -1
    for number in range(len(spool)):
        own = spool.numbers(number)
        rows = complete(spool.read(number, [*HEAD, *LINES]), [*HEAD, *LINES]).with_columns(filing_no=pl.Series(own))
        accepted = rows.filter(pl.col("filing_no") >= 0)
        if accepted.is_empty():
            continue
        filed = filed_of(accepted, last)
        last = int(accepted["filing_no"][-1])
        for name, shards in {"order_id": by_order, "parcel_id": by_parcel}.items():
            shards.deal(
                filed.with_columns(pl.col(name).alias(KEY)).filter(pl.col(KEY).is_not_null()).select(list(FILED))
            )
    by_order.close()
    by_parcel.close()


def summed(values: pl.Expr) -> pl.Expr:
    """Their sum; empty where it is larger than any amount can be."""
    total = values.cast(pl.Int128).sum()
    return pl.when(total.abs() <= MINOR_MAX).then(total).cast(pl.Int64)


def filed_of(rows: pl.DataFrame, last: int) -> pl.DataFrame:
    """One row a filing; costs are told with the first of its lines alone, where it goes on from the batch before."""
    currency, value, quantity = pl.col(LINES[1]), pl.col(LINES[0]), pl.col(LINES[2])
    costs = pl.sum_horizontal(pl.col(f"{cost}_micro").fill_null(0) for cost in COSTS)
    beside = costs + pl.col("other_costs_micro").fill_null(0) - pl.col("discount_micro").fill_null(0)
    others = [
        (pl.col(f"{cost}_micro").is_not_null() & (pl.col(f"{cost}_currency") != currency)).fill_null(value=False)
        for cost in COSTS
    ]
    scheme = pl.col("vat_scheme").fill_null(NO_SCHEME)
    is_untold = pl.col("freight_micro").is_null() | ((scheme != NO_SCHEME) & pl.col("tax_collected_micro").is_null())
    is_first = pl.col("filing_no") != last
    of = pl.concat_str("declarant_id", "filing_kind", "consignment_id", separator="\x1f", ignore_nulls=True)
    is_import = pl.col("filing_kind").fill_null("import") == "import"
    return (
        rows.with_columns(
            of=of,
            costs_micro=pl.when(is_first).then(beside).otherwise(0),
            is_open=is_untold | pl.any_horizontal(others),
            is_counted=is_import & (pl.col("function").fill_null("original") != "cancellation"),
            parts=pl.col("parcel_of_order").str.extract(r"/\s*(\d{1,6})\s*$").cast(pl.Int64),
        )
        .group_by("filing_no", maintain_order=True)
        .agg(
            pl.col("order_id", "parcel_id", "of", "marketplace_id", "parts", "is_counted").first(),
            pl.col("version").first().fill_null(1),
            pl.col("costs_micro").first(),
            is_open=pl.col("is_open").any(),
            is_mixed=value.has_nulls() | currency.has_nulls() | (currency.n_unique() > 1),
            goods_micro=summed(value),
            currency=currency.first(),
            quantity_micro=pl.when(~quantity.has_nulls()).then(summed(quantity)),
        )
    )
