"""Every rate text of the United States tariff: a program that says what it says, or listed; never a silent nil."""

import csv
import gzip
import io
import random
import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import polars as pl
import pytest

from tests.twin.us_rates import reading
from tidewaiter.kit.rates.evaluate import Bases, evaluate
from tidewaiter.kit.rates.expression import COMPUTABLE, Unresolved
from tidewaiter.kit.rates.parse import parse
from tidewaiter.kit.rates.printed import printed
from tidewaiter.reference.shelf import Shelf
from tidewaiter.reference.us_hts import import_us_hts

FOLDER = "tariff/us_hts/raw"
CLEAN = ("hts_export_2023-10-13", "hts_export_2024-07-25", "hts_export_2024-11-14", "hts_export_2026_rev4")
RESAVED = "hts_export_2025-04-15_resaved"
BEFORE_AND_AFTER = (CLEAN[2], CLEAN[3])
SHARE_OF_RATES = Decimal("0.984")
TIMES = 25
BASES = {
    "value": "value", "kg": "kg", "piece": "each", "pair": "pr", "litre": "liter", "proof_litre": "pf.liter",
    "barrel": "bbl", "m2": "m2", "m3": "m3", "jewel": "jewel", "jewel_over_7": "jewel over 7", "kg_clean": "clean kg",
    "gross_line": "line/gross", "kg_drained": "kg drained weight", "kg_contents": "kg entire contents of container",
    "kg_contents_and_container": "kg contents and container", "kg_total_sugars": "kg total sugars",
    "kg_degree_under_100": "kg and degrees",
    **{f"kg_{metal}": f"kg {metal} content" for metal in ("lead", "copper", "molybdenum", "magnesium", "tungsten")},
    "value_of_case": "value of case", "value_of_strap": "value of strap, band or bracelet",
    "value_of_case_and_strap": "value of case and strap, band or bracelet", "value_of_battery": "value of battery",
    "value_of_movement": "value of movement", "value_of_movement_and_case": "value of movement and case",
    "value_of_apparatus": "value of apparatus", "value_of_rifle": "value of rifle",
    "value_of_telescopic_sight": "value of telescopic sight, if any", "value_of_lead": "value of lead content",
}  # fmt: skip
"""Our words for units and bases, and those of the second reader."""


def published(real_data, edition):
    """Texts of the lines of chapters 1 to 97 by code, read by the standard library alone."""
    raw = gzip.decompress((real_data / FOLDER / f"{edition}.csv.gz").read_bytes()).decode("utf-8-sig")
    texts = {}
    for row in csv.DictReader(io.StringIO(raw)):
        code = row["HTS Number"].replace(".", "")
        if len(code) in {8, 10} and code < "98":
            text = " ".join(re.sub("<.*?>", "", row["General Rate of Duty"]).split())
            texts[code] = texts[code[:8]] if len(code) == 10 and code[:8] in texts else text
    return texts


@pytest.fixture(scope="module")
def imported(real_data, tmp_path_factory):
    made = {}
    for edition in (*CLEAN, RESAVED):
        home = tmp_path_factory.mktemp("home")
        report = import_us_hts(real_data / FOLDER / f"{edition}.csv.gz", home, date(2026, 1, 1), repair=True)
        lines = Shelf(home, "us-hts").read(report.manifest.edition)
        made[edition] = (lines.filter(pl.col("commodity_code") < "98"), report)
    return made


@pytest.mark.parametrize("edition", [*CLEAN, RESAVED])
def test_every_text_is_a_program_or_listed_and_nearly_all_lines_have_one(edition, real_data, imported):
    lines, report = imported[edition]
    ten = lines.filter(pl.col("commodity_code").str.len_chars() == 10)
    rated = ten.filter(pl.col("duty_kind").is_in(COMPUTABLE)).height
    listed = {*report.unresolved["commodity_code"], *report.references["commodity_code"]}
    without = lines.filter(~pl.col("duty_kind").is_in(COMPUTABLE))

    assert set(lines["commodity_code"]) == set(published(real_data, edition))
    assert rated >= SHARE_OF_RATES * ten.height
    assert set(without["commodity_code"]) <= listed
    assert without["unresolved_reason"].null_count() == 0
    assert bool(report.faults) is (edition == RESAVED)


@pytest.mark.parametrize("edition", [*CLEAN, RESAVED])
def test_nothing_costs_nothing_but_what_says_free_or_nil(edition, imported):
    lines, _ = imported[edition]

    nil = lines.filter((pl.col("duty_kind") == "free") | (pl.col("duty_num") == 0))

    assert set(nil["rate_text"]) <= {"Free", "0%"}
    assert lines.filter((pl.col("rate_text") == "Free") & (pl.col("duty_kind") != "free")).is_empty()


@pytest.mark.parametrize("edition", CLEAN)
def test_each_program_stands_for_the_text_that_was_published(edition, real_data, imported):
    lines, _ = imported[edition]

    assert dict(lines.select("commodity_code", "rate_text").iter_rows()) == published(real_data, edition)


def test_all_texts_cost_what_a_second_reader_says_at_random_values_and_quantities(imported):
    chance = random.Random(20261127)
    rated = pl.concat([lines for lines, _ in imported.values()]).filter(pl.col("duty_kind").is_in(COMPUTABLE))
    texts = rated.unique("rate_text", maintain_order=True)
    items = pl.concat([texts] * TIMES).with_columns(
        pl.Series(name, [chance.randint(0, 10 ** chance.randint(1, 11)) for _ in range(texts.height * TIMES)])
        for name in BASES.values()
    )
    told = items.with_columns(evaluate(Bases("USD", 2, BASES)).alias("told")).unnest("told")

    wrong = [row for row in told.iter_rows(named=True) if row["amount_minor"] != cents(row) or row["missing"]]

    assert [(row["rate_text"], row["amount_minor"], cents(row)) for row in wrong[:5]] == []
    assert texts.height > 700


def test_the_second_reader_reads_what_the_first_reads_and_nothing_more(imported):
    told = pl.concat([lines for lines, _ in imported.values()]).filter(
        ~pl.col("unresolved_reason").fill_null("").str.starts_with("the file is damaged")
    )

    read = {text: kind in COMPUTABLE for text, kind in told.select("rate_text", "duty_kind").unique().iter_rows()}

    assert {text for text, is_read in read.items() if is_read is not (reading(text) is not None)} == set()


def test_where_the_editions_around_it_agree_the_repaired_one_says_the_same(imported):
    earlier, later = (dict(imported[name][0].select("commodity_code", "expression").iter_rows())
                      for name in BEFORE_AND_AFTER)  # fmt: skip
    repaired, _ = imported[RESAVED]
    sure = repaired.filter(pl.col("duty_kind") != "unresolved").select("commodity_code", "expression").iter_rows()

    compared = [
        (code, told, earlier[code]) for code, told in sure if code in earlier and earlier[code] == later.get(code)
    ]

    assert [case for case in compared if case[1] != case[2]] == []
    assert len(compared) > 22_000


def test_every_text_of_the_united_states_and_of_taric_comes_back_from_its_canonical_text(real_data):
    folder = real_data / "tariff"
    texts = {
        (text, "us") for name in (*CLEAN, RESAVED) for text in columns_of(folder / "us_hts/raw" / f"{name}.csv.gz")
    }
    texts |= {
        (text, "us") for text in pl.read_parquet(folder / "us_hts/us_hts8_2025_mfn_dated.parquet")["mfn_text_rate"]
    }
    texts |= {(text, "taric") for text in components(folder)}
    texts |= {(text, "au") for text in pl.read_parquet(folder / "au_tariff/au_schedule3.parquet")["duty_rate"]}
    texts |= {(text, "au") for text in pl.read_parquet(folder / "au_tariff/au_fta_schedules.parquet")["dutyRate"]}
    read = [(text, parse(text, dialect)) for text, dialect in texts if text is not None]

    assert [(text, printed(one)) for text, one in read if parse(printed(one)) != one] == []
    assert len(read) > 2_500


def columns_of(file):
    rows = csv.DictReader(io.StringIO(gzip.decompress(file.read_bytes()).decode("utf-8-sig")))
    return {row[name] for row in rows for name in row if name.endswith("Rate of Duty")}


def components(folder):
    """Components of each measure joined as TARIC writes them."""
    table = pl.read_parquet(folder / "eu_taric_2019/measure_components_mfn_2019.parquet").drop_nulls(
        ("measure_sid", "duty_amount")
    )
    unit = pl.concat_str("measurement_unit_code", "measurement_unit_qualifier_code", separator=" ", ignore_nulls=True)
    money = pl.concat_str(pl.col("duty_amount"), pl.lit(" "), "monetary_unit_code", pl.lit(" / "), unit)
    piece = pl.coalesce(money, pl.concat_str(pl.col("duty_amount"), pl.lit(" %")))
    joined = table.sort("measure_sid", "duty_expression_id").group_by("measure_sid", maintain_order=True)
    made = joined.agg(piece.str.join(" + ").alias("text"))["text"].unique().to_list()
    assert [text for text in made if isinstance(parse(text, "taric"), Unresolved)] == []
    return made


def cents(row):
    """The duty in cents, halves upwards, straight from the text; values are in cents, quantities in millionths."""
    read = reading(row["rate_text"])
    known = {name: _known(name, row) for name in read.needs()}
    exact = read.dollars(known) * 100
    with localcontext(prec=80):
        return int((Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal(1), ROUND_HALF_UP))


def _known(name, row):
    return Fraction(row[name], 100 if name.startswith("value") else 1_000_000)
