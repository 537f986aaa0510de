"""Tax on importation: VAT at the border, by the vendor, on an account, relieved, or none, per goods item."""

from collections.abc import Sequence

import polars as pl

from tidewaiter.kit.expressions import WIDE, column_or_null, is_one_of, times_rate, word_where
from tidewaiter.kit.filing_shares import apportioned
from tidewaiter.kit.looked_up import looked_up
from tidewaiter.kit.minimum import spare_little
from tidewaiter.kit.noting import is_noting
from tidewaiter.kit.rounding import AS_USUAL, FINE, USUAL, Roundings
from tidewaiter.model.columns import Schema
from tidewaiter.model.findings import FindingKind

ADDS: Schema = {"tax_minor": pl.Int64(), "tax_status": pl.String(), "tax_base_minor": pl.Int64()}
RATES: Schema = {
    "tax_num": pl.Int64(),
    "tax_den": pl.Int64(),
    "tax_evidence": pl.String(),
    "tax_rate_no": pl.UInt32(),
}
"""The rate of an item; ``tax_rate_no`` finds its words again."""

LOOKED_UP: Schema = {**RATES, "tax_is_open": pl.Boolean()}
"""``tax_is_open``: the goods may carry a reduced rate, and none is loaded for them."""

NO_TAX_RATE = FindingKind(
    "RES-07",
    "Tax rate cannot be determined",
    "Goods of {commodity_code} may carry a reduced rate in {destination_country}, and reduced rates are not loaded.",
    "hold",
    "item",
    pointer="item_commodity_code",
    pending_on="register",
    evidence=("commodity_code", "destination_country"),
)
NO_TAX_BASE = FindingKind(
    "RES-08",
    "Tax cannot be determined before the duty",
    "Tax is due at the border on value, duty and excise together, and one of them is not known.",
    "hold",
    "item",
    pending_on="register",
)
ITEM_KINDS = (NO_TAX_RATE, NO_TAX_BASE)
ON_ACCOUNT = ("operator", "account")
ASSESSED = ("border", *ON_ACCOUNT)
"""Rules under which an amount is worked out."""


def look_up_tax(items: pl.LazyFrame, rates: pl.LazyFrame, reduced: pl.LazyFrame) -> pl.LazyFrame:
    """Lay the tax rate of the place on the duty point beside each item: that of its goods, else the standard one.

    ``rates``: place, duty_day and the columns of ``RATES``; ``reduced``: the same with commodity_code, one row for each
    place, day and code of the chunk whose goods carry a rate of their own. ``is_reduced_rate_goods`` may be told of an
    item; with a rate of its own found it no longer matters (``tax_is_open`` is false).
    """
    place = pl.coalesce(column_or_null(items, "tax_place", pl.String()), "destination_country").alias("place")
    if is_noting():
        return _plainly(items.with_columns(place), rates, reduced).drop("place")
    standard = rates.select(*RATES, "duty_day", "place").collect(engine="in-memory")
    own, may_differ = reduced.collect(engine="in-memory"), pl.col("is_reduced_rate_goods").fill_null(value=False)
    asked = items.select(place, "duty_day", "commodity_code", tax_is_open=may_differ).collect(engine="in-memory")
    told = asked.hstack(looked_up(asked, standard, ["place", "duty_day"]))
    told = told if own.is_empty() else _with_own(told, own)
    return items.with_columns(told.select(list(LOOKED_UP)).get_columns())


def _plainly(items: pl.LazyFrame, rates: pl.LazyFrame, reduced: pl.LazyFrame) -> pl.LazyFrame:
    """What ``look_up_tax`` says as one query."""
    own = reduced.select("place", "duty_day", "commodity_code", **{f"own_{name}": name for name in RATES}, is_own=True)
    found = items.join(
        rates.select(*RATES, "duty_day", "place"), on=["place", "duty_day"], how="left", maintain_order="left"
    ).join(own, on=["place", "duty_day", "commodity_code"], how="left", maintain_order="left")
    is_own = pl.col("is_own").is_not_null()
    may_differ = pl.col("is_reduced_rate_goods").fill_null(value=False)
    return found.with_columns(
        *(pl.when(is_own).then(f"own_{name}").otherwise(name).alias(name) for name in RATES),
        tax_is_open=may_differ & ~is_own,
    ).drop("is_own", *(f"own_{name}" for name in RATES))


def _with_own(told: pl.DataFrame, own: pl.DataFrame) -> pl.DataFrame:
    """The rates of goods that have their own laid over the standard ones."""
    codes = own["commodity_code"].unique()
    places = told.select(pl.col("commodity_code").is_in(codes.implode())).to_series().arg_true()
    keys = ["place", "duty_day", "commodity_code"]
    lines = told.select(keys)[places].with_columns(at=places)
    found = lines.join(own.select(*keys, *RATES), on=keys, how="inner", maintain_order="left")
    laid = [told[name].scatter(found["at"], found[name]) for name in RATES]
    return told.with_columns(*laid, told["tax_is_open"].scatter(found["at"], values=False))


def assess_tax(
    items: pl.LazyFrame,
    rounding: Roundings = USUAL,
    base_rounding: Roundings = USUAL,
    *,
    has_minimum: bool = False,
    lacks_excise: Sequence[int] = (),
) -> pl.LazyFrame:
    """Add ``tax_minor``, its base and its status.

    The base is customs value (less ``relieved_minor`` of it, where a law has that) and duty, with the filing's
    ``taxable_costs_minor`` and ``taxed_fees_minor`` shared over its lines by value. ``tax_rule`` of the filing
    decides: ``border`` is due now; ``operator`` and ``account`` are deferred to an account; ``vendor`` was
    collected at the sale, so nothing is assessed here (empty, ``collected_elsewhere``); ``relief`` and
    ``below_minimum`` are nil; ``none`` levies no tax (no status). Where the goods may carry a reduced rate that is
    not loaded, or the base is unknown, the amount is empty and the status ``unresolved``. Excise is part of the base:
    on goods that owe it (``is_excise_goods``) nothing is known of the tax in the periods ``lacks_excise`` of the law,
    in which excise is not loaded. Amounts round by the law of the day, and so does the base where the law says so:
    what a filing is taxed on at one rate is rounded together, and shared back. ``has_minimum``: tax of up to
    ``law_tax_minimum_minor`` a filing is not collected at the border.
    """
    rule = pl.col("tax_rule")
    is_assessed = is_one_of(rule, ASSESSED)
    rate_known = pl.col("tax_num").is_not_null() & ~pl.col("tax_is_open")
    amount = _amount(rounding, is_assessed & rate_known)
    is_due, is_nil = (rule == "border").fill_null(value=False), is_one_of(rule, ("relief", "below_minimum"))
    held_as = column_or_null(items, "tax_held_as", pl.String())
    assessed = (
        _with_rounded_base(_with_base(items, lacks_excise), base_rounding)
        .with_columns(tax_minor=pl.when(is_nil).then(0).when(is_assessed & rate_known).then(amount).cast(pl.Int64))
        .with_columns(
            (is_due & ~rate_known).alias(NO_TAX_RATE.flag),
            (is_due & rate_known & pl.col("tax_base_minor").is_null()).alias(NO_TAX_BASE.flag),
            tax_status=_status(held_as, column_or_null(items, "has_assumed_costs", pl.Boolean())),
        )
    )
    return spare_little(assessed, {"tax_minor": "tax_status"}, "law_tax_minimum_minor") if has_minimum else assessed


def _with_base(items: pl.LazyFrame, lacks_excise: Sequence[int]) -> pl.LazyFrame:
    """Add ``tax_base_minor`` where an amount is worked out; sharing over lines is done only where there is any.

    Costs cannot be shared while the worth of one line is unknown: the others would bear what is its part.
    """
    schema = items.collect_schema()
    shared = [name for name in ("taxable_costs_minor", "taxed_fees_minor") if name in schema]
    by_value = pl.col("line_value_minor").fill_null(0)
    is_every_line_known = _is_every_line_known(items)
    for name in shared:
        items = apportioned(items, f"share_of_{name}", pl.col(name), by_value, "filing_row")
    relieved = pl.col("relieved_minor") if "relieved_minor" in schema else pl.lit(0)
    base = pl.col("customs_value_minor") - relieved + pl.col("duty_minor")
    for name in shared:
        base = base + pl.when(is_every_line_known | (pl.col(name) == 0)).then(f"share_of_{name}")
    is_based = is_one_of(pl.col("tax_rule"), (*ASSESSED, "below_minimum"))
    if lacks_excise and "is_excise_goods" in schema:
        is_based &= ~(pl.col("is_excise_goods") & pl.col("law_period").is_in(lacks_excise)).fill_null(value=False)
    return items.with_columns(tax_base_minor=pl.when(is_based).then(base)).drop(f"share_of_{name}" for name in shared)


def _is_every_line_known(items: pl.LazyFrame) -> pl.Expr:
    """True where all lines of the filing have a value; filings are told apart only where some line has none."""
    is_known = pl.col("line_value_minor").is_not_null().all().over("filing_row")
    if is_noting():
        return is_known
    values = items.select("line_value_minor").collect(engine="in-memory").to_series()
    return is_known if values.null_count() else pl.lit(value=True)


def _with_rounded_base(items: pl.LazyFrame, rounding: Roundings) -> pl.LazyFrame:
    """``tax_base_minor`` rounded by the law of the day: by line, or what a filing is taxed on at one rate together."""
    if rounding.rules == (AS_USUAL,):
        return items
    base = pl.col("tax_base_minor")
    alone = rounding.times_rate(base, pl.lit(1), pl.lit(1))
    together = rounding.together(base.cast(WIDE) * FINE, "filing_row", "tax_num", "tax_den")
    return items.with_columns(tax_base_minor=pl.when(rounding.is_at("filing")).then(together).otherwise(alone))


def _amount(rounding: Roundings, is_owed: pl.Expr) -> pl.Expr:
    """Base times rate; rounded by itself, or as its share of the rounded sum of the filing."""
    base, numerator, denominator = pl.col("tax_base_minor"), pl.col("tax_num"), pl.col("tax_den")
    alone = rounding.times_rate(base, numerator, denominator)
    if not rounding.has_moment("filing"):
        return alone
    fine = pl.when(is_owed).then(times_rate(base, numerator * FINE, denominator))
    return pl.when(rounding.is_at("filing")).then(rounding.together(fine, "filing_row")).otherwise(alone)


def _status(held_as: pl.Expr, has_assumed_costs: pl.Expr) -> pl.Expr:
    rule = pl.col("tax_rule")
    is_shaky = (
        (pl.col("duty_status") == "estimated")
        | (pl.col("tax_evidence") != "read")
        | has_assumed_costs
        | pl.col("tax_is_unsure")
    )
    return word_where(
        (rule == "none", None),
        (rule == "vendor", "collected_elsewhere"),
        (rule == "relief", "relieved"),
        (rule == "below_minimum", "below_minimum"),
        (pl.col("tax_minor").is_null(), "unresolved"),
        (held_as.is_not_null(), held_as),
        (is_one_of(rule, ON_ACCOUNT), "deferred"),
        (is_shaky | (pl.col("exchange_status") == "assumed"), "estimated"),
        otherwise="definitive",
    )
