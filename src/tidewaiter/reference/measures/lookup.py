"""Look-up in one edition of measures: code, origin, day and claim in; one option and the duties beside it out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

import polars as pl

from tidewaiter.kit.rates.program import PROGRAM
from tidewaiter.reference.measures.choosing import NO_CLAIM, beside, claimed, third_country
from tidewaiter.reference.measures.model import MeasureModel
from tidewaiter.reference.measures.reach import candidates
from tidewaiter.reference.measures.slices import DaySlice, Slices

ASKED: Final = {
    "asked": pl.UInt32(), "digits": pl.String(), "origin": pl.String(), "duty_day": pl.Date(),
    "preference": pl.String(), "declared": pl.List(pl.String()),
}  # fmt: skip
"""A row is a question: its number, a code of 10, 8 or 6 digits, and what the item says; origin, preference and declared
additional codes may be empty."""

TOLD: Final = {
    "asked": pl.UInt32(),
    **PROGRAM,
    "duty_option": pl.String(), "option_reason": pl.String(), "rate_text": pl.String(), "rate_code": pl.String(),
    "measure_id": pl.String(), "duty_source": pl.String(), "unresolved_reason": pl.String(),
    "needs_proof": pl.Boolean(), "documents": pl.String(),
    **{f"mfn_{name}": dtype for name, dtype in PROGRAM.items()},
    "mfn_rate_text": pl.String(), "mfn_rate_code": pl.String(), "mfn_duty_source": pl.String(),
    "mfn_unresolved_reason": pl.String(),
}  # fmt: skip
"""The answer to each question. ``option_reason`` tells why a claimed preference does not apply; ``documents`` names
what the measure's conditions ask for; ``mfn_`` columns are the third country duty, whatever applies."""

BESIDE: Final = {
    "asked": pl.UInt32(), "position": pl.Int32(), "charge": pl.String(), "tax_type": pl.String(), "base": pl.String(),
    **PROGRAM,
    "rate_text": pl.String(), "measure_id": pl.String(), "source": pl.String(), "unresolved_reason": pl.String(),
}  # fmt: skip
"""A row is a duty beside the option, in the order in which they stack."""

STACK: Final = ("anti_dumping", "countervailing", "safeguard", "additional_duty", "excise")


@dataclass(frozen=True, eq=False)
class MeasureTable:
    """An edition ready to be asked; ``title`` is what answers call it."""

    title: str
    model: MeasureModel
    slices: Slices

    @cached_property
    def codes(self) -> list[str]:
        """Every code that any day knows, in full or cut to 8 or 6 digits."""
        whole = self.model.goods["code"]
        return pl.concat([whole, whole.str.slice(0, 8), whole.str.slice(0, 6)]).unique().sort().to_list()

    def look_up(self, questions: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Answers (``TOLD``, one row a question, in their order) and the duties beside them (``BESIDE``).

        ``questions`` are as ``ASKED`` says; each has a day and a code of digits alone.
        """
        told, added = [pl.DataFrame(schema=TOLD)], [pl.DataFrame(schema=BESIDE)]
        for day, rows in self._by_slice(questions):
            options, additions = self._answered(self.slices.on(day), rows)
            told.append(options)
            added.append(additions)
        return pl.concat(told).sort("asked"), pl.concat(added).sort("asked", "position")

    def _by_slice(self, questions: pl.DataFrame) -> Iterable[tuple[date, pl.DataFrame]]:
        days = questions["duty_day"].unique().sort().to_list()
        numbers = {day: self.slices.number_of(day) for day in days}
        numbered = questions.with_columns(
            slice=pl.col("duty_day").replace_strict(numbers, return_dtype=pl.Int64) if numbers else pl.lit(0)
        )
        for rows in numbered.partition_by("slice", maintain_order=True):
            yield rows["duty_day"][0], rows.drop("slice")

    def _answered(self, cut: DaySlice, keys: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        found = candidates(cut, self.model, keys)
        leaves = keys.join(cut.asked, left_on="digits", right_on="asked", how="inner").select("asked", "leaf")
        ordinary = _one_a_key(third_country(found), leaves)
        special = _one_a_key(claimed(found, keys, self.model.sheet), leaves)
        options = self._options(cut, keys, ordinary, special, leaves)
        duties = beside(found, options.select("asked", option="duty_option"), self.model)
        return options, self._beside(duties, leaves)

    def _options(
        self, cut: DaySlice, keys: pl.DataFrame, ordinary: pl.DataFrame, special: pl.DataFrame, leaves: pl.DataFrame
    ) -> pl.DataFrame:
        mfn = ordinary.drop("several").pipe(self._with_rates).select("asked", pl.exclude("asked").name.prefix("mfn_"))
        option = special.drop("several").pipe(self._with_rates)
        places = leaves.group_by("asked").agg(leaves=pl.len())
        told = (
            keys.join(places, on="asked", how="left", maintain_order="left")
            .join(mfn, on="asked", how="left", maintain_order="left")
            .join(option, on="asked", how="left", maintain_order="left")
        )
        has_option = pl.col("option").is_not_null()
        is_claimed = pl.col("preference").is_not_null() & (pl.col("preference") != NO_CLAIM)
        why_not = pl.format("no measure opens preference {} to {}", "preference", pl.col("origin").fill_null("?"))
        return told.with_columns(
            *(pl.when(has_option).then(name).otherwise(f"mfn_{name}").alias(name) for name in _SHARED),
            duty_option=pl.col("option").fill_null("mfn"),
            option_reason=pl.when(is_claimed & ~has_option).then(why_not),
            needs_proof=pl.col("needs_proof").fill_null(value=False),
            unresolved_reason=pl.coalesce(self._absent(cut), pl.when(has_option).then("unresolved_reason")
                                          .otherwise(self._mfn_reason())),
            mfn_unresolved_reason=pl.coalesce(self._absent(cut), self._mfn_reason()),
        ).pipe(_unresolved_named).select(pl.col(name).cast(dtype) for name, dtype in TOLD.items())  # fmt: skip

    def _mfn_reason(self) -> pl.Expr:
        nothing = pl.format(f"no third country duty for {{}} in {self.title}", "digits")
        return pl.coalesce("mfn_unresolved_reason", pl.when(pl.col("mfn_duty_kind").is_null()).then(nothing))

    def _absent(self, cut: DaySlice) -> pl.Expr:
        """Why nothing can be found: an origin that is none on the day, or a code without a leaf."""
        standing = cut.tree.nodes["code"].unique().to_list()
        is_above = pl.col("digits").is_in(standing)
        divided = pl.format(f"{{}} is divided further in {self.title}: give the code of a part", "digits")
        origin = pl.col("origin")
        is_gone = origin.is_not_null() & ~origin.is_in(sorted(cut.countries)) if cut.countries else pl.lit(value=False)
        return (
            pl.when(is_gone).then(pl.format(f"{{}} is no origin in {self.title} on {{}}", origin, "duty_day"))
            .when(pl.col("leaves").is_not_null()).then(None)
            .when(is_above).then(divided)
            .otherwise(pl.format(f"{{}} is not in {self.title} on {{}}", "digits", "duty_day"))
        )  # fmt: skip

    def _with_rates(self, chosen: pl.DataFrame) -> pl.DataFrame:
        """Columns of the measure and of its program beside what was chosen."""
        measures = self.model.measures.select("measure", "measure_id", "type", "area", "regulation", rate_code="code")
        rates = self.model.expressions.select("expression", "rate_text", *PROGRAM, unread="reason")
        source = pl.format(
            f"measure {{}} of type {{}} for {{}}, {{}}; {self.title}", "measure_id", "type", "area",
            pl.col("regulation").fill_null("no regulation named"),
        )  # fmt: skip
        unread = pl.format("the rate '{}' is not understood: {}", "rate_text", "unread")
        return (
            chosen.join(measures, on="measure", how="left", maintain_order="left")
            .join(rates, on="expression", how="left", maintain_order="left")
            .join(self._documents, on="measure_id", how="left", maintain_order="left")
            .with_columns(
                unresolved_reason=pl.coalesce("reason", unread),
                duty_source=pl.when(pl.col("measure").is_not_null()).then(source),
            )
            .drop("reason", "unread", "measure", "expression", "type", "area", "regulation")
        )

    @cached_property
    def _documents(self) -> pl.DataFrame:
        told = self.model.conditions.filter(pl.col("document").is_not_null())
        return told.group_by("measure_id", maintain_order=True).agg(
            documents=pl.col("document").unique(maintain_order=True).str.join(", ")
        )

    def _beside(self, duties: pl.DataFrame, leaves: pl.DataFrame) -> pl.DataFrame:
        meanings = self.model.sheet.types
        words = pl.DataFrame(
            [(one, meaning.charge, meaning.tax_type, meaning.base) for one, meaning in meanings.items()],
            schema={"type": pl.String, "charge": pl.String, "tax_type": pl.String, "base": pl.String}, orient="row",
        )  # fmt: skip
        places = leaves.group_by("asked").agg(all_leaves=pl.len())
        is_partial = (pl.col("leaves") < pl.col("all_leaves")) | (pl.col("answers") > 1)
        partial = pl.lit("it differs below the code: give more digits")
        stack = pl.col("charge").replace_strict({word: at for at, word in enumerate(STACK)}, return_dtype=pl.Int32)
        return (
            duties.join(places, on="asked", how="left", maintain_order="left")
            .join(words, on="type", how="left", maintain_order="left")
            .with_columns(reason=pl.when(is_partial).then(partial).otherwise("reason"))
            .pipe(self._with_rates)
            .sort("asked", stack, "measure_id")
            .with_columns(position=pl.int_range(1, pl.len() + 1).over("asked"), source=pl.col("duty_source"))
            .pipe(_unresolved_named)
            .select(pl.col(name).cast(dtype) for name, dtype in BESIDE.items())
        )


_SHARED: Final = (*PROGRAM, "rate_text", "rate_code", "measure_id", "duty_source", "documents")


def measure_table(title: str, model: MeasureModel) -> MeasureTable:
    """An edition made ready to be asked."""
    return MeasureTable(title, model, Slices(model))


def _one_a_key(chosen: pl.DataFrame, leaves: pl.DataFrame) -> pl.DataFrame:
    """One row a question from its leaves: what all of them say, or that they differ."""
    optional = [name for name in ("option", "needs_proof") if name in chosen.columns]
    every = leaves.join(chosen, on=["asked", "leaf"], how="left", maintain_order="left")
    if optional:
        every = every.filter(pl.col("measure").is_not_null().any().over("asked"))
    grouped = every.group_by("asked", maintain_order=True).agg(
        pl.struct("expression", "reason").n_unique().alias("answers"),
        *(pl.col(name).drop_nulls().first() for name in ("measure", "expression", "reason", *optional)),
    )
    several = pl.col("answers") > 1
    differ = pl.lit("several rates stand below the code: give more digits")
    return grouped.select(
        "asked", *optional,
        *(pl.when(~several).then(name).alias(name) for name in ("measure", "expression")),
        reason=pl.when(several).then(differ).otherwise("reason"),
        several=several,
    )  # fmt: skip


def _unresolved_named(told: pl.DataFrame) -> pl.DataFrame:
    """What has a reason has no numbers; what has neither program nor reason says that nothing is known."""
    reason = pl.col("unresolved_reason")
    is_open = reason.is_not_null() | pl.col("duty_kind").is_null()
    names = [name for name in PROGRAM if name != "duty_kind"]
    made = [
        *(pl.when(~is_open).then(name).alias(name) for name in names),
        pl.when(is_open).then(pl.lit("unresolved")).otherwise("duty_kind").alias("duty_kind"),
    ]
    if "mfn_duty_kind" in told.columns:
        is_mfn_open = pl.col("mfn_unresolved_reason").is_not_null() | pl.col("mfn_duty_kind").is_null()
        made += [
            *(pl.when(~is_mfn_open).then(f"mfn_{name}").alias(f"mfn_{name}") for name in names),
            pl.when(is_mfn_open).then(pl.lit("unresolved")).otherwise("mfn_duty_kind").alias("mfn_duty_kind"),
        ]
    return told.with_columns(made)
