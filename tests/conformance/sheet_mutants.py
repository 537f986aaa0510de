"""Sheets with one fact bent: each must break a worked case, else the case that would notice is missing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import polars as pl
from polars.exceptions import ColumnNotFoundError

from tidewaiter.kit.cases import FACTS, Case, Cases, differences, facts_of, with_law
from tidewaiter.kit.facts import Fee, Parameter, TaxRate
from tidewaiter.kit.jurisdiction import READ_BY_STAGES, Jurisdiction, _refuse_contradictions, period_starts
from tidewaiter.kit.proof import dated_failures
from tidewaiter.model.errors import SheetRefused
from tidewaiter.model.money import Rate

DAY = timedelta(days=1)


def survivors(jurisdiction: Jurisdiction, cases: Cases) -> tuple[list[str], int]:
    """Names of the bent sheets that no case notices, and how many were bent; none: every number and day is proven."""
    of_law, dated = dict(mutants_of_law(jurisdiction)), dict(mutants_of_rates(jurisdiction))
    unseen = [name for name, mutant in dated.items() if not dated_failures(mutant, cases)]
    return [*unseen_by_law(jurisdiction, of_law, cases.regime), *unseen], len(of_law) + len(dated)


def unseen_by_law(jurisdiction: Jurisdiction, mutants: dict[str, Jurisdiction], cases: tuple[Case, ...]) -> list[str]:
    """Bent sheets under which the law makes the same of every case."""
    facts = facts_of(cases)
    frames = [with_law(facts, mutant, cases) for mutant in mutants.values()]
    made = jurisdiction.regime(pl.concat(frames).lazy()).collect()
    codes = {finding.flag: finding.code for finding in jurisdiction.findings}
    judged = made.select({*codes, *(name for case in cases for name in case.expect)})
    each = zip(mutants, judged.iter_slices(len(cases)), strict=True)
    return sorted(mutant for mutant, rows in each if not _is_noticed(rows, cases, codes))


def _is_noticed(rows: pl.DataFrame, cases: tuple[Case, ...], codes: dict[str, str]) -> bool:
    return any(differences(case, row, codes) for case, row in zip(cases, rows.iter_rows(named=True), strict=True))


def is_read_by_law(jurisdiction: Jurisdiction, parameter: Parameter) -> bool:
    """True where the law cannot work without the column of a parameter."""
    column = f"has_{parameter.name}" if isinstance(parameter.value, tuple) else f"law_{parameter.name}"
    empty = with_law(pl.DataFrame(schema={"filing_row": pl.UInt32, **FACTS}), jurisdiction, ())
    try:
        jurisdiction.regime(empty.drop(column).lazy()).collect_schema()
    except ColumnNotFoundError:
        return True
    return False


def mutants_of_law(jurisdiction: Jurisdiction) -> Iterator[tuple[str, Jurisdiction]]:
    """Every fact that the law reads or hands on to the stages, bent one way at a time."""
    facts = [fact for fact in jurisdiction.parameters if _counts(jurisdiction, fact)]
    for fact in facts:
        for how, bent in (*_bent_values(fact), *_shorter_spans(fact)):
            others = tuple(bent if other is fact else other for other in jurisdiction.parameters)
            yield f"{fact.name} from {fact.valid_from}: {how}", replace(jurisdiction, parameters=others)
    for start in period_starts(jurisdiction):
        if any(start in {fact.valid_from, _after(fact)} for fact in facts):
            yield f"change of {start}: a day early", _moved(jurisdiction, start, start - DAY)
            yield f"change of {start}: a day late", _moved(jurisdiction, start, start + DAY)


def _counts(jurisdiction: Jurisdiction, fact: Parameter) -> bool:
    return fact.name in READ_BY_STAGES or is_read_by_law(jurisdiction, fact)


def mutants_of_rates(jurisdiction: Jurisdiction) -> Iterator[tuple[str, Jurisdiction]]:
    """Every figure and day of rates, fees and required fields, bent one way at a time."""
    for kind in ("tax_rates", "fees", "requirements"):
        facts = getattr(jurisdiction, kind)
        for fact in facts:
            for how, bent in (*_bent_figures(fact), *_shorter_spans(fact), *_longer_spans(fact)):
                others = tuple(bent if other is fact else other for other in facts)
                mutant = replace(jurisdiction, **{kind: others})
                if not _is_refused(mutant):
                    yield f"{kind} {fact}: {how}", mutant


def _is_refused(mutant: Jurisdiction) -> bool:
    """True where reading the sheet notices it already."""
    try:
        _refuse_contradictions(mutant)
    except SheetRefused:
        return True
    return False


def _bent_figures(fact: object) -> Iterator[tuple[str, object]]:
    if isinstance(fact, TaxRate):
        for step in (1, -1):
            bent = Rate(abs(fact.rate.numerator + step), fact.rate.denominator)
            yield f"{step:+d} part", replace(fact, rate=bent)
    if isinstance(fact, Fee):
        yield from _bent_fee(fact)


FEE_FIGURES = ("amount_minor", "intrinsic_limit_minor", "intrinsic_above_minor", "minimum_minor", "maximum_minor")


def _bent_fee(fee: Fee) -> Iterator[tuple[str, Fee]]:
    figures = {name: getattr(fee, name) for name in FEE_FIGURES if fee.rate is None or name != "amount_minor"}
    for step in (1, -1):
        for name, figure in figures.items():
            if figure is not None:
                yield f"{name} {step:+d}", replace(fee, **{name: figure + step})
        if fee.rate is not None:
            yield f"{step:+d} part", replace(fee, rate=Rate(fee.rate.numerator + step, fee.rate.denominator))
    for name in fee.only:
        yield f"whatever the {name}", replace(fee, only={key: words for key, words in fee.only.items() if key != name})


def _bent_values(fact: Parameter) -> Iterator[tuple[str, Parameter]]:
    if isinstance(fact.value, bool):
        yield "turned round", replace(fact, value=not fact.value)
    elif isinstance(fact.value, int):
        yield "one less", replace(fact, value=fact.value - 1)
        yield "one more", replace(fact, value=fact.value + 1)
    elif isinstance(fact.value, str):
        yield "empty", replace(fact, value="")
    else:
        for entry in fact.value:
            yield f"without {entry}", replace(fact, value=tuple(other for other in fact.value if other != entry))


def _shorter_spans(fact: Parameter) -> Iterator[tuple[str, Parameter]]:
    yield "begins a day late", replace(fact, valid_from=fact.valid_from + DAY)
    if fact.valid_to is not None:
        yield "ends a day early", replace(fact, valid_to=fact.valid_to - DAY)


def _longer_spans(fact: Parameter) -> Iterator[tuple[str, Parameter]]:
    yield "begins a day early", replace(fact, valid_from=fact.valid_from - DAY)
    if fact.valid_to is not None:
        yield "ends a day late", replace(fact, valid_to=fact.valid_to + DAY)


def _moved(jurisdiction: Jurisdiction, start: date, to: date) -> Jurisdiction:
    """All that begins on ``start`` or ended the day before moves together."""
    moved = (
        replace(
            fact,
            valid_from=to if fact.valid_from == start else fact.valid_from,
            valid_to=to - DAY if _after(fact) == start else fact.valid_to,
        )
        for fact in jurisdiction.parameters
    )
    return replace(jurisdiction, parameters=tuple(moved))


def _after(fact: Parameter) -> date | None:
    """First day on which a fact is no longer in force."""
    return fact.valid_to + DAY if fact.valid_to is not None else None
