"""A whole tariff of TARIC form: every measure loads, and its duties are those of a slow walk up the tree."""

import random
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal

import polars as pl
import pytest

from tests.twin.measures import Goods, Measure, SlowTariff
from tidewaiter.kit.rates.evaluate import Bases, evaluate
from tidewaiter.model.errors import PublicationRefused
from tidewaiter.reference.measures.editions import import_tables
from tidewaiter.reference.tariff import open_tariff

TABLES = "tariff/eu_taric_2019"
STARTS = date(2019, 4, 13)
QUESTIONS = 10_000
NON_ZERO = 3_000
GROUPS = {
    "2005": ("BD", "KH", "MM"), "2020": ("ID", "IN", "VN", "BD"), "2027": ("PK", "PH", "IN"), "1032": ("KE", "GH", "NA"),
}  # fmt: skip
"""Members as this test tells them; some are in two groups on purpose."""

ORIGINS = ("CN", "US", "NO", "IS", "BD", "KH", "ID", "IN", "VN", "PK", "PH", "KE", "NA", "TR")


@pytest.fixture(scope="module")
def folder(real_data, tmp_path_factory):
    """The tables, and beside them the members of some groups."""
    made = tmp_path_factory.mktemp("tables")
    for path in sorted((real_data / TABLES).glob("*.parquet")):
        (made / path.name).symlink_to(path)
    rows = [(area, member, "2000-01-01") for area, members in GROUPS.items() for member in members]
    table = pl.DataFrame(rows, schema=["geographical_area", "member", "validity_start_date"], orient="row")
    table.write_csv(made / "members.csv")
    return made


@pytest.fixture(scope="module")
def imported(folder, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    return home, import_tables([folder], home, "GB", STARTS, repair=True)


def test_damage_is_named_and_nothing_is_loaded_without_repair(folder, tmp_path):
    with pytest.raises(PublicationRefused) as refused:
        import_tables([folder], tmp_path, "GB", STARTS)

    kinds = Counter(fault.partition(":")[0] for fault in refused.value.faults)
    assert set(kinds) == {"goods missing", "component of no measure", "stands twice", "spans overlap"}
    assert not (tmp_path / "reference").exists()


def test_all_measures_load_and_every_rate_is_read(real_data, imported):
    _, made = imported
    told = {name: pl.read_parquet(real_data / TABLES / f"{name}.parquet") for name in (
        "measures_mfn_2019", "measures_quota_and_other_2019", "gsp_preference_rates_2019", "fta_norway_2019",
        "fta_iceland_2019", "fta_quota_commodities",
    )}  # fmt: skip
    rows = sum(table.height - table.select(pl.all_horizontal(pl.all().is_null())).to_series().sum()
               for table in told.values())  # fmt: skip

    assert told["measures_mfn_2019"].height == 15_793
    assert made.kinds["measure"] == rows
    assert made.unresolved.is_empty()
    assert any("measure" in fault for fault in made.listed)


def test_duties_are_those_of_a_slow_walk_up_the_tree(real_data, imported):
    home, _ = imported
    slow = read_slowly(real_data / TABLES)
    asked = questions(slow, random.Random(20190413))
    expected = [slow.duty(code, origin, day, claim, item) for code, origin, day, claim, item in asked]

    found = answered(home, asked)

    wrong = [(question[:4], ours, theirs) for question, ours, theirs in zip(asked, found, expected, strict=True)
             if ours != (theirs if isinstance(theirs, int) else None)]  # fmt: skip
    assert wrong[:5] == []
    assert len(asked) == QUESTIONS
    assert sum(1 for amount in expected if isinstance(amount, int) and amount > 0) >= NON_ZERO
    assert sum(1 for amount in expected if not isinstance(amount, int)) > 100


def answered(home, asked):
    """Cents by the tariff's programs; empty where it says that something is unresolved."""
    tariff = open_tariff(home, "GB")
    keys = pl.DataFrame([row[:4] for row in asked], orient="row", schema={
        "commodity_code": pl.String, "origin": pl.String, "duty_day": pl.Date, "preference": pl.String})  # fmt: skip
    told = tariff.answers(keys).tariff
    assert told.filter((pl.col("duty_kind") == "unresolved") != pl.col("unresolved_reason").is_not_null()).is_empty()
    quantities = pl.DataFrame([
        {"value_minor": int(item["value"] * 100), **{f"{name}_micro": int(item[name] * 10**6) for name in UNITS}}
        for *_, item in asked
    ])  # fmt: skip
    bases = Bases("EUR", 2, {"value": "value_minor", **{name: f"{name}_micro" for name in UNITS}})
    amounts = told.hstack(quantities).select(evaluate(bases).alias("duty")).unnest("duty")
    assert amounts["missing"].null_count() == amounts.height
    return amounts["amount_minor"].to_list()


UNITS = ("kg", "kg_drained", "litre", "litre_alcohol")


def questions(slow, chance):
    """Codes of all kinds, eight in ten with a duty on them for somebody; days on both sides of every start."""
    plain = sorted({one.code for one in slow.goods})
    dutiable = sorted({one.code for one in slow.measures if any(Decimal(number) for _, number, _, _ in one.amounts)})
    odd = sorted({one.code for one in slow.measures} - set(plain))
    days = [STARTS + timedelta(days=offset) for offset in (-1, 0, *(chance.randint(1, 800) for _ in range(58)))]
    made = []
    for _ in range(QUESTIONS):
        codes = chance.choices((plain, dutiable, odd), (18, 80, 2))[0]
        day = chance.choice(days)
        item = {"value": Decimal(chance.randint(1, 10**7)) / 100} | {
            name: Decimal(chance.randint(1, 10**9)) / 10**6 for name in UNITS
        }
        made.append((chance.choice(codes), chance.choice(ORIGINS), day, chance.choice((None, "200", "300")), item))
    return made


def read_slowly(folder):
    """The tables read row by row into the twin's own shapes."""
    frames = {path.stem: pl.read_parquet(path).to_dicts() for path in folder.glob("*.parquet")}
    goods = [
        Goods(row["goods_nomenclature_sid"], row["goods_nomenclature_item_id"], row["producline_suffix"],
              int(row["number_indents"]), a_day(row["validity_start_date"]), a_day(row["validity_end_date"]))
        for row in frames["nomenclature_2019"]
    ]  # fmt: skip
    return SlowTariff(goods, [*ordinary(frames), *generalised(frames), *agreements(frames)],
                      {area: set(members) for area, members in GROUPS.items()})  # fmt: skip


def ordinary(frames):
    amounts, unnumbered = {}, {row["goods_nomenclature_item_id"] for row in frames["measures_mfn_2019"]
                               if row["measure_sid"] is None}  # fmt: skip
    for row in sorted(frames["measure_components_mfn_2019"], key=lambda row: row["duty_expression_id"]):
        unit = " ".join(filter(None, (row["measurement_unit_code"], row["measurement_unit_qualifier_code"])))
        key = row["measure_sid"] or row["goods_nomenclature_item_id"]
        if row["measure_sid"] or key in unnumbered:
            amounts.setdefault(key, []).append(
                (row["duty_expression_id"], row["duty_amount"], row["monetary_unit_code"] or "", unit))  # fmt: skip
    for row in frames["measures_mfn_2019"]:
        key = row["measure_sid"] or row["goods_nomenclature_item_id"]
        yield Measure(key, row["measure_type_id"], row["geographical_area_id"], row["goods_nomenclature_sid"],
                      row["goods_nomenclature_item_id"], row["validity_start_date"], row["validity_end_date"],
                      tuple(amounts.get(key, ())))  # fmt: skip


def generalised(frames):
    excluded = {}
    for row in frames["gsp_2020_exclusions"]:
        excluded.setdefault((row["geographical_area"], row["commodity"]), set()).add(row["excluded_origin"])
    for row in frames["gsp_preference_rates_2019"]:
        key = (row["geographical_area"], row["commodity"])
        yield Measure(":".join(key), "142", key[0], None, key[1], STARTS, None, (("01", row["duty"], "", ""),),
                      frozenset(excluded.get(key, ())))  # fmt: skip


def agreements(frames):
    for name, code in (("fta_norway_2019", "Commodity"), ("fta_iceland_2019", "Real comm code")):
        for row in frames[name]:
            told = [("01", row["Ad valorem"]), ("04", row["Specific"]), ("15", row["Minimum"]), ("17", row["Ceiling"]),
                    ("20", row["Specific 2"])]  # fmt: skip
            yield Measure(f"{name} {row[code]}", "142", row["Geographical area"], None, row[code],
                          a_day(row["Date from"]) or STARTS, a_day(row["Date to"]),
                          tuple(amount(word, text) for word, text in told if text))  # fmt: skip


def amount(word, text):
    """``17.2``, ``MAX 18.1%``, ``9.4 EUR / 100 kg``, ``0.97 EUR ASV X``."""
    plain = text.removeprefix("MAX ").rstrip("%")
    if "EUR" not in plain:
        return word, plain, "", ""
    number, unit = plain.split(" EUR")
    return word, number, "EUR", unit.strip(" /").replace("KG", "kg")


def a_day(text):
    if not text:
        return None
    return datetime.fromisoformat(text).date() if isinstance(text, str) else text
