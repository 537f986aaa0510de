"""Tables of TARIC form, Parquet or CSV: nomenclature, measures, components, rates by area, exclusions, members, quotas.

A table is known by its columns. Its rows become the same records as those of a message, so that one way of checking,
storing and compiling serves both. What a table does not carry (types of measures, regulations) is not asked for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import polars as pl

from tidewaiter.model.errors import UnusableInput
from tidewaiter.reference.measures.changes import Change, Message
from tidewaiter.reference.measures.kinds import record_kinds
from tidewaiter.reference.measures.table_forms import FORMS, Form, plain_name

Row = Mapping[str, str]
SUFFIXES: Final = {".parquet", ".csv"}
NOT_CARRIED: Final = frozenset({
    "measure.type", "geographical.area", "base.regulation", "modification.regulation", "duty.expression",
    "monetary.unit", "measurement.unit", "measurement.unit.qualifier", "additional.code", "quota.order.number",
})  # fmt: skip
"""Kinds that the tables do not have; references to them stay open."""

TWO_THINGS: Final = "said twice and otherwise"
"""How the fault of a row begins that contradicts one before it."""

BOUNDS: Final = {"15": "MIN", "17": "MAX"}
"""Words that say again what their column says: a minimum, a ceiling."""

PREFERENCE: Final = "142"
QUOTA: Final = "143"


@dataclass(slots=True)
class _Reading:
    """Changes so far, faults of form, and which measures have no number of their own, by code and type."""

    start: date | None
    changes: list[Change] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    unnumbered: dict[str, str] = field(default_factory=dict)
    there: dict[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)


def read_tables(files: Iterable[Path], start: date | None) -> Message:
    """The rows of all tables as inserts. ``start`` is the first day of rows that name none; without it they are faults.

    Raises ``UnusableInput`` for a file that is no table or that has columns of no known form.
    """
    reading = _Reading(start)
    told = [(file, *_table(file)) for file in files]
    for form in FORMS:
        for file, found, rows in told:
            if found is form:
                _READERS[form.name](rows, file.name, reading)
    _areas(reading)
    return Message(tuple(reading.changes), tuple(reading.faults))


def _table(file: Path) -> tuple[Form, list[Row]]:
    try:
        read = pl.read_parquet(file) if file.suffix == ".parquet" else _csv(file)
    except UnicodeDecodeError as fault:
        raise UnusableInput(f"{file.name}: byte {fault.start} is not UTF-8. Save the file as UTF-8.") from fault
    except (OSError, pl.exceptions.PolarsError) as fault:
        why = str(fault).partition("\n")[0].rstrip(".")
        raise UnusableInput(f"{file.name} cannot be read as a table: {why}.") from fault
    table = read.rename({name: plain_name(name) for name in read.columns}).cast(pl.String)
    form = next((form for form in FORMS if form.fits(table)), None)
    if form is None:
        raise UnusableInput(
            f"{file.name} has columns of no known form: {', '.join(table.columns)}. Forms: "
            + "; ".join(f"{one.name} ({', '.join(one.needs)})" for one in FORMS if one.needs)
        )
    named = table.rename({old: new for old, new in form.columns.items() if old in table.columns})
    rows = [{name: text.strip() for name, text in row.items() if text and text.strip()} for row in named.to_dicts()]
    return form, [row for row in rows if row]


def _csv(file: Path) -> pl.DataFrame:
    """A table with commas, all cells as text."""
    return pl.read_csv(file.read_bytes().decode("utf-8-sig").encode(), infer_schema=False)


def _goods(rows: list[Row], file: str, reading: _Reading) -> None:
    for number, row in enumerate(rows, start=1):
        sid, code, suffix = (row.get(name, "") for name in ("sid", "code", "suffix"))
        goods = {"goods.nomenclature.sid": sid, "goods.nomenclature.item.id": code}
        span = _span(row)
        where = f"{file}, row {number}"
        if len(code) != len("0101210000") or not code.isdecimal():
            reading.faults.append(f"code of another form: {where}: '{code}' has not ten digits")
        if not row.get("indents", "").isdecimal():
            reading.faults.append(f"indent is no number: {where}: '{row.get('indents', '')}'")
        start = {"validity.start.date": span.get("validity.start.date", "")}
        _insert("goods.nomenclature", {**goods, "producline.suffix": suffix, **span}, where, reading)
        _insert("goods.nomenclature.indents",
                {"goods.nomenclature.indent.sid": sid, "number.indents": row.get("indents", ""), **goods, **start},
                where, reading)  # fmt: skip
        if row.get("description"):
            period = {"goods.nomenclature.description.period.sid": sid, **goods}
            _insert("goods.nomenclature.description.period", {**period, **start}, where, reading)
            words = {"language.id": "EN", "description": row["description"]}
            _insert("goods.nomenclature.description", {**period, **words}, where, reading)


def _measures(rows: list[Row], file: str, reading: _Reading) -> None:
    for number, row in enumerate(rows, start=1):
        sid = (
            row.get("sid") or f"{row.get('type')}:{row.get('area')}:{row.get('code')}:{row.get('valid_from', '')[:10]}"
        )
        if not row.get("sid"):
            reading.unnumbered[row.get("code", "")] = sid
        _insert("measure", _measure(sid, row), f"{file}, row {number}", reading)


def _measure(sid: str, row: Row) -> dict[str, str]:
    told = {
        "measure.sid": sid, "measure.type": row.get("type", "")[:3], "geographical.area": row.get("area", ""),
        "goods.nomenclature.item.id": row.get("code", ""), "goods.nomenclature.sid": row.get("goods", ""),
        "ordernumber": row.get("order_number", ""), "reduction.indicator": row.get("reduction", ""),
        "additional.code.type": row.get("additional_type", ""), "additional.code": row.get("additional_code", ""),
        "measure.generating.regulation.role": row.get("role", ""),
        "measure.generating.regulation.id": row.get("regulation", ""), **_span(row),
    }  # fmt: skip
    return {name: text for name, text in told.items() if text}


def _components(rows: list[Row], file: str, reading: _Reading) -> None:
    for number, row in enumerate(rows, start=1):
        where = f"{file}, row {number}"
        sid = row.get("sid") or reading.unnumbered.get(row.get("code", ""))
        if sid is None:
            reading.faults.append(f"component of no measure: {where}: {row.get('code', 'a row without code')}")
            continue
        fields = {
            "measure.sid": sid, "duty.expression.id": row.get("expression", ""), "duty.amount": row.get("amount", ""),
            "monetary.unit.code": row.get("currency", ""), "measurement.unit.code": row.get("unit", ""),
            "measurement.unit.qualifier.code": row.get("qualifier", ""),
        }  # fmt: skip
        _insert("measure.component", fields, where, reading)


def _rates(rows: list[Row], file: str, reading: _Reading) -> None:
    """A rate for an area and a code: a preference with one component."""
    for number, row in enumerate(rows, start=1):
        _preference(row, [("01", row.get("duty", ""))], f"{file}, row {number}", reading)


def _agreement(rows: list[Row], file: str, reading: _Reading) -> None:
    """A rate in several columns: share or amount, amount beside it, ceiling with its own amount, minimum."""
    for number, row in enumerate(rows, start=1):
        parts = [("01", "ad_valorem"), ("04", "specific"), ("15", "minimum"), ("17", "ceiling"), ("20", "specific_2")]
        told = [(expression, row[name]) for expression, name in parts if row.get(name)]
        _preference(row, told, f"{file}, row {number}", reading)


def _quota_rates(rows: list[Row], file: str, reading: _Reading) -> None:
    """The rate within a preferential quota; days as in 12/31/19."""
    for number, row in enumerate(rows, start=1):
        days = {name: _day(row[name]) for name in ("valid_from", "valid_to") if row.get(name)}
        rate = " ".join(row[name] for name in ("amount", "currency", "unit", "qualifier") if row.get(name))
        told = {**row, **days, "type": QUOTA}
        _preference(told, [("01", rate)], f"{file}, row {number}", reading)


def _day(text: str) -> str:
    """``12/31/19`` as 2019-12-31; any other form as it stands, for the checks to name."""
    try:
        return datetime.strptime(text, "%m/%d/%y").replace(tzinfo=UTC).date().isoformat()
    except ValueError:
        return text


def _preference(row: Row, parts: list[tuple[str, str]], where: str, reading: _Reading) -> None:
    type_ = row.get("type", PREFERENCE)
    start = row.get("valid_from") or (reading.start.isoformat() if reading.start else "")
    sid = ":".join((type_, row.get("area", ""), row.get("code", ""), row.get("order_number", ""), start))
    if not start:
        reading.faults.append(f"start missing: {where}: say with --valid-from from which day the rates are law")
        return
    _insert("measure", _measure(sid, {**row, "type": type_, "valid_from": start}), where, reading)
    for expression, text in parts:
        told = {"measure.sid": sid, "duty.expression.id": expression, **_amount(text, expression)}
        _insert("measure.component", told, where, reading)


def _amount(text: str, expression: str) -> dict[str, str]:
    """``17.2``, ``9.4 EUR / 100 kg`` or, as a ceiling, ``MAX 18.1%``: number, and what follows it as it stands."""
    number, _, rest = text.removeprefix(BOUNDS.get(expression, "")).strip().replace("%", "").strip().partition(" ")
    currency, _, unit = rest.strip().partition(" ")
    told = {"duty.amount": number, "monetary.unit.code": currency, "measurement.unit.code": unit.strip(" /")}
    return {name: one for name, one in told.items() if one}


def _exclusions(rows: list[Row], file: str, reading: _Reading) -> None:
    """An origin left out of the preference of an area on a code."""
    wanted: dict[tuple[str, str], list[Change]] = {}
    for change in reading.changes:
        if change.kind == "measure":
            at = (change.fields.get("geographical.area", ""), change.fields.get("goods.nomenclature.item.id", ""))
            wanted.setdefault(at, []).append(change)
    for number, row in enumerate(rows, start=1):
        where = f"{file}, row {number}"
        found = wanted.get((row.get("area", ""), row.get("code", "")), [])
        if not found:
            reading.faults.append(f"exclusion of no measure: {where}: {row.get('area')} {row.get('code')}")
        for measure in found:
            fields = {"measure.sid": measure.fields["measure.sid"], "excluded.geographical.area": row.get("origin", "")}
            _insert("measure.excluded.geographical.area", fields, where, reading)


def _members(rows: list[Row], file: str, reading: _Reading) -> None:
    for number, row in enumerate(rows, start=1):
        fields = {"geographical.area.sid": row.get("member", ""), "geographical.area.group.sid": row.get("area", "")}
        _insert("geographical.area.membership", {**fields, **_span(row)}, f"{file}, row {number}", reading)


def _quotas(rows: list[Row], file: str, reading: _Reading) -> None:
    for number, row in enumerate(rows, start=1):
        order = row.get("order_number", "")
        span = (row.get("valid_from", "")[:10], row.get("valid_to", "")[:10])
        fields = {
            "quota.definition.sid": ":".join((order, *span)), "quota.order.number.id": order,
            "volume": row.get("volume", ""), "measurement.unit.code": row.get("unit", ""),
            "critical.state": row.get("critical", ""), **_span(row),
        }  # fmt: skip
        _insert("quota.definition", fields, f"{file}, row {number}", reading)


def _areas(reading: _Reading) -> None:
    """Groups and their members as areas, so that memberships find them; only where members were told."""
    told = [change.fields for change in reading.changes if change.kind == "geographical.area.membership"]
    groups = {fields["geographical.area.group.sid"] for fields in told}
    for area in sorted(groups | {fields["geographical.area.sid"] for fields in told}):
        fields = {"geographical.area.sid": area, "geographical.area.id": area, "validity.start.date": "1900-01-01",
                  "geographical.code": "1" if area in groups else "2"}  # fmt: skip
        reading.changes.append(Change("geographical.area", "insert", fields, "members"))


def _insert(kind: str, fields: Mapping[str, str], where: str, reading: _Reading) -> None:
    told = {name: text for name, text in fields.items() if text}
    missing = record_kinds()[kind].missing(told)
    if missing:
        reading.faults.append(f"field missing: {where}: {kind} has no {', '.join(missing)}")
        return
    change = Change(kind, "insert", told, where)
    if (kind, change.key) in reading.there:
        alike = reading.there[kind, change.key] == told
        reading.faults.append(f"{'stands twice' if alike else TWO_THINGS}: {where}: {change.words}")
        return
    reading.there[kind, change.key] = told
    reading.changes.append(change)


def _span(row: Row) -> dict[str, str]:
    told = {"validity.start.date": row.get("valid_from", "")[:10], "validity.end.date": row.get("valid_to", "")[:10]}
    return {name: text for name, text in told.items() if text}


def _skipped(_rows: list[Row], _file: str, _reading: _Reading) -> None:
    """Order numbers repeat what measures and definitions say."""


_READERS: Final = {
    "nomenclature": _goods, "measures": _measures, "components": _components, "agreement": _agreement, "rates": _rates,
    "exclusions": _exclusions, "members": _members, "quotas": _quotas, "quota rates": _quota_rates,
    "quota numbers": _skipped,
}  # fmt: skip
