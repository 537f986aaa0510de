"""Value: lines in the jurisdiction's currency, freight and insurance shared over them, sums that always add up."""

import polars as pl

from tidewaiter.kit import metals
from tidewaiter.kit.distinct import is_first_of_code
from tidewaiter.kit.expressions import in_minor
from tidewaiter.kit.filing_shares import apportioned
from tidewaiter.kit.filing_sums import sums_of_filings
from tidewaiter.kit.looked_up import looked_up
from tidewaiter.kit.noting import is_noting
from tidewaiter.model.columns import Schema
from tidewaiter.model.findings import FindingKind

LINE: Schema = {"line_value_minor": pl.Int64(), "line_exchange_status": pl.String()}
PARTS_DECLARED: Schema = {"retail_price_micro": pl.Int64(), **metals.DECLARED}
PARTS: Schema = {"retail_price_minor": pl.Int64(), **metals.WORTH}
"""What the goods of a line cost at retail, and what the metals in them are worth."""

TOTALS: Schema = {
    "intrinsic_value_minor": pl.Int64(),
    "item_count": pl.Int64(),
    "distinct_hs6": pl.Int64(),
    "distinct_codes": pl.Int64(),
}
CUSTOMS_VALUE: Schema = {"customs_value_minor": pl.Int64(), "exchange_status": pl.String()}
COSTS: Schema = {
    "freight_minor": pl.Int64(),
    "insurance_minor": pl.Int64(),
    "dutiable_costs_minor": pl.Int64(),
    "taxable_costs_minor": pl.Int64(),
    "has_assumed_costs": pl.Boolean(),
}

RELIEVED: Schema = {"relieved_minor": pl.Int64()}

NO_EXCHANGE_RATE = FindingKind(
    "RES-02",
    "No exchange rate",
    "No shelf has a rate for {value_currency} on the duty point, so {value_micro} stay unconverted.",
    "hold",
    "item",
    pointer="item_value_currency",
    pending_on="register",
    evidence=("value_currency", "value_micro"),
)
COSTS_UNKNOWN = FindingKind(
    "RES-03",
    "Freight or insurance cannot be converted",
    "Freight, insurance or other costs are declared without a currency or in one without a rate.",
    "ask",
    "filing",
    pointer="freight_currency",
    evidence=("freight_currency", "insurance_currency", "invoice_total_currency"),
)
NO_VALUE = FindingKind(
    "RES-04",
    "Value of a line is unknown",
    "The line has no value or no currency, so nothing can be assessed on it.",
    "ask",
    "item",
    pointer="item_value_amount",
    evidence=("value_micro", "value_currency"),
)
ITEM_KINDS = (NO_EXCHANGE_RATE, NO_VALUE)
FILING_KINDS = (COSTS_UNKNOWN,)


def value_lines(items: pl.LazyFrame, rates: pl.LazyFrame, digits: int) -> pl.LazyFrame:
    """Add ``line_value_minor``, halves upwards per line, and whether the rate is the legal one.

    ``rates``: duty_day, currency, rate_num, rate_den, exchange_status; ``digits`` of the jurisdiction's minor unit.
    Empty where the value, its currency or a rate for it is missing; the flags say which. A line without a duty day is
    not flagged for its rate: no day has none, and that the day is missing is told of the filing.
    """
    by_currency = rates.select(
        "duty_day", "rate_num", "rate_den", line_exchange_status="exchange_status", value_currency="currency"
    )
    converted = _at_rates(items, by_currency, "value_currency")
    has_day = pl.col("duty_day").is_not_null()
    is_told = pl.col("value_micro").is_not_null() & pl.col("value_currency").is_not_null()
    return (
        converted.with_columns(
            line_value_minor=in_minor("value_micro", digits),
        )
        .with_columns(
            (is_told & has_day & pl.col("rate_num").is_null()).alias(NO_EXCHANGE_RATE.flag),
            (~is_told).alias(NO_VALUE.flag),
        )
        .drop("rate_num", "rate_den")
    )


def value_parts(items: pl.LazyFrame, rates: pl.LazyFrame, digits: int) -> pl.LazyFrame:
    """Add the columns of ``PARTS``: other worths of the whole line, in the currency of the jurisdiction.

    They are declared in the currency of the line's value; most lines tell of none.
    """
    told = [name for name in PARTS_DECLARED if _is_told(items, name)]
    nothing = [pl.lit(None, dtype=pl.Int64).alias(_minor(name)) for name in PARTS_DECLARED if name not in told]
    if not told:
        return items.with_columns(nothing)
    by_currency = rates.select("duty_day", "rate_num", "rate_den", value_currency="currency")
    beside = _at_rates(items, by_currency, "value_currency")
    made = [in_minor(name, digits).alias(_minor(name)) for name in told]
    return beside.with_columns(*nothing, *made).drop("rate_num", "rate_den")


def _at_rates(rows: pl.LazyFrame, rates: pl.LazyFrame, currency: str) -> pl.LazyFrame:
    """Rows with the exchange rate of their day and of a column's currency beside them."""
    on = ["duty_day", currency]
    if is_noting():
        return rows.join(rates, on=on, how="left", maintain_order="left")
    asked, known = (frame.collect(engine="in-memory") for frame in (rows.select(on), rates))
    return rows.with_columns(looked_up(asked, known, on).get_columns())


def _minor(name: str) -> str:
    return f"{name.removesuffix('_micro')}_minor"


def total_lines(items: pl.LazyFrame) -> pl.LazyFrame:
    """One row a filing: the sum of its lines, how many lines, and how many distinct codes.

    The sum is empty as soon as one value is, the counts of codes as soon as one line lacks its code.
    """
    code = pl.col("commodity_code")
    counted = items.select(
        "filing_row",
        intrinsic_value_minor="line_value_minor",
        item_count=pl.lit(value=True),
        distinct_hs6=pl.when(code.is_not_null()).then(is_first_of_code(code.str.slice(0, 6)).cast(pl.Int64)),
        distinct_codes=pl.when(code.is_not_null()).then(is_first_of_code(code).cast(pl.Int64)),
    )
    sums = sums_of_filings(counted, ["intrinsic_value_minor", "distinct_hs6", "distinct_codes"], ["item_count"])
    return sums.select("filing_row", *TOTALS)


def value_costs(filings: pl.LazyFrame, rates: pl.LazyFrame, digits: int) -> pl.LazyFrame:
    """Add freight, insurance and ``dutiable_costs_minor``: what the customs value includes beside the goods.

    A cost that is not declared counts nothing; one declared that cannot be converted leaves the sum empty and is
    flagged. Where the law values goods without carriage (``law_customs_value_includes_freight`` false) costs are 0;
    where it taxes carriage all the same (``law_tax_base_includes_freight``) they are ``taxable_costs_minor``, else 0.
    ``has_assumed_costs``: a stand-in for the legal exchange rate made some of those that count.
    """
    frame = filings.with_columns(has_assumed_costs=pl.lit(value=False))
    made = []
    for micro, currency in (
        ("freight_micro", pl.col("freight_currency")),
        ("insurance_micro", pl.coalesce("insurance_currency", "freight_currency")),
        ("other_costs_micro", pl.coalesce("invoice_total_currency", "freight_currency")),
    ):
        name = micro.removesuffix("_micro") + "_minor"
        made.append(name)
        if not _is_told(filings, micro):
            frame = frame.with_columns(pl.lit(0, dtype=pl.Int64).alias(name))
            continue
        by_currency = rates.select(
            "duty_day", "rate_num", "rate_den", cost_status="exchange_status", cost_currency="currency"
        )
        frame = (
            _at_rates(frame.with_columns(cost_currency=currency), by_currency, "cost_currency")
            .with_columns(pl.when(pl.col(micro).is_null()).then(0).otherwise(in_minor(micro, digits)).alias(name))
            .with_columns(has_assumed_costs=pl.col("has_assumed_costs") | _is_assumed(name))
            .drop("cost_currency", "rate_num", "rate_den", "cost_status")
        )
    whole = pl.sum_horizontal(*made, ignore_nulls=False)
    is_dutiable = pl.col("law_customs_value_includes_freight").fill_null(value=False)
    is_taxable = ~is_dutiable & pl.col("law_tax_base_includes_freight").fill_null(value=False)
    is_unknown = pl.col("dutiable_costs_minor").is_null() | pl.col("taxable_costs_minor").is_null()
    return (
        frame.with_columns(
            dutiable_costs_minor=pl.when(is_dutiable).then(whole).otherwise(0),
            taxable_costs_minor=pl.when(is_taxable).then(whole).otherwise(0),
            has_assumed_costs=pl.col("has_assumed_costs") & (is_dutiable | is_taxable),
        )
        .with_columns(is_unknown.alias(COSTS_UNKNOWN.flag))
        .drop("other_costs_minor")
    )


def _is_told(rows: pl.LazyFrame, name: str) -> bool:
    """True where any row has something in a column; what no row tells of costs nothing more."""
    if is_noting():
        return True
    told = rows.select(name).collect(engine="in-memory").to_series()
    return told.null_count() < len(told)


def _is_assumed(cost_minor: str) -> pl.Expr:
    """True where a cost comes to something by a rate that stands in for the legal one."""
    is_counted = pl.col(cost_minor).fill_null(0) > 0
    return is_counted & pl.col("cost_status").eq_missing(pl.lit("assumed"))


def value_for_customs(items: pl.LazyFrame) -> pl.LazyFrame:
    """Add ``customs_value_minor``: the line and its share of the filing's dutiable costs, by value of the lines.

    Costs cannot be shared while the worth of one line is unknown (the filing's ``intrinsic_value_minor`` is empty):
    then no line has a customs value, unless there are no costs. ``exchange_status`` is that of the line, and
    ``assumed`` as soon as costs in the customs value are; costs that are only taxed leave it as it is.
    """
    costs, status = pl.col("dutiable_costs_minor"), pl.col("line_exchange_status")
    known = pl.col("line_value_minor").fill_null(0)
    can_share = pl.col("intrinsic_value_minor").is_not_null() | (costs == 0)
    shared = apportioned(items, "share_minor", costs, known, "filing_row")
    share = pl.when(can_share).then("share_minor")
    is_assumed = pl.col("has_assumed_costs") & (costs > 0) & status.is_not_null()
    return shared.with_columns(
        customs_value_minor=pl.col("line_value_minor") + share,
        exchange_status=pl.when(is_assumed).then(pl.lit("assumed")).otherwise(status),
    ).drop("share_minor")


def relieve_part(items: pl.LazyFrame) -> pl.LazyFrame:
    """Add ``relieved_minor``: the line's share, by value, of what of its filing owes neither duty nor tax.

    It cannot be shared, and is empty, while the worth of one line is unknown.
    """
    relieved, known = pl.col("relieved_value_minor").fill_null(0), pl.col("line_value_minor").fill_null(0)
    is_known = pl.col("line_value_minor").is_not_null().all().over("filing_row") | (relieved == 0)
    shared = apportioned(items, "relieved_minor", relieved, known, "filing_row")
    return shared.with_columns(relieved_minor=pl.when(is_known).then("relieved_minor"))


def total_customs_value(items: pl.LazyFrame) -> pl.LazyFrame:
    """One row a filing: the sum of its items' customs values, empty as soon as one is."""
    return sums_of_filings(items.select("filing_row", "customs_value_minor"), ["customs_value_minor"])
