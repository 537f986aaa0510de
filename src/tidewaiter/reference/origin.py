"""Rules of origin: by which agreement, rule and proof goods of a code and origin would be given preference."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any, Final

import polars as pl

from tidewaiter.model.errors import WrongUse
from tidewaiter.reference.cells import SPREADSHEET, code_fault, day_of
from tidewaiter.reference.faults import Faults, Place
from tidewaiter.reference.importing import Order, Staged
from tidewaiter.reference.shelf import Shelf
from tidewaiter.reference.tables import Columns, Row, read_rows, read_text

SOURCE: Final = "origin"
RULES: Final = Columns(
    ("agreement", "heading", "subdivision", "code_min", "code_max", "rule_no", "rule"),
    ("service", "rule_class", "operator", "quota"),
)
DIGITS: Final = 10
TABLE: Final = {
    "scheme": pl.String(),
    "title": pl.String(),
    "countries": pl.List(pl.String()),
    "proofs": pl.List(pl.String()),
    "valid_from": pl.Date(),
    "valid_to": pl.Date(),
    "is_unilateral": pl.Boolean(),
    "heading": pl.String(),
    "subdivision": pl.String(),
    "code_min": pl.String(),
    "code_max": pl.String(),
    "rule_no": pl.Int64(),
    "rule": pl.String(),
    "rule_class": pl.String(),
    "operator": pl.String(),
    "is_quota": pl.Boolean(),
}
"""A row is one rule of an agreement for a range of codes (an empty text was published empty); an agreement whose rules
are not loaded has one row without."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement or scheme under which goods of an origin may be preferred."""

    code: str
    title: str
    countries: tuple[str, ...]
    proofs: tuple[str, ...]
    valid_from: date | None
    valid_to: date | None
    is_unilateral: bool


@dataclass(frozen=True, slots=True)
class Way:
    """One way to preference: goods of ``subdivision`` must meet one of ``rules`` and bring one of ``proofs``.

    ``unresolved_reason`` says why the rules, or one of them, are not known.
    """

    scheme: str
    title: str
    subdivision: str
    rules: tuple[str, ...]
    classes: tuple[str, ...]
    proofs: tuple[str, ...]
    is_unilateral: bool
    source: str
    unresolved_reason: str = ""


def staged(order: Order) -> Staged:
    """Read schemes (JSON) and product-specific rules (CSV or Parquet) together.

    Faults: a rule of an agreement that no scheme names, a code of other than 10 digits, a range that ends before it
    starts. A rule that stands twice word for word counts once; a scheme without rules is listed as unresolved.
    """
    sources, faults = order.sources(), order.faults
    shelf = order.shelf_of(SOURCE)
    schemes = [one for file in order.files if file.suffix == ".json" for one in _schemes(file, faults)]
    rows = [row for file in order.files if file.suffix != ".json" for row in read_rows(file, RULES, faults)]
    known = {scheme.code: scheme for scheme in schemes}
    if not schemes and not faults.found:
        faults.add(Place(order.names), "no schemes stand in it", "Give the JSON of schemes with the table of rules.")
    table = [made for row in rows if (made := _rule(row, known, faults))]
    faults.refuse(sources)
    ruled = {row[0] for row in table}
    lacking = [scheme.code for scheme in schemes if scheme.code not in ruled]
    table += [_told(known[code]) + (None,) * 9 for code in lacking]
    frame = pl.DataFrame(table, schema=TABLE, orient="row").unique(maintain_order=True)
    return Staged(
        shelf=shelf, title=f"rules of origin of {order.jurisdiction}, {order.names}", origin=order.names,
        licence=order.licence or "not stated", sources=sources, rows=frame,
        key=("scheme", "code_min", "code_max", "subdivision"), says=("rule_no", "rule", "proofs", "countries"),
        valid_from=order.valid_from, unresolved=_unresolved(frame),
    )  # fmt: skip


def _unresolved(rows: pl.DataFrame) -> pl.DataFrame:
    """Agreements without rules and rules without text."""
    is_ruled = pl.col("code_min").is_not_null()
    return rows.filter(pl.col("rule").is_null()).select(
        key=pl.concat_str("scheme", "heading", separator=" ", ignore_nulls=True),
        reason=pl.when(is_ruled)
        .then(pl.lit("the publication has no text for the rule"))
        .otherwise(pl.lit("its product-specific rules are not in the files")),
    )


def ways_to_preference(home: Path, jurisdiction: str, code: str, origin: str, on: date) -> list[Way]:
    """Every way to preference for a code of 6 to 10 digits and an origin on a day, best known first.

    A shorter code is met by every rule that holds for any goods below it. ``WrongUse`` where nothing is loaded.
    """
    shelf = Shelf(home, f"{SOURCE}-{jurisdiction.lower()}")
    started = [one for one in shelf.in_use() if one.valid_from is None or one.valid_from <= on]
    if not started:
        raise WrongUse(
            f"No rules of origin of {jurisdiction} are loaded for {on}: tidewaiter reference import origin FILE..."
        )
    edition = started[-1]
    lowest, highest = code.ljust(DIGITS, "0"), code.ljust(DIGITS, "9")
    found = shelf.read(edition.edition).filter(
        pl.col("countries").list.contains(origin)
        & (pl.col("valid_from").is_null() | (pl.col("valid_from") <= on))
        & (pl.col("valid_to").is_null() | (pl.col("valid_to") >= on))
        & (pl.col("code_min").is_null() | ((pl.col("code_min") <= highest) & (pl.col("code_max") >= lowest)))
    )
    keys = ["scheme", "title", "subdivision", "proofs", "is_unilateral"]
    ways = found.group_by(keys, maintain_order=True).agg("rule", "rule_class")
    return [_way(row, edition.title, code) for row in ways.rows(named=True)]


def _way(row: Mapping[str, Any], edition: str, code: str) -> Way:
    rules = tuple(rule for rule in row["rule"] if rule)
    return Way(
        row["scheme"], row["title"], row["subdivision"] or "", rules, tuple(one for one in row["rule_class"] if one),
        tuple(row["proofs"]), row["is_unilateral"], edition,
        "" if len(rules) == len(row["rule"]) else f"a rule of '{row['scheme']}' for {code} is not loaded",
    )  # fmt: skip


def _rule(row: Row, known: Mapping[str, Agreement], faults: Faults) -> tuple[object, ...] | None:
    before = len(faults.found)
    for column in ("code_min", "code_max"):
        if fault := code_fault(row[column], (DIGITS,)):
            faults.add(row.place, f"{column}: {fault}", SPREADSHEET)
    if len(faults.found) == before and row["code_max"] < row["code_min"]:
        faults.add(row.place, f"the range ends before it starts ({row['code_max']})", "Mend one of its ends.")
    if row["agreement"] not in known:
        faults.add(row.place, f"no scheme is called '{row['agreement']}'", "Give the JSON of schemes that names it.")
    if not row["rule_no"].isdecimal():
        faults.add(row.place, f"rule_no '{row['rule_no']}' is no whole number", "Take it from the original.")
    if len(faults.found) > before:
        return None
    scheme = known[row["agreement"]]
    return (
        *_told(scheme), row["heading"], row["subdivision"], row["code_min"], row["code_max"], int(row["rule_no"]),
        row["rule"], row["rule_class"] or None, row["operator"] or None, row["quota"] == "true",
    )  # fmt: skip


def spoken(rule: str) -> str:
    """A rule without the marks of a web page.

    >>> spoken("a change from any [heading&nbsp;6101](/headings/6101), **50%** of the price")
    'a change from any heading 6101, 50% of the price'
    """
    words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", unescape(rule).replace("**", ""))
    return re.sub(r"[ \xa0]+", " ", words).strip()


def _told(scheme: Agreement) -> tuple[object, ...]:
    return (
        scheme.code, scheme.title, list(scheme.countries), list(scheme.proofs), scheme.valid_from, scheme.valid_to,
        scheme.is_unilateral,
    )  # fmt: skip


def _schemes(file: Path, faults: Faults) -> Iterator[Agreement]:
    try:
        whole = json.loads(read_text(file, faults))
        found = whole["schemes"]
    except (ValueError, KeyError, TypeError) as damage:
        faults.add(Place(file.name), f"no JSON with 'schemes' ({damage!r})", "Fetch it again.")
        return
    seen: set[str] = set()
    for number, scheme in enumerate(found):
        place = Place(f"{file.name}, scheme {number + 1}")
        lacking = [name for name in ("scheme_code", "title", "countries") if not scheme.get(name)]
        if lacking or scheme["scheme_code"] in seen:
            what = f"it has no {', no '.join(lacking)}" if lacking else f"'{scheme['scheme_code']}' stands twice"
            faults.add(place, what, "Take it from the original.")
            continue
        seen.add(scheme["scheme_code"])
        yield _scheme(place, scheme, faults)


def _scheme(place: Place, scheme: Mapping[str, Any], faults: Faults) -> Agreement:
    cells = Row(place, {end: scheme.get(f"validity_{end}_date") or "" for end in ("start", "end")})
    return Agreement(
        scheme["scheme_code"], scheme["title"], tuple(scheme["countries"]),
        tuple(proof["summary"] for proof in scheme.get("proofs", ())),
        day_of(cells, "start", faults, may_be_empty=True), day_of(cells, "end", faults, may_be_empty=True),
        bool(scheme.get("unilateral")),
    )  # fmt: skip
