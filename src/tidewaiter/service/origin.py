"""Use case: rules of origin and Meursing codes, asked for goods."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from tidewaiter.model.codes import COUNTRIES
from tidewaiter.model.errors import WrongUse
from tidewaiter.reference.cells import code_fault
from tidewaiter.reference.meursing import code_for
from tidewaiter.reference.origin import ways_to_preference
from tidewaiter.service.settings import home_folder

DIGITS: Final = (6, 8, 10)
WHOLE: Final = Decimal(100)


def ways(code: str, jurisdiction: str, origin: str, on: str, home: Path | None = None) -> dict[str, Any]:
    """Every way to preference for a code and origin on a day; ``WrongUse`` for what cannot be meant."""
    bare = code.replace(".", "")
    if fault := code_fault(bare, DIGITS):
        raise WrongUse(f"{fault[0].upper()}{fault[1:]}. Give 6, 8 or 10 digits.")
    if origin.upper() not in COUNTRIES:
        raise WrongUse(f"Nobody knows the country '{origin}'. Write its two letters, like JP.")
    try:
        day = date.fromisoformat(on)
    except ValueError as fault_of_day:
        raise WrongUse(f"'{on}' is no day. Write it like 2026-10-20.") from fault_of_day
    found = ways_to_preference(home or home_folder(), jurisdiction.upper(), bare, origin.upper(), day)
    return {
        "code": bare, "jurisdiction": jurisdiction.upper(), "origin": origin.upper(), "on": str(day),
        "ways": [asdict(way) for way in found],
    }  # fmt: skip


def composition_code(contents: Mapping[str, str], home: Path | None = None) -> dict[str, Any]:
    """The Meursing code of a composition in per cent by weight."""
    read: dict[str, Decimal] = {}
    for name, text in contents.items():
        try:
            read[name] = Decimal(text)
        except InvalidOperation as fault:
            raise WrongUse(f"'{text}' is no percentage. Write {name} with a point, like 12.5.") from fault
        if not 0 <= read[name] <= WHOLE:
            raise WrongUse(f"{name} is {text}: per cent by weight lie between 0 and 100.")
    if sum(read.values()) > WHOLE:
        raise WrongUse(f"The contents add up to {sum(read.values())} per cent: no goods hold more than 100.")
    return {"additional_code": code_for(home or home_folder(), read), "contents": dict(contents)}
