"""Which provision of an authority counts: the longest code, then the one that names the origin, then an exemption."""

from typing import Final

import polars as pl

from tidewaiter.reference.us_ch99.sheet import sheet

SAME: Final = ("row", "authority", "program", "content")
METALS: Final = ("steel", "aluminum", "copper")


def chosen(found: pl.DataFrame) -> pl.DataFrame:
    """One provision for each row, authority, program and content; what is exempt is gone.

    Where the best ones contradict each other, the one that stays is unresolved and names them.
    """
    best = found.with_columns(rank=pl.col("digits") * 4 + pl.col("is_named") * 2 + (pl.col("kind") == "exempt"))
    best = best.filter(pl.col("rank") == pl.col("rank").max().over(SAME))
    meaning = pl.concat_str("kind", pl.col("rate").fill_null(""), pl.col("unresolved_reason").fill_null(""))
    told = pl.format("{} ({})", "heading", pl.col("rate").fill_null("rate not known"))
    one = best.sort(*SAME, "heading").group_by(SAME, maintain_order=True).agg(
        pl.exclude("rank").first(), meanings=meaning.n_unique(),
        several=told.unique(maintain_order=True).str.join(" or "),
    )  # fmt: skip
    is_doubtful = pl.col("meanings") > 1
    doubt = pl.format("{}: lists of one authority share the code, and only its wording tells which", "several")
    one = one.with_columns(
        rate=pl.when(~is_doubtful).then("rate"),
        unresolved_reason=pl.when(is_doubtful).then(doubt).otherwise("unresolved_reason"),
    ).drop("meanings", "several")
    return _without_replaced(_one_of_232(one.filter(pl.col("kind") != "exempt")))


def _without_replaced(found: pl.DataFrame) -> pl.DataFrame:
    """A later series of headings takes the place of an earlier one where both name the goods."""
    for fact in sheet()["takes_the_place"]:
        is_of = pl.col("authority") == fact["authority"]
        has_later = (is_of & pl.col("heading").str.starts_with(fact["series"])).any().over("row")
        found = found.filter(~(is_of & pl.col("heading").str.starts_with(fact["of"]) & has_later))
    return found


def _one_of_232(found: pl.DataFrame) -> pl.DataFrame:
    """A program on the whole value keeps those on the content of a metal away; several contents stand side by side."""
    is_whole = (pl.col("authority") == "section_232") & (pl.col("content") == "")
    longest = pl.when(is_whole).then("digits").max().over("row")
    is_longest = is_whole & (pl.col("digits") == longest)
    first = pl.when(is_longest).then("heading").min().over("row")
    is_232 = pl.col("authority") == "section_232"
    return found.filter(~is_232 | longest.is_null() | (is_longest & (pl.col("heading") == first)))
