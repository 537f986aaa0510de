"""Codes of fewer digits: what stands below them, and one answer where all of it has the same."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

import polars as pl

MOST_DIGITS: Final = 10
TEXT: Final = ("heading", "kind", "rate", "base", "unresolved_reason")


def codes_below(codes: Sequence[str], listed: Sequence[str], known: Sequence[str]) -> pl.DataFrame:
    """For each code as declared (``commodity_code``) the codes to be asked instead (``code``).

    These are the codes of the tariff below it; where the tariff is not known, the code itself, for what no list
    names, and the listed codes below it.
    """
    tariff, lists, rows = sorted(known), sorted(listed), list[tuple[str, str]]()
    for code in codes:
        if len(code) >= MOST_DIGITS:
            rows.append((code, code))
            continue
        deepest = _starting_with(tariff, code)
        leaves = [one for one, after in zip(deepest, [*deepest[1:], ""], strict=False) if not after.startswith(one)]
        asked = leaves or [code, *_starting_with(lists, code)]
        rows += [(code, one) for one in dict.fromkeys(asked)]
    return pl.DataFrame(rows, schema={"commodity_code": pl.String, "code": pl.String}, orient="row")


def joined(found: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """One answer a key from those of the codes below it; an authority on which they differ is unresolved."""
    counts = rows.group_by("tariff_row").agg(places=pl.len())
    told = found.join(rows.select("row", "tariff_row", "commodity_code"), on="row").join(counts, on="tariff_row")
    texts = pl.concat_str([pl.col(name).fill_null("") for name in TEXT], separator="|")
    signed = (
        told.sort("heading").group_by("tariff_row", "row", "authority").agg(says=texts.str.join(";"))
        .group_by("tariff_row", "authority").agg(
            first_row=pl.col("row").min(), told=pl.len(), ways=pl.col("says").n_unique()
        )
    )  # fmt: skip
    told = told.join(signed, on=["tariff_row", "authority"]).filter(pl.col("row") == pl.col("first_row"))
    is_one = (pl.col("ways") == 1) & (pl.col("told") == pl.col("places"))
    sure = told.filter(is_one)
    doubt = pl.format("{} does not hold for all goods below {}: give 10 digits", "authority", "commodity_code")
    unsure = (
        told.filter(~is_one)
        .unique(["tariff_row", "authority"], keep="first", maintain_order=True)
        .with_columns(rate=pl.lit(None, dtype=pl.String), unresolved_reason=doubt)
    )
    return pl.concat([sure, unsure])


def _starting_with(codes: Sequence[str], code: str) -> list[str]:
    start = bisect_left(codes, code)
    end = bisect_left(codes, code + ":")
    return [one for one in codes[start:end] if one != code]
