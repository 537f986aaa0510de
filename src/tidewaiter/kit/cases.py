"""Worked cases of a jurisdiction: facts of a filing on a day, and what its law must make of them.

``cases.toml`` holds groups of cases. A case starts from ``[facts]``, then takes the group's ``given``, then its own::

    [facts]
    destination_country = "XX"

    [[group]]
    title = "Relief up to the limit"
    given = { party_relation = "B2C" }
    cases = [
      { on = 2024-07-01, intrinsic_value_minor = 15_000, expect = { duty_rule = "relief" } },
      { on = 2024-07-01, without = ["intrinsic_value_minor"], expect = { open = ["duty_rule"] } },
    ]

Beside filing columns a case may name ``codes``, ``origins`` and ``preferences`` of its items, and the allowances that
it keeps ``within`` or ``exceeds``; ``without`` empties facts. ``expect`` names columns beside the regime (the law's
``law_<name>`` among them), those that must stay empty (``open``), and all ``findings``: one not named must not be
raised.
"""

import tomllib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

import polars as pl

from tidewaiter.kit.facts import LISTS, Parameter
from tidewaiter.kit.jurisdiction import Jurisdiction, law_table, list_parameters, period_starts
from tidewaiter.model.columns import FILING_SCHEMA, INSTANT, Schema
from tidewaiter.model.dates import in_force
from tidewaiter.model.errors import SheetRefused

FACTS: Final[Schema] = {
    **FILING_SCHEMA,
    "duty_point_at": INSTANT,
    "duty_day": pl.Date(),
    "office_country": pl.String(),
    "intrinsic_value_minor": pl.Int64(),
    "customs_value_minor": pl.Int64(),
    "freight_minor": pl.Int64(),
    "insurance_minor": pl.Int64(),
    "item_count": pl.Int64(),
    "distinct_hs6": pl.Int64(),
    "distinct_codes": pl.Int64(),
    "claims_preference": pl.Boolean(),
    "lacks_code": pl.Boolean(),
    "lacks_origin": pl.Boolean(),
    "person_day_value_minor": pl.Int64(),
    "sale_value_minor": pl.Int64(),
    "least_line_value_minor": pl.Int64(),
    "procedure_of_all": pl.String(),
}
"""What stands beside a filing when its regime is asked for; law, ``has_<list>``, ``exceeds_<allowance>`` apart."""

ITEM_FACTS: Final = {"codes": "commodity_code", "origins": "origin", "preferences": "preference"}
ALLOWED_FACTS: Final = {"within": False, "exceeds": True}
"""Facts of a case that name allowances, and what they make of ``exceeds_<allowance>``; not named: nobody can tell."""

MOST_FAVOURED = "1"
"""Preference codes that begin so claim none."""


@dataclass(frozen=True)
class Case:
    """One filing on one day; ``expect`` maps columns to values (none: must be empty), ``findings`` is complete."""

    title: str
    on: date
    facts: Mapping[str, Any]
    without: frozenset[str]
    expect: Mapping[str, str | int | bool | None]
    findings: tuple[str, ...]


@dataclass(frozen=True)
class Cases:
    """All cases of a pack; the lists hold, as written, what rates, fees, fields and leaves must be on a day."""

    regime: tuple[Case, ...]
    tax_rates: tuple[Mapping[str, Any], ...]
    fees: tuple[Mapping[str, Any], ...]
    required: tuple[Mapping[str, Any], ...]
    leaves: tuple[Mapping[str, Any], ...] = ()


def read_cases(text: str) -> Cases:
    """Read ``cases.toml``; ``SheetRefused`` for a fact that no filing has."""
    raw = tomllib.loads(text)
    cases = [
        _case(group, case, {**raw.get("facts", {}), **group.get("given", {})})
        for group in raw.get("group", ())
        for case in group["cases"]
    ]
    known = {*FACTS, *ITEM_FACTS, *ALLOWED_FACTS}
    strangers = {name for case in cases for name in (*case.facts, *case.without)} - known
    if strangers:
        raise SheetRefused(f"Cases name what no filing has: {', '.join(sorted(strangers))}.")
    listed = (tuple(raw.get(name, ())) for name in ("tax_rate_case", "fee_case", "required_case", "leave_case"))
    return Cases(tuple(cases), *listed)


def _case(group: Mapping[str, Any], case: Mapping[str, Any], base: Mapping[str, Any]) -> Case:
    own = {name: value for name, value in case.items() if name not in {"on", "expect", "without"}}
    expect = dict(case["expect"])
    findings = tuple(expect.pop("findings", ()))
    is_open = dict.fromkeys(expect.pop("open", ()))
    facts = {**base, **own}
    return Case(group["title"], case["on"], facts, frozenset(case.get("without", ())), {**expect, **is_open}, findings)


def filings_of(jurisdiction: Jurisdiction, cases: Sequence[Case]) -> pl.DataFrame:
    """One row a case, as the regime of ``jurisdiction`` sees it: facts, listed goods, law of the day."""
    return with_law(facts_of(cases), jurisdiction, cases)


def facts_of(cases: Sequence[Case]) -> pl.DataFrame:
    """One row a case: what is known before any law is laid beside it."""
    rows = [_row(case) for case in cases]
    facts = {name: pl.Series([row.get(name) for row in rows], dtype=dtype) for name, dtype in FACTS.items()}
    return pl.DataFrame(facts).with_row_index("filing_row")


def with_law(facts: pl.DataFrame, jurisdiction: Jurisdiction, cases: Sequence[Case]) -> pl.DataFrame:
    """Add ``has_<list>``, ``exceeds_<allowance>``, ``law_period`` and ``law_<parameter>`` of each case's day."""
    starts = period_starts(jurisdiction)
    told = [(case.on, {field: _named(case, fact) for fact, field in ITEM_FACTS.items()}) for case in cases]
    lists = [
        pl.Series(f"has_{name}", [_has_any(spans, on, named) for on, named in told], dtype=pl.Boolean)
        for name, spans in list_parameters(jurisdiction).items()
    ]
    allowed = [
        pl.Series(f"exceeds_{name}", [_exceeds(name, case) for case in cases], dtype=pl.Boolean)
        for name in jurisdiction.allowance_names
    ]
    periods = [bisect_right(starts, case.on) - 1 for case in cases]
    period = pl.Series("law_period", [at if at >= 0 else None for at in periods], dtype=pl.Int32)
    law = law_table(jurisdiction).drop("valid_from", "valid_to")
    return facts.with_columns(*lists, *allowed, period).join(law, on="law_period", how="left", maintain_order="left")


def _row(case: Case) -> dict[str, Any]:
    """All facts of a case: what it names, and what follows from that where it does not say otherwise."""
    codes = _named(case, "codes")
    value = None if "intrinsic_value_minor" in case.without else case.facts.get("intrinsic_value_minor")
    derived = {
        "duty_point_at": datetime(case.on.year, case.on.month, case.on.day, tzinfo=UTC),
        "duty_day": case.on,
        "office_country": case.facts.get("destination_country"),
        "customs_value_minor": value,
        "person_day_value_minor": value,
        "least_line_value_minor": value if len(codes) <= 1 else None,
        "item_count": max(1, len(codes)),
        "distinct_hs6": len({code[:6] for code in codes}) or None,
        "distinct_codes": len(set(codes)) or None,
        "claims_preference": any(not code.startswith(MOST_FAVOURED) for code in case.facts.get("preferences", ())),
        "lacks_code": not codes,
        "lacks_origin": not _named(case, "origins"),
    }
    return {name: value for name, value in {**derived, **case.facts}.items() if name not in case.without}


def _named(case: Case, fact: str) -> Sequence[str]:
    """What the items of a case name: codes, origins or preferences."""
    return () if fact in case.without else case.facts.get(fact, ())


def _exceeds(name: str, case: Case) -> bool | None:
    """What a case says of an allowance; none where it says nothing."""
    return next((told for fact, told in ALLOWED_FACTS.items() if name in case.facts.get(fact, ())), None)


def _has_any(spans: Sequence[Parameter], on: date, named: Mapping[str, Sequence[str]]) -> bool:
    """True where one of the codes or countries that items name is on the list of the day."""
    for span in spans:
        codes = named[LISTS[span.unit]]
        if codes and in_force(span, on) and any(_is_on(span, code) for code in codes):
            return True
    return False


def _is_on(span: Parameter, code: str) -> bool:
    listed = span.value if isinstance(span.value, tuple) else ()
    return code in listed if span.unit == "countries" else code.startswith(listed)


def failures(jurisdiction: Jurisdiction, cases: Sequence[Case]) -> list[str]:
    """A sentence per case that comes out otherwise than it should; empty: all hold."""
    made = jurisdiction.regime(filings_of(jurisdiction, cases).lazy()).collect()
    codes = {finding.flag: finding.code for finding in jurisdiction.findings}
    return [
        f"{case.title}, on {case.on}, {dict(case.facts)}, without {sorted(case.without)}: {wrong}"
        for case, row in zip(cases, made.iter_rows(named=True), strict=True)
        if (wrong := differences(case, row, codes))
    ]


def differences(case: Case, row: Mapping[str, Any], codes: Mapping[str, str]) -> str:
    """What a row of the regime says otherwise than its case; empty where they agree."""
    raised = {code for flag, code in codes.items() if row[flag]}
    wrong = [f"{name} is {row[name]}, not {value}" for name, value in case.expect.items() if row[name] != value]
    wrong += [f"{code} is raised" for code in sorted(raised - set(case.findings))]
    wrong += [f"{code} is not raised" for code in sorted(set(case.findings) - raised)]
    return "; ".join(wrong)
