"""Claims of preference and goods of the second column: which rate counts beside the general one, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from tidewaiter.kit.rates.expression import COMPUTABLE
from tidewaiter.kit.rates.parse import parse
from tidewaiter.kit.rates.program import PROGRAM
from tidewaiter.model.dates import in_force
from tidewaiter.reference.programmes.column import RateColumn
from tidewaiter.reference.programmes.sheet import EVIDENCE, Programme, Programmes
from tidewaiter.reference.starter import NO_CLAIM
from tidewaiter.reference.tariff_lines import RATE, Rate, rate

Answer = dict[str, Any]
"""Columns of ``tariff_answers.TARIFF`` that are otherwise than the general rate has them."""

COLUMN_2: Final = "column_2"


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """What stands beside the general rates of an edition: the marked rates, and those of the second column."""

    special: RateColumn
    column_2: RateColumn | None = None


def answer(told: Mapping[str, Any], sheet: Programmes, beside: Beside | None) -> Answer:
    """What the claim and the origin of one answer (a row of ``TARIFF`` with the general rate) change in it.

    Goods of the second column pay its rate, and no claim opens another. A claim that is open gives its rate, which
    wants a proof; one that is not keeps the general rate and says why. What nobody tells is unresolved.
    """
    day, origin = told["duty_day"], _word(told["origin"])
    if day is None or told["rate_code"] is None:
        return {}
    penalty = sheet.penalty(origin, day)
    if penalty is not None:
        made = _as_general(_second_column(told, beside), told, penalty.source, penalty.evidence)
        claim = _claim(told)
        return made | ({"option_reason": f"goods of {origin} pay the rates of column 2"} if claim else {})
    claim = _claim(told)
    return _claimed(claim, told, sheet, beside) if claim else {}


def is_member(told: Mapping[str, Any], sheet: Programmes) -> bool:
    """True where the goods of a claim come from where its programme is for, on a day on which it is in force."""
    day, spans = told["duty_day"], sheet.programmes.get(_claim(told) or "", ())
    return any(in_force(one, day) and one.is_for(_word(told["origin"])) for one in spans)


def _claim(told: Mapping[str, Any]) -> str | None:
    claim = _word(told["preference"])
    return None if claim == NO_CLAIM else claim


def _claimed(claim: str, told: Mapping[str, Any], sheet: Programmes, beside: Beside | None) -> Answer:
    day, origin = told["duty_day"], _word(told["origin"])
    spans = sheet.programmes.get(claim)
    if spans is None:
        return {"option_reason": f"the tariff knows no programme {claim}"}
    if day < sheet.told_from:
        why = f"which programmes were open before {sheet.told_from} is not loaded; {claim} is claimed"
        return _unresolved(why, told, spans[0])
    held = [one for one in spans if in_force(one, day)]
    found = next((one for one in held if one.is_for(origin)), None)
    if found is None:
        shut = min(spans, key=lambda one: EVIDENCE.index(one.evidence))
        why = _not_open(claim, origin, day, spans, held)
        return {"option_reason": why, **_sourced(told, claim, shut.source, shut.evidence)} | _saving(
            told, held, spans, beside
        )
    if beside is None:
        return _unresolved(f"no rates of preference are loaded; {claim} is claimed", told, found)
    return _open(found, told, beside)


def _open(found: Programme, told: Mapping[str, Any], beside: Beside) -> Answer:
    """The rate of a programme that goods come under."""
    reading = _reading(told, found, beside)
    if isinstance(reading, str):
        return _unresolved(reading, told, found)
    if reading is None:
        why = f"no rate of {told['rate_code']} is marked {found.symbol}"
        return {"option_reason": why, **_sourced(told, found.symbol, found.source, found.evidence)}
    return {
        **dict(zip(RATE, reading, strict=True)),
        "duty_option": "preference",
        "option_reason": None,
        "needs_proof": found.needs_proof,
        **_sourced(told, found.symbol, found.source, found.evidence),
    }


def _reading(told: Mapping[str, Any], found: Programme, beside: Beside) -> Rate | str | None:
    """The rate, why it cannot be told, or nothing where no rate is marked; one rate for all lines of a short code."""
    code, rates, is_marked = str(told["commodity_code"]).replace(".", "").replace(" ", ""), dict[str, Rate](), False
    for line in beside.special.lines(code) or [code]:
        marked = beside.special.read(beside.special.texts.get(line, ""))
        if marked is None:
            return f"the marked rates of {line} cannot be told apart: '{beside.special.texts[line]}'"
        symbol = next((one for one in found.columns if one in marked), None)
        if found.open_question and (symbol in found.open_columns or not found.open_columns):
            return found.open_question
        is_marked |= symbol is not None or found.otherwise is not None
        text = marked[symbol] if symbol else found.otherwise or told["rate_text"]
        reading = _rate(text, beside.special.dialect, line)
        rates[str(reading[list(RATE).index("expression")])] = reading
    if not is_marked:
        return None
    return next(iter(rates.values())) if len(rates) == 1 else f"lines below {code} have several rates: give more digits"


def _second_column(told: Mapping[str, Any], beside: Beside | None) -> Rate | str:
    if beside is None or beside.column_2 is None:
        return f"goods of {_word(told['origin'])} pay the rate of column 2, which is not loaded"
    code = str(told["commodity_code"]).replace(".", "").replace(" ", "")
    lines = beside.column_2.lines(code)
    rates = {text: _rate(text, beside.column_2.dialect, line) for line in lines
             if (text := beside.column_2.texts.get(line))}  # fmt: skip
    if len(rates) == 1:
        return next(iter(rates.values()))
    return f"column 2 has {'several rates below' if rates else 'no rate for'} {code}"


def _as_general(reading: Rate | str, told: Mapping[str, Any], source: str, evidence: str) -> Answer:
    """A rate that takes the place of the general one."""
    cells = _nothing(reading) if isinstance(reading, str) else dict(zip(RATE, reading, strict=True))
    said = _sourced(told, "column 2", source, evidence)
    return {
        **cells,
        **{f"mfn_{name}": cells[name] for name in (*PROGRAM, "rate_text", "rate_code", "unresolved_reason")},
        "duty_option": COLUMN_2,
        **said,
        **{f"mfn_{name}": text for name, text in said.items()},
    }


def _not_open(claim: str, origin: str | None, day: date, spans: tuple[Programme, ...], held: list[Programme]) -> str:
    if origin is None:
        return f"{claim} is claimed and no origin is declared"
    if held:
        return f"programme {claim} is not for goods of {origin}"
    ends = [one.valid_to for one in spans if one.valid_to and one.valid_to < day]
    return f"programme {claim} ended on {max(ends)}" if ends else f"programme {claim} was not in force on {day}"


def _saving(
    told: Mapping[str, Any], held: list[Programme], spans: tuple[Programme, ...], beside: Beside | None
) -> Answer:
    """The rate that a claim would have given, where one is marked: so that what it costs can be told."""
    if beside is None:
        return {}
    reading = _reading(told, (held or list(spans))[-1], beside)
    if reading is None or isinstance(reading, str) or reading[0] not in COMPUTABLE:
        return {}
    return {name: cell for name, cell in zip(RATE, reading, strict=True) if name in PROGRAM}


def _unresolved(why: str, told: Mapping[str, Any], found: Programme) -> Answer:
    return {
        **_nothing(why),
        "duty_option": "preference",
        "option_reason": None,
        "needs_proof": found.needs_proof,
        **_sourced(told, found.symbol, found.source, found.evidence),
    }


def _nothing(why: str) -> dict[str, Any]:
    return {**dict.fromkeys(RATE), "duty_kind": "unresolved", "unresolved_reason": why}


def _sourced(told: Mapping[str, Any], name: str, source: str, evidence: str) -> Answer:
    """As sure as the less sure of the edition and the sheet, and told from both."""
    weaker = max(evidence, told["duty_evidence"] or evidence, key=EVIDENCE.index)
    return {"duty_source": f"{told['duty_source']}; {name}: {source} ({weaker})", "duty_evidence": weaker}


@cache
def _rate(text: str, dialect: str, line: str) -> Rate:
    return rate(parse(text, dialect), text, line, line)


def _word(cell: object) -> str | None:
    """Upper case without spaces around; an empty word was not said."""
    text = str(cell).strip().upper() if cell is not None else ""
    return text or None
