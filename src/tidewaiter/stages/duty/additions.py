"""What is stacked on the tariff's duty: additional, anti-dumping, countervailing, safeguard and excise duties."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from tidewaiter.kit import metals
from tidewaiter.kit.expressions import WIDE
from tidewaiter.kit.rates.program import PROGRAM
from tidewaiter.kit.rounding import Moment, Roundings
from tidewaiter.model.columns import Schema
from tidewaiter.stages.duty.findings import NO_ADDITION, NO_CONTENT
from tidewaiter.stages.duty.preference import place_of
from tidewaiter.stages.duty.reckoning import TAKES, VALUE, Reckoning

ADDITION: Final[Schema] = {
    "tariff_row": pl.UInt32(),
    "position": pl.Int32(),
    "charge": pl.String(),
    "base": pl.String(),
    **PROGRAM,
    "evidence": pl.String(),
    "unresolved_reason": pl.String(),
}
"""A row is one charge on top of the duty of a ``tariff_row``, in the order of ``position``. ``base``: ``value``, or
``value_and_duty``: the customs value with the duty and all charges before this one; or the worth of metals in the goods
and all but it, see ``kit.metals``."""

ADDS: Final[Schema] = {
    "additions_minor": pl.Int64(),
    "addition_minor": pl.List(pl.Int64()),
    "addition_reason": pl.String(),
    "has_shaky_addition": pl.Boolean(),
    "missing_metal_fields": pl.String(),
}
"""``additions_minor``: their sum, 0 where nothing is stacked; ``addition_minor``: each in its order."""

NOTHING: Final = ("addition_minor", "addition_reason", "missing_metal_fields")
LINE: Final = ("tariff_row", "filing_row", "law_period")
STARTS: Final = ("basic_duty_minor", "basic_fine_minor")
"""What additions are charged on top of; the second where the law rounds what is added up."""

EXCISE: Final = "excise"


def stack(rows: pl.DataFrame, additions: pl.DataFrame, law: Reckoning, excise: Reckoning) -> pl.DataFrame:
    """Add the columns of ``ADDS`` and the flag of an addition that is not known, which leaves the sum empty.

    Additions hold where the tariff decides (``duty_rule`` ``tariff``). Rows that have none cost no more than a look.
    """
    places = _bearing(rows, additions).arg_true()
    if not len(places):
        return rows.with_columns(nothing_stacked())
    needed = [name for name in (*LINE, *STARTS, *TAKES, *metals.TAKES) if name in rows.columns]
    told = _stacked(rows.select(needed)[places], additions, law, excise)
    at = pl.Series("at", [None], dtype=pl.UInt32).new_from_index(0, rows.height)
    at = at.scatter(places, pl.int_range(len(places), dtype=pl.UInt32, eager=True))
    flags = ("has_shaky_addition", NO_ADDITION.flag, NO_CONTENT.flag)
    return rows.hstack(told.select(*ADDS, NO_ADDITION.flag, NO_CONTENT.flag)[at]).with_columns(
        *(pl.col(name).fill_null(value=False) for name in flags),
        additions_minor=pl.when(at.is_null()).then(0).otherwise("additions_minor"),
    )


def _bearing(rows: pl.DataFrame, additions: pl.DataFrame) -> pl.Series:
    """True on rows whose tariff decides and has something stacked on it."""
    if additions.is_empty():
        return pl.repeat(value=False, n=rows.height, dtype=pl.Boolean, eager=True)
    most = max(int(row.max() or 0) for row in (additions["tariff_row"], rows["tariff_row"]))  # type: ignore[arg-type]
    has_some = pl.repeat(value=False, n=most + 1, dtype=pl.Boolean, eager=True)
    bears = has_some.scatter(additions["tariff_row"], values=True).gather(rows["tariff_row"])
    return ((rows["duty_rule"] == "tariff") & bears).fill_null(value=False)


def nothing_stacked() -> list[pl.Expr]:
    """The columns of lines that have nothing stacked on their duty."""
    return [
        pl.lit(0, dtype=pl.Int64).alias("additions_minor"),
        *(pl.lit(None, dtype=ADDS[name]).alias(name) for name in NOTHING),
        *(pl.lit(value=False).alias(name) for name in ("has_shaky_addition", NO_ADDITION.flag, NO_CONTENT.flag)),
    ]


def _stacked(rows: pl.DataFrame, additions: pl.DataFrame, law: Reckoning, excise: Reckoning) -> pl.DataFrame:
    """One row for each of ``rows``, all of which have additions: what each of them comes to, step by step."""
    ordered = additions.select(list(ADDITION)).sort("tariff_row", "position", maintain_order=True)
    first, many = _runs(ordered["tariff_row"], rows["tariff_row"])
    charges = _light(ordered.drop("tariff_row", "position"))
    lines = rows.select("filing_row", "law_period", *TAKES, *metals.TAKES).with_row_index("place")
    before, parts, sums = rows["basic_duty_minor"], [], _begun(rows)
    on_metals = [base for base in ordered["base"].unique().drop_nulls().sort() if base.startswith(ON_METALS)]
    for step in range(int(many.max())):  # type: ignore[arg-type]
        at = (many > step).arg_true()
        part = lines[at].hstack(charges[first.gather(at) + step])
        raised = pl.col(VALUE) + before.gather(at)
        base = pl.when(pl.col("base") == "value_and_duty").then(raised).otherwise(VALUE)
        part = part.with_columns(
            stacked_base=base, is_excise=pl.col("charge") == EXCISE, lacking=pl.lit(None, dtype=pl.String)
        )
        part = _reckoned(_on_metals(part, on_metals), law, excise)
        part = _added_up(part, sums, law.rounding, excise.rounding)
        before = before.scatter(at, before.gather(at) + part["amount_minor"])
        parts.append(part.select(list(KEPT)))
    return _told(_by_line(parts, many), rows)


def _runs(additions: pl.Series, lines: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Where the additions of each line begin and how many there are; ``additions`` are sorted, every line has some."""
    runs = additions.rle().struct.unnest()
    at = place_of(runs["value"], lines)
    return (runs["len"].cum_sum() - runs["len"]).gather(at), runs["len"].gather(at)


def _light(charges: pl.DataFrame) -> pl.DataFrame:
    """Terms are heavy to lay beside rows, and only compound duties have them."""
    if (charges["duty_kind"] == "compound").any():
        return charges
    return charges.with_columns(pl.lit(None, dtype=PROGRAM["duty_terms"]).alias("duty_terms"))


def _by_line(parts: Sequence[pl.DataFrame], many: pl.Series) -> pl.DataFrame:
    """Additions of all steps, those of a line together in their order."""
    begins = many.cum_sum() - many
    at = pl.concat([begins.gather(part["place"]) + step for step, part in enumerate(parts)])
    order = pl.int_range(len(at), dtype=pl.UInt32, eager=True)
    return pl.concat(parts, rechunk=True)[order.scatter(at, order.clone())]


ON_METALS: Final = (f"{metals.CONTENT} ", f"{metals.REST} ")
"""How a base begins that is the worth of metals in the goods, or all but it."""


def _on_metals(part: pl.DataFrame, bases: Sequence[str]) -> pl.DataFrame:
    """Bases that are the worth of metals in the goods, or all but it, and the fields that lack for them."""
    for base in bases:
        is_on = pl.col("base") == base
        part = part.with_columns(
            stacked_base=pl.when(is_on).then(metals.part_of(base, VALUE)).otherwise("stacked_base"),
            lacking=pl.when(is_on & pl.col(VALUE).is_not_null()).then(metals.lacking(base)).otherwise("lacking"),
        )
    return part


KEPT: Final = (
    "place", "charge", "amount_minor", "missing", "evidence", "unresolved_reason", "lacking", "base",
)  # fmt: skip

TOGETHER: Final[dict[Moment, Schema]] = {
    "item": {"place": pl.UInt32(), "is_excise": pl.Boolean()},
    "filing": {"filing_row": pl.UInt32(), "charge": pl.String()},
}
"""What is rounded together at a moment: duties of a line and its excise; each charge of a filing."""


def _reckoned(part: pl.DataFrame, law: Reckoning, excise: Reckoning) -> pl.DataFrame:
    """Add what each comes to; excise rounds by its own rule."""
    told = part.hstack(law.amounts(part, "stacked_base"))
    if excise.rounding != law.rounding and part["is_excise"].any():
        own = excise.amounts(part, "stacked_base")["amount_minor"]
        told = told.with_columns(amount_minor=pl.when("is_excise").then(own).otherwise("amount_minor"))
    if not any(one.rounding.has_moment(*TOGETHER) for one in (law, excise)):
        return told
    return told.with_columns(law.fine().amounts(part, "stacked_base")["amount_minor"].alias("fine_minor"))


def _begun(rows: pl.DataFrame) -> dict[Moment, pl.DataFrame]:
    """What is rounded together so far: the basic duty of each line."""
    sums = {moment: pl.DataFrame(schema={**keys, "begun": WIDE}) for moment, keys in TOGETHER.items()}
    if "basic_fine_minor" in rows.columns:
        basic = rows.select(
            pl.int_range(pl.len(), dtype=pl.UInt32).alias("place"), is_excise=pl.lit(value=False),
            begun=pl.col("basic_fine_minor").cast(WIDE),
        )  # fmt: skip
        sums["item"] = basic.drop_nulls("begun")
    return sums


def _added_up(
    part: pl.DataFrame, sums: dict[Moment, pl.DataFrame], duties: Roundings, excise: Roundings
) -> pl.DataFrame:
    """Where the law rounds what is added up, each amount is its share of the rounded sum; ``sums`` go on."""
    for moment, keys in TOGETHER.items():
        if not any(rounding.has_moment(moment) for rounding in (duties, excise)):
            continue
        part = part.join(sums[moment], on=list(keys), how="left", maintain_order="left")
        begun, amount = pl.col("begun").fill_null(0), pl.col("amount_minor")
        for rounding, is_its in ((duties, ~pl.col("is_excise")), (excise, pl.col("is_excise"))):
            shared = rounding.together(pl.col("fine_minor"), *keys, begun=begun)
            amount = pl.when(is_its & rounding.is_at(moment)).then(shared).otherwise(amount)
        part = part.with_columns(amount_minor=amount).drop("begun")
        more = part.select(*keys, begun=pl.col("fine_minor").cast(WIDE)).drop_nulls("begun")
        sums[moment] = pl.concat([sums[moment], more]).group_by(list(keys)).agg(pl.col("begun").sum())
    return part


def _told(parts: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """One row a line: its additions in order, their sum, and the first reason why one is not known."""
    amount, lacks = pl.col("amount_minor"), pl.col("missing_metal_fields")
    judged = parts.with_columns(
        is_null=amount.is_null(),
        is_shaky=pl.col("evidence") != "read",
        is_open=amount.is_null() & pl.col("lacking").is_null(),
    )
    told = judged.group_by("place", maintain_order=True).agg(
        additions_minor=amount.sum(),
        addition_minor=amount,
        has_shaky_addition=pl.col("is_shaky").any(),
        is_null=pl.col("is_null").any(),
        is_open=pl.col("is_open").any(),
        **_reasons(parts),
    )
    told = told.with_columns(additions_minor=pl.when(~pl.col("is_null")).then("additions_minor")).drop("is_null")
    has_value = rows[VALUE].is_not_null()
    return told.with_columns(pl.when(lacks != "").then(lacks)).with_columns(
        (pl.col("is_open") & has_value).alias(NO_ADDITION.flag),
        (lacks.is_not_null() & has_value).alias(NO_CONTENT.flag),
    )


def _reasons(parts: pl.DataFrame) -> dict[str, pl.Expr]:
    """Words for what is not known; where all is known there is nothing to look through."""
    amount, lacking, nothing = pl.col("amount_minor"), pl.col("lacking"), pl.lit(None, dtype=pl.String)
    lacks = pl.format("{} is charged by {}, which the line does not tell", "charge", "missing")
    contents = pl.format("the value of a metal in the goods is not declared: send {}", "lacking")
    too_much = pl.when(metals.is_on_metal(pl.col("base"))).then(
        pl.lit("the metals are declared to be worth more than the line")
    )
    why = pl.coalesce("unresolved_reason", contents, lacks, too_much, pl.lit("what it is charged on is not known"))
    fields = lacking.drop_nulls().str.split(", ").list.explode().unique().sort().str.join(", ")
    is_known, is_declared = parts["amount_minor"].null_count() == 0, parts["lacking"].null_count() == parts.height
    return {
        "addition_reason": nothing.first() if is_known else why.filter(amount.is_null()).first(),
        "missing_metal_fields": nothing.first() if is_declared else fields,
    }
