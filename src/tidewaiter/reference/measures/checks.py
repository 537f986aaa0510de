"""Checks of a whole edition: days that are none, spans that overlap, measures on goods that do not exist."""

from collections.abc import Iterator

import polars as pl

from tidewaiter.reference.measures.model import MeasureModel

FAR: pl.Expr = pl.date(9999, 12, 31)


def faults_of(model: MeasureModel) -> list[str]:
    """Every fault of the edition as it would stand, each with its kind before the colon."""
    return [*_days(model), *_goods(model), *_measures(model), *_orphans(model)]


def _days(model: MeasureModel) -> Iterator[str]:
    for kind, key, table in (("goods.nomenclature", "code", model.goods), ("measure", "measure_id", model.measures)):
        for name in table.filter(pl.col("valid_from").is_null())[key]:
            yield f"start is no day: {kind} {name}"
        for name in table.filter(pl.col("valid_to") < pl.col("valid_from"))[key]:
            yield f"ends before it starts: {kind} {name}"


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
