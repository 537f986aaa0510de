"""Duty: the tariff's rate and what is stacked on it, a relief, a flat rate, or money for each code, item or filing."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from tidewaiter.kit.expressions import column_or_null
from tidewaiter.kit.minimum import spare_little
from tidewaiter.kit.rates.program import PROGRAM
from tidewaiter.kit.rounding import USUAL, Roundings
from tidewaiter.model.columns import Schema
from tidewaiter.stages.duty import additions as stacking
from tidewaiter.stages.duty.additions import ADDITION, stack
from tidewaiter.stages.duty.findings import ITEM_KINDS, LACKS_PROOF, NO_ADDITION, NO_CODE, NO_QUANTITY, NO_RATE
from tidewaiter.stages.duty.preference import ANSWER, offers, prefer
from tidewaiter.stages.duty.reckoning import BY_PROGRAM, BY_VALUE, VALUE, Reckoning

__all__ = ["ADDITION", "ADDS", "ANSWER", "ITEM_KINDS", "DutyLaw", "assess_duty"]

ADDS: Final[Schema] = {
    "basic_duty_minor": pl.Int64(),
    "duty_minor": pl.Int64(),
    "duty_status": pl.String(),
    "duty_missing": pl.String(),
    "unresolved_reason": pl.String(),
    "proof_saves_minor": pl.Int64(),
    **stacking.ADDS,
}
"""``basic_duty_minor`` is the duty without what is stacked on it, ``duty_minor`` all duties of the line together."""

FLAT: Final = ("flat_rate", "per_item", "per_filing")
"""Rules whose rate or money stands beside the filing, see ``stages.flat_rules``."""

COMPUTABLE: Final = (*BY_VALUE, *BY_PROGRAM)
SCRATCH: Final = ("answer_at", "duty_kind", "is_shaky", "charged_code", "tariff_duty_minor", "basic_fine_minor")


@dataclass(frozen=True, slots=True)
class DutyLaw:
    """What duty hangs on beside rows: the currency with its decimals, how amounts round, whether little is spared."""

    currency: str
    digits: int
    rounding: Roundings = USUAL
    excise_rounding: Roundings = USUAL
    has_minimum: bool = False

    @property
    def duty(self) -> Reckoning:
        """How duties are worked out."""
        return Reckoning(self.currency, self.digits, self.rounding)

    @property
    def excise(self) -> Reckoning:
        """How excise is worked out."""
        return Reckoning(self.currency, self.digits, self.excise_rounding)


def assess_duty(items: pl.LazyFrame, tariff: pl.LazyFrame, additions: pl.LazyFrame, law: DutyLaw) -> pl.LazyFrame:
    """Add the columns of ``ADDS``; an amount that cannot be determined is empty and flagged, never 0.

    ``tariff``: the tariff's answers by ``tariff_row``; ``additions``: what is stacked on each, in its order.
    ``duty_rule`` of the filing decides: ``relief`` is nil; ``per_code`` charges ``law_flat_duty_minor`` on the first
    item of each distinct code (6 digits, or all digits in the full set); ``flat_rate`` is a rate of the value,
    ``per_item`` and ``per_filing`` are money, all three as the law names them; ``tariff`` takes the shelf's answer:
    its rate (a preference where it is proven) and what is stacked on it. Amounts that follow from a rate round by the
    law of the day. Where ``law.has_minimum``, duty of up to ``law_duty_minimum_minor`` a filing is not collected. An
    empty rule leaves the item unresolved.
    """
    answers = tariff.select(list(ANSWER)).collect()
    rated = _rated(prefer(items.collect(), answers), offers(answers), law.duty)
    basic = rated.lazy().with_columns(charged_code=_charged_code()).with_columns(basic_duty_minor=_basic(law.rounding))
    stacked = stack(basic.collect(), additions.collect(), law.duty, law.excise)
    saved = _saved(stacked, answers, law.duty)
    is_known = ~pl.col(NO_ADDITION.flag)
    whole = (
        saved.lazy()
        .with_columns(duty_minor=pl.when(is_known).then(pl.col("basic_duty_minor") + pl.col("additions_minor")))
        .with_columns(duty_status=_status(column_or_null(items, "duty_held_as", pl.String())), **_flags())
        .drop(SCRATCH, strict=False)
    )
    return spare_little(whole, {"duty_minor": "duty_status"}, "law_duty_minimum_minor") if law.has_minimum else whole


def _rated(rows: pl.DataFrame, programs: pl.DataFrame, law: Reckoning) -> pl.DataFrame:
    """Add what the tariff's program comes to, or what is missing for it, or why there is none."""
    at = rows["answer_at"]
    beside = rows.with_columns(
        *(programs[name].gather(at) for name in PROGRAM),
        programs["unresolved_reason"].gather(at).alias("unresolved_reason"),
        (programs["duty_evidence"] != "read").gather(at).alias("is_shaky"),
    )
    told = law.amounts(beside)
    is_foreign = told["missing"].str.starts_with(FOREIGN)
    foreign = pl.format("its duty is an {}, not in {}", told["missing"], pl.lit(law.currency))
    made = beside.with_columns(
        tariff_duty_minor=told["amount_minor"],
        duty_missing=pl.when(~is_foreign).then(told["missing"]),
        unresolved_reason=pl.when(is_foreign).then(foreign).otherwise("unresolved_reason"),
    )
    if law.rounding.has_moment("item", "filing"):
        fine = law.fine().amounts(beside)["amount_minor"].alias("basic_fine_minor")
        of_filing = law.rounding.together(pl.col("basic_fine_minor"), "filing_row")
        made = made.with_columns(fine).with_columns(
            tariff_duty_minor=pl.when(law.rounding.is_at("filing")).then(of_filing).otherwise("tariff_duty_minor")
        )
    return made.drop(name for name in PROGRAM if name != "duty_kind")


FOREIGN: Final = "amount in "
"""How a program tells of a duty in another currency."""


def _charged_code() -> pl.Expr:
    """What a duty by code counts as one."""
    digits = pl.when("flat_duty_by_hs6").then(pl.col("commodity_code").str.slice(0, 6)).otherwise("commodity_code")
    return pl.when(pl.col("duty_rule") == "per_code").then(digits)


def _basic(rounding: Roundings) -> pl.Expr:
    rule, each = pl.col("duty_rule"), pl.col("flat_each_minor")
    is_first = pl.struct("filing_row", "charged_code").is_first_distinct()
    is_open = pl.col("charged_code").is_null() | pl.col("law_flat_duty_minor").is_null()
    by_code = pl.when(is_open).then(None).when(is_first).then(pl.col("law_flat_duty_minor")).otherwise(0)
    is_first_line = pl.col("filing_row").is_first_distinct()
    return (
        pl.when(rule == "relief").then(0)
        .when(rule == "tariff").then("tariff_duty_minor")
        .when(rule == "per_code").then(by_code)
        .when(rule == "flat_rate").then(_by_flat_rate(rounding))
        .when(rule == "per_item").then(each)
        .when((rule == "per_filing") & is_first_line).then(each)
        .when((rule == "per_filing") & each.is_not_null()).then(0)
        .cast(pl.Int64)
    )  # fmt: skip


def _by_flat_rate(rounding: Roundings) -> pl.Expr:
    """A rate of the line's value or of its customs value; nil on free goods where the law spares them."""
    base = pl.when("flat_of_intrinsic").then("line_value_minor").otherwise(VALUE)
    is_spared = pl.col("flat_unless_free") & (pl.col("duty_kind") == "free")
    return pl.when(is_spared).then(0).otherwise(rounding.times_rate(base, pl.col("flat_num"), pl.col("flat_den")))


def _saved(rows: pl.DataFrame, answers: pl.DataFrame, law: Reckoning) -> pl.DataFrame:
    """Add what a proof that lacks would save: the duty of all origins less that of the preference."""
    places = rows.select(pl.col(LACKS_PROOF.flag) & (pl.col("duty_rule") == "tariff")).to_series().arg_true()
    nothing = pl.Series("proof_saves_minor", [None], dtype=pl.Int64).new_from_index(0, rows.height)
    if not len(places):
        return rows.with_columns(nothing)
    told = rows[places].drop("duty_kind")
    preferred = answers.select(list(PROGRAM))[told["answer_at"] - answers.height]
    saved = told["basic_duty_minor"] - law.amounts(told.hstack(preferred))["amount_minor"]
    return rows.with_columns(nothing.scatter(places, saved))


def _flags() -> dict[str, pl.Expr]:
    """What keeps a duty from being known, and a proof that lacks where the tariff decides."""
    rule = pl.col("duty_rule")
    is_tariff, has_value = rule == "tariff", pl.col(VALUE).is_not_null()
    is_computable = pl.col("duty_kind").is_in(COMPUTABLE).fill_null(value=False)
    is_lost = has_value & pl.col("tariff_duty_minor").is_null() & pl.col("duty_missing").is_null()
    says_nothing = (rule == "per_code").and_(pl.col("law_flat_duty_minor").is_null()) | rule.is_in(FLAT).and_(
        pl.coalesce("flat_num", "flat_each_minor").is_null()
    )
    told = {
        NO_RATE: is_tariff & (~is_computable | is_lost) | says_nothing,
        NO_QUANTITY: is_tariff & pl.col("duty_missing").is_not_null(),
        NO_CODE: (rule == "per_code") & pl.col("charged_code").is_null(),
        LACKS_PROOF: pl.col(LACKS_PROOF.flag) & is_tariff,
    }
    return {kind.flag: holds.fill_null(value=False) for kind, holds in told.items()}


def _status(held_as: pl.Expr) -> pl.Expr:
    """``estimated`` where a rate was not read in force, or the exchange rate is assumed; the rest is definitive.

    What goes on an account is ``deferred``; ``held_as`` says what else the law makes of it.
    """
    rule = pl.col("duty_rule")
    is_by_value, is_assumed = rule.is_in(["tariff", "flat_rate"]), pl.col("exchange_status") == "assumed"
    is_shaky = (rule == "tariff") & (pl.col("is_shaky") | pl.col("has_shaky_addition"))
    return (
        pl.when(pl.col("duty_minor").is_null()).then(pl.lit("unresolved"))
        .when(rule == "relief").then(pl.lit("relieved"))
        .when(held_as.is_not_null()).then(held_as)
        .when(pl.col("duty_collected_from") == "account").then(pl.lit("deferred"))
        .when(is_shaky | (is_by_value & is_assumed)).then(pl.lit("estimated"))
        .otherwise(pl.lit("definitive"))
    )  # fmt: skip
