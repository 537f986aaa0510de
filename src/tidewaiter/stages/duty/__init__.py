"""Duty: the tariff's rate and what is stacked on it, a relief, a flat rate, or money for each code, item or filing."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from tidewaiter.kit.distinct import is_first_of_code
from tidewaiter.kit.expressions import column_or_null, is_one_of, times_rate, word_where
from tidewaiter.kit.minimum import spare_little
from tidewaiter.kit.noting import is_noting
from tidewaiter.kit.rates.program import PROGRAM
from tidewaiter.kit.rounding import FINE, USUAL, Roundings
from tidewaiter.model.columns import Schema
from tidewaiter.stages.duty import additions as stacking
from tidewaiter.stages.duty.additions import ADDITION, stack
from tidewaiter.stages.duty.findings import (
    ITEM_KINDS,
    LACKS_PROOF,
    NO_ADDITION,
    NO_CODE,
    NO_CONTENT,
    NO_QUANTITY,
    NO_RATE,
    NOT_OPEN,
    UNASKED,
)
from tidewaiter.stages.duty.plainly import rated_plainly
from tidewaiter.stages.duty.preference import ANSWER, offers, prefer
from tidewaiter.stages.duty.reckoning import BY_PROGRAM, BY_VALUE, TAKES, VALUE, Reckoning, is_any_of

__all__ = ["ADDITION", "ADDS", "ANSWER", "ITEM_KINDS", "DutyLaw", "assess_duty"]

ADDS: Final[Schema] = {
    "basic_duty_minor": pl.Int64(),
    "duty_minor": pl.Int64(),
    "duty_status": pl.String(),
    "duty_missing": pl.String(),
    "unresolved_reason": pl.String(),
    "option_reason": pl.String(),
    "basic_is_sure": pl.Boolean(),
    "is_spared_flat": pl.Boolean(),
    "proof_saves_minor": pl.Int64(),
    **stacking.ADDS,
}
"""``basic_duty_minor`` is the duty without what is stacked on it, ``duty_minor`` all duties of the line together.
``is_spared_flat``: a flat rate applies to the filing, and the tariff lets these goods in free."""

MONEY: Final = ("per_item", "per_filing")
"""Rules whose money stands beside the filing, see ``stages.flat_rules``."""

RELIEVED: Final = "relieved_minor"
"""So much of a line's customs value is charged nothing; few laws have that."""

COMPUTABLE: Final = (*BY_VALUE, *BY_PROGRAM)
SCRATCH: Final = ("value_told", "answer_at", "is_free", "is_shaky", "has_rate", "tariff_duty_minor", "basic_fine_minor")


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
    empty rule leaves the item unresolved. ``relieved_minor`` of a line's customs value is charged nothing.
    """
    held_as = column_or_null(items, "duty_held_as", pl.String())
    if is_noting():
        plain = rated_plainly(_as_charged(items), tariff, additions, law.duty)
        charged_basic = plain.with_columns(basic_duty_minor=_basic_plainly(law.rounding))
        return _assessed(charged_basic, held_as, pl.col("value_told"), law)
    answers, rows = tariff.select(list(ANSWER)).collect(engine="in-memory"), items.collect(engine="in-memory")
    charged = _as_charged(rows.lazy()).collect(engine="in-memory")
    rated = _rated(prefer(charged, answers), offers(answers), law.duty)
    basic = rated.with_columns(_basic(rated, law.rounding))
    stacked = stack(basic, additions.collect(engine="in-memory"), law.duty, law.excise)
    saved = _saved(stacked, answers, law.duty)
    return _assessed(saved.lazy(), held_as, rows[VALUE], law)


def _assessed(rows: pl.LazyFrame, held_as: pl.Expr, told: pl.Series | pl.Expr, law: DutyLaw) -> pl.LazyFrame:
    """All duties of the line together, their status and flags; ``told`` is the customs value as it was."""
    is_known = ~(pl.col(NO_ADDITION.flag) | pl.col(NO_CONTENT.flag))
    whole = (
        rows.with_columns(duty_minor=pl.when(is_known).then(pl.col("basic_duty_minor") + pl.col("additions_minor")))
        .with_columns(
            basic_is_sure=is_sure(),
            is_spared_flat=_is_spared(),
            duty_status=_status(held_as),
            **_flags(),
        )
        .with_columns(told.alias(VALUE))
        .drop(SCRATCH, strict=False)
    )
    return spare_little(whole, {"duty_minor": "duty_status"}, "law_duty_minimum_minor") if law.has_minimum else whole


def _as_charged(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Lines with the value that duty is charged on in place of their customs value, which is ``value_told``."""
    is_less, told = RELIEVED in rows.collect_schema(), pl.col(VALUE)
    return rows.with_columns((told - pl.col(RELIEVED) if is_less else told).alias(VALUE), value_told=told)


def _rated(rows: pl.DataFrame, offered: pl.DataFrame, law: Reckoning) -> pl.DataFrame:
    """Add what the tariff's program comes to, or what is missing for it, or why there is none.

    Most lines have one rate of their value; only the others are given their whole program.
    """
    by_value = is_any_of(offered["duty_kind"], BY_VALUE)
    numbers = offered.select(
        duty_num=pl.when(by_value).then("duty_num"),
        duty_den=pl.when(by_value).then("duty_den"),
        is_free=(by_value & (pl.col("duty_num") == 0)).fill_null(value=False),
        is_shaky=(pl.col("duty_evidence") != "read").fill_null(value=False),
        has_rate=is_any_of(offered["duty_kind"], COMPUTABLE).fill_null(value=False),
    )
    at = rows["answer_at"]
    beside = rows.hstack(numbers[at])
    made = beside.with_columns(
        tariff_duty_minor=law.rounding.times_rate(pl.col(VALUE), pl.col("duty_num"), pl.col("duty_den")),
        duty_missing=pl.lit(None, dtype=pl.String),
        unresolved_reason=pl.lit(None, dtype=pl.String),
    )
    is_tariff = made.select((pl.col("duty_rule") == "tariff").fill_null(value=False)).to_series()
    for kind in BY_PROGRAM:
        is_of_kind = offered["duty_kind"] == kind
        if is_of_kind.any():
            places = (is_tariff & is_of_kind.gather(at)).arg_true()
            made = _computed(made, places, offered, law) if len(places) else made
    unresolved = (is_tariff & made["tariff_duty_minor"].is_null()).arg_true()
    if len(unresolved):
        reasons = made["unresolved_reason"].gather(unresolved)
        asked = at.gather(unresolved)
        told = offered["unresolved_reason"].gather(asked)
        told = told.zip_with(asked.is_not_null(), pl.Series([UNASKED]).new_from_index(0, len(asked)))
        made = made.with_columns(
            made["unresolved_reason"].scatter(unresolved, reasons.zip_with(reasons.is_not_null(), told))
        )
    return _by_moment(made, offered, law).drop("duty_num", "duty_den")


def _computed(rows: pl.DataFrame, places: pl.Series, offered: pl.DataFrame, law: Reckoning) -> pl.DataFrame:
    """Amounts of lines whose duty needs more than their value."""
    told = law.amounts(_with_programs(rows, places, offered))
    is_foreign = pl.col("missing").str.starts_with(FOREIGN)
    foreign = pl.format("its duty is an {}, not in {}", "missing", pl.lit(law.currency))
    told = told.select(
        tariff_duty_minor="amount_minor",
        duty_missing=pl.when(~is_foreign).then("missing"),
        unresolved_reason=pl.when(is_foreign).then(foreign),
    )
    said = [name for name in told.columns if told[name].null_count() < told.height]
    return rows.with_columns(rows[name].scatter(places, told[name]) for name in said)


def _with_programs(rows: pl.DataFrame, places: pl.Series, offered: pl.DataFrame) -> pl.DataFrame:
    """Lines at ``places`` as far as a duty may be charged on them, each with its program."""
    lines, at = rows.select("law_period", *TAKES)[places], rows["answer_at"].gather(places)
    numbers = offered.select(name for name in PROGRAM if name != "duty_terms")[at]
    # Terms are heavy to lay beside rows, and only compound duties have them.
    is_compound = (numbers["duty_kind"] == "compound").any()
    terms = offered["duty_terms"].gather(at) if is_compound else offered["duty_terms"].clear(len(at))
    return lines.hstack(numbers.with_columns(terms.alias("duty_terms")))


def _by_moment(rows: pl.DataFrame, offered: pl.DataFrame, law: Reckoning) -> pl.DataFrame:
    """Where the law rounds what is added up, each line's share of the rounded sum."""
    if not law.rounding.has_moment("item", "filing"):
        return rows
    every = rows["answer_at"].is_not_null().arg_true()
    fine = law.fine().amounts(_with_programs(rows, every, offered))["amount_minor"]
    kept = pl.Series("basic_fine_minor", [None], dtype=pl.Int64).new_from_index(0, rows.height).scatter(every, fine)
    is_owed = pl.col("duty_rule") == "tariff"
    owed = pl.when(is_owed).then("basic_fine_minor")
    of_filing = law.rounding.together(owed, "filing_row")
    of_item = law.rounding.times_rate(owed, pl.lit(1), pl.lit(FINE))
    return rows.with_columns(kept).with_columns(
        tariff_duty_minor=pl.when(law.rounding.is_at("filing")).then(of_filing)
        .when(law.rounding.is_at("item")).then(of_item).otherwise("tariff_duty_minor")
    )  # fmt: skip


FOREIGN: Final = "amount in "
"""How a program tells of a duty in another currency."""


def _basic(rows: pl.DataFrame, rounding: Roundings) -> pl.Series:
    """The amount by the filing's rule, each rule on its own filings; rules that no line has cost nothing."""
    by_tariff = pl.when(pl.col("duty_rule") == "tariff").then("tariff_duty_minor")
    amount = rows.select(by_tariff.alias("basic_duty_minor")).to_series()
    for word, of_rule in _by_rule(rounding).items():
        places = (rows["duty_rule"] == word).arg_true()
        if len(places):
            lines = rows.select(sorted({"filing_row", *of_rule.meta.root_names()}))
            own = (lines if len(places) == rows.height else lines[places]).with_columns(own=of_rule.cast(pl.Int64))
            amount = amount.scatter(places, own["own"])
    return amount


def _basic_plainly(rounding: Roundings) -> pl.Expr:
    """What ``_basic`` says as one expression."""
    amount: pl.Expr = pl.lit(None, dtype=pl.Int64)
    for word, of_rule in {"tariff": pl.col("tariff_duty_minor"), **_by_rule(rounding)}.items():
        amount = pl.when(pl.col("duty_rule") == word).then(of_rule).otherwise(amount)
    return amount.cast(pl.Int64)


def _by_rule(rounding: Roundings) -> dict[str, pl.Expr]:
    """What each rule but the tariff's makes of a line."""
    each = pl.col("flat_each_minor")
    six = pl.when("flat_duty_by_hs6").then(pl.col("commodity_code").str.slice(0, 6)).otherwise("commodity_code")
    is_open = pl.col("commodity_code").is_null() | pl.col("law_flat_duty_minor").is_null()
    once = pl.when(is_first_of_code(six)).then("law_flat_duty_minor").otherwise(0)
    first_line = pl.col("filing_row").ne_missing(pl.col("filing_row").shift(1))
    return {
        "relief": pl.lit(0),
        "per_code": pl.when(~is_open).then(once),
        "flat_rate": _by_flat_rate(rounding),
        "per_item": each,
        "per_filing": pl.when(first_line).then(each).otherwise(pl.when(each.is_not_null()).then(0)),
    }


def _by_flat_rate(rounding: Roundings) -> pl.Expr:
    """A rate of the line's value or of its customs value; nil on free goods where the law spares them."""
    base = pl.when("flat_of_intrinsic").then("line_value_minor").otherwise(VALUE)
    is_spared = _is_spared()
    numerator, denominator = pl.col("flat_num"), pl.col("flat_den")
    amount = rounding.times_rate(base, numerator, denominator)
    if rounding.has_moment("filing"):
        is_owed = (pl.col("duty_rule") == "flat_rate") & ~is_spared
        fine = pl.when(is_owed).then(times_rate(base, numerator * FINE, denominator))
        amount = pl.when(rounding.is_at("filing")).then(rounding.together(fine, "filing_row")).otherwise(amount)
    return pl.when(is_spared).then(0).otherwise(amount)


def _is_spared() -> pl.Expr:
    """True on goods that the tariff lets in free, under a flat rate that the law charges on the others."""
    is_flat = (pl.col("duty_rule") == "flat_rate") & pl.col("flat_unless_free")
    return (is_flat & pl.col("is_free")).fill_null(value=False)


def _saved(rows: pl.DataFrame, answers: pl.DataFrame, law: Reckoning) -> pl.DataFrame:
    """Add what a proof that lacks, or a claim that is not open, would save: the duty charged less that of the claim.

    Nothing is told of a claim whose own rate nobody knows.
    """
    is_claim = pl.col(LACKS_PROOF.flag) | pl.col(NOT_OPEN.flag)
    places = rows.select(is_claim & (pl.col("duty_rule") == "tariff")).to_series().arg_true()
    nothing = pl.Series("proof_saves_minor", [None], dtype=pl.Int64).new_from_index(0, rows.height)
    if not len(places):
        return rows.with_columns(nothing)
    lines = rows.select("law_period", "answer_at", "basic_duty_minor", NOT_OPEN.flag, *TAKES)[places]
    preferred = answers.select(list(PROGRAM))[lines["answer_at"] - answers.height]
    saved = lines["basic_duty_minor"] - law.amounts(lines.hstack(preferred))["amount_minor"]
    is_told = ~lines[NOT_OPEN.flag] | (saved > 0)
    return rows.with_columns(
        nothing.scatter(places, saved.zip_with(is_told.fill_null(value=False), saved.clear(len(saved))))
    )


def _flags() -> dict[str, pl.Expr]:
    """What keeps a duty from being known, and a proof that lacks where the tariff decides."""
    rule = pl.col("duty_rule")
    is_tariff, has_value = rule == "tariff", pl.col(VALUE).is_not_null()
    is_known = pl.col("has_rate").fill_null(value=False)
    is_lost = has_value & pl.col("tariff_duty_minor").is_null() & pl.col("duty_missing").is_null()
    says_nothing = (
        ((rule == "per_code") & pl.col("law_flat_duty_minor").is_null())
        | ((rule == "flat_rate") & pl.col("flat_num").is_null())
        | (is_one_of(rule, MONEY) & pl.col("flat_each_minor").is_null())
    )
    told = {
        NO_RATE: is_tariff & (~is_known | is_lost) | says_nothing,
        NO_QUANTITY: is_tariff & pl.col("duty_missing").is_not_null(),
        NO_CODE: (rule == "per_code") & pl.col("commodity_code").is_null(),
        LACKS_PROOF: pl.col(LACKS_PROOF.flag) & is_tariff,
        NOT_OPEN: pl.col(NOT_OPEN.flag) & is_tariff,
    }
    return {kind.flag: holds.fill_null(value=False) for kind, holds in told.items()}


def is_sure() -> pl.Expr:
    """True where the duty without what is stacked on it rests on nothing but what was read.

    A flat rate that spares free goods is not sure of goods whose rate the tariff does not tell.
    """
    rule = pl.col("duty_rule")
    unless_free = ((rule == "flat_rate") & pl.col("flat_unless_free")).fill_null(value=False)
    is_untold = unless_free & ~pl.col("has_rate").fill_null(value=False)
    by_tariff = (((rule == "tariff") | unless_free) & pl.col("is_shaky")) | is_untold
    by_exchange = is_one_of(rule, ("tariff", "flat_rate")) & (pl.col("exchange_status") == "assumed")
    return ~(by_tariff | by_exchange | pl.col("duty_is_unsure")).fill_null(value=False)


def _status(held_as: pl.Expr) -> pl.Expr:
    """``estimated`` where what it rests on was not read, or the exchange rate is assumed; the rest is definitive.

    What goes on an account is ``deferred``; ``held_as`` says what else the law makes of it.
    """
    rule = pl.col("duty_rule")
    is_shaky = ~is_sure() | ((rule == "tariff") & pl.col("has_shaky_addition")).fill_null(value=False)
    return word_where(
        (pl.col("duty_minor").is_null(), "unresolved"),
        (rule == "relief", "relieved"),
        (held_as.is_not_null(), held_as),
        (pl.col("duty_collected_from") == "account", "deferred"),
        (is_shaky, "estimated"),
        otherwise="definitive",
    )
