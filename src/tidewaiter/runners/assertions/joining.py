"""Joining: what is claimed of an order or parcel beside what the filings of that order or parcel declare; pure."""

from typing import Final

import polars as pl

from tidewaiter.model.assertions import ASSERTED, FACTS
from tidewaiter.model.columns import Schema
from tidewaiter.runners.assertions.filed import FILED, KEY, summed

WAYBILL: Final = "waybill"
PAIR: Final[Schema] = {
    "filing_no": pl.Int64(), "assertion_no": pl.Int64(), **ASSERTED,
    "total_declared_micro": pl.Int64(), "goods_declared_micro": pl.Int64(), "quantity_declared_micro": pl.Int64(),
    "declared_currency": pl.String(),
}  # fmt: skip
"""An assertion beside a filing it is about, and what all filings of that order or parcel declare together."""


def groups_of(filed: pl.DataFrame) -> pl.DataFrame:
    """Filings of a shard (parts of them put together), each with what all of its group declare together.

    A group is an order at a marketplace, or a parcel. Sums are empty where a part is missing, currencies differ, or
    fewer parcels are filed than the order has. Of a filing's versions the last one counts.
    """
    whole = filed.group_by("filing_no", KEY, maintain_order=True).agg(
        pl.col("of", "version", "is_counted", "marketplace_id", "parts", "currency").first(),
        costs_micro=summed(pl.col("costs_micro")),
        goods_micro=summed(pl.col("goods_micro")),
        is_mixed=pl.col("is_mixed").any() | (pl.col("currency").n_unique() > 1),
        is_open=pl.col("is_open").any(),
        quantity_micro=_pieces_of("quantity_micro"),
    )
    group = [KEY, "marketplace_id"]
    is_last = pl.col("version") == pl.col("version").max().over(*group, "of")
    counts = whole.with_columns(is_counted=pl.col("is_counted") & is_last).filter("is_counted")
    sums = counts.group_by(group).agg(
        is_whole=pl.len() >= pl.col("parts").max().fill_null(1),
        is_one=~pl.col("is_mixed").any() & (pl.col("currency").n_unique() == 1),
        is_open=pl.col("is_open").any(),
        goods=summed(pl.col("goods_micro")),
        total=summed(pl.col("goods_micro") + pl.col("costs_micro")),
        quantity=_pieces_of("quantity_micro"),
        declared_currency=pl.col("currency").first(),
    )
    is_known = pl.col("is_whole") & pl.col("is_one")
    told = sums.select(
        *group, "declared_currency",
        total_declared_micro=pl.when(is_known & ~pl.col("is_open")).then("total"),
        goods_declared_micro=pl.when(is_known).then("goods"),
        quantity_declared_micro=pl.when("is_whole").then("quantity"),
    )  # fmt: skip
    return counts.select(*group, "filing_no").join(told, on=group, how="left", nulls_equal=True, maintain_order="left")


def _pieces_of(column: str) -> pl.Expr:
    """Pieces of all; empty where one does not tell."""
    return pl.when(~pl.col(column).has_nulls()).then(summed(pl.col(column)))


def pairs(asserted: pl.DataFrame, filed: pl.DataFrame) -> pl.DataFrame:
    """Assertions (with ``key`` and ``assertion_no``) beside the filings of their group (``PAIR``).

    Where both name a marketplace it is the same one. An order number that is known at several marketplaces joins to
    none where the assertion does not say which.
    """
    if asserted.is_empty() or filed.is_empty():
        return pl.DataFrame(schema=PAIR)
    groups = groups_of(filed.select(list(FILED)))
    met = asserted.join(groups, on=KEY, how="inner", suffix="_filed", maintain_order="left_right")
    place, filed_at = pl.col("marketplace_id"), pl.col("marketplace_id_filed")
    met = met.filter((place == filed_at) | place.is_null() | filed_at.is_null())
    return met.filter(filed_at.n_unique().over("assertion_no") == 1).select(list(PAIR))


def facts_of(found: pl.DataFrame) -> pl.DataFrame:
    """One row a filing with ``FACTS``, of the pairs of whole filings."""
    told = found.sort("filing_no", "kind", "asserted_at", "asserted_by", "reference")
    return told.group_by("filing_no", maintain_order=True).agg(
        *_paid(), *_ordered(), *_pieces(), *_addressed(), *_weighed()
    ).select("filing_no", *FACTS)  # fmt: skip


def _where(kind: str, column: str) -> pl.Expr:
    return pl.col(column).filter(pl.col("kind") == kind)


def _by(kind: str) -> pl.Expr:
    """Who says so, each once."""
    return _where(kind, "asserted_by").unique(maintain_order=True).str.join(", ")


def _sum(kind: str, amount: pl.Expr, declared: pl.Expr, name: str) -> list[pl.Expr]:
    """What a kind comes to, what is declared of the same, and the currency; empty unless all is told in that one."""
    own = pl.col("kind") == kind
    currency = pl.col("currency").filter(own)
    is_told = own.any() & ~amount.filter(own).has_nulls() & (currency == pl.col("declared_currency").filter(own)).all()
    there = is_told & ~declared.filter(own).has_nulls()
    return [
        pl.when(there).then(summed(amount.filter(own))).alias(f"{name}_micro"),
        pl.when(there).then(declared.filter(own).first()).alias(f"{name}_declared_micro"),
        pl.when(there).then(currency.first()).alias(f"{name}_currency"),
        pl.when(there).then(_by(kind)).alias(f"{name}_by"),
    ]


def _paid() -> list[pl.Expr]:
    return _sum("payment", pl.col("amount_micro"), pl.col("total_declared_micro"), "paid")


def _ordered() -> list[pl.Expr]:
    """The goods alone where they are told, else all in all against all in all."""
    goods, total = pl.col("goods_micro"), pl.col("amount_micro")
    declared = pl.when(goods.is_not_null()).then("goods_declared_micro").otherwise("total_declared_micro")
    return _sum("order", pl.coalesce(goods, total), declared, "ordered")


def _pieces() -> list[pl.Expr]:
    own = pl.col("kind") == "order"
    pieces, declared = pl.col("quantity_micro").filter(own), pl.col("quantity_declared_micro").filter(own)
    there = own.any() & ~pieces.has_nulls() & ~declared.has_nulls()
    return [
        pl.when(there).then(summed(pieces)).alias("ordered_quantity_micro"),
        pl.when(there).then(declared.first()).alias("ordered_quantity_declared_micro"),
        pl.when(there).then(_by("order")).alias("ordered_quantity_by"),
    ]


def _addressed() -> list[pl.Expr]:
    """What the carrier says goes before what the platform says; the last one told counts."""
    named = pl.col("consignee_country").is_not_null()
    last = {name: [pl.col(name).filter(named & (pl.col("kind") == kind)).last() for kind in (WAYBILL, "order")]
            for name in ("consignee_country", "asserted_by")}  # fmt: skip
    return [
        pl.coalesce(last["consignee_country"]).alias("addressed_country"),
        pl.coalesce(last["asserted_by"]).alias("addressed_by"),
    ]


def _weighed() -> list[pl.Expr]:
    of_parcel = pl.col("gross_mass_mg").is_not_null() & (pl.col("kind") == WAYBILL)
    return [
        pl.col("gross_mass_mg").filter(of_parcel).last().alias("weighed_mg"),
        pl.col("asserted_by").filter(of_parcel).last().alias("weighed_by"),
    ]
