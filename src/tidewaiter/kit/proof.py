"""Proof of a jurisdiction: its cases hold, its law has the right shape, and every change is told on both its days."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any, Final, TypeVar

import polars as pl

from tidewaiter.kit.cases import FACTS, Cases, failures, filings_of, with_law
from tidewaiter.kit.facts import STANDARD, Fee, Requirement, TaxRate
from tidewaiter.kit.jurisdiction import ADVICE, REGIME, REGIME_MAY, Jurisdiction, period_starts
from tidewaiter.kit.leave import Leave
from tidewaiter.kit.refused import read_refused
from tidewaiter.model.dates import Dated, in_force
from tidewaiter.model.money import Rate

DAY: Final = timedelta(days=1)
ASK: Final = "ask"

Told = Mapping[str, Any]
"""A case of a rate, a fee or required fields, as it is written."""

Span = TaxRate | Fee | Requirement | Leave
AnySpan = TypeVar("AnySpan", TaxRate, Fee, Requirement, Leave)


def faults(jurisdiction: Jurisdiction, cases: Cases) -> list[str]:
    """A sentence for everything that keeps a jurisdiction from being proven; empty: nothing does."""
    misshapen = shape_faults(jurisdiction)
    held = [] if misshapen else [*failures(jurisdiction, cases.regime), *untold_grounds(jurisdiction, cases)]
    return [*misshapen, *held, *dated_failures(jurisdiction, cases), *untold_changes(jurisdiction, cases)]


def shape_faults(jurisdiction: Jurisdiction) -> list[str]:
    """What the law adds otherwise than ``REGIME`` and the sheet's findings say."""
    empty = with_law(pl.DataFrame(schema={"filing_row": pl.UInt32, **FACTS}), jurisdiction, ())
    made = jurisdiction.regime(empty.lazy()).collect_schema()
    flags = {finding.flag: pl.Boolean() for finding in jurisdiction.findings}
    owed, free = REGIME | flags, REGIME_MAY | ADVICE
    wrong = [
        f"The law adds {name} as {made.get(name, 'nothing')}, not {dtype}."
        for name, dtype in owed.items()
        if made.get(name) != dtype
    ]
    wrong += [
        f"The law adds {name} as {made[name]}, not {dtype}."
        for name, dtype in free.items()
        if name in made and made[name] != dtype
    ]
    lost = [f"The law drops {name}." for name in empty.columns if name not in made]
    beyond = [f"The law leaves {name} behind." for name in made if name not in {*owed, *free, *empty.columns}]
    return [*wrong, *lost, *beyond]


def untold_grounds(jurisdiction: Jurisdiction, cases: Cases) -> list[str]:
    """Grounds on which a data set is refused in a case and for which the sheet has no sentence."""
    made = jurisdiction.regime(filings_of(jurisdiction, cases.regime).lazy())
    if "sets_refused" not in made.collect_schema():
        return []
    texts = made.select(pl.col("sets_refused").drop_nulls().unique()).collect()["sets_refused"]
    untold = {
        (one.reduced_set, one.ground)
        for text in texts
        for one in read_refused(text)
        if jurisdiction.sentence_of(one.ground, one.reduced_set) is None
    }
    return [f"The sheet has no sentence for the ground '{ground}' of {name}." for name, ground in sorted(untold)]


def dated_failures(jurisdiction: Jurisdiction, cases: Cases) -> list[str]:
    """A sentence per case of a rate, fee, field or leave that the sheet says otherwise; empty: all hold."""
    rates, fees = _by_key(jurisdiction.tax_rates), _by_key(jurisdiction.fees)
    fields, leaves = _by_key(jurisdiction.requirements), _by_key(jurisdiction.leaves)
    wrong = (
        *(_about(told, _wrong_rate(_on(rates, _rate_key(told), told), told)) for told in cases.tax_rates),
        *(_about(told, _wrong_fee(_on(fees, _fee_key(told), told), told)) for told in cases.fees),
        *(_about(told, _wrong_fields(_on(fields, _fields_key(told), told), told)) for told in cases.required),
        *(_about(told, _wrong_leave(_on(leaves, _leave_key(told), told), told)) for told in cases.leaves),
    )
    return [sentence for sentence in wrong if sentence]


def _by_key(facts: Iterable[AnySpan]) -> dict[tuple[str, ...], list[AnySpan]]:
    """Spans of each fact: a sheet has hundreds of rates, and a case is of one."""
    spans: dict[tuple[str, ...], list[AnySpan]] = {}
    for fact in facts:
        spans.setdefault(_key(fact), []).append(fact)
    return spans


def _on(spans: Mapping[tuple[str, ...], Sequence[AnySpan]], key: tuple[str, ...], told: Told) -> list[AnySpan]:
    """Spans of the fact of a case that are in force on its day."""
    return [fact for fact in spans.get(key, ()) if in_force(fact, told["on"])]


def _about(told: Told, wrong: str) -> str:
    return f"{dict(told)}: {wrong}" if wrong else ""


def _wrong_rate(rates: Sequence[TaxRate], told: Told) -> str:
    found = rates[0].rate if rates else None
    wanted = _percent(told["percent"]) if "percent" in told else None
    return "" if found == wanted else f"the rate is {found.text() if found else 'not known'}"


def _wrong_fee(fees: Sequence[Fee], told: Told) -> str:
    found = fees[0] if fees else None
    is_told = "amount_minor" in told or "percent" in told
    if found is None:
        return "there is no such fee" if is_told else ""
    if not is_told:
        return f"there is a fee of {found.rate.text() if found.rate else found.amount_minor}"
    says = {name: getattr(found, name, None) for name in told if name not in {"on", "percent"}}
    named = {name: _as_in_sheet(told[name]) for name in says}
    if "percent" in told:
        says["percent"], named["percent"] = found.rate, _percent(told["percent"])
    return "; ".join(f"{name} is {says[name]}" for name in says if says[name] != named[name])


@cache
def _percent(told: str) -> Rate:
    """The rate that a case writes in per cent; thousands of cases write few."""
    return Rate.of_percent(told)


def _as_in_sheet(value: object) -> object:
    """A value of a case as the sheet keeps it."""
    return {name: tuple(words) for name, words in value.items()} if isinstance(value, dict) else value


def _wrong_fields(spans: Sequence[Requirement], told: Told) -> str:
    found = spans[0].fields if spans else ()
    if not told["fields"]:
        return f"it requires {', '.join(found)}" if found else ""
    missing = [name for name in told["fields"] if name not in found]
    return f"it does not require {', '.join(missing)}" if missing else ""


def _wrong_leave(spans: Sequence[Leave], told: Told) -> str:
    listed = tuple(prefix for leave in spans for prefix in leave.goods)
    missing = [code for code in told.get("wanted", ()) if not code.startswith(listed)]
    beyond = [code for code in told.get("free", ()) if code.startswith(listed)]
    wrong = (("is not wanted for", missing), ("is wanted for", beyond))
    return "; ".join(f"leave {words} {', '.join(codes)}" for words, codes in wrong if codes)


def untold_changes(jurisdiction: Jurisdiction, cases: Cases) -> list[str]:
    """Days on which something begins or has ended, where no case tells of that day or of the day before."""
    days = {case.on for case in cases.regime}
    of_law = ("the law", days, (day for day in period_starts(jurisdiction) if _is_of_law(jurisdiction, day)))
    dated = (
        *_spans(jurisdiction.tax_rates, cases.tax_rates, _rate_key),
        *_spans(jurisdiction.fees, cases.fees, _fee_key),
        *_spans(jurisdiction.requirements, cases.required, _fields_key),
        *_spans(jurisdiction.leaves, cases.leaves, _leave_key),
    )
    return [
        f"No case tells of {name} on {day}, where it changes on {change}."
        for name, told, changes in (of_law, *dated)
        for change in changes
        for day in (change - DAY, change)
        if day not in told
    ]


def _is_of_law(jurisdiction: Jurisdiction, day: date) -> bool:
    facts: tuple[Dated, ...] = (*jurisdiction.parameters, *jurisdiction.allowances)
    return any(day in _changes(fact) for fact in facts)


def _spans(
    facts: Iterable[Span], told: Sequence[Told], key_of: Callable[[Told], tuple[str, ...]]
) -> Iterator[tuple[str, set[date], list[date]]]:
    """Every fact with the days its cases tell of and the days it changes on."""
    for fact in facts:
        key = _key(fact)
        yield " ".join(filter(None, key)), {case["on"] for case in told if key_of(case) == key}, _changes(fact)


def _changes(fact: Dated) -> list[date]:
    """The first day of a fact, and the first day after it."""
    return [fact.valid_from] + ([fact.valid_to + DAY] if fact.valid_to is not None else [])


def _key(fact: Span) -> tuple[str, ...]:
    """What tells the spans of one fact from those of another."""
    if isinstance(fact, TaxRate | Leave):
        return fact.key
    return ("fee", fact.place, fact.code) if isinstance(fact, Fee) else ("required", fact.reduced_set, fact.severity)


def _rate_key(told: Told) -> tuple[str, ...]:
    goods = told.get("goods", ())
    return ("tax rate", told["place"], told.get("category", STANDARD), *([goods] if isinstance(goods, str) else goods))


def _fee_key(told: Told) -> tuple[str, ...]:
    return ("fee", told.get("place", ""), told["code"])


def _fields_key(told: Told) -> tuple[str, ...]:
    return ("required", told["set"], told.get("severity", ASK))


def _leave_key(told: Told) -> tuple[str, ...]:
    return ("leave", told["code"])
