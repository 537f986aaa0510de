"""Every special and second-column rate of the United States tariff, claimed: as a second reading has them."""

import csv
import gzip
import io
import random
import re
from datetime import date

import polars as pl
import pytest

from tests.twin.us_rates import reading
from tidewaiter.kit.rates.expression import COMPUTABLE
from tidewaiter.reference.tariff import open_tariff
from tidewaiter.reference.us_hts import import_us_hts

FILE = "tariff/us_hts/raw/hts_export_2026_rev4.csv.gz"
DAY = date(2026, 3, 1)
MEMBER = {"AU": "AU", "BH": "BH", "CL": "CL", "CO": "CO", "IL": "IL", "JO": "JO", "JP": "JP", "KR": "KR", "MA": "MA",
          "OM": "OM", "P": "CR", "PA": "PA", "PE": "PE", "S": "MX", "SG": "SG", "D": "KE"}  # fmt: skip
STRANGER = "TM"
CLAIMS = 12_000


@pytest.fixture(scope="module")
def columns(real_data):
    """Special and second-column texts of eight-digit lines by code, read by the standard library alone."""
    raw = gzip.decompress((real_data / FILE).read_bytes()).decode("utf-8-sig")
    return {
        row["HTS Number"].replace(".", ""): (row["Special Rate of Duty"], row["Column 2 Rate of Duty"])
        for row in csv.DictReader(io.StringIO(raw))
        if len(row["HTS Number"]) == 10 and row["HTS Number"] < "98"
    }


@pytest.fixture(scope="module")
def tariff(real_data, tmp_path_factory):
    home = tmp_path_factory.mktemp("us")
    import_us_hts(real_data / FILE, home, date(2026, 1, 1))
    return open_tariff(home, "US")


def asked(tariff, keys):
    frame = pl.DataFrame(keys, schema=["commodity_code", "origin", "preference"], orient="row")
    return tariff.answers(frame.with_columns(duty_day=pl.lit(DAY))).tariff.rows(named=True)


def text_for(special, programme):
    """The words before the brackets that hold the programme; nothing where none or several do."""
    found = re.findall(r"([^()]*)\(([^()]*)\)", special)
    said = [
        " ".join(rate.split()).strip(" ,;")
        for rate, names in found
        if programme in [name.strip() for name in names.split(",")]
    ]
    is_plain = (
        special.count("(") == special.count(")") == len(found) and not re.sub(r"[^()]*\([^()]*\)", "", special).strip()
    )
    return said[0] if len(said) == 1 and is_plain else None


def test_each_claim_of_a_member_has_the_rate_that_a_second_reading_finds(tariff, columns):
    pairs = [(code, programme) for code in columns for programme in MEMBER]
    picked = random.Random(20).sample(pairs, CLAIMS)
    wrong, computed = [], 0
    for (code, programme), told in zip(picked, asked(tariff, [(c, MEMBER[p], p) for c, p in picked]), strict=True):
        text = text_for(columns[code][0], programme)
        is_open = told["option_reason"] is None and told["duty_option"] == "preference"
        if told["duty_kind"] in COMPUTABLE and is_open:
            computed += 1
            wrong += [] if text and told["rate_text"] == text and reading(text) else [(code, programme, text)]
        elif text and reading(text) and told["mfn_duty_kind"] in COMPUTABLE:
            wrong.append((code, programme, text, told["option_reason"], told["unresolved_reason"]))

    assert wrong == []
    assert computed > CLAIMS / 3


def test_no_claim_of_a_stranger_gives_any_rate_but_the_general_one(tariff, columns):
    picked = random.Random(21).sample([(code, name) for code in columns for name in MEMBER], 3_000)

    for told in asked(tariff, [(code, STRANGER, name) for code, name in picked]):
        if told["rate_code"] is not None:
            assert told["option_reason"] == f"programme {told['preference']} is not for goods of {STRANGER}"
            assert told["duty_option"] == "mfn"


def test_goods_of_the_second_column_have_its_text_on_every_line(tariff, columns):
    codes = random.Random(22).sample(sorted(columns), 3_000)
    wrong = [
        (told["commodity_code"], told["rate_text"])
        for told in asked(tariff, [(code, "CU", None) for code in codes])
        if told["duty_kind"] in COMPUTABLE
        and (told["duty_option"], told["rate_text"])
        != ("column_2", " ".join(columns[told["commodity_code"]][1].split()))
    ]

    assert wrong == []
