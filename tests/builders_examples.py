"""Worked examples of a jurisdiction, as its pack tells them, driven through the whole clearance.

``examples.toml`` of a pack holds ``[[example]]`` with ``title``, ``source``, ``how`` (what stands in the source:
``amount``, ``rate``, ``rule``; ``computed``: worked out by hand from its text), the ``filing`` and its ``items`` under
door names, the ``duty_rates`` (and ``preferential_rates``) of their codes, ``exchange_rates`` (and
``sale_exchange_rates``) where currencies meet, ``marked_rates`` by programme and ``column_2_rates`` beside the general
ones, ``additions`` on top, and what to ``expect``: columns of the filing, ``charges`` and ``findings`` among those
made.
"""

import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl

from tests.builders_tariff import an_addition
from tests.builders_twin import PACKS, shelves_of, write_csv
from tests.builders_twin_tariff import tariff_of
from tidewaiter.kit.rates.program import PROGRAM
from tidewaiter.pipeline.clearance import clearance
from tidewaiter.pipeline.shelves import Shelves
from tidewaiter.pipeline.tariff_index import TariffIndex
from tidewaiter.reference import exchange_rates
from tidewaiter.reference.programmes.claims import Beside
from tidewaiter.reference.programmes.column import column
from tidewaiter.reference.programmes.sheet import programmes_of
from tidewaiter.reference.tariff import Tariff
from tidewaiter.reference.tariff_answers import ADDITIONS, TariffAnswers, in_form
from tidewaiter.runners.footing import Fixed, Footing
from tidewaiter.runners.local import Order, clear
from tidewaiter.runners.reading import Source
from tidewaiter.service import discovery

LONG_AGO = date(2000, 1, 1)
TABLES = ("consignments", "charges", "findings")
FILLED = {"mode": "express", "gross_mass_kg": "1", "consignor_country": "CN"}


def examples_of(code: str) -> list[dict[str, Any]]:
    """The worked examples of a pack; none where it brings none."""
    path = PACKS / code.lower() / "examples.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))["example"] if path.is_file() else []


def cleared_example(code: str, example: Mapping[str, Any], folder: Path) -> dict[str, list[dict[str, Any]]]:
    """What clearance makes of one example: rows of the lake by table."""
    return _cleared(code, rows_of_example(example), example, folder)


def _cleared(
    code: str, rows: list[dict[str, str]], example: Mapping[str, Any], folder: Path
) -> dict[str, list[dict[str, Any]]]:
    jurisdiction, shelves = discovery.jurisdictions()[code], shelves_with(code, example)
    source = write_csv(folder / "example.csv", rows)
    order = Order(
        sources=[Source(source, source.name)], target=folder / "out",
        footings=Fixed(Footing(clearance(jurisdiction, [], shelves), shelves)),
        sheets=list(discovery.sender_sheets().values()), office=example.get("office"),
        accepted_at=datetime(2026, 10, 20, tzinfo=UTC), arguments={"jurisdiction": code},
    )  # fmt: skip
    clear(order)
    return {name: pl.read_parquet(folder / "out" / f"{name}.parquet").to_dicts() for name in TABLES}


def cleared_rows(
    code: str, rows: list[dict[str, str]], duty_rates: Mapping[str, str], folder: Path
) -> dict[str, list[dict[str, Any]]]:
    """What clearance makes of rows under door names whose codes have these rates."""
    return _cleared(code, rows, {"duty_rates": duty_rates}, folder)


def rows_of_example(example: Mapping[str, Any]) -> list[dict[str, str]]:
    """One row a goods line under door names."""
    filing = {**FILLED, "consignment_id": "E1", **example["filing"]}
    return [
        {**filing, "item_no": str(number), "item_description": "goods", **_of_item(item)}
        for number, item in enumerate(example["items"], start=1)
    ]


def _of_item(item: Mapping[str, Any]) -> dict[str, str]:
    return {f"item_{name}": str(value) for name, value in item.items()}


def shelves_with(code: str, example: Mapping[str, Any]) -> Shelves:
    """Shelves that know the rates of an example, and the published exchange rates where it names none."""
    jurisdiction = discovery.jurisdictions()[code]
    return replace(
        shelves_of(code),
        tariff=TariffIndex(_with_additions(_tariff(code, example), example)),
        rates=_rates(jurisdiction.exchange_rule, jurisdiction.currency, example.get("exchange_rates")),
        sale_rates=_rates(jurisdiction.sale_rule, jurisdiction.currency, example.get("sale_exchange_rates")),
    )


def _tariff(code: str, example: Mapping[str, Any]) -> Callable[[pl.DataFrame], TariffAnswers]:
    """The tariff of an example: its rates, and where a preference is claimed those that want a proof."""
    general = tariff_of(code, {LONG_AGO: (example.get("duty_rates", {}), "read")})
    preferential = tariff_of(code, {LONG_AGO: (example.get("preferential_rates", {}), "read")})
    if "marked_rates" in example or "column_2_rates" in example:
        return _beside(code, general, example)
    is_claimed = ~pl.col("preference").str.starts_with("1") & (pl.col("better_kind") != "unresolved")

    def answers(keys: pl.DataFrame) -> TariffAnswers:
        unclaimed = keys.with_columns(preference=pl.lit(None, dtype=pl.String))
        told, better = general.answers(keys), preferential.answers(unclaimed).tariff
        beside = [better[name].alias(f"better_{name.removeprefix('duty_')}") for name in (*PROGRAM, "rate_text")]
        claimed = is_claimed.fill_null(value=False)
        taken = [
            pl.when(claimed).then(f"better_{name.removeprefix('duty_')}").otherwise(name).alias(name)
            for name in (*PROGRAM, "rate_text")
        ]
        rows = told.tariff.with_columns(beside).with_columns(
            *taken,
            unresolved_reason=pl.when(~claimed).then("unresolved_reason"),
            duty_option=pl.when(claimed).then(pl.lit("preference")).otherwise("duty_option"),
            option_reason=pl.when(~claimed).then("option_reason"),
            needs_proof=claimed,
        )
        return TariffAnswers(rows.select(told.tariff.columns), told.additions)

    return answers


def _beside(code: str, general: Tariff, example: Mapping[str, Any]) -> Callable[[pl.DataFrame], TariffAnswers]:
    """The tariff of an example that prints rates beside its general ones, and what it says lies on top of them."""
    told = {line: json.dumps(rates) for line, rates in example.get("marked_rates", {}).items()}
    second = column("us", example.get("column_2_rates", {}), lambda text: {"": text})
    beside = Beside(column("us", told, lambda text: json.loads(text or "{}")), second)
    editions = tuple(replace(edition, beside=beside) for edition in general.starter)
    tariff = replace(general, starter=editions, programmes=programmes_of(code))
    return tariff.answers


def _with_additions(
    ask: Callable[[pl.DataFrame], TariffAnswers], example: Mapping[str, Any]
) -> Callable[..., TariffAnswers]:
    """Duties that an example stacks on every line: ``additions`` with charge, rate and base."""
    rows = [an_addition(one["rate"], one["charge"], base=one["base"]) for one in example.get("additions", ())]

    def answers(keys: pl.DataFrame) -> TariffAnswers:
        told = ask(keys)
        stacked = [{**row, "tariff_row": at, "position": place} for at in range(told.tariff.height)
                   for place, row in enumerate(rows)]  # fmt: skip
        return told._replace(additions=in_form(pl.DataFrame(stacked, schema=ADDITIONS), ADDITIONS)) if stacked else told

    return answers


def _rates(rule: str | None, own: str, said: Mapping[str, str] | None) -> Callable[[list[date]], pl.DataFrame]:
    """The rates an example says on every day, or those published by ``rule``."""
    if said is None:
        return lambda days: exchange_rates.rates(rule, days if rule else [], own) if rule else _table([], own, {})
    return lambda days: _table(days, own, said)


def _table(days: list[date], own: str, said: Mapping[str, str]) -> pl.DataFrame:
    rows = [
        (day, currency, rate.numerator, rate.denominator, day, "legal", "as the example says")
        for day in days
        for currency, rate in {own: Fraction(1), **{name: Fraction(text) for name, text in said.items()}}.items()
    ]
    return pl.DataFrame(rows, schema=exchange_rates.RATES, orient="row")


def unlike(example: Mapping[str, Any], made: Mapping[str, list[dict[str, Any]]]) -> list[str]:
    """Where clearance differs from an example, one line a difference."""
    expect, (filing,) = dict(example["expect"]), made["consignments"]
    charges, findings = expect.pop("charges", []), expect.pop("findings", [])
    open_columns = expect.pop("open", [])
    wrong = [f"{name} is {filing[name]}, not {value}" for name, value in expect.items() if filing[name] != value]
    wrong += [f"{name} is {filing[name]}, not open" for name in open_columns if filing[name] is not None]
    wrong += [f"no charge is {charge}" for charge in charges if not _is_among(charge, made["charges"])]
    told = {row["code"] for row in made["findings"]}
    return wrong + [f"{code} is not found" for code in findings if code not in told]


def _is_among(wanted: Mapping[str, Any], rows: list[dict[str, Any]]) -> bool:
    return any(all(row[name] == value for name, value in wanted.items()) for row in rows)
