"""A risk rule: a sheet with its sentence, windows and thresholds, and one function that says what is hit.

A pack is a folder ``packs/risk_rules/<name>/`` with ``rule.toml``, ``rule.py`` and ``cases.toml``. ``rule.py`` has
``hit(thresholds) -> pl.Expr``: a boolean over the columns named in ``takes`` and the facts of its windows; null
means "cannot be told" and is no hit. Rules on filings see filings, rules on items see items.

A rule may have a ``mark(thresholds) -> pl.Expr`` as well, a boolean over the item columns that ``marks_from`` lists. A
filing is marked where one of its items is, and a window of measure ``count_marked`` counts the other marked filings of
its key: how often somebody does a thing, as the rule itself understands it.

Thresholds are whole numbers. A ``[[threshold]]`` has name, value and reason; a ``[[table]]`` holds a dated list of
them, known by table, key and column and read back with ``column_of``::

    [[table]]
    name = "price"
    key = "code"
    unit = "EUR minor per kg"
    valid_from = 2026-01-01
    source = "..."
    evidence = "assumed"
    rows = [{ code = "61 62", floor = 200, ceiling = 500_000 }]
"""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from string import Formatter
from typing import Any, Final

import polars as pl

from tidewaiter.kit.mark import Mark, faults_of_mark
from tidewaiter.model.assertions import FACTS
from tidewaiter.model.codes import ROUTES, SEVERITIES
from tidewaiter.model.columns import BY_DOOR
from tidewaiter.model.errors import SheetRefused
from tidewaiter.model.findings import SCORE_MAX, FindingKind

WINDOW_KEYS: Final = ("person_key", "address_key", "address_seller_key", "seller_key", "order_key")
"""What a window may gather by; a filing without the key (null) has empty facts.

``person_key``: consignee name and postcode; ``address_key``: consignee street, postcode and country;
``address_seller_key``: the same with the seller; ``seller_key``: the seller (else the consignor) by id, else by name
and country; ``order_key``: the order number at the seller (else at the marketplace). Only import filings have
keys, and of each its newest version: other filings tell of the same parcel again.
"""

COUNT_MARKED: Final = "count_marked"
MEASURES: Final = ("count", "sum_minor", "count_in_band", "count_above_band", COUNT_MARKED)
"""What a window counts among the *other* filings of its key: how many; the sum of their intrinsic value; how many
declare 90 to 100 % of the low-value limit; how many 100 to 110 %; how many the rule itself marks."""

BAND_FROM_PERCENT: Final = 90
BAND_ABOVE_PERCENT: Final = 110

TEXTS: Final = ("code", "title", "sentence", "severity", "level", "pointer", "route", "version")
LISTS: Final = ("takes", "evidence")
LEVELS: Final = ("filing", "item")
EVIDENCE: Final = ("read", "recalled", "assumed")
MARK: Final = "mark_"
"""How the column of a mark begins: ``mark_val_92``."""

Thresholds = Mapping[str, int]
Hit = Callable[[Thresholds], pl.Expr]


@dataclass(frozen=True, slots=True)
class Window:
    """Other filings of the same key in the ``days`` days up to and including now; facts are null without a key.

    ``marked_by``: for ``count_marked`` the flag of the rule whose mark is counted (``val_92``), else empty.
    """

    key: str
    days: int
    measure: str
    marked_by: str = ""

    @property
    def fact(self) -> str:
        """Column of the fact: ``count_order_key_30d``, ``count_marked_val_92_seller_key_30d``."""
        return f"{self.measured}_{self.key}_{self.days}d"

    @property
    def measured(self) -> str:
        """What is counted, told apart by whose mark it is."""
        return f"{self.measure}_{self.marked_by}" if self.marked_by else self.measure

    @property
    def mark_column(self) -> str:
        """Column that says which filings are marked; only for ``count_marked``."""
        return f"{MARK}{self.marked_by}"


def marks_of(windows: Iterable[Window]) -> list[str]:
    """Columns of the marks that the windows count, each once."""
    return list(dict.fromkeys(window.mark_column for window in windows if window.marked_by))


@dataclass(frozen=True)
class RiskRule:
    """A rule that was read and can be run."""

    finding: FindingKind
    takes: tuple[str, ...]
    windows: tuple[Window, ...]
    thresholds: Thresholds
    edition: str
    hit: Hit = field(compare=False)
    marks_from: tuple[str, ...] = ()
    mark: Mark | None = field(default=None, compare=False)

    @cached_property
    def columns(self) -> frozenset[str]:
        """Everything the rule may look at: what it takes and the facts of its windows."""
        return frozenset((*self.takes, *(window.fact for window in self.windows)))

    @property
    def looks_at_assertions(self) -> bool:
        """True where the rule needs what other parties claim."""
        return bool(FACTS.keys() & set(self.takes))

    @cached_property
    def flag(self) -> pl.Expr:
        """The column of the finding: true where the rule is known to be hit, else false."""
        return self.hit(self.thresholds).fill_null(value=False).alias(self.finding.flag)

    @cached_property
    def marked(self) -> pl.Expr | None:
        """The column of the mark: true for items known to be marked, else false; None where the rule has no mark."""
        if self.mark is None:
            return None
        return self.mark(self.thresholds).fill_null(value=False).alias(f"{MARK}{self.finding.flag}")


def column_of(thresholds: Thresholds, table: str, column: str) -> dict[str, int]:
    """One column of a table by key; a row whose key lists several codes (``"61 62"``) counts for each of them."""
    found: dict[str, int] = {}
    for name, value in thresholds.items():
        if name.startswith(f"{table}/") and name.endswith(f"/{column}"):
            found |= dict.fromkeys(name.split("/")[1].split(), value)
    return found


def read_rule(text: str, hit: Hit, mark: Mark | None = None) -> RiskRule:
    """Read ``rule.toml``; ``SheetRefused`` where it contradicts itself or the rule looks beyond what it takes."""
    sheet = tomllib.loads(text)
    code = sheet.get("code", "A rule without a code")
    misshapen = list(_faults_of_shape(sheet))
    if misshapen:
        raise SheetRefused(f"{code}: {' '.join(misshapen)}")
    finding = FindingKind(
        code=code,
        title=sheet["title"],
        sentence=sheet["sentence"],
        severity=sheet["severity"],
        level=sheet["level"],
        pointer=sheet["pointer"],
        route=sheet["route"],
        pending_on=sheet.get("pending_on", ""),
        agency=sheet.get("agency", ""),
        weight=sheet["weight"],
        evidence=tuple(sheet["evidence"]),
        version=sheet["version"],
    )
    windows = tuple(_window(row, finding.flag) for row in sheet.get("window", ()))
    edition, marks_from = sha256(text.encode()).hexdigest(), tuple(sheet.get("marks_from", ()))
    rule = RiskRule(finding, tuple(sheet["takes"]), windows, _thresholds(sheet), edition, hit, marks_from, mark)
    faults = [
        *_faults_of_words(finding),
        *_faults_of_windows(windows),
        *faults_of_mark(rule.marked, marks_from, is_counted=bool(marks_of(windows))),
        *_faults_of_columns(rule),
    ]
    if faults:
        raise SheetRefused(f"{code}: {' '.join(faults)}")
    return rule


def _window(row: Mapping[str, Any], flag: str) -> Window:
    return Window(row["key"], row["days"], row["measure"], flag if row["measure"] == COUNT_MARKED else "")


def _faults_of_shape(sheet: Mapping[str, Any]) -> Iterator[str]:
    """What is missing, or written as something else than it is."""
    for name in TEXTS:
        yield from _no_text(name, sheet.get(name))
    for name in {"pending_on", "agency"} & sheet.keys():
        yield from _no_text(name, sheet[name])
    for name in (*LISTS, *(("marks_from",) if "marks_from" in sheet else ())):
        listed = sheet.get(name)
        if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
            yield f"{name} must be a list of names in quotes, not {listed!r}."
    weight = sheet.get("weight")
    if type(weight) is not int or not 0 <= weight <= SCORE_MAX:
        yield f"weight must be a whole number from 0 to {SCORE_MAX}, not {weight!r}."
    for row in sheet.get("window", ()):
        if type(row.get("days")) is not int:
            yield f"days of a window must be a whole number, not {row.get('days')!r}."


def _no_text(name: str, value: object) -> Iterator[str]:
    if not isinstance(value, str) or not value:
        yield f"{name} must be text in quotes, not {value!r}." if value is not None else f"It has no {name}."


def _thresholds(sheet: Mapping[str, Any]) -> dict[str, int]:
    """All figures by name; a table's are named ``table/key/column``."""
    named = [*_single(sheet), *_tabled(sheet)]
    twice = sorted({name for name, _ in named if [other for other, _ in named].count(name) > 1})
    if twice:
        raise SheetRefused(f"{sheet['code']}: {', '.join(twice)} is given twice. One name, one figure.")
    broken = sorted(name for name, value in named if type(value) is not int)
    if broken:
        raise SheetRefused(f"{sheet['code']}: {', '.join(broken)} is no whole number.")
    return dict(named)


def _single(sheet: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for row in sheet.get("threshold", ()):
        if not row.get("reason"):
            raise SheetRefused(f"{sheet['code']}: threshold {row['name']} has no reason. Say why it is {row['value']}.")
        yield row["name"], row["value"]


def _tabled(sheet: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for table in sheet.get("table", ()):
        is_dated = table.get("valid_from") and table.get("source") and table.get("evidence") in EVIDENCE
        if not is_dated:
            raise SheetRefused(
                f"{sheet['code']}: table {table['name']} needs valid_from, source and evidence ({', '.join(EVIDENCE)})."
            )
        for row in table["rows"]:
            figures = {
                name: value for name, value in row.items() if name != table["key"] and not isinstance(value, str)
            }
            yield from ((f"{table['name']}/{row[table['key']]}/{name}", value) for name, value in figures.items())


def _faults_of_words(finding: FindingKind) -> Iterator[str]:
    """Words nobody knows, and a sentence with gaps that nothing fills."""
    closed = {"severity": SEVERITIES, "level": LEVELS, "route": ROUTES}
    for name, words in closed.items():
        if getattr(finding, name) not in words:
            yield f"{getattr(finding, name)} is no {name}; there is {', '.join(words)}."
    if finding.pointer not in BY_DOOR:
        yield f"No canonical field is called {finding.pointer}."
    gaps = {name for _, name, _, _ in Formatter().parse(finding.sentence) if name} - set(finding.evidence)
    if gaps:
        yield f"The sentence speaks of {', '.join(sorted(gaps))}, which is no evidence."


def _faults_of_windows(windows: tuple[Window, ...]) -> Iterator[str]:
    for window in windows:
        if window.key not in WINDOW_KEYS or window.measure not in MEASURES or window.days < 1:
            yield (
                f"No window of {window.measure} by {window.key} in {window.days} days. "
                f"Keys: {', '.join(WINDOW_KEYS)}; measures: {', '.join(MEASURES)}; days: 1 or more."
            )


def _faults_of_columns(rule: RiskRule) -> Iterator[str]:
    """The rule must look at no more than it takes, and take no more than it looks at or shows."""
    read = {*rule.hit(rule.thresholds).meta.root_names(), *rule.finding.evidence}
    strangers, idle = read - rule.columns, rule.columns - read
    if strangers:
        yield f"It looks at {', '.join(sorted(strangers))}, which is neither taken nor the fact of a window."
    if idle:
        yield f"It takes {', '.join(sorted(idle))} and does nothing with it."
