"""A small made-up law: a sheet of few facts and a regime of few words; a test names only what matters."""

import polars as pl

from tidewaiter.kit import regime as law
from tidewaiter.kit.jurisdiction import Jurisdiction, read_sheet

HEAD = """
code = "ZZ"
title = "Examplia"
currency = "EUR"
places = ["AQ"]
sets = ["SHORT", "LONG"]
duty_point = ["presented_at"]
not_included = ["levies on ice"]
[exchange]
rule = "ecb_daily"
is_legal_source = false
source = "section 3"
[tax_type]
duty = "D1"
"""

PARAMETER = """
[[parameter]]
name = "{name}"
unit = "{unit}"
value = {value}
valid_from = {start}
{end}
source = "section 12"
evidence = "assumed"
"""


def fact(
    name: str = "relief_limit_minor",
    value: str = "2_500",
    unit: str = "EUR minor",
    start: str = "2026-01-01",
    end: str = "",
) -> str:
    """One parameter in TOML, valid from the first day of 2026 unless said otherwise."""
    return PARAMETER.format(name=name, unit=unit, value=value, start=start, end=f"valid_to = {end}" if end else "")


RATE = """
[[tax_rate]]
place = "AQ"
category = "standard"
percent = "7.5"
valid_from = 2026-01-01
source = "section 1"
evidence = "read"
"""

FEE = """
[[fee]]
code = "ZZ-1"
per = "line"
amount_minor = 200
currency = "EUR"
intrinsic_limit_minor = 2_500
valid_from = 2026-03-01
source = "section 9"
evidence = "read"
"""

REQUIRED = """
[[required]]
set = "SHORT"
fields = ["item_description", "gross_mass_kg"]
valid_from = 2026-01-01
source = "section 20"
evidence = "recalled"
"""

FINDING = """
[[finding]]
code = "ZZ-01"
title = "Destination is not Examplia"
sentence = "The parcel goes to {destination_country}."
severity = "ask"
pointer = "destination_country"
evidence = ["destination_country"]
"""


def regime(filings: pl.LazyFrame) -> pl.LazyFrame:
    """Relief up to the limit, else the tariff; a finding for goods that go elsewhere."""
    ruled = filings.with_columns(
        duty_rule=law.first_that_holds((law.is_within("relief_limit_minor"), "relief"), otherwise="tariff"),
        duty_rule_id=pl.lit(None, dtype=pl.String),
        tax_rule=pl.lit("none"),
        tax_rule_id=pl.lit(None, dtype=pl.String),
        reduced_set_used=pl.lit("SHORT"),
        category=pl.lit("irg3"),
        flat_duty_by_hs6=pl.lit(value=True),
        law_not_loaded=pl.lit(None, dtype=pl.String),
    )
    return ruled.with_columns(
        *law.flags(zz_01=pl.col("destination_country") != "AQ"), duty_collected_from=law.collected_from()
    )


def jurisdiction(*parts: str, made_by=regime, **members: str) -> Jurisdiction:
    """A jurisdiction of these parts in TOML (the limit and the finding where none is named) and of these members."""
    texts = {f"members/{name}.toml": text for name, text in members.items()}
    return read_sheet({"sheet.toml": HEAD + "".join(parts or (fact(), FINDING)), **texts}, made_by)
