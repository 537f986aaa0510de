"""VAT rates as they are published: own CSV, a table of standard rates by their start, or a JSON of today's rates."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import polars as pl

from tidewaiter.kit.facts import TaxRate
from tidewaiter.kit.jurisdiction import Jurisdiction
from tidewaiter.model.money import Rate
from tidewaiter.reference.cells import FOREVER, NUMBER, code_fault, country_of, day_of, refuse_overlaps, span_of
from tidewaiter.reference.faults import Faults, Place
from tidewaiter.reference.importing import Order, Staged
from tidewaiter.reference.shelf import Shelf
from tidewaiter.reference.tables import Columns, Row, read_rows, read_text

SHELF: Final = "vat"
CATEGORIES: Final = ("standard", "reduced", "super_reduced", "parking", "zero")
OWN: Final = Columns(("place", "category", "percent", "valid_from"), ("valid_to", "goods", "source"))
OF_STARTS: Final = "member_state effective_from standard_rate_pct name".split()
PERCENT: Final = OF_STARTS[2]
STARTS: Final = Columns(tuple(OF_STARTS[:3]), tuple(OF_STARTS[3:]))
"""A table of standard rates in which each start ends the rate before it."""

COUNTRY: Final = {
    "country", "currency", "eu_member", "vat_name", "vat_abbr", "standard", "reduced", "super_reduced", "parking",
    "format", "pattern", "identifiers",
}  # fmt: skip
"""What the JSON may say of a country."""

SPELLED: Final = {"EL": "GR", "UK": "GB"}
"""Codes of the European Commission for countries that have another one."""

GOODS_DIGITS: Final = (2, 4, 6, 8, 10)
RATES: Final = {
    "place": pl.String(),
    "category": pl.String(),
    "percent": pl.String(),
    "goods": pl.List(pl.String()),
    "valid_from": pl.Date(),
    "valid_to": pl.Date(),
    "source": pl.String(),
    "evidence": pl.String(),
}
"""``goods`` are prefixes of commodity codes; a reduced rate without them is on the shelf and applies to nothing.
``evidence`` is ``assumed`` where nobody said from which day the rate holds."""

LEAST: Final = Decimal("0.5")
"""Below it a percentage is most likely a share of one: the lowest reduced rate of those that are published is 0.9."""

MOST: Final = 100
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Fact:
    place: Place
    country: str
    category: str
    percent: str
    goods: tuple[str, ...]
    start: date
    end: date | None
    source: str
    evidence: str


def staged(order: Order) -> Staged:
    """Read and check; two standard rates of a place, or two rates of one kind of goods, on one day are a fault."""
    sources, faults = order.sources(), order.faults
    facts = [fact for file in order.files for fact in _facts(file, order, faults)]
    refuse_overlaps(
        ((fact.place, about, fact.start, fact.end) for fact in facts for about in _about(fact)), faults
    )  # fmt: skip
    faults.refuse(sources)
    rows = [
        (one.country, one.category, one.percent, list(one.goods), one.start, one.end, one.source, one.evidence)
        for one in facts
    ]
    frame = pl.DataFrame(rows, schema=RATES, orient="row").sort("place", "category", "valid_from", "percent")
    return Staged(
        shelf=SHELF, title=f"VAT rates, {order.names}", origin=order.names, licence=order.licence or "not stated",
        sources=sources, rows=frame, key=("place", "category", "goods", "valid_from"), says=("percent", "valid_to"),
        valid_from=order.valid_from or min(one.start for one in facts), unresolved=_unresolved(frame),
    )  # fmt: skip


def with_imported(law: Jurisdiction, home: Path) -> Jurisdiction:
    """The jurisdiction with the shelf's rates of its places before its sheet's.

    A standard rate takes the place of the sheet's day by day; a rate for goods goes before the sheet's rates, of
    which the first that holds the code counts.
    """
    shelf = Shelf(home, SHELF)
    rates = [rate for rate in _standard(shelf) if rate.place in law.places]
    for_goods = [rate for rate in _for_goods(shelf) if rate.place in law.places]
    kept = list(law.tax_rates)
    for new in rates:
        kept = [part for old in kept for part in _cut(old, new)]
    return replace(law, tax_rates=(*for_goods, *kept, *rates)) if rates or for_goods else law


def editions(home: Path) -> dict[str, str]:
    """Title and hash of each edition in use."""
    return {one.title: one.hash for one in Shelf(home, SHELF).in_use()}


def _for_goods(shelf: Shelf) -> list[TaxRate]:
    """Rates for goods of all editions in use, those of the later edition first."""
    return [
        _tax_rate(row, edition.title)
        for edition in reversed(shelf.in_use())
        for row in shelf.read(edition.edition).filter(pl.col("goods").list.len() > 0).rows(named=True)
    ]


def _tax_rate(row: Mapping[str, Any], edition: str) -> TaxRate:
    return TaxRate(
        place=row["place"], category=row["category"], rate=Rate.of_percent(row["percent"]),
        valid_from=row["valid_from"], valid_to=row["valid_to"], source=f"{row['source']}, {edition}",
        evidence=row["evidence"], goods=tuple(row["goods"]),
    )  # fmt: skip


def _standard(shelf: Shelf) -> list[TaxRate]:
    """Standard rates of all editions in use; where two speak of one place and day, the later edition counts.

    A rate whose start is assumed says nothing new on days for which an earlier edition has read the same rate.
    """
    found: list[TaxRate] = []
    for edition in shelf.in_use():
        rows = shelf.read(edition.edition).filter(pl.col("category") == "standard").rows(named=True)
        for row in rows:
            new = _tax_rate(row, edition.title)
            known = found if new.evidence == "assumed" else []
            parts = [new]
            for old in known:
                parts = [left for part in parts for left in (_cut(part, old) if old.rate == new.rate else [part])]
            for part in parts:
                found = [left for old in found for left in _cut(old, part)]
            found += parts
    return found


def _cut(old: TaxRate, new: TaxRate) -> Iterator[TaxRate]:
    """What is left of ``old`` on the days that ``new`` does not hold."""
    end, new_end = old.valid_to or FOREVER, new.valid_to or FOREVER
    is_other = (old.place, old.category) != (new.place, new.category)
    if is_other or new.valid_from > end or new_end < old.valid_from:
        yield old
        return
    if old.valid_from < new.valid_from:
        yield replace(old, valid_to=new.valid_from - _ONE_DAY)
    if new_end < end:
        yield replace(old, valid_from=new_end + _ONE_DAY)


def _about(fact: _Fact) -> Iterator[tuple[str, ...]]:
    if fact.category == "standard":
        yield (fact.country, "standard")
    for prefix in fact.goods:
        yield (fact.country, "goods", prefix)


def _unresolved(rows: pl.DataFrame) -> pl.DataFrame:
    """Reduced rates that do not say for which goods."""
    return rows.filter((pl.col("category") != "standard") & (pl.col("goods").list.len() == 0)).select(
        key=pl.format("{} {} {} %", "place", "category", "percent"),
        reason=pl.lit("the publication does not say for which goods: it applies to none"),
    )


def _facts(file: Path, order: Order, faults: Faults) -> Iterator[_Fact]:
    start = read_text(file, Faults())[:1] if file.suffix == ".json" else ""
    if start == "{":
        yield from _of_json(file, order, faults)
        return
    looked_at = Faults(order.left_out, order.repair)
    rows = read_rows(file, STARTS, looked_at)
    if rows or not looked_at.found:
        yield from _of_starts(rows, faults)
    else:
        yield from filter(None, (_of_own(row, faults) for row in read_rows(file, OWN, faults)))


def _of_own(row: Row, faults: Faults) -> _Fact | None:
    before = len(faults.found)
    country = country_of(row, "place", faults)
    start, end = span_of(row, faults)
    if row["category"] not in CATEGORIES:
        faults.add(row.place, f"nobody knows the category '{row['category']}'", f"It is {', '.join(CATEGORIES)}.")
    goods = tuple(code.strip() for code in row["goods"].split(";") if code.strip())
    for code in goods:
        if fault := code_fault(code, GOODS_DIGITS):
            faults.add(row.place, f"goods: {fault}", "Write prefixes of 2 to 10 digits with semicolons between them.")
    if goods and row["category"] == "standard":
        faults.add(
            row.place, "a standard rate with goods", "It is for all goods: empty the cell or change the category."
        )
    _refuse_odd_percent(row.place, row["percent"], row["category"], faults)
    if len(faults.found) > before or start is None:
        return None
    told = row["source"] or row.place.file
    return _Fact(row.place, country, row["category"], row["percent"], goods, start, end, told, "read")


def _of_starts(rows: list[Row], faults: Faults) -> Iterator[_Fact]:
    begun: dict[str, list[tuple[date, Row]]] = {}
    for row in rows:
        country = SPELLED.get(row["member_state"], row["member_state"])
        country_of(Row(row.place, {"member_state": country}), "member_state", faults)
        _refuse_odd_percent(row.place, row[PERCENT], "standard", faults)
        day = day_of(row, "effective_from", faults)
        if day:
            begun.setdefault(country, []).append((day, row))
    for country, starts in begun.items():
        starts.sort(key=lambda one: one[0])
        ends = [day - _ONE_DAY for day, _ in starts[1:]]
        for (day, row), end in zip(starts, [*ends, None], strict=True):
            if end and end < day:
                faults.add(row.place, f"{country} has two rates from {day}", "Keep one of them.")
            else:
                yield _Fact(row.place, country, "standard", row[PERCENT], (), day, end, row.place.file, "read")


def _of_json(file: Path, order: Order, faults: Faults) -> Iterator[_Fact]:
    place = Place(file.name)
    try:
        whole = json.loads(read_text(file, faults), parse_float=str, parse_int=str)
        version, countries = whole["version"], whole["rates"].items()
    except (ValueError, KeyError, TypeError, AttributeError) as damage:
        faults.add(place, f"no JSON with 'version' and 'rates' ({damage!r})", "Fetch it again.")
        return
    day = order.valid_from or day_of(Row(place, {"version": str(version)}), "version", faults)
    evidence = "read" if order.valid_from else "assumed"
    told = f"{whole.get('source', file.name)}, version {version}"
    for name, rates in countries:
        if day and _is_country(place, name, rates, faults):
            for category, percent in _categories(rates):
                _refuse_odd_percent(Place(f"{file.name}, {name}"), percent, category, faults)
                country = SPELLED.get(name, name)
                yield _Fact(place, country, category, percent, (), day, None, told, evidence)


def _is_country(place: Place, name: str, rates: Any, faults: Faults) -> bool:  # noqa: ANN401 - JSON may be anything
    unknown = sorted(rates.keys() - COUNTRY) if isinstance(rates, Mapping) else ["no object"]
    if unknown or rates.get("standard") is None:
        faults.add(
            Place(f"{place.file}, {name}"), f"it has {', '.join(unknown) or 'no standard rate'}", "Fetch it again."
        )
        return False
    country_of(Row(Place(f"{place.file}, {name}"), {"country": SPELLED.get(name, name)}), "country", faults)
    return True


def _categories(rates: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for category in ("standard", "reduced", "super_reduced", "parking"):
        found = rates.get(category)
        for percent in found if isinstance(found, list) else [found]:
            if percent is not None:
                yield category, str(percent)


def _refuse_odd_percent(place: Place, percent: str, category: str, faults: Faults) -> None:
    if not NUMBER.fullmatch(percent):
        faults.add(place, f"'{percent}' is no percentage", "Write it with a point, like 25.5.")
    elif 0 < Decimal(percent) < LEAST:
        faults.add(place, f"'{percent}' per cent may be a share of one", "Write 0.21 as the percentage it is: 21.")
    elif Decimal(percent) > MOST:
        faults.add(place, f"'{percent}' per cent is more than the goods are worth", "Write it with a point, like 25.5.")
    elif category == "standard" and not Decimal(percent):
        faults.add(place, "a standard rate of nil", "Leave the place out, or take the category zero.")
