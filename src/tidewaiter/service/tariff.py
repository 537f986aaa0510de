"""Use case: one code of a tariff shown to people, and what is different between two days."""

from datetime import date
from pathlib import Path
from typing import Any, Final

import polars as pl

from tidewaiter.model.codes import COUNTRIES
from tidewaiter.model.errors import WrongUse
from tidewaiter.reference import nomenclature
from tidewaiter.reference.measures import navigator
from tidewaiter.reference.measures.lookup import MeasureTable
from tidewaiter.reference.tariff import Tariff, open_tariff
from tidewaiter.service.discovery import jurisdictions
from tidewaiter.service.settings import home_folder
from tidewaiter.service.tariff_loaded import loaded

SHOWN: Final = ("duty_option", "rate_text", "rate_code", "measure_id", "duty_source", "duty_evidence",
                "unresolved_reason", "documents")  # fmt: skip
BESIDE: Final = ("charge", "rate_text", "measure_id", "source", "unresolved_reason")


def show_code(
    code: str,
    jurisdiction: str,
    *,
    origin: str | None = None,
    on: str | None = None,
    known_at: str | None = None,
    home: Path | None = None,
) -> dict[str, Any]:
    """Where a code stands, what applies to it on a day, papers, quotas, history.

    ``known_at`` leaves out what could not be known on that day: editions of measures by the day they were known from,
    rates by the day they are law from. ``loaded`` tells which kinds of measures are here at all.
    Without ``on`` it is the last day on which anything of the tariff changes; the answer names it. ``WrongUse`` where
    the code, the day or the jurisdiction is none.
    """
    origin = _origin(origin)
    tariff, day, plain = _opened(code, jurisdiction, on, known_at, home)
    told: dict[str, Any] = {
        "code": plain, "as": jurisdiction, "on": day, "origin": origin, "known_at": _day(known_at),
        "editions": dict(tariff.editions), "loaded": loaded(tariff),
        "tree": [], "below": [], "measures": [], "documents": [], "quotas": [], "history": [],
    }  # fmt: skip
    told["duty"], told["additions"] = _duty(tariff, plain, origin, day)
    if tariff.measures:
        told.update(_measures(tariff.measures[1], plain, day, origin))
    else:
        told.update(_lines(tariff, plain, day))
    if not told["tree"]:
        told["tree"], below = _shared(home or home_folder(), plain)
        told["below"] = told["below"] or below
    return told


def differences(
    code: str, jurisdiction: str, first: str, second: str, *, origin: str | None = None, home: Path | None = None
) -> dict[str, Any]:
    """What applies to a code on one day and not, or otherwise, on another: ``added``, ``removed``, ``changed``."""
    early, late = (show_code(code, jurisdiction, origin=origin, on=day, home=home) for day in (first, second))
    before, after = ({row["measure_id"]: row for row in told["measures"]} for told in (early, late))
    return {
        "code": early["code"], "as": jurisdiction, "origin": early["origin"], "from": early["on"], "to": late["on"],
        "has_measures": bool(early["measures"] or late["measures"]), "loaded": late["loaded"],
        "duty": {"before": early["duty"], "after": late["duty"]},
        "added": [row for name, row in after.items() if name not in before],
        "removed": [row for name, row in before.items() if name not in after],
        "changed": [{"before": before[name], "after": row} for name, row in after.items()
                    if name in before and before[name] != row],
    }  # fmt: skip


def _opened(
    code: str, jurisdiction: str, on: str | None, known_at: str | None, home: Path | None
) -> tuple[Tariff, date, str]:
    plain = code.replace(".", "").replace(" ", "")
    if not plain.isdecimal() or not 2 <= len(plain) <= 10:  # noqa: PLR2004 - from a chapter to a full code
        raise WrongUse(f"'{code}' is no code of 2 to 10 digits.")
    if jurisdiction not in jurisdictions():
        raise WrongUse(f"There is no jurisdiction '{jurisdiction}'. There are: {', '.join(jurisdictions())}.")
    tariff = open_tariff(home or home_folder(), jurisdiction, _day(known_at))
    return tariff, _day(on) or _last_change(tariff), plain


def _origin(told: str | None) -> str | None:
    """A country of origin; ``WrongUse`` for two letters that are none."""
    if told is None:
        return None
    if (origin := told.strip().upper()) not in COUNTRIES:
        raise WrongUse(f"'{told}' is no country. Write an origin as two letters of ISO 3166, like CN.")
    return origin


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as fault:
        raise WrongUse(f"'{text}' is no day. Write it like 2026-01-01.") from fault


def _last_change(tariff: Tariff) -> date:
    if tariff.measures:
        return tariff.measures[1].slices.changes[-1]
    every = (*tariff.imported, *tariff.starter)
    starts = [edition.valid_from for edition in every if edition.valid_from]
    if not every:
        raise WrongUse(f"Nothing of the tariff of {tariff.jurisdiction} is loaded that was known on that day.")
    if not starts:
        raise WrongUse("Say with --on which day is meant: nothing of this tariff says from when it is law.")
    return max(starts)


def _duty(
    tariff: Tariff, code: str, origin: str | None, day: date
) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """The third country duty with what lies on it; empty for codes too short to be asked."""
    if len(code) < 6:  # noqa: PLR2004 - the shortest code that has a rate
        return None, []
    asked = pl.DataFrame({"commodity_code": [code], "origin": [origin], "duty_day": [day]})
    told = tariff.answers(asked)
    return told.tariff.select(SHOWN).to_dicts()[0], told.additions.select(BESIDE).to_dicts()


def _measures(table: MeasureTable, code: str, day: date, origin: str | None) -> dict[str, Any]:
    tree = table.slices.on(day).tree
    place = navigator.place_of(tree, code)
    if place is None:
        return {}
    rows = navigator.applying(table, tree, place, origin)
    numbers = [row["order_number"] for row in rows if row["order_number"]]
    return {
        "tree": navigator.line_above(table.model, tree, place),
        "below": navigator.below(table.model, tree, place),
        "measures": rows,
        "documents": navigator.documents(table.model, [row["measure_id"] for row in rows]),
        "quotas": navigator.quotas(table.model, day, numbers),
        "history": navigator.history(table, tree, place, origin),
    }


def _shared(home: Path, code: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Where a code stands in the Harmonized System, and what is right below it there; no rate comes from it."""
    known = nomenclature.nomenclature(home)
    above = [code[:level] for level in nomenclature.LEVELS if level <= len(code)]
    rows = known.filter(pl.col("hs").is_in(above)).sort("hs")
    tree = [
        {"code": one, "suffix": "", "depth": depth, "description": text, "is_leaf": False}
        for depth, (one, text) in enumerate(rows.select("hs", "description").iter_rows())
    ]
    below = known.filter(pl.col("parent") == code).select("description", code="hs").sort("code").to_dicts()
    return tree, below


def _lines(tariff: Tariff, code: str, day: date) -> dict[str, Any]:
    """Lines of a tariff with one rate a code: those right below, and the rate in every edition."""
    edition = tariff.edition_on(day)
    below: list[dict[str, Any]] = []
    if edition is not None:
        longer = edition.rates.filter(pl.col("code").str.starts_with(code) & (pl.col("code") != code))
        next_length = pl.col("code").str.len_chars() == pl.col("code").str.len_chars().min()
        below = longer.filter(next_length).select("code", description="rate_text").sort("code").to_dicts()
    history = [
        {"valid_from": one.valid_from, "rate": row["rate_text"], "edition": one.title}
        for one in (*tariff.starter, *tariff.imported)
        for row in one.rates.filter(pl.col("code") == code).to_dicts()
    ]
    return {"below": below, "history": history}
