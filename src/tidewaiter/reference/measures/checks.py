"""Checks of a whole edition: days that are none, codes of another form, spans that overlap, measures on other goods."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from tidewaiter.reference.measures.changes import named
from tidewaiter.reference.measures.model import MeasureModel

FAR: pl.Expr = pl.date(9999, 12, 31)
CODE: Final = r"^[0-9]{10}$"
DAY_FIELD: Final = r'"[a-z.]+\.date":"[^"]*"'
"""A field of a record's JSON that tells a day; within a text its quotation marks would be escaped."""
DAY: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+Z?)?$"


def faults_of(model: MeasureModel) -> list[str]:
    """Every fault of the edition as it would stand, each with its kind before the colon."""
    return [*_ended_early(model), *_goods(model), *_measures(model), *_orphans(model)]


def faults_beyond_repair(model: MeasureModel) -> list[str]:
    """Faults that leave open what a record says at all: a day that is none, a measure whose goods have another code."""
    return [*_days(model), *_other_goods(model)]


def faults_of_codes(model: MeasureModel) -> list[str]:
    """Codes of goods that do not have ten digits; tables name them by their row."""
    other = model.goods.filter(~pl.col("code").str.contains(CODE))
    return [f"code of another form: goods {sid}: '{code}' has not ten digits"
            for sid, code in other.select("sid", "code").iter_rows()]  # fmt: skip


def _days(model: MeasureModel) -> Iterator[str]:
    """Fields that should tell a day and do not; an end that nobody can read is no open end."""
    fields = model.records.select("kind", "key", told=pl.col("fields").str.extract_all(DAY_FIELD)).explode("told")
    told = fields.drop_nulls("told").with_columns(
        name=pl.col("told").str.extract(r'^"([^"]*)"'), text=pl.col("told").str.extract(r':"([^"]*)"$')
    )
    is_day = pl.col("text").str.contains(DAY) & (
        pl.col("text").str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False).is_not_null()
    )
    for kind, key, name, text in told.filter(~is_day).select("kind", "key", "name", "text").iter_rows():
        yield f"no day: {named(kind, key)}, {name}: '{text}'"


def _ended_early(model: MeasureModel) -> Iterator[str]:
    for kind, key, table in (("goods.nomenclature", "code", model.goods), ("measure", "measure_id", model.measures)):
        for name in table.filter(pl.col("valid_to") < pl.col("valid_from"))[key]:
            yield f"ends before it starts: {kind} {name}"


def _other_goods(model: MeasureModel) -> Iterator[str]:
    """Measures that name one code and, by their number, goods of another."""
    goods = model.goods.select("sid", its="code").unique("sid")
    told = model.measures.filter(pl.col("code").is_not_null()).join(goods, left_on="goods", right_on="sid", how="inner")
    for measure_id, code, its in told.filter(pl.col("code") != pl.col("its")).select(
        "measure_id", "code", "its"
    ).iter_rows():  # fmt: skip
        yield f"goods of another code: measure {measure_id} is on '{code}', and its goods are {its}"


def _goods(model: MeasureModel) -> Iterator[str]:
    for code, suffix, start in _overlapping(model.goods, ["code", "suffix"]).iter_rows():
        yield f"spans overlap: goods {code} {suffix} has two rows on {start}"


def _measures(model: MeasureModel) -> Iterator[str]:
    same = ["code", "goods", "type", "area", "additional_code", "order_number", "reduction"]
    found = _overlapping(model.measures.filter(pl.col("code").is_not_null()), same)
    for row in found.iter_rows(named=True):
        what = " ".join(row[name] for name in ("type", "area", "additional_code", "order_number") if row[name])
        yield f"spans overlap: measures {what} on {row['code']} apply twice from {row['valid_from']}"


def _orphans(model: MeasureModel) -> Iterator[str]:
    """Measures on goods that are not in the nomenclature under their number or, without one, their code."""
    measures = model.measures.select("measure_id", "goods", "code")
    by_sid = measures.filter(pl.col("goods").is_not_null()).join(
        model.goods, left_on="goods", right_on="sid", how="anti"
    )
    unnumbered = measures.filter(pl.col("goods").is_null() & pl.col("code").is_not_null())
    by_code = unnumbered.join(model.goods, on="code", how="anti")
    for measure_id, _, code in [*by_sid.iter_rows(), *by_code.iter_rows()]:
        yield f"goods missing: measure {measure_id} on {code}, which is not in the nomenclature"


def _overlapping(table: pl.DataFrame, same: list[str]) -> pl.DataFrame:
    """``same`` and ``valid_from`` of rows that start before an earlier one of their kind has ended."""
    ordered = table.sort(*same, "valid_from").with_columns(end=pl.col("valid_to").fill_null(FAR))
    before = pl.col("end").cum_max().shift(1).over(same)
    return ordered.filter(pl.col("valid_from") <= before).select(*same, "valid_from")
