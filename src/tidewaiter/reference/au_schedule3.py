"""Schedule 3 of the Australian customs tariff: general rates with their stages, rates of country groups beside them."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from tidewaiter.kit.rates.expression import COMPUTABLE
from tidewaiter.kit.rates.parse import parse
from tidewaiter.kit.rates.program import cells
from tidewaiter.model.errors import WrongUse
from tidewaiter.reference.cells import code_fault
from tidewaiter.reference.faults import Faults
from tidewaiter.reference.importing import Order, Staged
from tidewaiter.reference.own_tariff import LINES, OwnTariff, holds_on
from tidewaiter.reference.programmes.claims import Beside
from tidewaiter.reference.programmes.column import column
from tidewaiter.reference.shelf import Manifest, Shelf
from tidewaiter.reference.tables import Columns, Row, read_rows
from tidewaiter.reference.tariff_lines import rate

SHELF: Final = "au-schedule3"
COLUMNS: Final = Columns(
    ("tariff_number", "duty_rate"), ("section", "chapter", "heading", "stat_code", "unit", "description")
)
ORIGIN: Final = "Australian Border Force, working tariff, Schedule 3"
ROWS: Final = {**LINES, "group": pl.String()}
"""As a tariff of one's own; ``group`` is empty for the general rate, else the code of a group of countries."""

IS: Final = "\x1f"
THEN: Final = "\x1e"
"""Between a group and its rate, and between groups, where they stand in one text."""

SPOILT: Final = re.compile(r"[0-9.]+E[+-]?[0-9]+", re.IGNORECASE)
SHORTER: Final = re.compile(r"[0-9]{4}(?:\.[0-9]{1,2}(?:\.[0-9])?)?")
"""Numbers that only group others and have no rate."""

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
STAGE: Final = re.compile(rf"From ?(?P<day>[0-9]{{1,2}}) ?(?P<month>{'|'.join(MONTHS)}) ?(?P<year>[0-9]{{4}})")
GROUP: Final = re.compile(
    r"(?<![A-Za-z])(?P<groups>[A-Z]{2,3}(?: ?/ ?[A-Z]{2,3})+|DCS|DCT|DTC|DC|CA|MY);? ?(?=\$|[0-9]|Free)"
)


class Stage(NamedTuple):
    """A rate text for a group (empty: everybody) from a day (empty: from the beginning)."""

    start: date | None
    group: str
    text: str


def stages(text: str) -> list[Stage]:
    """What a rate cell says, in its order.

    >>> [(one.group, one.text) for one in stages("5% DCS4% DCT5%")]
    [('', '5%'), ('DCS', '4%'), ('DCT', '5%')]
    >>> stages("5% From1July2019 Free")[1]
    Stage(start=datetime.date(2019, 7, 1), group='', text='Free')
    """
    start, groups, at, found = None, [""], 0, []
    for mark in sorted([*STAGE.finditer(text), *GROUP.finditer(text)], key=lambda one: one.start()):
        found += [Stage(start, group, text[at : mark.start()].strip(" ;")) for group in groups]
        if mark.re is STAGE:
            start = date(int(mark["year"]), MONTHS.index(mark["month"]) + 1, int(mark["day"]))
            groups = [""]
        else:
            groups = re.split(r" ?/ ?", mark["groups"])
        at = mark.end()
    found += [Stage(start, group, text[at:].strip(" ;")) for group in groups]
    return [stage for stage in found if stage.text]


def staged(order: Order) -> Staged:
    """Read and check. A rate that is not understood, and a number without one, is unresolved and listed, never zero.

    Undated rates hold from ``valid_from`` on, which must be said; a stage before that day is past where a later one
    has begun.
    """
    if order.valid_from is None:
        raise WrongUse("Say with --valid-from from which day this Schedule 3 is the law, like 2026-04-17.")
    sources, faults = order.sources(), order.faults
    rows = [row for file in order.files for row in read_rows(file, COLUMNS, faults)]
    for row in rows:
        _refuse_odd(row, faults)
    faults.refuse(sources)
    frame = pl.DataFrame(list(_lines(rows, order.valid_from)), schema=ROWS, orient="row")
    frame = frame.sort("commodity_code", "group", "valid_from")
    return Staged(
        shelf=SHELF, title=f"Schedule 3 of Australia, {order.names}", origin=ORIGIN,
        licence=order.licence or "not stated", sources=sources, rows=frame,
        key=("commodity_code", "group", "valid_from"), says=("rate_text", "valid_to"),
        valid_from=order.valid_from, unresolved=_unresolved(frame),
    )  # fmt: skip


def open_schedule3(home: Path) -> list[OwnTariff]:
    """The editions in use, their general rates and those of groups beside them; the first to start first."""
    shelf = Shelf(home, SHELF)
    return [_opened(one, shelf.read(one.edition)) for one in shelf.in_use()]


def _opened(manifest: Manifest, rows: pl.DataFrame) -> OwnTariff:
    general = rows.filter(pl.col("group") == "").drop("group")
    return OwnTariff(manifest, general, partial(_of_groups, rows.filter(pl.col("group") != "")))


def _of_groups(rows: pl.DataFrame, day: date) -> Beside:
    """The rates of groups on a day; a line's text is told group by group, a group a line."""
    marks = pl.concat_str("group", "rate_text", separator=IS)
    held = rows.filter(holds_on(day)).group_by("commodity_code").agg(marks.sort().str.join(THEN))
    return Beside(
        column("au", dict(held.iter_rows()), lambda text: dict(_pair(one) for one in text.split(THEN) if one))
    )


def _pair(mark: str) -> tuple[str, str]:
    group, _, text = mark.partition(IS)
    return group, text


def _refuse_odd(row: Row, faults: Faults) -> None:
    number = row["tariff_number"]
    if SHORTER.fullmatch(number) and cells(parse(row["duty_rate"], "au"))[0] in COMPUTABLE:
        faults.add(row.place, f"tariff_number: {number} has a rate and not its eight digits",
                   "A zero may have been lost: write it like 0703.10.00, as text.")  # fmt: skip
    if not SHORTER.fullmatch(number) and not re.fullmatch(r"[0-9]{4}\.[0-9]{2}\.[0-9]{2}", number):
        what = code_fault(number, (8,)) if SPOILT.fullmatch(number) else ""
        what = what or code_fault(number.replace(".", ""), (8,)) or f"'{number}' is no number of the schedule"
        faults.add(row.place, f"tariff_number: {what}", "Write it like 0703.10.00, as text.")


def _lines(rows: list[Row], first: date) -> Iterator[tuple[object, ...]]:
    """One row a code, group and stage; the statistical codes of a number have its rate."""
    by_number: dict[str, list[Row]] = {}
    for row in rows:
        if not SHORTER.fullmatch(row["tariff_number"]):
            by_number.setdefault(row["tariff_number"].replace(".", ""), []).append(row)
    for code, same in by_number.items():
        statistical = {f"{code}{row['stat_code']}" for row in same if re.fullmatch(r"[0-9]{2}", row["stat_code"])}
        for start, end, group, text in _spans(same, first):
            for one in (code, *sorted(statistical)):
                yield (one, start, end, text, "au", same[0]["description"], "", group)


def _spans(same: list[Row], first: date) -> Iterator[tuple[date, date | None, str, str]]:
    """The stages of one number as spans of days; a number with two rates or none has none."""
    texts = dict.fromkeys(row["duty_rate"] for row in same if row["duty_rate"])
    if len(texts) != 1:
        yield first, None, "", f"several rates: {' | '.join(texts)}" if texts else "no rate stands at the number"
        return
    found = stages(next(iter(texts)))
    starts = sorted({step.start or first for step in found})
    by_group: dict[str, list[Stage]] = {}
    for stage in found:
        by_group.setdefault(stage.group, []).append(stage)
    for group, steps in by_group.items():
        for at, step in enumerate(steps):
            start = step.start or first
            # A group that a later stage does not name has no rate in it; the general rate goes on to its own next one.
            later = (
                [one for one in starts if one > start] if group else [one.start for one in steps[at + 1 :] if one.start]
            )
            end = later[0] - timedelta(days=1) if later else None
            if end is None or end >= max(start, first):
                yield max(start, first), end, group, step.text


def _unresolved(rows: pl.DataFrame) -> pl.DataFrame:
    told = []
    for code, text in rows.filter(pl.col("group") == "").select("commodity_code", "rate_text").iter_rows():
        expression = parse(text, "au")
        if cells(expression)[0] not in COMPUTABLE:
            told.append((code, str(rate(expression, text, code, code)[-1])))
    return pl.DataFrame(told, schema={"key": pl.String, "reason": pl.String}, orient="row")
