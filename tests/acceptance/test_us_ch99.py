"""Chapter 99 on real lists and parameters: what is in force at each revision, and who keeps whom away."""

from datetime import date
from itertools import product

import polars as pl
import pytest

from tidewaiter.reference.importing import Order, read_source, take_in
from tidewaiter.reference.us_ch99 import form
from tidewaiter.reference.us_ch99.additions import open_additions
from tidewaiter.reference.us_ch99.plain_yaml import read_yaml
from tidewaiter.reference.us_ch99.words import country_named
from tidewaiter.reference.us_hts_file import read_export

AUTHORITIES = {
    "s232": "section_232", "s301": "section_301", "ieepa_recip": "ieepa_reciprocal", "ieepa_fent": "ieepa_fentanyl",
    "s122": "section_122",
}  # fmt: skip

PUBLISHED_BEFORE_LAW = {("rev_1", "ieepa_fent"): date(2025, 2, 4), ("rev_7", "ieepa_recip"): date(2025, 4, 5)}
"""Revisions that were published with headings which became law only later, on this day."""

RAISED_COLUMN_2 = (
    "9903.90.08",
    (
        "35 % or 70 % in place of column 2 for goods of Russia that U.S. note 30 lists "
        "(9903.90.08 and .09); its lists are not loaded"
    ),
)


@pytest.fixture(scope="module")
def folder(real_data):
    return real_data / "tariff" / "us_ch99"


@pytest.fixture(scope="module")
def additions(folder, real_data, tmp_path_factory):
    home = tmp_path_factory.mktemp("ch99")
    files = sorted(path for path in folder.iterdir() if path.name != "README.md")
    files.append(real_data / "tariff" / "us_hts" / "raw" / "hts_export_2026_rev4.csv.gz")
    staged, left_out = read_source(form.staged, Order(tuple(files), repair=True))
    assert len(left_out) == 1, left_out
    take_in(home, staged)
    return open_additions(home)


@pytest.fixture(scope="module")
def pairs(folder, real_data):
    """Every fortieth statistical line of the tariff with every country."""
    export = read_export(real_data / "tariff" / "us_hts" / "raw" / "hts_export_2026_rev4.csv.gz")
    codes = sorted(line.code for line in export.lines if len(line.code) == 10 and line.code < "98")[::40]
    names = pl.read_csv(folder / "census_codes.csv", infer_schema=False)["Name"]
    countries = sorted({country for name in names if (country := country_named(name))} - {"US"})
    return pl.DataFrame(list(product(codes, countries)), schema=["commodity_code", "origin"], orient="row")


def share(additions, pairs, authority, day):
    """Per cent of pairs with a duty under an authority on a day."""
    keys = pairs.with_columns(duty_day=pl.lit(day), mfn_duty_kind=pl.lit("free"))
    found = additions.for_keys(keys)
    by_heading = {
        "section_301": found["measure_id"].str.contains(r"^9903\.(8[6-9]|9[12])"),
        "section_122": found["measure_id"].str.contains(r"^9903\.03"),
        "ieepa_fentanyl": found["measure_id"].str.contains(r"^9903\.01\.(0|1|2[0-4])"),
        "ieepa_reciprocal": found["measure_id"].str.contains(r"^9903\.(01\.(25|[3-7])|02)")
        & ~found["measure_id"].is_in(["9903.01.77", "9903.01.84"]),
        "section_232": found["measure_id"].str.contains(r"^9903\.(7[4689]|8[0-5]|94)"),
    }
    rows = found.filter(by_heading[authority])["tariff_row"].n_unique()
    return rows * 100 / pairs.height


def test_authorities_are_active_and_inactive_as_the_revisions_say(additions, folder, pairs):
    starts = dict(
        pl.read_csv(folder / "revision_dates.csv", infer_schema=False).select("revision", "effective_date").rows()
    )
    expected = pl.read_csv(folder / "expected_authorities.csv", infer_schema=False).rows(named=True)
    told = []
    for row in expected:
        day, law = (
            date.fromisoformat(starts[row["revision"]]),
            PUBLISHED_BEFORE_LAW.get((row["revision"], row["authority"])),
        )
        authority = AUTHORITIES[row["authority"]]
        if law:
            assert share(additions, pairs, authority, day) == 0, row
        found = share(additions, pairs, authority, law or day)
        least = float(row["min_pct"] or 0)
        is_right = found >= least if row["expected"] == "active" else found == 0
        told.append((row["revision"], row["authority"], row["expected"], least, round(found, 2), is_right))

    print(*told, sep="\n")  # noqa: T201 - the measured shares are the point
    assert len(told) == 10
    assert all(one[-1] for one in told), told


def answer(additions, code, origin, day, **more):
    keys = pl.DataFrame({"commodity_code": [code], "origin": [origin], "duty_day": [date.fromisoformat(day)],
                         **{name: [value] for name, value in more.items()}})  # fmt: skip
    found = additions.for_keys(keys)
    return found.select("measure_id", pl.coalesce("rate_text", "unresolved_reason")).rows()


def test_rates_of_lists_are_those_of_the_parameter_file(additions, folder):
    told = read_yaml((folder / "policy_params.yaml").read_text(encoding="utf-8"))
    rates = {
        entry["ch99_pattern"]: pl.Series([entry["s301_rate"]]).cast(pl.Decimal(10, 4))[0]
        for entry in told["section_301_rates"]
    }
    lists = pl.read_parquet(folder / "s301_product_lists.parquet").filter(pl.col("ch99_code") != "9903.88.16")
    single = lists.filter(pl.col("hts8").is_unique())
    keys = single.select(commodity_code=pl.col("hts8") + "00", origin=pl.lit("CN"), duty_day=pl.lit(date(2026, 8, 1)))

    found = additions.for_keys(keys).filter(pl.col("measure_id").str.contains(r"^9903\.(88|9[12])"))

    assert found.height == single.height > 9_000
    expected = [float(rates[heading]) for heading in single["ch99_code"]]
    assert (found["duty_num"] / found["duty_den"]).to_list() == pytest.approx(expected, abs=0)


@pytest.mark.parametrize(
    ("code", "origin", "day", "told"),
    [
        ("7208100000", "RU", "2026-05-20", [("9903.82", "50 %"), RAISED_COLUMN_2]),
        ("7601103000", "RU", "2026-05-20", [("9903.82", "200 %"), RAISED_COLUMN_2]),
        ("7601103000", "GB", "2026-05-20", [("9903.82", "25 %")]),
        ("7208100000", "JP", "2025-03-11", []),
        ("7208100000", "JP", "2025-03-12", [("9903.80.01", "25 %")]),
        ("6109100012", "VN", "2025-09-01", [("9903.02.69", "20 %")]),
        ("6109100012", "BA", "2025-09-01", [("9903.02.07", "30 %")]),
        ("6109100012", "VN", "2026-02-24", [("9903.03.01", "10 %")]),
        ("6109100012", "VN", "2026-07-24", []),
        ("8517130000", "CN", "2025-09-01", [("9903.01.24", "20 %")]),
    ],
)  # fmt: skip
def test_single_answers_follow_lists_countries_and_days(additions, code, origin, day, told):
    assert answer(additions, code, origin, day) == told


def test_a_metal_share_splits_the_base_between_authorities(additions, folder):
    derivatives = pl.read_csv(folder / "s232_derivative_products.csv", infer_schema=False)
    spared = pl.read_parquet(folder / "ieepa_exempt_products.parquet")["hts10"].str.slice(0, 8)
    is_steel_alone = (pl.col("derivative_type") == "steel") & pl.col("hts_prefix").is_unique()
    one = derivatives.filter(is_steel_alone & ~pl.col("hts_prefix").is_in(spared.to_list()))["hts_prefix"][0]

    key = {"commodity_code": [f"{one}00"], "origin": ["VN"], "duty_day": [date(2025, 9, 1)]}
    told = additions.for_keys(pl.DataFrame(key)).select("measure_id", "rate_text", "base").rows()

    assert told == [("9903.81.91", "50 %", "content steel@US"), ("9903.02.69", "20 %", "rest steel@US")]
