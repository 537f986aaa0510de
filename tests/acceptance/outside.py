"""Three packs as somebody outside the house would write them: a made-up law, a made-up sender, a made-up suspicion."""

from pathlib import Path

SHEET = """
code = "ZZ"
title = "Examplia"
currency = "EUR"
places = ["AQ"]
sets = ["SHORT", "LONG"]
duty_point = ["presented_at", "accepted_at"]

[exchange]
rule = "ecb_daily"
is_legal_source = true
source = "Customs Act of Examplia, section 3"

[[parameter]]
name = "low_value_limit_minor"
unit = "EUR minor"
value = 2_500
valid_from = 2026-01-01
valid_to = 2026-09-30
source = "Customs Act of Examplia, section 12(1)"
evidence = "assumed"

[[parameter]]
name = "flat_duty_minor"
unit = "EUR minor"
value = 120
valid_from = 2026-10-01
source = "Customs Act of Examplia, section 12(1) as amended"
evidence = "assumed"

[[tax_rate]]
place = "AQ"
category = "standard"
percent = "7.5"
valid_from = 2026-01-01
source = "Tax Act of Examplia, section 1"
evidence = "assumed"

[[required]]
set = "SHORT"
fields = ["item_description"]
valid_from = 2026-01-01
source = "Customs Act of Examplia, section 20"
evidence = "assumed"

[[finding]]
code = "ZZ-01"
title = "Destination is not Examplia"
sentence = "The parcel goes to {destination_country}."
severity = "ask"
pointer = "destination_country"
evidence = ["destination_country"]
"""

LAW = '''
"""Law of Examplia: relief up to a limit, then so much for each code; tax at the border."""
import polars as pl

from tidewaiter.kit import regime as law


def regime(filings):
    """Add the columns of ``kit.jurisdiction.REGIME`` and a flag per finding."""
    is_flat = pl.col("law_flat_duty_minor").is_not_null()
    duty_rule_id = law.first_that_holds(
        (law.is_within("low_value_limit_minor"), "low_value_limit_minor"),
        (~is_flat, None),
        otherwise="flat_duty_minor",
    )
    is_covered = pl.col("law_period").is_not_null()
    ruled = filings.with_columns(duty_rule_id=pl.when(is_covered).then(duty_rule_id)).with_columns(
        *law.data_sets(SHORT={}),
        duty_rule=pl.col("duty_rule_id").replace_strict(
            {"low_value_limit_minor": "relief", "flat_duty_minor": "per_code"}, return_dtype=pl.String
        ),
        tax_rule=pl.when(is_covered).then(pl.lit("border")),
        tax_rule_id=pl.lit(None, dtype=pl.String),
    )
    return ruled.with_columns(
        duty_collected_from=law.collected_from(),
        category=pl.when(is_covered).then(pl.lit("irg3")),
        flat_duty_by_hs6=pl.lit(True),
        law_not_loaded=pl.lit(None, dtype=pl.String),
        *law.flags(zz_01=pl.col("destination_country") != "AQ"),
    )
'''

LAW_CASES = """
tax_rate_case = [
  { place = "AQ", on = 2025-12-31 },
  { place = "AQ", on = 2026-01-01, percent = "7.5" },
]
required_case = [
  { set = "SHORT", on = 2025-12-31, fields = [] },
  { set = "SHORT", on = 2026-01-01, fields = ["item_description"] },
]

[facts]
destination_country = "AQ"
codes = ["950300"]

[[group]]
title = "Relief up to EUR 25, to 2026-09-30"
cases = [
  { on = 2025-12-31, intrinsic_value_minor = 2_500, expect = { open = ["duty_rule"] } },
  { on = 2026-01-01, intrinsic_value_minor = 2_499, expect = { duty_rule = "relief" } },
  { on = 2026-01-01, intrinsic_value_minor = 2_500, expect = { duty_rule = "relief" } },
  { on = 2026-01-01, intrinsic_value_minor = 2_501, expect = { open = ["duty_rule"] } },
  { on = 2026-09-30, intrinsic_value_minor = 2_500, expect = { duty_rule = "relief" } },
  { on = 2026-10-01, intrinsic_value_minor = 2_500, expect = { duty_rule = "per_code", law_flat_duty_minor = 120 } },
  { on = 2026-10-01, intrinsic_value_minor = 2_500, destination_country = "BV", expect = { findings = ["ZZ-01"] } },
]
"""

FORMAT = """
name = "examplia_post"
title = "Examplia Post, daily list"

[columns]
no = ["consignment_id", "parcel_id"]
to = "consignee_name"
from = "consignor_name"
g = "gross_mass_kg"
goods = "item_description"
code = "item_commodity_code"
eur = "item_value_amount"

[constants]
destination_country = "AQ"
consignee_country = "AQ"
consignor_country = "CN"
item_value_currency = "EUR"
party_relation = "B2C"
nature = "sale"
mode = "post"

[units]
gross_mass_kg = "g"
"""

LIST = "no,to,from,g,goods,code,eur\nEX-1,A. Person,Example Toys,250,wooden toy train,950300,20.00\n"

LIST_ANSWER = """
[[row]]
consignment_id = "EX-1"
parcel_id = "EX-1"
consignee_name = "A. Person"
consignor_name = "Example Toys"
gross_mass_kg = "0.250"
item_description = "wooden toy train"
item_commodity_code = "950300"
item_value_amount = "20.00"
destination_country = "AQ"
consignee_country = "AQ"
consignor_country = "CN"
item_value_currency = "EUR"
party_relation = "B2C"
nature = "sale"
mode = "post"
defaulted = "destination_country;consignee_country;consignor_country;item_value_currency;party_relation;nature;mode"
"""

RULE = """
code = "OUT-01"
title = "Many different goods in one parcel"
sentence = "The parcel holds {item_count} goods lines."
severity = "ask"
route = "ask"
level = "filing"
pointer = "item_no"
weight = 10
version = "1"
takes = ["item_count"]
evidence = ["item_count"]

[[threshold]]
name = "lines_least"
value = 3
reason = "Examplia's shops sell two things at a time."
"""

RULE_CODE = '''
"""What OUT-01 looks for."""
import polars as pl


def hit(thresholds):
    """True from so many goods lines on."""
    return pl.col("item_count") >= thresholds["lines_least"]
'''

RULE_CASES = """
rule = "OUT-01"

[[group]]
title = "Three lines"
kind = "hit"
cases = [{ item_count = 3 }]

[[group]]
title = "Two lines"
kind = "near miss"
cases = [{ item_count = 2 }]
"""

FILES = {
    "jurisdictions/zz/sheet.toml": SHEET,
    "jurisdictions/zz/law.py": LAW,
    "jurisdictions/zz/cases.toml": LAW_CASES,
    "formats/examplia_post/sheet.toml": FORMAT,
    "formats/examplia_post/cases/list.csv": LIST,
    "formats/examplia_post/cases/list.csv.toml": LIST_ANSWER,
    "risk_rules/many_goods/rule.toml": RULE,
    "risk_rules/many_goods/rule.py": RULE_CODE,
    "risk_rules/many_goods/cases.toml": RULE_CASES,
}
"""Every file of the three packs, by its place below the folder named with ``--packs``."""


def packs_in(folder: Path) -> Path:
    """The three packs, written below ``folder``."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
