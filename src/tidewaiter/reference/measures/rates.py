"""Components of a measure written as one rate text in the notation of TARIC, and read into a program."""

import polars as pl

from tidewaiter.kit.rates.expression import Unresolved
from tidewaiter.kit.rates.parse import parse
from tidewaiter.kit.rates.printed import printed
from tidewaiter.kit.rates.program import programs
from tidewaiter.reference.measures.sheet import MeasureSheet


def component_texts(components: pl.DataFrame, owner: str, sheet: MeasureSheet) -> pl.DataFrame:
    """One row an owner with its ``rate_text``: amounts in the order of their duty expressions.

    ``9.6 % + 21 EUR / DTN MAX 17 %``; an expression that the sheet does not know stands as ``?NN`` and is read by
    nobody, so the rate is unresolved.
    """
    words = pl.col("duty_expression_id").replace_strict(
        sheet.expressions, default=pl.format("?{}", "duty_expression_id"), return_dtype=pl.String
    )
    unit = pl.concat_str("measurement_unit_code", "measurement_unit_qualifier_code", separator=" ", ignore_nulls=True)
    money = pl.when(pl.col("monetary_unit_code").is_null()).then(pl.lit("%")).otherwise(pl.col("monetary_unit_code"))
    amount = pl.when(pl.col("duty_amount").is_not_null()).then(
        pl.concat_str(pl.col("duty_amount"), money, pl.when(unit != "").then(pl.concat_str(pl.lit("/"), unit, separator=" ")),
                      separator=" ", ignore_nulls=True)
    )  # fmt: skip
    text = pl.concat_str(pl.when(words != "").then(words), amount, separator=" ", ignore_nulls=True)
    return (
        components.sort(owner, "duty_expression_id")
        .with_columns(text=text)
        .group_by(owner, maintain_order=True)
        .agg(rate_text=pl.col("text").str.join(" "))
    )


def expression_table(texts: pl.Series) -> pl.DataFrame:
    """Distinct texts read into programs, as ``MeasureModel.expressions`` describes them."""
    distinct = texts.unique().sort()
    read = [parse(text, "taric") for text in distinct]
    told = pl.DataFrame({
        "rate_text": distinct.cast(pl.String),
        "printed": pl.Series([printed(one) for one in read], dtype=pl.String),
        "reason": pl.Series([one.reason if isinstance(one, Unresolved) else None for one in read], dtype=pl.String),
    })  # fmt: skip
    share = pl.col("duty_num").cast(pl.Int128) * 10**12 // pl.col("duty_den")
    is_share = pl.col("duty_kind").is_in(["ad_valorem", "free"])
    return (
        pl.concat([told, programs(read)], how="horizontal")
        .with_row_index("expression")
        .with_columns(share=pl.when(is_share).then(share))
    )
