"""What a tariff answers: the option that applies to each key, and the duties beside it."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import polars as pl

from tidewaiter.kit.rates.program import PROGRAM
from tidewaiter.model.columns import Schema

KEYS: Final[Schema] = {
    "commodity_code": pl.String(), "origin": pl.String(), "duty_day": pl.Date(), "preference": pl.String(),
    "additional_codes": pl.String(), "is_proven": pl.Boolean(),
}  # fmt: skip
"""What is asked. Only the code and the day must be there; several additional codes stand with ``;`` between them.
``is_proven``: a proof of origin is named with the claimed preference; it may be empty where none is claimed."""

TARIFF: Final[Schema] = {
    **KEYS,
    "tariff_row": pl.UInt32(),
    **PROGRAM,
    "duty_option": pl.String(), "option_reason": pl.String(), "rate_text": pl.String(), "rate_code": pl.String(),
    "measure_id": pl.String(), "duty_source": pl.String(), "duty_evidence": pl.String(),
    "unresolved_reason": pl.String(), "needs_proof": pl.Boolean(), "documents": pl.String(),
    **{f"mfn_{name}": dtype for name, dtype in PROGRAM.items()},
    "mfn_rate_text": pl.String(), "mfn_rate_code": pl.String(), "mfn_duty_source": pl.String(),
    "mfn_duty_evidence": pl.String(), "mfn_unresolved_reason": pl.String(),
}  # fmt: skip
"""One row a key, in the order of the keys; ``tariff_row`` counts them.

``duty_option``: ``mfn`` ``column_2`` ``preference`` ``quota`` ``suspension``. ``option_reason`` tells why a claimed
preference is not open: then the ``mfn_`` columns count, and the others are the rate it would have given, where known.
``duty_evidence``: ``read`` in the publication, ``recalled`` without it at hand, ``assumed`` where nobody
said from which day it is law. ``mfn_`` columns are the third country duty (column 2 of goods that pay it),
whatever applies. What has no rate is
``unresolved`` with its reason, never zero."""

SAID: Final = ("rate_text", "rate_code", "duty_source", "duty_evidence", "unresolved_reason")
"""What is told of a rate beside its program."""

ADDITIONS: Final[Schema] = {
    "tariff_row": pl.UInt32(), "position": pl.Int32(), "charge": pl.String(), "tax_type": pl.String(),
    "base": pl.String(), **PROGRAM, "rate_text": pl.String(), "measure_id": pl.String(), "source": pl.String(),
    "evidence": pl.String(), "unresolved_reason": pl.String(),
}  # fmt: skip
"""A row is a duty on top of the option of a ``tariff_row``, in the order of ``position``."""


class TariffAnswers(NamedTuple):
    """The options (``TARIFF``) and what is stacked on them (``ADDITIONS``)."""

    tariff: pl.DataFrame
    additions: pl.DataFrame


def as_keys(asked: pl.DataFrame) -> pl.DataFrame:
    """Keys with all columns of ``KEYS``; what was not asked is empty."""
    return asked.select(
        (pl.col(name) if name in asked.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in KEYS.items()
    )


def without_origin(keys: pl.DataFrame, told: pl.DataFrame) -> TariffAnswers:
    """Answers of a tariff that knows one general rate a code: it is the third country duty, and nothing lies on it.

    ``told`` has a row a key: ``PROGRAM``, rate_text, rate_code, duty_source, duty_evidence, unresolved_reason.
    """
    tariff = (
        keys.with_row_index("tariff_row")
        .hstack(told.select(*PROGRAM, *SAID))
        .with_columns(
            *(pl.col(name).alias(f"mfn_{name}") for name in (*PROGRAM, *SAID)),
            duty_option=pl.lit("mfn"),
            option_reason=pl.lit(None),
            measure_id=pl.lit(None),
            needs_proof=pl.lit(value=False),
            documents=pl.lit(None),
        )
    )
    return TariffAnswers(in_form(tariff, TARIFF), pl.DataFrame(schema=ADDITIONS))


def claims_unresolved(told: TariffAnswers, no_claim: Sequence[str]) -> TariffAnswers:
    """The same where no rates of preference are loaded: what a claimed one comes to, nobody can tell.

    ``no_claim``: codes by which a filer says that none is claimed. The rate of all origins stays beside the answer.
    """
    claim = pl.col("preference").str.strip_chars().str.to_uppercase()
    is_open = (claim.is_not_null() & ~claim.is_in(["", *no_claim]) & pl.col("unresolved_reason").is_null()).fill_null(
        value=False
    )
    if not told.tariff.select(is_open.any()).item():
        return told
    why_not = pl.format("no rates of preference are loaded, so that the claim of {} cannot be judged", claim)
    numbers = [name for name in PROGRAM if name != "duty_kind"]
    opened = told.tariff.with_columns(
        *(pl.when(~is_open).then(name).alias(name) for name in (*numbers, "rate_text")),
        duty_kind=pl.when(is_open).then(pl.lit("unresolved")).otherwise("duty_kind"),
        duty_option=pl.when(is_open).then(pl.lit("preference")).otherwise("duty_option"),
        unresolved_reason=pl.when(is_open).then(why_not).otherwise("unresolved_reason"),
    )
    return told._replace(tariff=opened)


def in_form(table: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """The columns of a schema, in its order and types."""
    return table.select(pl.col(name).cast(dtype) for name, dtype in schema.items())
