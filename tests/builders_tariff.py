"""What a tariff answers, made by hand: rates in the canonical language, and what is stacked on them."""

import polars as pl

from tidewaiter.kit.rates.parse import parse
from tidewaiter.kit.rates.program import PROGRAM, cells
from tidewaiter.stages.charges.row import OF_TARIFF, Words, worded
from tidewaiter.stages.duty import ADDITION, ANSWER

TEXTS = {f"{which}{name}": pl.String for which in ("", "mfn_") for name in ("rate_text", "rate_code", "duty_source")}
ADDED_TEXTS = {"tax_type": pl.String, "rate_text": pl.String, "measure_id": pl.String, "source": pl.String}


def program(rate: str | None, prefix: str = "") -> dict[str, object]:
    """The columns of a rate; no rate at all leaves them empty."""
    found = (None,) * len(PROGRAM) if rate is None else cells(parse(rate, "canonical"))
    return {f"{prefix}{name}": value for name, value in zip(PROGRAM, found, strict=True)}


def an_answer(rate: str | None = "2.5 %", mfn: str | None = None, **said: object) -> dict[str, object]:
    """A rate read in force; with ``mfn`` it is a preference that wants a proof."""
    sound = {
        "duty_option": "preference" if mfn else "mfn", "duty_evidence": "read", "needs_proof": mfn is not None,
        "unresolved_reason": None, "mfn_unresolved_reason": None, "option_reason": None,
        "rate_text": rate, "mfn_rate_text": mfn, "rate_code": "610910", "mfn_rate_code": "6109",
        "duty_source": "a tariff", "mfn_duty_source": "a tariff for all", "mfn_duty_evidence": "read",
    }  # fmt: skip
    return {**program(rate), **program(mfn or rate, "mfn_"), **sound, **said}


def answers(*rows: dict[str, object]) -> pl.DataFrame:
    """Answers in a row, numbered."""
    numbered = [{"tariff_row": at, **row} for at, row in enumerate(rows)]
    return pl.DataFrame(numbered, schema={**ANSWER, **TEXTS})


def an_addition(rate: str | None = "10 %", charge: str = "anti_dumping", **said: object) -> dict[str, object]:
    """A charge on the customs value, stacked on the first answer."""
    sound = {
        "tariff_row": 0, "charge": charge, "base": "value", "evidence": "read", "unresolved_reason": None,
        "tax_type": "A30", "rate_text": rate, "measure_id": "M1", "source": "a regulation",
    }  # fmt: skip
    return {**program(rate), **sound, **said}


def additions(*rows: dict[str, object]) -> pl.DataFrame:
    """Charges in their order."""
    placed = [{"position": at, **row} for at, row in enumerate(rows)]
    return pl.DataFrame(placed, schema={**ADDITION, **ADDED_TEXTS})


def words(told: pl.DataFrame | None = None, stacked: pl.DataFrame | None = None, **said: object) -> Words:
    """Words of charges: those of a tariff, and what the test says otherwise."""
    tariff = (answers() if told is None else told).select(**OF_TARIFF)
    empty = {
        "rules": pl.DataFrame(schema={
            "rule_id": pl.String, "law_period": pl.Int32, "rule_text": pl.String, "rule_source": pl.String,
        }),
        "tax_rates": pl.DataFrame(schema={"tax_rate_no": pl.UInt32, "rate_text": pl.String, "source": pl.String}),
        "tax_type": {"duty": "A00", "vat": "B00"}, "currency": "EUR",
    }  # fmt: skip
    told_of = {"tariff": tariff, "additions": additions() if stacked is None else stacked, **empty, **said}
    told_of["rules"] = worded(told_of["rules"].lazy())
    return Words(**{name: one.lazy() if isinstance(one, pl.DataFrame) else one for name, one in told_of.items()})
