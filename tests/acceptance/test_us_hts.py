"""The export of the United States tariff: every line read or named, a spoilt one refused, duties to the cent."""

import csv
import gzip
import io
import random
import re
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import polars as pl
import pytest

from tests.twin.us_rates import reading
from tidewaiter.kit.rates.expression import COMPUTABLE
from tidewaiter.model.errors import PublicationRefused
from tidewaiter.reference.shelf import Shelf
from tidewaiter.reference.starter import starter_of
from tidewaiter.reference.tariff_lines import compiled
from tidewaiter.reference.us_hts import import_us_hts, tariff_lines
from tidewaiter.reference.us_hts_file import read_export
from tidewaiter.service.clear import clear_files

EDITION = "tariff/us_hts/raw/hts_export_2026_rev4.csv.gz"
RESAVED = "tariff/us_hts/raw/hts_export_2025-04-15_resaved.csv.gz"
EARLIER = ("2023-10-13", "2024-07-25", "2024-11-14")
STARTS = date(2026, 2, 24)
DAY = "2026-10-20"
ITEMS = 1_000
ITEMS_A_FILING = 4

DECLARED = {"each": "PCE", "pr": "PR", "pf.liter": "PROOF_LITRE", "bbl": "BARREL", "m2": "M2", "m3": "M3"}
"""How a declarant writes the units of the tariff that are no kilograms or litres."""
SAID = {"value", "kg", "liter", *DECLARED}
"""What a goods line can say; a duty on anything else is not known."""


@dataclass(frozen=True)
class Published:
    """A line of 8 or 10 digits as the file has it: its digits and the general rate that applies to it."""

    code: str
    text: str


@pytest.fixture(scope="module")
def published(real_data):
    """The lines read by nothing but the standard library; a statistical line has the text of its 8 digits."""
    raw = gzip.decompress((real_data / EDITION).read_bytes()).decode("utf-8-sig")
    texts = {}
    for row in csv.DictReader(io.StringIO(raw)):
        code = row["HTS Number"].replace(".", "")
        if len(code) in {8, 10}:
            text = " ".join(re.sub("<.*?>", "", row["General Rate of Duty"]).split())
            texts[code] = texts[code[:8]] if len(code) == 10 and code[:8] in texts else text
    return [Published(code, text) for code, text in texts.items()]


@pytest.fixture(scope="module")
def imported(real_data, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    return home, import_us_hts(real_data / EDITION, home, STARTS)


def test_every_line_of_8_or_10_digits_is_a_rate_or_listed_as_unresolved_by_name(published, imported):
    home, report = imported

    lines = Shelf(home, "us-hts").read(report.manifest.edition)
    rates = sum(report.kinds[kind] for kind in COMPUTABLE)

    assert lines["commodity_code"].to_list() == [line.code for line in published]
    assert report.lines == len(published) == rates + report.unresolved.height + report.references.height
    assert (report.unresolved.height, report.references.height) == (
        report.kinds["unresolved"],
        report.kinds["reference"],
    )
    assert report.unresolved["commodity_code"].n_unique() == report.unresolved.height
    assert report.unresolved["unresolved_reason"].null_count() == 0
    assert all(line["rate_text"] in line["unresolved_reason"]
               for line in report.unresolved.drop_nulls("rate_text").iter_rows(named=True)
               if not line["commodity_code"].startswith(("98", "99")))  # fmt: skip


def test_a_line_has_a_rate_exactly_where_a_second_reader_reads_one(published, imported):
    home, report = imported

    lines = Shelf(home, "us-hts").read(report.manifest.edition)
    told = dict(zip(lines["commodity_code"], lines["duty_kind"].is_in(COMPUTABLE), strict=True))

    assert [line for line in published if told[line.code] != (reading_of(line) is not None)] == []


@pytest.mark.parametrize("day", EARLIER)
def test_earlier_editions_are_read_whole_as_well(day, real_data, tmp_path):
    report = import_us_hts(real_data / f"tariff/us_hts/raw/hts_export_{day}.csv.gz", tmp_path, date.fromisoformat(day))

    assert sum(report.kinds.values()) == report.lines > 26_000
    assert report.unresolved.height == report.kinds["unresolved"]


def test_the_edition_that_a_spreadsheet_resaved_is_refused_with_its_faults(real_data, tmp_path):
    with pytest.raises(PublicationRefused) as refused:
        import_us_hts(real_data / RESAVED, tmp_path, date(2025, 4, 15))

    faults = refused.value.faults
    assert sum(fault.startswith("number lost a trailing zero") for fault in faults) == 824
    assert any(fault.endswith("1003.9 for 1003.90") for fault in faults)
    assert any(fault.startswith("fraction rounded") and "33.33%" in fault for fault in faults)
    assert any(fault.startswith("rate filled down") for fault in faults)
    assert Shelf(tmp_path, "us-hts").editions() == []


@pytest.mark.parametrize("edition", [*EARLIER, "2026_rev4"])
def test_every_rate_of_the_starter_is_the_only_one_below_its_subheading_in_every_edition(edition, real_data):
    export = read_export(real_data / f"tariff/us_hts/raw/hts_export_{edition}.csv.gz")
    rates = compiled(tariff_lines(export.lines)).filter(pl.col("duty_kind") != "unresolved")

    known = dict(rates.select("code", "rate_text").iter_rows())
    starter = dict(starter_of("US").on(date.fromisoformat(DAY)).select("code", "rate_text").iter_rows())

    assert {code: (rate, known.get(code)) for code, rate in starter.items() if known.get(code) != rate} == {}


def test_the_base_duty_of_a_thousand_random_items_is_what_their_rate_texts_say(published, imported, tmp_path):
    chance = random.Random(20261020)
    lines = chance.sample(published, ITEMS)

    found, wrong = _cleared(lines, chance, imported[0], tmp_path)

    kinds = {need for line in lines for need in (reading_of(line).needs() if reading_of(line) else {"unresolved"})}
    assert wrong == []
    assert found == ITEMS
    assert {"value", "kg", "liter", "each", "unresolved"} <= kinds


def test_the_base_duty_of_every_line_with_an_amount_per_unit_is_what_its_rate_text_says(published, imported, tmp_path):
    lines = [line for line in published if (read := reading_of(line)) and read.needs() - {"value"}]

    found, wrong = _cleared(lines, random.Random(1), imported[0], tmp_path)

    assert wrong == []
    assert found == len(lines) > 2_000


def _cleared(lines, chance, home, folder):
    """How many duties the product told for an item of each line, and those that the texts contradict."""
    goods = [_declared(number, line, chance) for number, line in enumerate(lines)]
    _write(folder / "parcels.csv", goods)
    out = clear_files([str(folder / "parcels.csv")], "US", folder / "out", on=DAY, home=home).folder
    charges = pl.read_parquet(out / "charges.parquet").filter(pl.col("charge") == "duty")
    found = {(row["consignment_id"], row["item_no"]): row for row in charges.iter_rows(named=True)}
    told = [(found.get((good["consignment_id"], good["item_no"])), good, line) for good, line in goods]
    return len(found), [(good, line, charge) for charge, good, line in told if not _agree(charge, good, line)]


def reading_of(line):
    """What the text says to a second reader; nothing where it is no rate, or one of a special provision."""
    return None if line.code.startswith(("98", "99")) else reading(line.text)


def _declared(number, line, chance):
    """An item of that code with a value and with how many of the tariff's unit there are."""
    pieces, thousandths = chance.randint(1, 5_000), chance.randint(1, 30_000)
    read = reading_of(line)
    unit = next((need for need in sorted(read.needs() if read else ()) if need in DECLARED), "each")
    good = {
        "consignment_id": f"US-{number // ITEMS_A_FILING:04}",
        "item_no": number % ITEMS_A_FILING + 1,
        "item_commodity_code": line.code,
        "item_value_amount": str(Decimal(chance.randint(1, 300_000)) / 100),
        "item_net_mass_kg": str(Decimal(thousandths) / 1000),
        "item_quantity": str(pieces),
        "item_unit": DECLARED[unit],
        "item_volume_l": str(Decimal(thousandths) / 1000),
    }
    return good, line


def _agree(charge, good, line):
    """Nothing where the text is no rate; else the duty in cents, halves upwards."""
    if charge is None:
        return False
    read = reading_of(line)
    if read is None or not read.needs() <= SAID:
        return charge["amount_minor"] is None and charge["status"] == "unresolved"
    exact = read.dollars({need: Fraction(_how_many(good, need)) for need in read.needs()}) * 100
    with localcontext(prec=60):
        cents = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal(1), ROUND_HALF_UP)
    value = int(Decimal(good["item_value_amount"]) * 100)
    is_named = charge["rate_text"] == line.text and charge["source"].startswith("HTSUS, general rate of ")
    return is_named and charge["amount_minor"] == cents and charge["base_minor"] == value


def _how_many(good, unit):
    if unit == "value":
        return Decimal(good["item_value_amount"])
    if unit == "kg":
        return Decimal(good["item_net_mass_kg"])
    if unit == "liter":
        return Decimal(good["item_volume_l"])
    return Decimal(good["item_quantity"])


def _write(path, goods):
    same = {
        "destination_country": "US", "mode": "express", "party_relation": "B2C", "nature": "sale",
        "consignor_name": "Example Shop Ltd", "consignor_country": "CN", "consignee_name": "A. Person",
        "consignee_street": "1 Example Street", "consignee_city": "Denver", "consignee_postcode": "80202",
        "consignee_country": "US", "consignee_person_type": "natural", "gross_mass_kg": "150",
        "item_description": "goods of the line that the number names", "item_origin": "CN",
        "item_value_currency": "USD",
    }  # fmt: skip
    rows = [same | good for good, _ in goods]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
