"""The steps that tell a filing what its lines say together: value at the sale, least line, allowances kept."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from tidewaiter.kit.allowance import Allowance
from tidewaiter.kit.jurisdiction import Jurisdiction
from tidewaiter.model.codes import CURRENCY_DIGITS
from tidewaiter.model.columns import INSTANT, ITEM_SCHEMA
from tidewaiter.model.dates import in_force
from tidewaiter.pipeline.plan import Carry, Step
from tidewaiter.pipeline.stage import Stage
from tidewaiter.pipeline.tables import FLAG
from tidewaiter.stages import allowances, lines


def telling(jurisdiction: Jurisdiction) -> tuple[Step, ...]:
    """What lines say of their filing, after lists of goods and before the regime."""
    digits = CURRENCY_DIGITS[jurisdiction.currency]
    return (
        Stage(
            "day of the sale", "filings", {"order_at": INSTANT}, {"order_day": pl.Date()},
            lambda filings, _tables: lines.tell_order_day(filings),
        ),
        Carry(("order_day",)),
        Stage(
            "lines of filings", "items", lines.TAKES, lines.ADDS,
            lambda items, tables: lines.tell_of_lines(items, tables["sale_rates"], digits), to="filings",
            needs=("sale_rates",),
        ),
        *_allowed(jurisdiction.allowance_names),
    )  # fmt: skip


def _allowed(names: Sequence[str]) -> tuple[Step, ...]:
    """Whether allowances are kept; no step where the sheet has none."""
    if not names:
        return ()
    takes = {name: ITEM_SCHEMA[name] for name in ("quantity_micro", "unit", "net_mass_mg", "volume_l_micro")}
    takes |= {f"is_{name}_goods": FLAG for name in names}
    return (
        Stage(
            "allowances", "items", {"law_period": pl.Int32(), "commodity_code": pl.String(), **takes},
            {f"exceeds_{name}": FLAG for name in names},
            lambda items, tables: allowances.exceed_allowances(items, tables["allowances"], names), to="filings",
            needs=("allowances",),
        ),
    )  # fmt: skip


def allowance_table(said: Sequence[Allowance], starts: Sequence[date], items: pl.DataFrame) -> pl.DataFrame:
    """The allowance of each distinct period and code of a chunk that has one, in the columns of ``ALLOWANCE``."""
    names = sorted({allowance.name for allowance in said})
    if not names:
        return pl.DataFrame(schema=allowances.ALLOWANCE)
    listed = pl.any_horizontal(pl.col(f"is_{name}_goods") for name in names)
    keys = (
        items.lazy()
        .filter(listed)
        .select("law_period", "commodity_code")
        .unique()
        .drop_nulls()
        .collect(engine="in-memory")
    )
    rows = [
        (period, code, one.name, one.group, one.unit, one.within_micro, one.never_above_micro)
        for period, code in keys.iter_rows()
        if (one := _of(said, starts[period], code)) is not None
    ]
    return pl.DataFrame(rows, schema=allowances.ALLOWANCE, orient="row")


def _of(said: Sequence[Allowance], on: date, code: str) -> Allowance | None:
    """The first allowance in force whose goods the code is among."""
    return next((one for one in said if in_force(one, on) and code.startswith(one.goods)), None)
